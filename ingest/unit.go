package ingest

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/domain"
)

// atOnce is how many commands are under way at a time: enough for the store to
// put several into one commit.
const atOnce = 16

// A unit is rows that are accepted or rejected together: those of one item.
type unit struct {
	file       *FileSums // that the item counts in
	rows       []row
	moderation string // of the source, if it has one
	aside      bool   // it makes no item of its own

	// do records the item, and reports whether that is new. A refusal, be it a
	// *domain.Error or a *Refused, rejects the rows; any other error ends the
	// import.
	do func(context.Context) (isNew bool, err error)
}

// A crew carries out units side by side.
type crew struct {
	i   *Import
	g   *errgroup.Group
	ctx context.Context // of this one run: ends when a unit fails
}

func (i *Import) crew(ctx context.Context) *crew {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	return &crew{i, g, ctx}
}

// take waits until somebody is free to carry out u. Units that are under way
// when the import is interrupted are completed: nothing is left in doubt.
func (c *crew) take(u unit) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	c.g.Go(func() error { return c.i.carry(context.WithoutCancel(c.ctx), u) })
	return nil
}

// wait waits for the last, and returns why the work ended early: err, which
// the caller met, or what a unit did.
func (c *crew) wait(err error) error {
	if of := c.g.Wait(); of != nil {
		return of
	}
	return err
}

// carry records a unit and adds what came of it to the sums.
func (i *Import) carry(ctx context.Context, u unit) error {
	isNew, err := u.do(ctx)
	if why := reason(err); why != "" {
		return i.reject(u.file, why, 1, u.rows...)
	}
	if err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	one := Count{All: 1, Accepted: 1}
	if isNew {
		one.New = 1
	}
	if !u.aside {
		u.file.Items.add(one)
	}
	for _, r := range u.rows {
		r.of.Rows.add(one)
	}
	if u.moderation != "" {
		if u.file.Moderation == nil {
			u.file.Moderation = map[string]int64{}
		}
		u.file.Moderation[u.moderation]++
	}
	i.done.Add(int64(len(u.rows)))
	return nil
}

// reason says to the person who imports why something was refused. It is
// empty for a fault, and for what only others kept busy: to try again helps.
func reason(err error) string {
	if r, ok := errors.AsType[*Refused](err); ok {
		return r.Msg
	}
	r, ok := errors.AsType[*domain.Error](err)
	switch {
	case !ok || r.Code == domain.Busy:
		return ""
	case r.Code == domain.IdempotencyKeyReused:
		return "It was imported before with other content, or other settings. What was recorded then stays."
	}
	return r.Msg
}

// reject notes that rows, which were to make so many items of f, are not
// accepted.
func (i *Import) reject(f *FileSums, why string, items int64, rows ...row) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	f.Items.add(Count{All: items, Rejected: items})
	i.done.Add(int64(len(rows)))
	for _, r := range rows {
		r.of.Rows.add(Count{All: 1, Rejected: 1})
		if err := i.Rejects.add(r, why); err != nil {
			return err
		}
	}
	return nil
}
