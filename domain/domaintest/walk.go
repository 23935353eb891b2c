package domaintest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Walk sends random commands from gen to an aggregate, from nothing onwards,
// and checks that the table of transitions is the truth: what it does not list
// is refused, what it lists leads only where it says, every row is reachable,
// and folding a copy of a state leaves the state alone.
func Walk[C domain.Command, S any, E domain.Event](t *testing.T, d domain.Decider[C, S, E], gen func(*rapid.T) (C, domain.Cause)) {
	t.Helper()
	reached := map[string]bool{}
	for rounds := 0; rounds < 50 && (rounds == 0 || len(missing(d.Table, reached)) > 0); rounds++ {
		rapid.Check(t, func(r *rapid.T) { walk(r, d, gen, reached) })
	}
	for _, m := range missing(d.Table, reached) {
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

// walk is one random walk. It marks the rows it went through.
func walk[C domain.Command, S any, E domain.Event](r *rapid.T, d domain.Decider[C, S, E], gen func(*rapid.T) (C, domain.Cause), reached map[string]bool) {
	var s S
	var past []E
	for range Pick(r, 10, 30, 60, 90) {
		c, by := gen(r)
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
	return fmt.Sprintf("%s leads from %q to %q", reflect.TypeOf(c).Name(), from, to)
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
