// Package timer lets the installation act when a time comes: a report is
// overdue, a commitment ends, a credential runs out, a call closes.
//
// A due timer is a row of the read models, and the command that acts on it
// takes the row away; so a timer keeps no position of its own. Whether the time
// has really come is decided by the command, in server time. Its key is made
// of the timer, the item and the moment it was due, and is stored with what it
// recorded: however often it is sent, and by how many nodes, it is recorded
// once.
package timer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/projections"
)

// A Timer asks for a command on every row that is due.
type Timer struct {
	Name string // for ever: it is part of the keys under which its commands are stored

	// Due lists due rows, the oldest first, from after on; none means that
	// there are no more.
	Due func(r projections.Reader, ctx context.Context, after *projections.Due) ([]projections.Due, error)

	// Do sends the command for one row. A refusal means that the row is not
	// due any more, or not yet.
	Do func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error)
}

// All lists the timers.
func All() []Timer {
	return []Timer{
		{"commitment.stale", projections.Reader.StaleCommitments, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Commitments.Do(ctx, d.Item, commitment.MarkStale{}, by)
		}},
		{"commitment.lapse", projections.Reader.LapsedCommitments, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Commitments.Do(ctx, d.Item, commitment.Lapse{}, by)
		}},
		{"credential.expire", projections.Reader.ExpiredCredentials, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Credentials.Do(ctx, d.Item, credential.Expire{Entity: d.Entity, Capacity: d.Capacity}, by)
		}},
		{"consultation.close", projections.Reader.ClosedCalls, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Consultations.Do(ctx, d.Item, consultation.Close{}, by)
		}},
		{"import.hide", projections.Reader.RetractedItems, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Submissions.Do(ctx, d.Item, submission.Hide{Reason: domain.ReasonCode{Policy: submission.InterimPolicy, Code: submission.ImportRetracted, Text: importRetracted.Value}}, by)
		}},
		{"import.retract_statement", projections.Reader.RetractedStatements, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Briefings.Do(ctx, d.Item, briefing.RetractItem{Item: d.Entity, Reason: importRetracted}, by)
		}},
		{"briefing.outcome_due", projections.Reader.OverdueOutcomes, func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
			return a.Briefings.Do(ctx, d.Item, briefing.ReportOutcomeDue{Outcome: d.Entity}, by)
		}},
	}
}

// importRetracted is why what came with a retracted import is taken from view.
var importRetracted = domain.Text{Language: "en", Value: "The import that this came with was retracted."}

// interval is how often due rows are looked for. Nothing that is judged by
// time waits for a timer, so seconds do not matter.
const interval = 5 * time.Second

// maxFaults is how many faults one timer takes at a time: one row's trouble does
// not keep the others waiting, and a store that is down is not asked for all.
const maxFaults = 10

// Timers runs timers on one installation. Several nodes may do so at once.
type Timers struct {
	App    *app.App
	Engine *projections.Engine
	All    []Timer
	Now    func() time.Time // nil: the system's clock
	Every  time.Duration    // how often to look; 0 for every 5 seconds

	// Turn reports whether this node is to act now; nil: it always is. It saves
	// work where there are several: a timer's key has two that act at once record
	// the same thing once.
	Turn func(context.Context) (bool, error)
}

// Run looks for due rows now and then, until ctx ends. A fault is noted, and
// what it left undone is found again the next time.
func (t *Timers) Run(ctx context.Context) error {
	every := t.Every
	if every == 0 {
		every = interval
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := t.Fire(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "timers could not all act; they try again", slog.Any("err", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Fire acts on everything that is due now. A fault of one timer does not keep
// the others from acting. While the read models are being built nothing is due.
func (t *Timers) Fire(ctx context.Context) error {
	if t.Turn != nil {
		if turn, err := t.Turn(ctx); err != nil || !turn {
			return err
		}
	}
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	r := projections.Reader{Engine: t.Engine, Now: now()}
	var errs []error
	for _, timer := range t.All {
		err := t.fire(ctx, r, timer)
		if _, building := errors.AsType[projections.Unavailable](err); building {
			return nil
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("timer %s: %w", timer.Name, err))
		}
	}
	return errors.Join(errs...)
}

// fire acts on everything that is due by one timer, a page at a time.
func (t *Timers) fire(ctx context.Context, r projections.Reader, timer Timer) error {
	var errs []error
	for after := (*projections.Due)(nil); ; {
		page, err := timer.Due(r, ctx, after)
		if err != nil || len(page) == 0 {
			return errors.Join(append(errs, err)...)
		}
		for _, d := range page {
			_, err := timer.Do(ctx, t.App, d, app.Caller{System: true, Key: timer.key(d)})
			if _, refused := errors.AsType[*domain.Error](err); err != nil && !refused {
				errs = append(errs, fmt.Errorf("%s: %w", d.Item, err))
			}
			if ctx.Err() != nil || len(errs) == maxFaults {
				return errors.Join(append(errs, ctx.Err())...)
			}
		}
		after = &page[len(page)-1]
	}
}

// key is the idempotency key of acting on d: the timer and its trigger. A row
// that is due at another moment is another trigger.
func (t Timer) key(d projections.Due) string {
	return fmt.Sprintf("timer: %s %s %s %s %d", t.Name, d.Item, d.Entity, d.Capacity, d.At.UnixMilli())
}
