package memstore

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A Register is an eventstore.Register held in memory. Its zero value is ready.
type Register struct {
	// Fault, if set, runs inside each Set that would change something. It says
	// whether it does and, apart from that, which error is returned. It must not
	// use the register. Change it only while no Set runs.
	Fault func() (stored bool, err error)

	mu     sync.Mutex // guards what follows
	values map[string]held
}

type held struct {
	value   []byte
	version int64
}

var _ eventstore.Register = (*Register)(nil)

// Get implements eventstore.Register.
func (r *Register) Get(ctx context.Context, name string) ([]byte, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, fmt.Errorf("register %s: %w", name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.values[name]
	return bytes.Clone(h.value), h.version, nil
}

// Set implements eventstore.Register.
func (r *Register) Set(ctx context.Context, name string, version int64, value []byte) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	if len(value) > eventstore.MaxRegister {
		return fmt.Errorf("register %s: %d bytes, the most is %d", name, len(value), eventstore.MaxRegister)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.values[name].version != version {
		return eventstore.ErrConflict
	}
	stored, err := true, error(nil)
	if r.Fault != nil {
		stored, err = r.Fault()
	}
	if !stored {
		return err
	}
	if r.values == nil {
		r.values = map[string]held{}
	}
	r.values[name] = held{bytes.Clone(value), version + 1}
	return err
}
