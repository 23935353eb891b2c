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
	exists := c.taken(m.id)
	c.mu.Lock()
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

// taken reports whether an operation has an id. One that is saying its last word
// is waited for: then the id is free.
func (c *socket) taken(id string) bool {
	of := func() *subscriber {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.subs[id]
	}
	if sub := of(); sub != nil {
		sub.await()
	}
	return of() != nil
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
		if !s.next(ctx, a) {
			return
		}
	}
	s.last(plainMessage{Type: "complete", ID: s.id})
}

// next sends one answer, and is false when it was the last. One without data is
// an error.
func (s *subscriber) next(ctx context.Context, a answer) bool {
	a, text, sent := s.c.s.hold(ctx, a)
	defer sent()
	if a.Data == nil {
		s.fail(a)
		return false
	}
	return s.send(nextMessage{ID: s.id, Type: "next", Payload: text})
}

func (s *subscriber) fail(a answer) {
	s.last(errorMessage{ID: s.id, Type: "error", Payload: a.Errors})
}

// last sends the last word and frees the id, in one: the word is of the operation
// that had the id when it was sent.
func (s *subscriber) last(m any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		_ = s.c.write(m) // a client that is gone misses nothing
	}
	s.forget()
}

// send is false when nobody listens.
func (s *subscriber) send(m any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.over && s.c.write(m) == nil
}

// await waits until what is being sent is.
func (s *subscriber) await() {
	s.mu.Lock()
	defer s.mu.Unlock()
}
