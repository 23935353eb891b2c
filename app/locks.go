package app

import (
	"context"
	"sync"
)

// keyedLocks holds one lock per key while anybody wants it.
type keyedLocks struct {
	mu sync.Mutex // guards m
	m  map[string]*keyedLock
}

type keyedLock struct {
	held chan struct{} // full while somebody holds the lock
	want int           // how many hold or wait; guarded by keyedLocks.mu
}

// lock waits for key, or for ctx to end. The caller must call unlock once.
func (l *keyedLocks) lock(ctx context.Context, key string) (unlock func(), err error) {
	l.mu.Lock()
	if l.m == nil {
		l.m = map[string]*keyedLock{}
	}
	k := l.m[key]
	if k == nil {
		k = &keyedLock{held: make(chan struct{}, 1)}
		l.m[key] = k
	}
	k.want++
	l.mu.Unlock()
	select {
	case k.held <- struct{}{}:
		return func() { <-k.held; l.leave(key, k) }, nil
	case <-ctx.Done():
		l.leave(key, k)
		return nil, ctx.Err()
	}
}

func (l *keyedLocks) leave(key string, k *keyedLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.want--; k.want == 0 {
		delete(l.m, key)
	}
}
