package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

// A Rotation is a change of the log's key, as the record has it.
type Rotation struct {
	Old, New   string // verifier keys
	Checkpoint []byte // the last head under the old key
}

// A replacedKey signs nothing any more.
type replacedKey struct {
	format.Key
	last format.Checkpoint // what it signed last
}

// open verifies that r is what a rotation is: the old key signed the head, and
// the new one is another of the same log.
func (r Rotation) open() (replacedKey, error) {
	was, err := format.ParseKey(r.Old)
	if err != nil {
		return replacedKey{}, err
	}
	is, err := format.ParseKey(r.New)
	if err != nil {
		return replacedKey{}, err
	}
	if was == is || was.Name() != is.Name() {
		return replacedKey{}, fmt.Errorf("%s cannot take the place of %s: it must be another key under the same name", r.New, r.Old)
	}
	c, _, err := format.OpenCheckpoint(r.Checkpoint, format.Policy{Logs: []format.PolicyLog{{Key: was}}})
	return replacedKey{was, c}, err
}

// openReplaced verifies all rotations: the log must continue what each key
// signed last.
func (l *Log) openReplaced(ctx context.Context) error {
	l.replaced = nil
	for _, r := range l.Rotations {
		k, err := r.open()
		if err == nil {
			err = l.continues(ctx, k.last)
		}
		if err != nil {
			return fmt.Errorf("the record says that %s took the place of %s as the log's key: %w", r.New, r.Old, err)
		}
		l.replaced = append(l.replaced, k)
	}
	return nil
}

// headBefore reads a head that a replaced key signed while it was the log's.
// If none did, the error is why.
func (l *Log) headBefore(text []byte, why error) (Head, error) {
	for _, k := range l.replaced {
		c, _, err := format.OpenCheckpoint(text, format.Policy{Logs: []format.PolicyLog{{Key: k.Key}}})
		if err != nil {
			continue
		}
		if c.Size > k.last.Size {
			return Head{}, fmt.Errorf("it is of %d records, and %s was replaced after %d: somebody else has that key: %w", c.Size, k.Key, k.last.Size, ErrForked)
		}
		return Head{Checkpoint: c, Note: text}, nil
	}
	return Head{}, why
}

// Unfinished returns the last rotation if nothing was published under its new
// key yet: something came in between.
func (l *Log) Unfinished() (Rotation, bool) {
	if _, published := l.Published(); published || l.before.Origin == "" {
		return Rotation{}, false
	}
	return l.Rotations[len(l.Rotations)-1], true
}

// What stands beside the key while it is replaced.
const (
	nextKey = ".next" // made, and not the log's unless the record names it
	oldKey  = ".old"  // about to be destroyed
)

