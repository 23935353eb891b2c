package domaintest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Walker sends random commands to aggregates of one kind, from nothing on.
type Walker[C domain.Command, S any, E domain.Event] struct {
	Decider domain.Decider[C, S, E]

	// Begin begins a walk of the aggregate with an id, and returns what gives
	// its next command.
	Begin func(r *rapid.T, id domain.ID) func() (C, domain.Cause)
}

// A Step of a walk is a command that was accepted and gave events.
type Step struct {
	Cause  domain.Cause
	Events []domain.Event
	States []any // after each of the events; of the aggregate's type
}

// Name returns the category of the aggregates.
func (w Walker[C, S, E]) Name() string { return w.Decider.Category }

// Commands returns the zero value of every command in the table of transitions.
func (w Walker[C, S, E]) Commands() []domain.Command {
	known := map[reflect.Type]domain.Command{}
	for _, moves := range w.Decider.Table {
		for _, m := range moves {
			known[reflect.TypeOf(m.Do)] = m.Do
		}
	}
	var all []domain.Command
	for _, c := range known {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b domain.Command) int { return strings.Compare(nameOf(a), nameOf(b)) })
	return all
}

func nameOf(c any) string { return reflect.TypeOf(c).Name() }

// Run decides c on a state that a Step has.
func (w Walker[C, S, E]) Run(state any, c domain.Command, by domain.Cause) ([]domain.Event, error) {
	events, err := w.Decider.Run(state.(S), c.(C), by)
	return plain(events), err
}

func plain[E domain.Event](events []E) []domain.Event {
	var all []domain.Event
	for _, e := range events {
		all = append(all, e)
	}
	return all
}

// Walk sends a number of commands to the aggregate with an id, and returns
// those that gave events.
func (w Walker[C, S, E]) Walk(r *rapid.T, id domain.ID, commands int) []Step {
	var s S
	var steps []Step
	next := w.Begin(r, id)
	for range commands {
		c, by := next()
		events, err := w.Decider.Run(s, c, by)
		if err != nil || len(events) == 0 {
			continue
		}
		step := Step{Cause: by, Events: plain(events)}
		for _, e := range events {
			s = w.Decider.Fold(w.Decider.Copy(s), e)
			step.States = append(step.States, s)
		}
		steps = append(steps, step)
	}
	return steps
}

// Table checks that the table of transitions is the truth: what it does not
// list is refused, what it lists leads only where it says, every row is
// reachable, and folding a copy of a state leaves the state alone.
func (w Walker[C, S, E]) Table(t *testing.T) {
	t.Helper()
	reached := map[string]bool{}
	for rounds := 0; rounds < 50 && (rounds == 0 || len(missing(w.Decider.Table, reached)) > 0); rounds++ {
		rapid.Check(t, func(r *rapid.T) { w.table(r, reached) })
	}
	for _, m := range missing(w.Decider.Table, reached) {
		t.Errorf("the table says %s; no walk got there", m)
	}
}

// missing lists the rows of a table that no walk has reached.
func missing(t domain.Table, reached map[string]bool) []string {
	var out []string
	for from, moves := range t {
		for _, m := range moves {
			for _, to := range m.To {
				if !reached[key(from, m.Do, to)] {
					out = append(out, key(from, m.Do, to))
				}
			}
		}
	}
	return out
}

// table is one random walk. It marks the rows it went through.
func (w Walker[C, S, E]) table(r *rapid.T, reached map[string]bool) {
	d := w.Decider
	var s S
	var past []E
	next := w.Begin(r, domain.ID(d.Prefix+"walk"))
	for range Pick(r, 10, 30, 60, 90) {
		c, by := next()
		before := d.Status(s)
		events, err := d.Run(s, c, by)
		move, listed := d.Table.Row(before, c)
		if !listed {
			wantRefused(r, d, before, c, err)
			continue
		}
		if err != nil {
			if _, ok := errors.AsType[*domain.Error](err); !ok {
				r.Fatalf("%T in %q: a fault, not a refusal: %v", c, before, err)
			}
			continue
		}
		s = apply(r, d, s, past, events)
		past = append(past, events...)
		after := d.Status(s)
		if len(events) == 0 && after == before {
			reached[key(before, c, after)] = true
			continue
		}
		if !slices.Contains(move.To, after) {
			r.Fatalf("%T led from %q to %q; the table says %q", c, before, after, move.To)
		}
		reached[key(before, c, after)] = true
	}
}

func key[C any](from domain.Status, c C, to domain.Status) string {
	return fmt.Sprintf("%s leads from %q to %q", nameOf(c), from, to)
}

func wantRefused[C domain.Command, S any, E domain.Event](r *rapid.T, d domain.Decider[C, S, E], from domain.Status, c C, err error) {
	want := domain.NotAllowed
	if from == "" {
		want = domain.NotFound
	}
	if !errors.Is(err, want) {
		r.Fatalf("%T is not in the table for %q, yet gave %v", c, from, err)
	}
}

// apply folds events over a copy of s and checks that s itself stayed.
func apply[C domain.Command, S any, E domain.Event](r *rapid.T, d domain.Decider[C, S, E], s S, past, events []E) S {
	next := d.Fold(d.Copy(s), events...)
	var zero S
	if diff := cmp.Diff(d.Fold(zero, past...), s, options...); diff != "" {
		r.Fatalf("folding a copy changed the state it was copied from:\n%s", diff)
	}
	return next
}
