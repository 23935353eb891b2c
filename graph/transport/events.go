package transport

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strconv"
	"time"
)

// resume reads the header by which a browser says, when it connects again,
// which payload it saw last.
func (s *Stream) resume(h http.Header) *refusal {
	ids := h.Values("Last-Event-ID")
	if len(ids) == 0 || len(ids) == 1 && ids[0] == "" {
		return nil
	}
	index, err := strconv.ParseInt(ids[0], 10, 64)
	if err != nil || len(ids) > 1 || index < -1 || strconv.FormatInt(index, 10) != ids[0] {
		return refuse(malformed, "Last-Event-ID must be the id of an event of this stream: an index of the record.")
	}
	s.after, s.resumed = index, true
	return nil
}

// events answers by server-sent events, as graphql-sse's distinct connections
// have it: next for every answer, and complete. A stream that is cut off
// without complete can be gone on with.
func (s *Server) events(w http.ResponseWriter, r *http.Request, op *operation, failed *answer) {
	ctx := r.Context()
	release, no := s.take(ctx, r, new(place))
	if no != nil {
		s.refuse(w, r, plainJSON, no)
		return
	}
	answers := make(chan answer)
	s.spawn(ctx, func() {
		defer release() // not before whoever answers has noticed that nobody listens
		defer close(answers)
		pass := func(a answer) bool {
			select {
			case answers <- a:
				return true
			case <-ctx.Done():
				return false
			}
		}
		if failed != nil {
			pass(*failed)
			return
		}
		for a, ok := op.answer(); ok && pass(a); a, ok = op.answer() {
		}
	})
	e := eventWriter{s: s, w: w, to: http.NewResponseController(w)}
	if err := e.run(ctx, answers); errors.Is(err, os.ErrDeadlineExceeded) {
		s.refused("reader")
	}
}

// An eventWriter writes one stream of events. Every write has its own deadline.
type eventWriter struct {
	s  *Server
	w  http.ResponseWriter
	to *http.ResponseController
}

// run writes until there are no more answers, or there is a reason to end.
func (e eventWriter) run(ctx context.Context, answers <-chan answer) error {
	expired, stop := e.s.expired(ctx)
	defer stop()
	beat := time.NewTicker(e.s.heartbeat())
	defer beat.Stop()
	if err := e.open(); err != nil {
		return err
	}
	for {
		var err error
		select {
		case a, ok := <-answers:
			if !ok {
				return e.complete()
			}
			err = e.next(ctx, a)
		case <-beat.C:
			err = e.write([]byte(":\n\n"))
		case <-expired:
			return errors.Join(e.next(ctx, tokenExpired.answer()), e.complete())
		case <-e.s.open.stopping():
			return nil
		case <-ctx.Done():
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// open sends the headers. The server's limits are for answers in one piece, and
// its limit for reading ends with whoever asked, though they are done sending.
func (e eventWriter) open() error {
	h := e.w.Header()
	h.Set("Content-Type", string(eventStream)+"; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // or some proxies keep events until there are enough
	if err := e.to.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	e.w.WriteHeader(http.StatusOK)
	return e.write([]byte(":\n\n"))
}

func (e eventWriter) next(ctx context.Context, a answer) error {
	a, body, sent := e.s.hold(ctx, a)
	defer sent()
	var event []byte
	if a.indexed {
		event = append(strconv.AppendInt([]byte("id: "), a.index, 10), '\n')
	}
	event = append(append(event, "event: next\ndata: "...), body...) // JSON has no line breaks
	return e.write(append(event, "\n\n"...))
}

func (e eventWriter) complete() error { return e.write([]byte("event: complete\ndata:\n\n")) }

func (e eventWriter) write(p []byte) error {
	if err := e.to.SetWriteDeadline(time.Now().Add(e.s.write())); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := e.w.Write(p); err != nil {
		return err
	}
	return e.to.Flush()
}
