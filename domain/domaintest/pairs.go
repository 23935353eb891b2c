package domaintest

import (
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Pair is a limit, tried on both sides: the last command that it takes, and
// the first one past it.
type Pair[C domain.Command, E domain.Event] struct {
	Name     string
	Given    []E
	At, Past C
	By       domain.Cause
	Slug     string // reason for which the one past it is refused
}

// Pairs checks that the last command of each pair is taken, and that the first
// one past the limit is refused for the reason named.
func Pairs[C domain.Command, S any, E domain.Event](t *testing.T, d domain.Decider[C, S, E], pairs []Pair[C, E]) {
	t.Helper()
	for _, p := range pairs {
		t.Run(p.Name, func(t *testing.T) {
			var zero S
			s := d.Fold(zero, p.Given...)
			if _, err := decide(d, s, p.At, p.By); err != nil {
				t.Errorf("at the limit: refused with %v", err)
			}
			_, err := decide(d, s, p.Past, p.By)
			if e, ok := errors.AsType[*domain.Error](err); !ok || e.Reason != p.Slug {
				t.Errorf("one past the limit: got %v, want a refusal for %s", err, p.Slug)
			}
		})
	}
}
