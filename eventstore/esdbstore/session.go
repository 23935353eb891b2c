package esdbstore

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/metadata"
)

// abandonAfter is how long a client that was given up is left to its calls.
// Those that hang in it never end but by its end.
const abandonAfter = time.Minute

var errClosed = errors.New("the store is closed")

// A session makes clients. One that has lost its way is given up for a new one:
// reads of the client never fail over by themselves, and after a discovery in
// vain it answers nobody any more. Callers that failed together do not give up
// the new client too, since each says which one failed.
type session struct {
	conf *esdb.Configuration // set once

	mu     sync.Mutex
	now    *client // nil: to be made
	closed bool
}

// A client is one generation. It is closed when it was given up and its calls
// have ended, since to close it under them makes them panic.
type client struct {
	*esdb.Client
	calls   int // guarded by session.mu, as what follows
	givenUp bool
	shut    sync.Once
}

// current returns the client of now for one call, which must end with done.
func (s *session) current() (*client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	if s.now == nil {
		c, err := esdb.NewClient(s.conf) // does not connect yet
		if err != nil {
			return nil, err
		}
		s.now = &client{Client: c}
	}
	s.now.calls++
	return s.now, nil
}

// done ends a call of c, whose error, if any, says whether c is lost.
func (s *session) done(c *client, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.calls--
	if kindOf(err) == lost {
		s.giveUp(c)
	}
	if c.givenUp && c.calls == 0 {
		c.close()
	}
}

// elsewhere gives up the client of now, whichever it is.
func (s *session) elsewhere() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil {
		s.giveUp(s.now)
	}
}

// renew gives up c.
func (s *session) renew(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveUp(c)
}

// giveUp has the session locked.
func (s *session) giveUp(c *client) {
	if c.givenUp {
		return
	}
	c.givenUp = true
	if s.now == c {
		s.now = nil
	}
	if c.calls == 0 {
		c.close()
		return
	}
	time.AfterFunc(abandonAfter, c.close)
}

// close frees what the client holds. It never fails.
func (c *client) close() { c.shut.Do(func() { _ = c.Client.Close() }) }

// close lets calls under way end.
func (s *session) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.now != nil {
		s.giveUp(s.now)
	}
	return nil
}

// ask calls the client once, for no longer than one try may take.
func ask[T any](ctx context.Context, s *session, f func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	c, err := s.current()
	if err != nil {
		return none, err
	}
	type answer struct {
		value T
		err   error
	}
	given := make(chan answer, 1) // nobody may wait for it any more
	try, cancel := context.WithTimeout(leading(ctx), tryTime)
	defer cancel()
	var value T
	spawn(func() (err error) { value, err = f(try, c.Client); return err }, func(err error) {
		if err = troubled(err); ctx.Err() != nil {
			s.done(c, nil) // it is the caller who gave up
		} else {
			s.done(c, err)
		}
		given <- answer{value, err}
	})
	select {
	case a := <-given:
		return a.value, a.err
	case <-try.Done():
		if ctx.Err() == nil {
			s.renew(c) // it may hang for ever
		}
		return none, troubled(try.Err())
	}
}

// leading asks for the leader. The client means to, and puts it where nothing
// is sent from.
func leading(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}
