package domain_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

const ann domain.ID = "per_ann"

func hold(entity domain.ID, c domain.Capacity) domain.Holding {
	return domain.Holding{Entity: entity, Capacity: c}
}

func TestAuthorise(t *testing.T) {
	var (
		forNGO    = hold(ngo, domain.Stakeholder)
		forOther  = hold(other, domain.Stakeholder)
		focal     = hold(state, domain.StateFocalPoint)
		mission   = hold(state, domain.StateMission)
		officer   = hold("ent_sec", domain.Secretariat)
		editor    = hold("ent_sec", domain.Editor)
		staff     = []domain.Capacity{domain.Secretariat, domain.Editor}
		ownOrStaf = append(slices.Clone(domain.Owner), domain.Secretariat)
		asNGO     = domain.Actor{Person: ann, Entity: ngo, Capacity: domain.Stakeholder}
		asAnn     = domain.Actor{Person: ann, Capacity: domain.Stakeholder}
		asMission = domain.Actor{Person: ann, Entity: state, Capacity: domain.StateMission}
		asFocal   = domain.Actor{Person: ann, Entity: state, Capacity: domain.StateFocalPoint}
		asOfficer = domain.Actor{Person: ann, Entity: "ent_sec", Capacity: domain.Secretariat}
	)
	tests := []struct {
		name   string
		holds  []domain.Holding
		asked  domain.ID // whom they ask to act for
		by     []domain.Capacity
		owner  domain.ID
		want   domain.Actor
		code   domain.Code
		reason string
	}{
		{name: "owner", holds: []domain.Holding{forNGO}, by: domain.Owner, owner: ngo, want: asNGO},
		{name: "owner, said so", holds: []domain.Holding{forNGO}, asked: ngo, by: domain.Owner, owner: ngo, want: asNGO},
		{name: "owner of two, one fits", holds: []domain.Holding{forOther, forNGO}, by: domain.Owner, owner: ngo, want: asNGO},
		{name: "not owner", holds: []domain.Holding{forOther}, by: domain.Owner, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},
		{name: "not owner, in own name", by: domain.Owner, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},
		{name: "another person's item", by: domain.Owner, owner: "per_bob", code: domain.NotOwner, reason: "authority.owner"},
		{name: "own name for the entity's item", holds: []domain.Holding{forNGO}, asked: ann, by: domain.Owner, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},

		{name: "forged entity", holds: []domain.Holding{forOther}, asked: ngo, by: domain.Owner, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},
		{name: "forged entity, creating", asked: ngo, by: domain.Owner, code: domain.NotOwner, reason: "authority.owner"},
		{name: "forged entity, item of one's own", holds: []domain.Holding{forNGO}, asked: other, by: domain.Owner, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},
		{name: "forged person", asked: "per_bob", by: domain.Owner, owner: "per_bob", code: domain.NotOwner, reason: "authority.owner"},
		{name: "forged entity, staff", holds: []domain.Holding{officer}, asked: ngo, by: staff, code: domain.NotAllowed, reason: "authority.capacity"},
		{name: "forged entity, signed in", asked: ngo, by: domain.SignedIn, code: domain.NotAllowed, reason: "authority.capacity"},

		{name: "creates for the one entity", holds: []domain.Holding{forNGO}, by: domain.Owner, want: asNGO},
		{name: "creates, ambiguous", holds: []domain.Holding{forNGO, forOther}, by: domain.Owner, code: domain.Invalid, reason: "authority.ambiguous"},
		{name: "creates for the one named", holds: []domain.Holding{forOther, forNGO}, asked: ngo, by: domain.Owner, want: asNGO},
		{name: "two capacities for one entity are not ambiguous", holds: []domain.Holding{forNGO, hold(ngo, domain.EntityAdmin)}, by: domain.Owner, want: asNGO},

		{name: "creates in own name", by: domain.Owner, want: asAnn},
		{name: "creates in own name, said so", holds: []domain.Holding{forNGO, forOther}, asked: ann, by: domain.Owner, want: asAnn},
		{name: "own item", holds: []domain.Holding{forNGO}, by: domain.Owner, owner: ann, want: asAnn},

		{name: "mission speaks", holds: []domain.Holding{mission}, by: domain.Owner, owner: state, want: asMission},
		{name: "focal point drafts", holds: []domain.Holding{focal}, by: domain.Drafter, owner: state, want: asFocal},
		{name: "focal point starts a draft", holds: []domain.Holding{focal}, by: domain.Drafter, want: asFocal},
		{name: "mission drafts too", holds: []domain.Holding{mission}, by: domain.Drafter, owner: state, want: asMission},
		{name: "focal point does not speak", holds: []domain.Holding{focal}, by: domain.Owner, owner: state, code: domain.NotAllowed, reason: "authority.mission"},
		{name: "nor when said so", holds: []domain.Holding{focal}, asked: state, by: domain.Owner, owner: state, code: domain.NotAllowed, reason: "authority.mission"},
		{name: "nor by mistake as a private person", holds: []domain.Holding{focal}, by: domain.Owner, code: domain.NotAllowed, reason: "authority.mission"},
		{name: "focal point in own name, said so", holds: []domain.Holding{focal}, asked: ann, by: domain.Owner, want: asAnn},
		{name: "focal point's own item", holds: []domain.Holding{focal}, by: domain.Owner, owner: ann, want: asAnn},
		{name: "focal point, another's item", holds: []domain.Holding{focal}, by: domain.Owner, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},
		{name: "focal point, another State's draft", holds: []domain.Holding{focal}, by: domain.Drafter, owner: other, code: domain.NotOwner, reason: "authority.owner"},
		{name: "own name for the State's item", holds: []domain.Holding{focal}, asked: ann, by: domain.Owner, owner: state, code: domain.NotOwner, reason: "authority.owner"},

		{name: "staff", holds: []domain.Holding{officer}, by: staff, owner: ngo, want: asOfficer},
		{name: "staff, by the order of the list", holds: []domain.Holding{editor, officer}, by: staff, want: asOfficer},
		{name: "staff, among others", holds: []domain.Holding{forNGO, officer}, by: staff, owner: ngo, want: asOfficer},
		{name: "not staff", holds: []domain.Holding{forNGO}, by: staff, owner: ngo, code: domain.NotAllowed, reason: "authority.capacity"},
		{name: "other staff", holds: []domain.Holding{hold("ent_sec", domain.Moderator)}, by: staff, code: domain.NotAllowed, reason: "authority.capacity"},
		{name: "staff speak for no one", holds: []domain.Holding{officer}, by: domain.Owner, owner: "ent_sec", code: domain.NotOwner, reason: "authority.owner"},
		{name: "staff in own name", holds: []domain.Holding{officer}, by: domain.Owner, want: asAnn},
		{name: "owner or staff: staff", holds: []domain.Holding{officer}, by: ownOrStaf, owner: ngo, want: asOfficer},
		{name: "owner or staff: owner", holds: []domain.Holding{forNGO}, by: ownOrStaf, owner: ngo, want: asNGO},
		{name: "owner or staff: both", holds: []domain.Holding{forNGO, officer}, by: ownOrStaf, owner: ngo, code: domain.Invalid, reason: "authority.ambiguous"},
		{name: "owner or staff: neither", holds: []domain.Holding{forOther}, by: ownOrStaf, owner: ngo, code: domain.NotOwner, reason: "authority.owner"},

		{name: "signed in", by: domain.SignedIn, owner: ngo, want: asAnn},
		{name: "signed in, for the one entity", holds: []domain.Holding{forNGO}, by: domain.SignedIn, owner: other, want: asNGO},
		{name: "signed in, own name", holds: []domain.Holding{forNGO}, asked: ann, by: domain.SignedIn, want: asAnn},
		{name: "signed in, ambiguous", holds: []domain.Holding{forNGO, officer}, by: domain.SignedIn, code: domain.Invalid, reason: "authority.ambiguous"},
		{name: "nobody may", holds: []domain.Holding{forNGO, officer}, code: domain.NotAllowed, reason: "authority.capacity"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := domain.Claimant{Person: ann, Holds: tt.holds, For: tt.asked}.Authorise(tt.by, tt.owner)
			if tt.code == "" && err != nil {
				t.Fatal(err)
			}
			if tt.code != "" {
				e, ok := errors.AsType[*domain.Error](err)
				if !ok || e.Code != tt.code || e.Reason != tt.reason {
					t.Fatalf("got %v, want %s %s", err, tt.code, tt.reason)
				}
				if ambiguous := tt.reason == "authority.ambiguous"; ambiguous != slices.Equal(e.Path, []string{"actingFor"}) {
					t.Errorf("points at %v", e.Path)
				}
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestNobodyIsAuthorised(t *testing.T) {
	c := domain.Claimant{Holds: []domain.Holding{hold(ngo, domain.Stakeholder)}}
	for _, by := range [][]domain.Capacity{domain.Owner, domain.Drafter, domain.SignedIn, domain.Capacities} {
		_, err := c.Authorise(by, ngo)
		if e, ok := errors.AsType[*domain.Error](err); !ok || e.Code != domain.NotAllowed || e.Reason != "authority.nobody" {
			t.Errorf("%v: got %v", by, err)
		}
	}
}

// Whatever is asked, the actor is the claimant, holds what it says or acts in
// its own name, is whom they asked for, and owns what only owners may touch.
func TestAuthoriseInventsNothing(t *testing.T) {
	ids := rapid.SampledFrom([]domain.ID{ann, "per_bob", ngo, other, state})
	capacities := rapid.SampledFrom(domain.Capacities)
	rapid.Check(t, func(t *rapid.T) {
		c := domain.Claimant{Person: ann, For: rapid.SampledFrom([]domain.ID{"", ann, "per_bob", ngo, other, state}).Draw(t, "for")}
		for range rapid.IntRange(0, 3).Draw(t, "holds") {
			c.Holds = append(c.Holds, hold(rapid.SampledFrom([]domain.ID{ngo, other, state}).Draw(t, "entity"), capacities.Draw(t, "capacity")))
		}
		by := rapid.SampledFrom([][]domain.Capacity{domain.Owner, domain.Drafter, domain.SignedIn, {domain.Secretariat}, {domain.Moderator, domain.StateMission}}).Draw(t, "by")
		owner := ids.Draw(t, "owner")
		got, err := c.Authorise(by, owner)
		if err != nil {
			if got != (domain.Actor{}) {
				t.Fatalf("refused, and %+v", got)
			}
			return
		}
		owners := slices.Equal(by, domain.Owner) || slices.Equal(by, domain.Drafter)
		switch {
		case got.Person != ann:
			t.Fatalf("acts as %s", got.Person)
		case got.Entity == "" && got.Capacity != domain.Stakeholder, got.Entity != "" && !slices.Contains(c.Holds, hold(got.Entity, got.Capacity)):
			t.Fatalf("%+v is not held", got)
		case c.For != "" && got.For() != c.For:
			t.Fatalf("asked for %s, got %s", c.For, got.For())
		case owners && got.For() != owner:
			t.Fatalf("%+v is not the owner %s", got, owner)
		case slices.Equal(by, domain.Owner) && !got.Capacity.Speaks():
			t.Fatalf("%+v does not speak", got)
		case !owners && !slices.Equal(by, domain.SignedIn) && !slices.Contains(by, got.Capacity):
			t.Fatalf("%+v is not one of %v", got, by)
		}
	})
}

func TestViewer(t *testing.T) {
	v := domain.Viewer{Person: ann, Holds: []domain.Holding{hold(ngo, domain.Stakeholder), hold(other, domain.Moderator), hold(state, domain.StateFocalPoint)}}
	for id, want := range map[domain.ID]bool{ann: true, ngo: true, state: true, other: false, "per_bob": false, "": false} {
		if got := v.ActsFor(id); got != want {
			t.Errorf("acts for %q: %v", id, got)
		}
	}
	if !v.Is(domain.Moderator) || !v.Is(domain.Auditor, domain.Stakeholder) || v.Is(domain.Auditor) || v.Is() {
		t.Error("the wrong capacities are held")
	}
	if (domain.Viewer{}).ActsFor("") || (domain.Viewer{}).Is(domain.Capacities...) || (domain.Viewer{}).TakesPart(round) {
		t.Error("the public holds something")
	}
	if v = taking(v); !v.TakesPart(round) || v.TakesPart("con_else") {
		t.Error("takes part in the wrong round")
	}
}

// Every capacity either speaks, or drafts, or is staff, or is the system.
func TestCapacitiesAreOfOneKind(t *testing.T) {
	for _, c := range domain.Capacities {
		kinds := 0
		for _, is := range []bool{c.Speaks(), c.Staff(), c == domain.StateFocalPoint, c == domain.System} {
			if is {
				kinds++
			}
		}
		if kinds != 1 {
			t.Errorf("%s is of %d kinds", c, kinds)
		}
	}
}
