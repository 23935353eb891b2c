package graph

import (
	"context"
	"sync"
)

// turns bounds how many operations are under way, in all and for each caller.
// Those beyond wait, and callers take turns: one with many waits for its own,
// and holds up nobody else. It is safe for concurrent use.
type turns struct {
	most    int // under way in all; 0: without limit
	each    int // of one caller under way
	waiting int // of one caller; more are refused

	mu    sync.Mutex
	under int                        // guarded by mu; under way
	of    map[string]int             // guarded by mu; under way, by caller; an absent key has none
	queue map[string][]chan struct{} // guarded by mu; each is closed when its turn comes
	order []string                   // guarded by mu; callers in queue, whose turn is next first
}

// take waits for the turn of who, which lasts until release is called. It
// reports false where who has too many waiting, and fails when ctx ends first.
func (t *turns) take(ctx context.Context, who string) (release func(), ok bool, err error) {
	t.mu.Lock()
	if t.free(who) && len(t.queue[who]) == 0 {
		t.begin(who)
		t.mu.Unlock()
		return sync.OnceFunc(func() { t.release(who) }), true, nil
	}
	if len(t.queue[who]) >= t.waiting {
		t.mu.Unlock()
		return nil, false, nil
	}
	turn := make(chan struct{})
	if t.queue == nil {
		t.queue = map[string][]chan struct{}{}
	}
	if len(t.queue[who]) == 0 {
		t.order = append(t.order, who)
	}
	t.queue[who] = append(t.queue[who], turn)
	t.mu.Unlock()
	select {
	case <-turn:
		return sync.OnceFunc(func() { t.release(who) }), true, nil
	case <-ctx.Done():
		t.leave(who, turn)
		return nil, true, ctx.Err()
	}
}

// free reports whether one more of who may begin. The caller holds mu.
func (t *turns) free(who string) bool {
	return (t.most == 0 || t.under < t.most) && t.of[who] < t.each
}

// begin counts one more of who. The caller holds mu.
func (t *turns) begin(who string) {
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.under++
	t.of[who]++
}

func (t *turns) release(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(who)
	t.next()
}

// end counts one less of who. The caller holds mu.
func (t *turns) end(who string) {
	t.under--
	if t.of[who]--; t.of[who] == 0 {
		delete(t.of, who)
	}
}

// next lets those begin whose turn it is. The caller holds mu.
func (t *turns) next() {
	for i := 0; i < len(t.order); {
		who := t.order[i]
		if !t.free(who) {
			i++ // at its own limit, or all are
			continue
		}
		t.begin(who)
		close(t.queue[who][0])
		t.queue[who] = t.queue[who][1:]
		t.order = append(t.order[:i], t.order[i+1:]...)
		if len(t.queue[who]) > 0 {
			t.order = append(t.order, who)
		} else {
			delete(t.queue, who)
		}
	}
}

// leave gives up waiting. A turn that came meanwhile goes to the next.
func (t *turns) leave(who string, turn chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, waits := range t.queue[who] {
		if waits != turn {
			continue
		}
		t.queue[who] = append(t.queue[who][:i:i], t.queue[who][i+1:]...)
		if len(t.queue[who]) == 0 {
			delete(t.queue, who)
			for j, o := range t.order {
				if o == who {
					t.order = append(t.order[:j], t.order[j+1:]...)
					break
				}
			}
		}
		return
	}
	t.end(who)
	t.next()
}
