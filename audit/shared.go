package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/lease"
)

// Shared is where several nodes over one store agree which head was published
// last. Each node follows the record, signs receipts and serves the published
// log by itself; the one that has the lease chooses the heads and asks the
// witnesses. Two that both believe they have it cannot publish two histories: a
// head counts once it stands in the register, which only ever moves on.
type Shared struct {
	Register eventstore.Register
	Lease    *lease.Lease // whose turn it is to publish
}

// signerName is what the head stands under in the register.
const signerName = "signer"

// Published reports whether the nodes agreed on a head.
func (s *Shared) Published(ctx context.Context) (bool, error) {
	text, _, err := s.Register.Get(ctx, signerName)
	if err != nil {
		return false, fmt.Errorf("what nodes agreed to publish: %w", err)
	}
	return len(text) > 0, nil
}

// BeginShared has nodes agree on what is published of a log that one machine
// published so far, unless they agreed on something already.
func (l *Log) BeginShared(ctx context.Context, r eventstore.Register) error {
	h, ok := l.Published()
	text, version, err := r.Get(ctx, signerName)
	if err == nil && ok && len(text) == 0 {
		err = r.Set(ctx, signerName, version, h.Note)
	}
	if err != nil {
		return fmt.Errorf("agree on the log at %d: %w", h.Size, err)
	}
	return nil
}

// An agreed head is what the register shows.
type agreed struct {
	Head
	current bool  // the key of today signed it; true for none
	version int64 // of the register
}

// agreed reads what was published last, by whichever node, and refuses it if
// this node's log is not the same log.
func (l *Log) agreed(ctx context.Context) (agreed, error) {
	text, version, err := l.Shared.Register.Get(ctx, signerName)
	if err != nil {
		return agreed{}, err
	}
	if len(text) == 0 {
		return agreed{current: true, version: version}, nil
	}
	h, current, err := l.readHead(text)
	if err != nil {
		return agreed{}, fmt.Errorf("what nodes agreed to publish, in the stream that ends with =%s: %w", signerName, err)
	}
	if size, _ := l.Follower.Head(); h.Size <= size {
		if err := l.continues(ctx, h.Checkpoint); err != nil {
			return agreed{}, fmt.Errorf("what nodes agreed to publish: %w", err)
		}
	}
	return agreed{h, current, version}, nil
}

// openShared refuses to start on a record that ends before what was published of
// it. The head was published by a node that had read all of it from the store,
// perhaps since this one did.
func (l *Log) openShared(ctx context.Context) error {
	if l.Shared == nil {
		return nil
	}
	a, err := l.agreed(ctx)
	if err != nil || a.Note == nil {
		return err
	}
	if a.Size > l.Follower.Size() {
		if err := l.Follower.CatchUp(ctx); err != nil {
			return fmt.Errorf("log: %w", err)
		}
	}
	return l.continues(ctx, a.Checkpoint)
}

// publishShared publishes as one of several nodes.
func (l *Log) publishShared(ctx context.Context) error {
	a, err := l.agreed(ctx)
	if err != nil {
		return l.stopIfForked(err)
	}
	if err := l.reaches(ctx, a); err != nil {
		return err
	}
	turn, err := l.Shared.Lease.Hold(ctx)
	if err != nil {
		return err
	}
	if turn {
		if a, err = l.propose(ctx, a); err != nil {
			return err
		}
	}
	if err := l.showAgreed(ctx, a); err != nil || !turn || a.Note == nil || a.Witnessed {
		return err
	}
	if a.Size > l.Follower.Size() {
		return nil // nothing of it is shown here yet
	}
	return l.cosign(ctx, a.Head)
}

// look shows what another node has published since this one last published. What
// keeps it from doing so keeps the next publication, which says what it is.
func (l *Log) look(ctx context.Context) {
	if a, err := l.agreed(ctx); err == nil {
		_ = l.showAgreed(ctx, a)
	}
}

// reaches refuses a head of more records than there are, which nobody could have
// published of this record. A node that is late has not numbered them yet. It is
// no reason to stop for good: a server may show an old end for a moment.
func (l *Log) reaches(ctx context.Context, a agreed) error {
	if a.Note == nil || a.Size <= l.Follower.Size() {
		return nil
	}
	whole, err := l.Follower.Whole(ctx)
	if size := l.Follower.Size(); err == nil && whole && size < a.Size {
		err = fmt.Errorf("nodes agreed to publish a log of %d records, and there are only %d: was an old backup put in place, or had somebody else the log's key?", a.Size, size)
	}
	return err
}

// propose has the nodes agree on a head over all that this one has numbered, if
// that is more than they agreed on before.
func (l *Log) propose(ctx context.Context, a agreed) (agreed, error) {
	h, err := l.sign(ctx)
	if err != nil {
		return a, err
	}
	if a.Note != nil && a.current && h.Size <= a.Size {
		return a, nil
	}
	return l.agree(ctx, a.version, h)
}

// agree puts a head in the register. If another node was first, what it put
// there is seen the next time.
func (l *Log) agree(ctx context.Context, version int64, h Head) (agreed, error) {
	if err := l.Shared.Register.Set(ctx, signerName, version, h.Note); err != nil {
		return agreed{}, fmt.Errorf("agree on the log at %d: %w", h.Size, err)
	}
	return agreed{h, true, version + 1}, nil
}

// showAgreed publishes on this node what the nodes agreed on, once it has
// numbered that much.
func (l *Log) showAgreed(ctx context.Context, a agreed) error {
	was, _ := l.Published()
	size, _ := l.Follower.Head()
	if a.Note == nil || !a.current || a.Size > size || a.Size < was.Size || string(a.Note) == string(was.Note) {
		return nil
	}
	if a.Size > was.Size || was.Note == nil {
		if err := l.publishHead(ctx, was, a.Head); err != nil {
			return fmt.Errorf("publish the log at %d: %w", a.Size, err)
		}
	}
	return l.showHead(a.Head)
}

// agreeCosigned adds the signatures of witnesses to what the nodes agreed on. If
// they have moved on meanwhile, the signatures are for nobody to wait for.
func (l *Log) agreeCosigned(ctx context.Context, h Head) error {
	if l.Shared == nil {
		return nil
	}
	a, err := l.agreed(ctx)
	if err != nil || a.Size > h.Size {
		return err
	}
	_, err = l.agree(ctx, a.version, h)
	return err
}

// stopIfForked stops the signer if err says that the log is not what was
// published.
func (l *Log) stopIfForked(err error) error {
	if !errors.Is(err, ErrForked) {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fault != nil {
		return err
	}
	return l.stop(err)
}

// release lets another node publish at once.
func (l *Log) release(ctx context.Context) error {
	if l.Shared == nil {
		return nil
	}
	return l.Shared.Lease.Release(ctx)
}
