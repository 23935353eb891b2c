// Package audit makes the record something that anybody can check: it signs
// the log's heads, hands out receipts, and publishes the log as files.
//
// The log itself is the follower's: one entry a record, in its order. Here it
// is signed. Before a signature leaves, the size and the root that it is for
// are durable in log.db, and it is never for a smaller tree than an earlier
// one, nor for another one of the same size. If that would happen, somebody
// has put an old backup in place or rewritten the record: the signer stops for
// good, as an incident.
package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness"
	"github.com/rapporteur-project/rapporteur/follower"
)

// ErrForked reports that the log is not a continuation of what was signed.
var ErrForked = errors.New("the log is not a continuation of what was signed before")

// A Head is a signed head of the log.
type Head struct {
	format.Checkpoint
	Note      []byte // the checkpoint with its signatures
	Witnessed bool   // enough witnesses have cosigned it
}

// covers reports whether the record at index is in the tree.
func (h Head) covers(index int64) bool { return h.Note != nil && h.Size > index }

// A Log signs, proves and publishes. Open it first; Run it once; everything
// else is safe for concurrent use.
type Log struct {
	Follower *follower.Follower
	Key      *Key
	Dir      string        // the files that are published
	Every    time.Duration // how often: default 10 s, so that they are no clock of intake
	Tried    func()        // called after each attempt to publish in Run; nil: nobody is told
	Policy   format.Policy // the witnesses; Open adds the log itself
	Shared   *Shared       // where nodes agree on what is published; nil: there is one node

	// Rotations are all changes of the key that the record names, oldest first.
	Rotations []Rotation

	// ReadOnly leaves Dir as it is: nothing is published.
	ReadOnly bool

	replaced  []replacedKey     // those of Rotations; set by Open
	before    format.Checkpoint // what Dir shows when Open finds it under a replaced key
	witnesses *witness.Witnesses
	fail      func(file string) (stored bool, err error) // in tests: what becomes of a write

	writing   sync.Mutex // guards the files in Dir; taken before mu
	stands    []byte     // what the published checkpoint should say; guarded by writing
	attempted []byte     // what it may say as well, where writing it failed; guarded by writing

	mu        sync.Mutex
	flaws     []Flaw        // what the last comparison found, and what proofs found since
	signed    Head          // the newest
	published Head          // what Dir shows
	witnessed Head          // the newest that enough witnesses have cosigned
	given     []Head        // signed since, the smallest first
	news      chan struct{} // closed when published changes; nil: nobody waits
	trouble   error         // why the last publication failed, if it did
	fault     error         // why nothing is signed any more; an incident
}

// Open compares the log with what was published of it, and numbers what has
// been stored meanwhile. The follower must not run yet.
func (l *Log) Open(ctx context.Context) error {
	if err := l.Follower.CheckEdge(ctx); err != nil {
		return err
	}
	if err := l.Follower.CatchUp(ctx); err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if err := l.openReplaced(ctx); err != nil {
		return err
	}
	if err := l.openPolicy(); err != nil {
		return err
	}
	if !l.ReadOnly {
		if err := tidy(l.Dir); err != nil {
			return err
		}
	}
	for _, h := range []struct {
		file string
		into *Head
	}{{checkpointFile, &l.published}, {witnessedFile, &l.witnessed}} {
		was, current, err := l.read(ctx, h.file)
		switch {
		case err != nil:
			return err
		case current:
			*h.into = was
		case h.file == checkpointFile:
			l.before = was.Checkpoint
		}
	}
	l.signed = l.published
	return l.openShared(ctx)
}

// openPolicy adds the log itself to the policy, and takes out its replaced keys.
func (l *Log) openPolicy() error {
	key, err := format.ParseKey(l.Key.VKey)
	if err != nil {
		return fmt.Errorf("key of the log: %w", err)
	}
	if l.Policy.Quorum == "" {
		l.Policy.Quorum = format.QuorumNone
	}
	l.Policy.Logs = slices.DeleteFunc(slices.Clone(l.Policy.Logs), func(p format.PolicyLog) bool {
		return slices.ContainsFunc(l.replaced, func(r replacedKey) bool { return r.Key == p.Key })
	})
	if l.Policy, err = l.Policy.WithLog(key); err != nil {
		return err
	}
	l.witnesses, err = witness.NewWitnesses(l.Policy, nil)
	return err
}

