package transport

import (
	"context"
	"sync"
)

// A subscriber is an operation on a WebSocket, and whether its client listens.
type subscriber struct {
	c   *socket
	id  string
	end func() // ends the operation

	mu   sync.Mutex // held while a message is sent, so that none follows upon complete
	over bool       // guarded by mu; nobody listens
}

// subscribe begins an operation, or says why the connection ends.
func (c *socket) subscribe(m message) (closing, bool) {
	ctx, cancel := context.WithCancel(c.ctx)
	sub := &subscriber{c: c, id: m.id, end: cancel}
	c.mu.Lock()
	_, exists := c.subs[m.id]
	full := c.busy >= maxOperations
	if !exists && !full {
		c.subs[m.id] = sub
		c.busy++
	}
	c.mu.Unlock()
	switch {
	case exists:
		cancel()
		return twice, true
	case full:
		cancel()
		c.s.refused("connection")
		no := tooManyOperations.answer()
		return closing{}, c.write(errorMessage{ID: m.id, Type: "error", Payload: no.Errors}) != nil
	}
	c.under.Add(1)
	c.s.spawn(ctx, func() {
		defer c.under.Done()
		defer sub.leave()
		sub.run(ctx, m)
	})
	return closing{}, false
}

// complete ends an operation that its client does not want to hear of again.
// One that is not known has ended by itself.
func (c *socket) complete(id string) {
	c.mu.Lock()
	sub, ok := c.subs[id]
	delete(c.subs, id)
	c.mu.Unlock()
	if ok {
		sub.mu.Lock()
		sub.over = true
		sub.mu.Unlock()
		sub.end() // now: what it says of its end would be taken for that of the next with its id
	}
}

// leave frees the operation's place.
func (s *subscriber) leave() {
	s.end()
	s.forget()
	s.c.mu.Lock()
	s.c.busy--
	s.c.mu.Unlock()
}

// forget frees the operation's id.
func (s *subscriber) forget() {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.c.subs[s.id] == s {
		delete(s.c.subs, s.id)
	}
}

// run sends every answer, and then that there are no more. An answer without
// data is an error, which is the last word.
func (s *subscriber) run(ctx context.Context, m message) {
	op, failed := s.c.s.operation(ctx, m.params, new(Stream))
	if failed != nil {
		s.fail(*failed)
		return
	}
	for a, ok := op.answer(); ok; a, ok = op.answer() {
		a, text := s.c.s.text(ctx, a)
		if a.Data == nil {
			s.fail(a)
			return
		}
		if !s.send(nextMessage{ID: s.id, Type: "next", Payload: text}) {
			return
		}
	}
	s.forget() // before the client can know that the id is free
	s.send(plainMessage{Type: "complete", ID: s.id})
}

func (s *subscriber) fail(a answer) {
	s.forget()
	s.send(errorMessage{ID: s.id, Type: "error", Payload: a.Errors})
}

// send is false when nobody listens.
func (s *subscriber) send(m any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.over && s.c.write(m) == nil
}
