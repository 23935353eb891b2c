package witness_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness"
	"github.com/rapporteur-project/rapporteur/audit/witness/witnesstest"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// hostile starts what answers as it likes, and counts the requests.
func hostile(t *testing.T, answer http.HandlerFunc) (address string, n *atomic.Int64) {
	t.Helper()
	n = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		n.Add(1)
		if _, err := io.Copy(io.Discard, r.Body); err != nil { // so that an end of the connection is seen
			t.Error(err)
		}
		answer(to, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, n
}

// conflict answers 409 with each size in turn, and goes on with the last.
func conflict(kind string, sizes ...string) http.HandlerFunc {
	var n atomic.Int64
	return func(to http.ResponseWriter, _ *http.Request) {
		to.Header().Set("Content-Type", kind)
		to.WriteHeader(http.StatusConflict)
		io.WriteString(to, sizes[min(int(n.Add(1)), len(sizes))-1])
	}
}

func say(status int, body string) http.HandlerFunc {
	return func(to http.ResponseWriter, _ *http.Request) {
		to.WriteHeader(status)
		io.WriteString(to, body)
	}
}

// over returns a good answer of w to being asked for a head.
func over(t *testing.T, w *witnesstest.Witness, l *witnesstest.Log, size int64) string {
	t.Helper()
	_, signed, err := l.Head(size)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRecorder()
	body := string(format.AddCheckpoint{Checkpoint: signed}.Text())
	w.ServeHTTP(r, httptest.NewRequest("POST", "/add-checkpoint", strings.NewReader(body)))
	if r.Code != 200 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	return r.Body.String()
}

func TestHostile(t *testing.T) {
	l := newLog(t, 20)
	known := func() *witnesstest.Witness { return newSite(t, "witness.example", l).Witness }
	mine := known()
	good := over(t, mine, l, 10) // what the good witness says of size 10
	stranger := over(t, known(), l, 10)
	larger := known()
	elsewhere := over(t, larger, l, 20)
	const kind = format.SizeType
	for _, tt := range []struct {
		name   string
		key    format.Key
		answer http.HandlerFunc
		want   error  // nil: any
		says   string // in the error; empty: none is expected
		asked  int64
	}{
		{"the good one", mine.Key(), say(200, good), nil, "", 1},
		{"a stranger's signatures beside", mine.Key(), say(200, stranger+good+elsewhere), nil, "", 1},
		{"another key", mine.Key(), say(200, stranger), witness.ErrAnswer, "no verifiable signatures", 1},
		{"another checkpoint", larger.Key(), say(200, elsewhere), witness.ErrAnswer, "invalid signature", 1},
		{"another checkpoint, shown whole", larger.Key(), say(200, text(t, l, 20)+"\n"+elsewhere), witness.ErrAnswer, "not a signature line", 1},
		{"nothing", mine.Key(), say(200, ""), witness.ErrAnswer, "malformed note", 1},
		{"garbage", mine.Key(), say(200, "<html>"), witness.ErrAnswer, "not a signature line", 1},
		{"cut off", mine.Key(), say(200, strings.TrimSuffix(good, "\n")), witness.ErrAnswer, "malformed note", 1},
		{"200 signatures", mine.Key(), say(200, strings.Repeat(stranger, 200)), witness.ErrAnswer, "", 1},
		{"201", mine.Key(), say(201, good), witness.ErrAnswer, "201 Created", 1},
		{"400", mine.Key(), say(400, "bad"), witness.ErrAnswer, `400 Bad Request: "bad"`, 1},
		{"403", mine.Key(), say(403, "no"), witness.ErrRefused, "403", 1},
		{"404", mine.Key(), say(404, strings.Repeat("no", 1000)), witness.ErrUnknown, "404", 1},
		{"422 with nothing to compare", mine.Key(), say(422, ""), witness.ErrAnswer, "422", 1},
		{"429", mine.Key(), say(429, ""), witness.ErrAnswer, "429 Too Many Requests", 1},
		{"500", mine.Key(), say(500, "\x1b[31m"), witness.ErrAnswer, `500 Internal Server Error: "\x1b[31m"`, 1},
		{"409 with a greater size", mine.Key(), conflict(kind, "11\n"), witness.ErrAhead, "it is at size 11", 1},
		{"409 with the greatest size", mine.Key(), conflict(kind, "9223372036854775807\n"), witness.ErrAhead, "9223372036854775807", 1},
		{"409 with a size past all", mine.Key(), conflict(kind, "9223372036854775808\n"), witness.ErrAnswer, "plain decimal", 1},
		{"409 with a negative size", mine.Key(), conflict(kind, "-1\n"), witness.ErrAnswer, "plain decimal", 1},
		{"409 with no size", mine.Key(), conflict(kind, ""), witness.ErrAnswer, "newline", 1},
		{"409 with words", mine.Key(), conflict(kind, "ten\n"), witness.ErrAnswer, "plain decimal", 1},
		{"409 as text", mine.Key(), conflict("text/plain", "5\n"), witness.ErrAnswer, "states no size", 1},
		{"409 with parameters", mine.Key(), conflict(kind+"; charset=utf-8", "11\n"), witness.ErrAhead, "size 11", 1},
		{"409 with what it was asked from", mine.Key(), conflict(kind, "0\n"), witness.ErrAnswer, "at that size", 1},
		{"409 twice the same", mine.Key(), conflict(kind, "5\n"), witness.ErrAnswer, "at that size", 2},
		{"409 back and forth", mine.Key(), conflict(kind, "5\n", "0\n", "5\n"), nil, "somebody else", 2},
		{"409 and on", mine.Key(), conflict(kind, "5\n", "6\n", "7\n"), nil, "now at size 6", 2},
		{"409 and past the log", mine.Key(), conflict(kind, "5\n", "11\n"), witness.ErrAhead, "it is at size 11", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, n := hostile(t, tt.answer)
			c := newClient(t, format.PolicyWitness{Name: "W", Key: tt.key, URL: address})
			sig, err := ask(t, c, l, 10)
			if n.Load() != tt.asked {
				t.Errorf("asked %d times, want %d", n.Load(), tt.asked)
			}
			if tt.says == "" && tt.want == nil {
				if err != nil || sig.Hash != mine.Key().KeyHash() {
					t.Errorf("%v, %v", sig, err)
				}
				return
			}
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %v, saying: %s", err, tt.want, tt.says)
			}
			if sig != (note.Signature{}) || c.State().Size != 0 || c.State().Err == nil || len(err.Error()) > 600 {
				t.Errorf("signature %v, state %+v", sig, c.State())
			}
		})
	}
}