// read returns the head in a published file, and whether the key of today
// signed it; a zero one if there is no file.
func (l *Log) read(ctx context.Context, file string) (h Head, current bool, err error) {
	path := filepath.Join(l.Dir, file)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Head{}, true, nil
	}
	if err != nil {
		return Head{}, false, fmt.Errorf("published log: %w", err)
	}
	if file == checkpointFile {
		l.stands = text
	}
	if h, current, err = l.readHead(text); err != nil {
		return Head{}, false, fmt.Errorf("%s: %w", path, err)
	}
	if err := l.continues(ctx, h.Checkpoint); err != nil {
		return Head{}, false, fmt.Errorf("%s: %w", path, err)
	}
	return h, current, nil
}

// readHead reads a head of this log, and whether the key of today signed it or
// one that was replaced.
func (l *Log) readHead(text []byte) (h Head, current bool, err error) {
	if h, err = l.head(text); err == nil {
		return h, true, nil
	}
	if h, err = l.headBefore(text, err); err != nil && !errors.Is(err, ErrForked) {
		err = fmt.Errorf("it is not signed by the key of this log, %s: put back the key it was signed with, or the file: %w", l.Key.VKey, err)
	}
	return h, false, err
}

// continues refuses if the log is not a continuation of an earlier head.
func (l *Log) continues(ctx context.Context, was format.Checkpoint) error {
	size, _ := l.Follower.Head()
	if was.Size > size {
		return fmt.Errorf("a log of %d records was signed, and there are only %d: was an old backup put in place?: %w", was.Size, size, ErrForked)
	}
	root, err := l.Follower.Root(ctx, was.Size)
	if err != nil {
		return err
	}
	if root != was.Root {
		return fmt.Errorf("the first %d records have the root %s, and a log with the root %s was signed: the record was rewritten: %w", was.Size, root, was.Root, ErrForked)
	}
	return nil
}

// stop ends signing for good.
func (l *Log) stop(err error) error {
	slog.Error("the log's signer stopped: nothing more is signed until somebody has looked", slog.Any("err", err))
	l.fault = err
	return err
}

// sign returns a head over all that is numbered.
func (l *Log) sign(ctx context.Context) (Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fault != nil {
		return Head{}, fmt.Errorf("the log's signer has stopped: %w", l.fault)
	}
	size, root := l.Follower.Head() // both are durable
	if l.signed.Note != nil && l.signed.Size == size && l.signed.Root == root {
		return l.signed, nil
	}
	if l.signed.Note != nil {
		if err := l.continues(ctx, l.signed.Checkpoint); err != nil {
			if errors.Is(err, ErrForked) {
				err = l.stop(err)
			}
			return Head{}, err
		}
	}
	c := format.Checkpoint{Origin: l.Key.Origin, Size: size, Root: root}
	text, err := c.Sign(l.Key.signer)
	if err != nil {
		return Head{}, fmt.Errorf("sign the log at %d: %w", size, err)
	}
	l.signed = Head{Checkpoint: c, Note: text}
	l.give(l.signed)
	return l.signed, nil
}

// Covering returns a head of a log that has the record at index: a witnessed
// one if there is one, else the published one, else the first one that was
// signed for a receipt, else one signed at once, which is not published.
func (l *Log) Covering(ctx context.Context, index int64) (Head, error) {
	if h, ok := l.shown(index); ok {
		return h, nil
	}
	if err := l.Follower.Wait(ctx, index+1); err != nil {
		return Head{}, err
	}
	if h, ok := l.shown(index); ok { // another receipt's, meanwhile
		return h, nil
	}
	return l.sign(ctx)
}

// newest returns a head over all that is numbered, with the signatures of
// witnesses if it has been published.
func (l *Log) newest(ctx context.Context) (Head, error) {
	h, err := l.sign(ctx)
	if err != nil {
		return Head{}, err
	}
	if p, ok := l.Published(); ok && p.Size == h.Size {
		return p, nil
	}
	return h, nil
}

// Fault returns why nothing is signed any more, or nil. Then no receipt can be
// given, and nothing more should be recorded.
func (l *Log) Fault() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fault
}

// Trouble returns why the last publication failed, or nil. It is tried again.
func (l *Log) Trouble() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trouble
}
