package projections

import (
	"context"
	"fmt"
	"slices"
)

// Unavailable reports that the read models are being rebuilt.
type Unavailable struct{ Done, Of int64 } // records

// Error implements error.
func (u Unavailable) Error() string {
	return fmt.Sprintf("the read models are being built: %d of %d records", u.Done, u.Of)
}

// Stale reports that a read model is behind what was asked for.
type Stale struct {
	Have, Want int64  // indexes; -1 for none
	Projection string // the one that was set aside, if that is why
}

// Error implements error.
func (s Stale) Error() string {
	if s.Projection != "" {
		return fmt.Sprintf("the read model %s failed and was set aside at index %d", s.Projection, s.Have)
	}
	return fmt.Sprintf("the read models are at index %d, not yet at %d", s.Have, s.Want)
}

// Index returns the newest index that reads answer from, or -1 for none.
func (e *Engine) Index() int64 { return e.next() - 1 }

// Await waits until the read models have applied a record, and returns its index.
func (e *Engine) Await(ctx context.Context, record string) (int64, error) {
	index, err := e.Log.Index(ctx, record)
	if err != nil {
		return 0, err
	}
	return index, e.AwaitIndex(ctx, index)
}

// AwaitIndex waits until the read models have applied the record at index.
// It fails at once with Unavailable while they are being rebuilt, and with Stale
// when all are set aside before it, or nothing can be applied now.
func (e *Engine) AwaitIndex(ctx context.Context, index int64) error {
	for {
		e.mu.Lock()
		ready, certs, fault := e.ready, e.certs, e.fault
		if e.news == nil {
			e.signal()
		}
		news, rebuilding := e.news, Unavailable{e.done, e.of}
		e.mu.Unlock()
		have := nextOf(certs) - 1
		switch {
		case !ready:
			return rebuilding
		case have >= index:
			return nil
		case fault != nil:
			return Stale{Have: have, Want: index}
		case len(certs) > 0 && allAside(certs):
			return Stale{Have: have, Want: index, Projection: certs[0].Name}
		}
		select {
		case <-ctx.Done():
			return Stale{Have: have, Want: index}
		case <-news:
		}
	}
}

// Progress returns how many records a rebuild has applied, and of how many.
func (e *Engine) Progress() (done, of int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.done, e.of
}

// reading returns the file to read named projections from, or says why not. A
// statement that reads of others besides is refused when they cannot be read.
func (e *Engine) reading(names ...string) (*statements, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.ready {
		return nil, Unavailable{e.done, e.of}
	}
	if err := toldBy(e.certs, names); err != nil {
		return nil, err
	}
	return e.reads, nil
}

// Certificates returns what each projection has seen, and the index they are at.
func (e *Engine) Certificates() []Certificate {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.certs)
}