func text(t *testing.T, l *witnesstest.Log, size int64) string {
	t.Helper()
	head, _, err := l.Head(size)
	if err != nil {
		t.Fatal(err)
	}
	return head.Text()
}

// TestEndless has witnesses that never come to an end.
func TestEndless(t *testing.T) {
	l := newLog(t, 10)
	k := newSite(t, "witness.example", l).Key()
	flood := func(status int) http.HandlerFunc {
		return func(to http.ResponseWriter, _ *http.Request) {
			to.Header().Set("Content-Type", format.SizeType)
			to.WriteHeader(status)
			for b := []byte(strings.Repeat("1", 1<<12)); ; {
				if _, err := to.Write(b); err != nil {
					return
				}
			}
		}
	}
	for _, status := range []int{200, 404, 409, 500} {
		address, _ := hostile(t, flood(status))
		c := newClient(t, format.PolicyWitness{Name: "W", Key: k, URL: address})
		if _, err := ask(t, c, l, 10); !errors.Is(err, witness.ErrAnswer) || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("%d without end: %v", status, err)
		}
	}
	address, _ := hostile(t, func(to http.ResponseWriter, _ *http.Request) {
		to.Header().Set("X", strings.Repeat("x", 1<<16))
	})
	if _, err := ask(t, newClient(t, format.PolicyWitness{Name: "W", Key: k, URL: address}), l, 10); err == nil || !strings.Contains(err.Error(), "headers exceeded") {
		t.Errorf("large headers: %v", err)
	}
}

