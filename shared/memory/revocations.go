package memory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

const (
	// lookEvery is how often the file is looked at for what others added.
	lookEvery = 250 * time.Millisecond

	maxDead = 1000 // lines past their time that are left in the file, beside as many as are good
)

// Revocations keeps what was taken back in memory, and in a file that outlives
// the process. Other processes may add to the file meanwhile, each by
// Revocations of its own: all see everything within a second. What is past its
// time is dropped. It is safe for concurrent use.
type Revocations struct {
	now     func() time.Time // set once
	writing sync.Mutex       // held by whoever adds; taken before mu

	mu     sync.Mutex
	file   *journal                     // guarded by mu but for its lock; nil: memory alone
	all    map[string]shared.Revocation // guarded by mu
	looked time.Time                    // guarded by mu; when the file was last looked at
	fault  error                        // guarded by mu; of that look
}

var _ shared.Revocations = (*Revocations)(nil)

// OpenRevocations opens the file at path, or makes it, and reads it. An empty
// path means that nothing outlives the process. Now is the clock; nil is the
// system's.
func OpenRevocations(path string, now func() time.Time) (*Revocations, error) {
	r := &Revocations{now: now, all: map[string]shared.Revocation{}}
	if now == nil {
		r.now = time.Now
	}
	if path == "" {
		return r, nil
	}
	var err error
	if r.file, err = openJournal(path); err != nil {
		return nil, fmt.Errorf("revocations: %w", err)
	}
	if err := r.look(); err != nil {
		return nil, errors.Join(fmt.Errorf("revocations: %w", err), r.Close())
	}
	return r, nil
}

// Close closes the file.
func (r *Revocations) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.close()
}

// Revoke implements [shared.Revocations].
func (r *Revocations) Revoke(_ context.Context, one shared.Revocation) error {
	if err := one.Check(); err != nil {
		return err
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	if r.file == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.add(one)
		return nil
	}
	err := r.file.locked(func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := r.look(); err != nil {
			return err
		}
		if r.prune(); r.file.doubt != nil || r.file.lines > 2*len(r.all)+maxDead {
			if err := r.file.replace(r.written()); err != nil {
				return err
			}
		}
		if err := r.file.append(line(one)); err != nil {
			return err
		}
		r.add(one)
		return nil
	})
	if err != nil {
		return fmt.Errorf("revocations: %w", err)
	}
	return nil
}

// Revoked implements [shared.Revocations].
func (r *Revocations) Revoked(_ context.Context, issued time.Time, ids ...string) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.lookAgain(); err != nil {
		return false, err
	}
	now := r.now()
	for _, id := range ids {
		if one, ok := r.all[id]; ok && one.Covers(issued, now) {
			return true, nil
		}
	}
	return false, nil
}

// look takes in what others added. A file that somebody removed is made again
// from memory. What is wrong stays wrong until the next look.
func (r *Revocations) look() error {
	r.looked, r.fault = time.Now(), r.takeIn()
	return r.fault
}

func (r *Revocations) takeIn() error {
	lines, err := r.file.fresh()
	if errors.Is(err, errGone) {
		err = r.file.replace(r.written())
	}
	if err != nil {
		return err
	}
	for n, text := range lines {
		one, err := parse(text)
		if err != nil {
			r.file.read, r.file.lines = 0, 0 // from the start, once somebody has mended it
			return fmt.Errorf("%s: line %d of the last %d is not a revocation: mend it, or take it away if what it says can be lost: %w", r.file.path, n+1, len(lines), err)
		}
		r.add(one)
	}
	return nil
}

// All returns everything that has not passed its time.
func (r *Revocations) All(context.Context) ([]shared.Revocation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.lookAgain(); err != nil {
		return nil, err
	}
	r.prune()
	return slices.Collect(maps.Values(r.all)), nil
}

// lookAgain looks, unless it did a moment ago.
func (r *Revocations) lookAgain() error {
	// By the system's clock: it is the file that is waited for, not an expiry.
	if r.file != nil && time.Since(r.looked) >= lookEvery {
		_ = r.look() // which keeps what is wrong
		r.settle()
	}
	if r.fault != nil {
		return fmt.Errorf("revocations: %w", r.fault)
	}
	return nil
}

// settle makes the file anew where adding to it failed. If that fails too, the next
// look tries again.
func (r *Revocations) settle() {
	if r.file.doubt == nil || r.fault != nil || !r.writing.TryLock() {
		return
	}
	defer r.writing.Unlock()
	err := r.file.locked(func() error {
		if err := r.look(); err != nil {
			return err
		}
		return r.file.replace(r.written())
	})
	if err != nil {
		r.file.doubt = err
	}
}

// Fault returns why nothing can be revoked now, or nil.
func (r *Revocations) Fault() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.lookAgain(); err != nil || r.file == nil {
		return err
	}
	return r.file.doubt
}

func (r *Revocations) add(one shared.Revocation) {
	if r.now().Before(one.Until) {
		if old, ok := r.all[one.ID]; ok {
			one = one.And(old)
		}
		r.all[one.ID] = one
	}
}

// prune drops what is past its time.
func (r *Revocations) prune() {
	now := r.now()
	for id, one := range r.all {
		if !now.Before(one.Until) {
			delete(r.all, id)
		}
	}
}

// written is everything, as the file has it.
func (r *Revocations) written() [][]byte {
	var lines [][]byte
	for _, one := range r.all {
		lines = append(lines, line(one))
	}
	return lines
}

// A stored is a revocation in the file, which releases to come must read too.
type stored struct {
	ID     string `json:"id"`
	Issued int64  `json:"issued,omitempty"` // seconds since 1970
	Until  int64  `json:"until"`
}

func line(r shared.Revocation) []byte {
	s := stored{ID: r.ID, Until: r.Until.Unix()}
	if r.Until.Nanosecond() > 0 {
		s.Until++ // rather a moment too long
	}
	if !r.Issued.IsZero() {
		s.Issued = r.Issued.Unix()
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a text and two numbers always encode
	}
	return text
}

func parse(text []byte) (shared.Revocation, error) {
	var s stored
	if err := json.Unmarshal(text, &s); err != nil || s.Until <= 0 {
		return shared.Revocation{}, errors.New("not JSON with an id and until")
	}
	r := shared.Revocation{ID: s.ID, Until: time.Unix(s.Until, 0)}
	if s.Issued != 0 {
		r.Issued = time.Unix(s.Issued, 0)
	}
	return r, r.Check()
}
