package transport

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// A closing is a code of graphql-transport-ws with a reason; the zero one says
// that the other side is gone.
type closing struct {
	code   websocket.StatusCode
	reason string
}

// The closings. The reference client tries again after forbidden and late, and
// gives up after the others.
var (
	invalid    = closing{4400, "Invalid message"}
	tooEarly   = closing{4401, "Unauthorized: subscribe after connection_ack"}
	forbidden  = closing{4403, "Forbidden"}
	outOfDate  = closing{4403, "Forbidden: the token has expired"}
	wrongWords = closing{4406, "Subprotocol not acceptable: speak graphql-transport-ws"}
	late       = closing{4408, "Connection initialisation timeout"}
	twice      = closing{4409, "Subscriber already exists"}
	twiceInit  = closing{4429, "Too many initialisation requests"}
	throng     = closing{4429, "Too many connections"}
	broken     = closing{4500, "Internal server error"}
	tooBig     = closing{websocket.StatusMessageTooBig, "Message too big"}
	goodbye    = closing{websocket.StatusGoingAway, "The server is about to stop"}
)

// A socket is one WebSocket. Its messages are read by one goroutine, which
// alone touches what is not guarded.
type socket struct {
	s   *Server
	r   *http.Request // that opened it
	ws  *websocket.Conn
	end func() // ends what is under way

	ctx     context.Context // that operations run under: who asks, once that is known
	acked   chan struct{}   // closed once connection_init was accepted
	place   *place          // among the open streams
	crowded chan struct{}   // closed when it shall make room for a newer one
	release func()          // of its place

	under sync.WaitGroup // operations under way

	mu   sync.Mutex
	subs map[string]*subscriber // guarded by mu; by id
	busy int                    // guarded by mu; operations under way, also those that nobody listens to any more
}

// newSocket returns a socket that is about to be opened.
func (s *Server) newSocket(r *http.Request) *socket {
	c := &socket{s: s, r: r, acked: make(chan struct{}), crowded: make(chan struct{}), subs: map[string]*subscriber{}}
	c.place = &place{idle: c.idle, end: sync.OnceFunc(func() { close(c.crowded) })}
	return c
}

// idle reports whether nothing is under way.
func (c *socket) idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busy == 0
}

// serve reads messages until either side has had enough.
func (c *socket) serve(ws *websocket.Conn) {
	s := c.s
	ctx, cancel := context.WithCancel(c.r.Context())
	c.ws, c.end, c.ctx = ws, cancel, ctx
	defer c.under.Wait()
	defer cancel()
	if ws.Subprotocol() != subprotocol {
		c.close(wrongWords)
		return
	}
	ws.SetReadLimit(-1) // the limit is ours, so that its closing is heard
	watched := make(chan struct{})
	s.spawn(ctx, func() {
		defer close(watched)
		c.watch(ctx)
	})
	why := broken
	_ = s.guard(ctx, func() { why = c.read() })
	c.close(why)
	<-watched
}

// close ends the connection, and what is under way on it.
func (c *socket) close(why closing) {
	c.end()
	if why == (closing{}) {
		_ = c.ws.CloseNow()
		return
	}
	_ = c.ws.Close(why.code, why.reason) // whether or not the other side agrees
}

// watch ends the connection for reasons of time.
func (c *socket) watch(ctx context.Context) {
	wait := time.NewTimer(c.s.waiting())
	defer wait.Stop()
	select {
	case <-c.acked:
	case <-wait.C:
		c.s.refused("init")
		c.close(late)
		return
	case <-c.crowded:
		c.s.refused("streams")
		c.close(throng)
		return
	case <-c.s.open.stopping():
		c.close(goodbye)
		return
	case <-ctx.Done():
		return
	}
	expired, stop := c.s.expired(c.ctx)
	defer stop()
	beat := time.NewTicker(c.s.heartbeat())
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			if !c.alive() {
				c.close(closing{})
				return
			}
		case <-expired:
			c.close(outOfDate)
			return
		case <-c.crowded:
			c.s.refused("streams")
			c.close(throng)
			return
		case <-c.s.open.stopping():
			c.close(goodbye)
			return
		case <-ctx.Done():
			return
		}
	}
}

func (c *socket) alive() bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), c.s.write())
	defer cancel()
	return c.ws.Ping(ctx) == nil
}

// read takes messages until there is a reason to end.
func (c *socket) read() closing {
	for {
		// A context that ended would cut the connection off, without a reason.
		kind, from, err := c.ws.Reader(context.WithoutCancel(c.r.Context()))
		if err != nil {
			return closing{}
		}
		most := maxBody
		if !c.isAcked() {
			most = maxInit
		}
		text, err := io.ReadAll(io.LimitReader(from, int64(most)+1))
		if err != nil {
			return closing{}
		}
		if len(text) > most {
			c.s.refused("message")
			return tooBig
		}
		m, ok := readMessage(text)
		if kind != websocket.MessageText || !ok {
			return invalid
		}
		if why, over := c.take(m); over {
			return why
		}
	}
}

func (c *socket) isAcked() bool {
	select {
	case <-c.acked:
		return true
	default:
		return false
	}
}

// take does what a message says, or returns why the connection ends.
func (c *socket) take(m message) (why closing, over bool) {
	switch m.kind {
	case "connection_init":
		return c.signIn(m.payload)
	case "ping":
		return closing{}, c.write(plainMessage{Type: "pong"}) != nil
	case "subscribe":
		if !c.isAcked() {
			return tooEarly, true
		}
		return c.subscribe(m)
	case "complete":
		c.complete(m.id)
	}
	return closing{}, false
}

// signIn moves the connection from those that have not said who they are to its
// person's, or to those of the public at its address.
func (c *socket) signIn(payload map[string]any) (closing, bool) {
	if c.isAcked() {
		return twiceInit, true
	}
	if c.s.SignIn != nil {
		ctx, err := c.s.SignIn(c.ctx, payload)
		if err != nil {
			return forbidden, true
		}
		c.ctx = ctx
	}
	mine := c.place
	if c.s.caller(c.ctx) != "" {
		mine = new(place) // a person's make no room: whoever signs in means to stay
	}
	release, no := c.s.take(c.ctx, c.r, mine)
	if no != nil {
		return map[*refusal]closing{tooManyStreams: throng, goingAway: goodbye}[no], true
	}
	c.release()
	c.release = release
	close(c.acked)
	return closing{}, c.write(plainMessage{Type: "connection_ack"}) != nil
}

// write sends a message. Its error says that the connection is over.
func (c *socket) write(m any) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), c.s.write())
	defer cancel()
	err = c.ws.Write(ctx, websocket.MessageText, text)
	if err != nil && ctx.Err() != nil {
		c.s.refused("reader")
	}
	return err
}
