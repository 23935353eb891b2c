package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness"
)

// askTime bounds how long a publication waits for witnesses. The checkpoint
// itself is published before they are asked.
const askTime = 5 * time.Second

// cosign asks the witnesses to cosign a head that is published, and publishes
// their signatures with it. That some do not answer is no fault of the log.
func (l *Log) cosign(ctx context.Context, h Head) error {
	sigs, err := l.witnesses.Ask(ctx, askTime, h.Checkpoint, h.Note, l.ConsistencyProof)
	if err != nil {
		slog.WarnContext(ctx, "not all witnesses cosigned the log", slog.Int64("size", h.Size), slog.Any("err", err))
	}
	if err := l.denied(); err != nil {
		if over, unread := l.overtaken(ctx, h); over || unread != nil {
			return unread
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.stop(err)
	}
	if len(sigs) == 0 {
		return nil
	}
	return l.merge(ctx, h, sigs)
}

// denied returns an error if witnesses that could together meet the quorum say
// that they have cosigned another history. A single one that the policy does
// not rely on could otherwise stop the log by a lie.
func (l *Log) denied() error {
	var against []note.Signature
	var said error
	for i, s := range l.witnesses.States() {
		if errors.Is(s.Err, witness.ErrAhead) || errors.Is(s.Err, witness.ErrForked) {
			k := l.Policy.Witnesses[i].Key
			against, said = append(against, note.Signature{Name: k.Name(), Hash: k.KeyHash()}), errors.Join(said, fmt.Errorf("%s: %w", s.Name, s.Err))
		}
	}
	if len(against) == 0 || l.Policy.Quorum == format.QuorumNone || !l.Policy.Met(against) {
		return nil
	}
	return fmt.Errorf("%w: %w", said, ErrForked)
}

// overtaken reports whether the nodes have agreed on more than h meanwhile, as
// where this one was suspended. The witnesses have then cosigned that, and are
// asked for it by the next publication.
func (l *Log) overtaken(ctx context.Context, h Head) (bool, error) {
	if l.Shared == nil {
		return false, nil
	}
	a, err := l.agreed(ctx)
	return a.Size > h.Size, err
}

// merge publishes signatures with the head that they are for.
func (l *Log) merge(ctx context.Context, h Head, sigs []note.Signature) error {
	h, err := l.head(format.Cosigned(h.Note, sigs...))
	if err != nil {
		return fmt.Errorf("cosignatures: %w", err)
	}
	if err := l.agreeCosigned(ctx, h); err != nil {
		return err
	}
	return l.showHead(h)
}

// showHead writes the published checkpoint and what enough witnesses cosigned.
func (l *Log) showHead(h Head) error {
	if err := l.putCheckpoint(h.Note); err != nil {
		return fmt.Errorf("publish cosignatures: %w", err)
	}
	if h.Witnessed {
		if err := l.put(l.Dir, witnessedFile, h.Note); err != nil {
			return fmt.Errorf("publish cosignatures: %w", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.show(h)
	if h.Witnessed {
		l.witnessed = h
	}
	return nil
}

// head reads a signed checkpoint, and whether enough witnesses have cosigned it.
func (l *Log) head(text []byte) (Head, error) {
	c, n, err := format.OpenCheckpoint(text, l.Policy)
	if err != nil {
		return Head{}, err
	}
	witnessed := len(l.Policy.Cosigners(n.Sigs)) > 0 && l.Policy.Met(n.Sigs)
	return Head{c, text, witnessed}, nil
}

// Witnesses returns how each witness of the policy does.
func (l *Log) Witnesses() []witness.State {
	return l.witnesses.States()
}
