package main

import (
	"runtime"
	"sync"
)

// A group commits together what is asked for at the same time: the first to
// come commits for all. It is what the baselines have in place of a store.
type group[T any] struct {
	commit func([]T) error
	turn   chan struct{} // holds one token while somebody commits

	mu    sync.Mutex // guards queue
	queue []asked[T]
}

type asked[T any] struct {
	what   T
	answer chan error // holds one
}

func newGroup[T any](commit func([]T) error) *group[T] {
	return &group[T]{commit: commit, turn: make(chan struct{}, 1)}
}

// do returns when what is committed.
func (g *group[T]) do(what T) error {
	a := asked[T]{what, make(chan error, 1)}
	g.mu.Lock()
	g.queue = append(g.queue, a)
	g.mu.Unlock()
	select {
	case err := <-a.answer:
		return err
	case g.turn <- struct{}{}:
		g.lead()
		return <-a.answer
	}
}

func (g *group[T]) lead() {
	defer func() { <-g.turn }()
	runtime.Gosched() // lets those just answered queue again
	g.mu.Lock()
	queue := g.queue
	g.queue = nil
	g.mu.Unlock()
	if len(queue) == 0 {
		return
	}
	all := make([]T, len(queue))
	for i, a := range queue {
		all[i] = a.what
	}
	err := g.commit(all)
	for _, a := range queue {
		a.answer <- err
	}
}