// OpenRotatedKey opens the key of a log of which the record names rotations, as
// OpenKey does where there are none. What a crash cut off of the last one is
// finished first. A key that the record does not name is refused.
func OpenRotatedKey(path, origin string, rotations []Rotation) (*Key, error) {
	if len(rotations) == 0 {
		return OpenKey(path, origin)
	}
	last := rotations[len(rotations)-1]
	k, err := ReadKey(path)
	if err == nil && k.VKey == last.Old {
		k, err = finish(path, last)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil || k.VKey != last.New {
		return nil, fmt.Errorf("%s is not the key that the record names, %s: put that one back, from a backup made after the last rotation", path, last.New)
	}
	if err := keyfile.Destroy(path+oldKey, path); err != nil {
		return nil, fmt.Errorf("destroy the old key of the log: %w", err)
	}
	return k, k.named(origin)
}

// ReadRotatedKey reads the key that OpenRotatedKey would open, and leaves all
// files as they are: what a crash cut off is not finished.
func ReadRotatedKey(path string, rotations []Rotation) (*Key, error) {
	k, err := ReadKey(path)
	if err != nil || len(rotations) == 0 {
		return k, err
	}
	last := rotations[len(rotations)-1]
	if k.VKey == last.Old {
		if k, err = ReadKey(path + nextKey); err != nil {
			return nil, err
		}
	}
	if k.VKey != last.New {
		return nil, fmt.Errorf("%s is not the key that the record names, %s: put that one back, from a backup made after the last rotation", path, last.New)
	}
	return k, nil
}

// finish puts the new key of a recorded rotation in the place of the old one.
func finish(path string, r Rotation) (*Key, error) {
	next, err := ReadKey(path + nextKey)
	if err != nil {
		return nil, err
	}
	if next.VKey != r.New {
		return next, nil // for the caller to refuse
	}
	if err := errors.Join(keyfile.Keep(path, path+oldKey), keyfile.Move(path+nextKey, path)); err != nil {
		return nil, fmt.Errorf("replace the key of the log: %w", err)
	}
	return next, nil
}

// A rotating log is one whose key is being replaced.
type rotating struct {
	log    *Log // under the old key
	path   string
	record func(context.Context, Rotation) error

	next *Key
	Rotation
	after *Log // under the new key
}

// Rotate gives the log a new key, in the file at path, and returns the log under
// it. It has record store the rotation; only then is the new key the log's. Cut
// off before that, nothing has changed, and the next Rotate takes the same new
// key; cut off later, OpenRotatedKey goes on. Nothing else may use the log, and
// it is of no use afterwards.
func (l *Log) Rotate(ctx context.Context, path string, record func(context.Context, Rotation) error) (*Log, error) {
	r := &rotating{log: l, path: path, record: record}
	for _, s := range r.steps() {
		if err := s.do(ctx); err != nil {
			return nil, fmt.Errorf("rotate the log's key: %s: %w", s.name, err)
		}
	}
	return r.after, nil
}

// A step is durable when it returns.
type step struct {
	name string
	do   func(context.Context) error
}

// steps are in an order in which no key signs that the record does not name,
// and none is lost that it does name.
func (r *rotating) steps() []step {
	return []step{
		{"publish the last head under the old key", r.publishLast},
		{"make the new key", r.makeKey},
		{"record it", func(ctx context.Context) error { return r.record(ctx, r.Rotation) }},
		{"keep the old key aside", func(context.Context) error { return keyfile.Keep(r.path, r.path+oldKey) }},
		{"put the new key in its place", func(context.Context) error { return keyfile.Move(r.path+nextKey, r.path) }},
		{"destroy the old key", func(context.Context) error { return keyfile.Destroy(r.path+oldKey, r.path) }},
		{"open the log under the new key", r.open},
		{"publish under the new key", func(ctx context.Context) error { return r.after.Publish(ctx) }},
	}
}

// publishLast numbers and publishes what other nodes recorded until they stopped.
func (r *rotating) publishLast(ctx context.Context) error {
	if err := r.log.Follower.CatchUp(ctx); err != nil {
		return err
	}
	return r.log.Publish(ctx)
}

// makeKey makes the new key, or takes one that was made and never recorded.
func (r *rotating) makeKey(context.Context) (err error) {
	if r.next, err = OpenKey(r.path+nextKey, r.log.Key.Origin); err != nil {
		return err
	}
	h, ok := r.log.Published()
	if size := r.log.Follower.Size(); !ok || h.Size != size {
		return fmt.Errorf("%d records are numbered, and %d published", size, h.Size)
	}
	r.Rotation = Rotation{r.log.Key.VKey, r.next.VKey, h.Note}
	_, err = r.Rotation.open()
	return err
}

func (r *rotating) open(ctx context.Context) error {
	l := r.log
	r.after = &Log{Follower: l.Follower, Key: r.next, Dir: l.Dir, Every: l.Every, Policy: l.Policy, Shared: l.Shared, Rotations: append(slices.Clone(l.Rotations), r.Rotation)}
	return r.after.Open(ctx)
}
