package projections

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/follower"
)

// apply carries one batch into the tables, which must go on where the last one
// ended. A projection that fails is set aside alone, and the batch is applied
// again without it.
func (e *Engine) apply(ctx context.Context, raw []follower.Fact) error {
	facts := make([]Fact, len(raw))
	for i, r := range raw {
		if want := e.next() + int64(i); r.Index != want {
			return fmt.Errorf("index %d came where %d should: the log skips, doubles or reorders records", r.Index, want)
		}
		var err error
		if facts[i], err = e.decode.fact(r); err != nil {
			return err
		}
	}
	e.tx.batch = facts
	root, err := e.Log.Root(ctx, raw[len(raw)-1].Index+1)
	if err != nil {
		return err
	}
	certs := e.Certificates()
	for {
		next, failed, err := e.try(ctx, facts, certs, root)
		if err == nil {
			certs = next
			break
		}
		if failed < 0 || ctx.Err() != nil {
			return err
		}
		e.setAside(ctx, certs, failed, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.certs = certs
	e.signal()
	return nil
}

// setAside sets a projection aside, and those that read its tables.
func (e *Engine) setAside(ctx context.Context, certs []Certificate, failed int, err error) {
	slog.ErrorContext(ctx, "a projection failed and is set aside; its tables answer STALE", slog.String("projection", e.All[failed].Name), slog.Any("err", err))
	certs[failed].Failed = err.Error()
	for i, p := range e.All {
		if certs[i].Failed == "" && slices.Contains(p.On, e.All[failed].Name) {
			e.setAside(ctx, certs, i, fmt.Errorf("it reads projection %s, which failed: %w", e.All[failed].Name, err))
		}
	}
}

// try applies facts in one transaction and returns the certificates that then
// are. On an error it returns which projection failed, or -1 if the fault is
// none of theirs.
func (e *Engine) try(ctx context.Context, facts []Fact, certs []Certificate, root tlog.Hash) (next []Certificate, failed int, err error) {
	if _, err := e.conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return nil, -1, err
	}
	defer func() {
		if err != nil {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			_, undo := e.conn.ExecContext(clean, `ROLLBACK`)
			err = errors.Join(err, undo)
		}
	}()
	next = slices.Clone(certs)
	for _, f := range facts {
		for i, p := range e.All {
			c := &next[i]
			if c.Failed != "" {
				continue
			}
			if err := p.applyTo(ctx, e.tx, f, c); err != nil {
				return nil, blamed(i, err), fmt.Errorf("projection %s: %s at index %d: %w", p.Name, f.Type, f.Index, err)
			}
		}
	}
	fold := folds(facts)
	for i := range next {
		c := &next[i]
		if c.Failed == "" {
			c.Next, c.Root, c.Fold = facts[len(facts)-1].Index+1, root, fold(c.Fold)
		}
		if err := writeCertificate(ctx, e.tx, *c); err != nil {
			return nil, -1, err
		}
	}
	_, err = e.conn.ExecContext(ctx, `COMMIT`)
	return next, -1, err
}

// applyTo applies f if the projection reads it and can, and counts what it
// cannot in c. Once a record it reads is withheld it stands still: what comes
// after may build on that record.
func (p Projection) applyTo(ctx context.Context, tx *Tx, f Fact, c *Certificate) error {
	if f.Withheld {
		c.Withheld++
	}
	switch {
	case !p.reads(f):
		return nil
	case f.Withheld && !p.Envelope:
		c.Reached++
		return nil
	case c.Reached > 0:
		return nil
	}
	return p.Apply(ctx, tx, f)
}

// past returns a fact from before this batch.
func (e *Engine) past(ctx context.Context, w where) (Fact, error) {
	r, err := e.Log.Again(ctx, w.Index, w.Stream, w.Version)
	if err != nil {
		return Fact{}, unread{err}
	}
	if r.Withheld {
		return Fact{}, fmt.Errorf("index %d was applied, and is withheld now", w.Index)
	}
	return e.decode.fact(r)
}

// folds returns what extends a fold by the leaves of facts. Nearly all
// projections share one fold, so each is computed once.
func folds(facts []Fact) func([32]byte) [32]byte {
	known := map[[32]byte][32]byte{}
	return func(from [32]byte) [32]byte {
		to, ok := known[from]
		if !ok {
			to = foldAll(from, facts)
			known[from] = to
		}
		return to
	}
}

// foldAll extends a fold by the leaves of facts.
func foldAll(fold [32]byte, facts []Fact) [32]byte {
	var b [64]byte
	for _, f := range facts {
		copy(b[:32], fold[:])
		copy(b[32:], f.Leaf[:])
		fold = sha256.Sum256(b[:])
	}
	return fold
}