// TestHanging has witnesses that say nothing, or begin and say no more.
func TestHanging(t *testing.T) {
	l := newLog(t, 10)
	k := newSite(t, "witness.example", l).Key()
	head, signed, err := l.Head(10)
	if err != nil {
		t.Fatal(err)
	}
	for name, start := range map[string]func(http.ResponseWriter){
		"before the answer": func(http.ResponseWriter) {},
		"in the answer": func(to http.ResponseWriter) {
			io.WriteString(to, "— ")
			to.(http.Flusher).Flush()
		},
	} {
		address, _ := hostile(t, func(to http.ResponseWriter, r *http.Request) {
			start(to)
			<-r.Context().Done()
		})
		c := newClient(t, format.PolicyWitness{Name: "W", Key: k, URL: address})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, err := c.Ask(ctx, head, signed, l.Prove); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("hangs %s: %v", name, err)
		}
		cancel()
	}
}

// TestTurn has a question that waits for another's answer, but not for ever.
func TestTurn(t *testing.T) {
	l := newLog(t, 10)
	k := newSite(t, "witness.example", l).Key()
	arrived := make(chan struct{})
	address, n := hostile(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	c := newClient(t, format.PolicyWitness{Name: "W", Key: k, URL: address})
	head, signed, err := l.Head(10)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	first := make(chan error)
	go func() {
		_, err := c.Ask(ctx, head, signed, l.Prove)
		first <- err
	}()
	await.Value(t, arrived, "the first question to arrive")
	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if _, err := c.Ask(short, head, signed, l.Prove); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "earlier") {
		t.Errorf("the second: %v", err)
	}
	cancel(errors.New("enough"))
	if err := await.Value(t, first, "the first answer"); err == nil || n.Load() != 1 {
		t.Errorf("the first: %v, %d requests", err, n.Load())
	}
}

// TestRedirect has a witness that says it has moved: nothing goes to the new
// address, though a good witness is there.
func TestRedirect(t *testing.T) {
	l := newLog(t, 10)
	s := newSite(t, "witness.example", l)
	for _, status := range []int{301, 302, 303, 307, 308} {
		address, n := hostile(t, func(to http.ResponseWriter, r *http.Request) {
			http.Redirect(to, r, s.url+"/add-checkpoint", status)
		})
		w := s.line()
		w.URL = address
		_, err := ask(t, newClient(t, w), l, 10)
		if !errors.Is(err, witness.ErrAnswer) || !strings.Contains(err.Error(), s.url) || n.Load() != 1 || len(s.asked()) != 0 {
			t.Errorf("%d: %v, and %d requests went on", status, err, len(s.asked()))
		}
	}
}

// TestAddress has witnesses below a prefix, over https, and one that is away.
func TestAddress(t *testing.T) {
	l := newLog(t, 10)
	s := newSite(t, "witness.example", l)
	w := s.line()
	w.URL += "/"
	if _, err := ask(t, newClient(t, w), l, 10); err != nil {
		t.Errorf("a prefix with a slash: %v", err)
	}
	secure := httptest.NewTLSServer(s.Witness)
	t.Cleanup(secure.Close)
	w.URL = secure.URL
	if _, err := ask(t, newClient(t, w), l, 10); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody signed: %v", err)
	}
	c, err := witness.New(w, secure.Client().Transport)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, c, l, 10); err != nil {
		t.Errorf("https: %v", err)
	}
	away := httptest.NewServer(nil)
	w.URL = away.URL
	away.Close()
	_, err = ask(t, newClient(t, w), l, 10)
	if e, ok := errors.AsType[*url.Error](err); !ok || !strings.HasPrefix(err.Error(), fmt.Sprintf("witness W: size 10: %s %q", e.Op, away.URL+"/add-checkpoint")) {
		t.Errorf("a witness that is away: %v", err)
	}
}
