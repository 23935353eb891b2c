// Package domaintest tries a decider: given/when/then cases, and random walks
// through its table of transitions.
package domaintest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Case is one row: past facts, one command, then events or a refusal.
type Case[C domain.Command, E domain.Event] struct {
	Name  string // names the rule, with its G number where it has one
	Given []E
	When  C
	By    domain.Cause
	Then  []E         // events wanted, in order; none together with no Code means: quiet
	Code  domain.Code // refusal wanted; empty means the command is accepted
	Slug  string      // its reason, if that matters
}

// Run checks every case, and sends every event through the codec and back.
// Authority is tried as the app would: a By whose capacity the command does
// not list, or who does not own the item, is refused before the decision.
func Run[C domain.Command, S any, E domain.Event](t *testing.T, d domain.Decider[C, S, E], cases []Case[C, E]) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			var zero S
			s := d.Fold(zero, roundTrip(t, d, c.Given)...)
			got, err := decide(d, s, c.When, c.By)
			if e, ok := errors.AsType[*domain.Error](err); ok {
				if e.Code != c.Code || c.Slug != "" && e.Reason != c.Slug {
					t.Fatalf("refused with %s (%s), want %q %q", e.Code, e, c.Code, c.Slug)
				}
				return
			}
			if err != nil {
				t.Fatalf("not a refusal: %v", err)
			}
			if c.Code != "" {
				t.Fatalf("accepted with %+v, want %s", got, c.Code)
			}
			if diff := cmp.Diff(c.Then, roundTrip(t, d, got), options...); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

var options = []cmp.Option{cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })}

// decide does what the app does with a command: authority, table, decision.
func decide[C domain.Command, S any, E domain.Event](d domain.Decider[C, S, E], s S, c C, by domain.Cause) ([]E, error) {
	if by.By.Capacity != domain.System {
		who := domain.Claimant{Person: by.By.Person, For: by.By.For()}
		if by.By.Entity != "" {
			who.Holds = []domain.Holding{{Entity: by.By.Entity, Capacity: by.By.Capacity}}
		}
		if d.Status(s) == "" && !d.Creates(c) {
			return nil, d.Unknown()
		}
		actor, err := who.Authorise(c.By(), d.OwnerOf(s))
		if err != nil {
			return nil, err
		}
		by.By = actor
	}
	return d.Run(s, c, by)
}

// At is the moment at which the causes of this package act.
var At = time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC)

// As is a cause by person for entity in capacity. Without an entity the person
// acts in their own name.
func As(person, entity domain.ID, capacity domain.Capacity) domain.Cause {
	return domain.Cause{By: domain.Actor{Person: person, Entity: entity, Capacity: capacity}, At: At, Key: "key-of-the-command"}
}

// Own is a cause by person in their own name.
func Own(person domain.ID) domain.Cause { return As(person, "", domain.Stakeholder) }

// Officer is a cause by person for the secretariat.
func Officer(person domain.ID) domain.Cause { return As(person, "ent_secretariat", domain.Secretariat) }

// Sys is a cause by the installation itself.
func Sys() domain.Cause { return As("", "", domain.System) }

// When returns c at another moment.
func When(c domain.Cause, at time.Time) domain.Cause {
	c.At = at
	return c
}

func roundTrip[C domain.Command, S any, E domain.Event](t testing.TB, d domain.Decider[C, S, E], in []E) []E {
	t.Helper()
	var out []E
	for _, e := range in {
		name, b, err := d.Codec.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		e2, err := d.Codec.Decode(name, b)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e2)
	}
	return out
}
