package domain_test

import (
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	ngo   domain.ID = "ent_ngo" // the owner, in these tests
	other domain.ID = "ent_other"
	state domain.ID = "ent_state"
	round domain.ID = "con_round"
)

func holding(entity domain.ID, c domain.Capacity) domain.Viewer {
	return domain.Viewer{Person: "per_viewer", Holds: []domain.Holding{{Entity: entity, Capacity: c}}}
}

func taking(v domain.Viewer) domain.Viewer {
	v.Takes = func(r domain.ID) bool { return r == round }
	return v
}

// The table "Who reads which label", cell by cell, for an item that is
// published and neither hidden nor withdrawn. Its two cells "if participant"
// are two columns here each. An auditor's envelopes are no part of an item's
// level: the audit shows them, and what the level shows is what anybody sees.
func TestWhoReadsWhichLabel(t *testing.T) {
	const (
		no   = domain.Nothing
		text = domain.TextOnly
		yes  = domain.Everything
	)
	stakeholder, mission := holding(other, domain.Stakeholder), holding(state, domain.StateMission)
	columns := []struct {
		name   string
		viewer domain.Viewer
	}{
		{"public", domain.Viewer{}},
		{"owner", holding(ngo, domain.Stakeholder)},
		{"other stakeholder", stakeholder},
		{"other stakeholder, participant", taking(stakeholder)},
		{"State mission", mission}, // the submitter's own State has no extra right, so it is one column with the others
		{"State mission, participant", taking(mission)},
		{"secretariat", holding("ent_sec", domain.Secretariat)},
		{"drafting team", holding("ent_sec", domain.Editor)},
		{"protection", holding("ent_sec", domain.Protection)},
		{"auditor", holding("ent_audit", domain.Auditor)},
	}
	table := map[domain.Label][]domain.Level{
		//                    publ  own  sth  sth+ State St+  sec   edit  prot aud
		domain.Public:       {yes, yes, yes, yes, yes, yes, yes, yes, yes, yes},
		domain.Anonymised:   {text, yes, text, text, text, text, text, text, yes, text},
		domain.Participants: {no, yes, no, yes, no, yes, yes, yes, yes, yes},
		domain.States:       {no, yes, no, no, yes, yes, yes, yes, yes, yes},
		domain.Restricted:   {no, yes, no, no, no, no, no, yes, yes, no},
		domain.Sealed:       {no, yes, no, no, no, no, no, no, yes, no},
	}
	for _, label := range domain.Labels {
		row := table[label]
		if len(row) != len(columns) {
			t.Fatalf("%s: the table has %d cells", label, len(row))
		}
		for i, c := range columns {
			a := domain.Access{Owner: ngo, Round: round, Label: label, Published: true}
			if got := a.Level(c.viewer); got != row[i] {
				t.Errorf("%s for %s: got level %d, want %d", label, c.name, got, row[i])
			}
		}
	}
}

func TestAccessBesideTheTable(t *testing.T) {
	person := domain.Viewer{Person: "per_ann"}
	staffOfOwner := holding(ngo, domain.Secretariat)
	published := domain.Access{Owner: ngo, Round: round, Label: domain.Public, Published: true}
	change := func(f func(*domain.Access)) domain.Access { a := published; f(&a); return a }
	tests := []struct {
		name   string
		access domain.Access
		viewer domain.Viewer
		want   domain.Level
	}{
		{"own name", domain.Access{Owner: "per_ann", Label: domain.Sealed, Draft: true}, person, domain.Everything},
		{"another's own name", domain.Access{Owner: "per_bob", Label: domain.Sealed, Published: true}, person, domain.Nothing},
		{"no owner is nobody's", domain.Access{Draft: true}, domain.Viewer{}, domain.Nothing},
		{"focal point reads the State's draft", domain.Access{Owner: state, Draft: true}, holding(state, domain.StateFocalPoint), domain.Everything},
		{"focal point reads what States read", change(func(a *domain.Access) { a.Label = domain.States }), holding(state, domain.StateFocalPoint), domain.Everything},
		{"staff of an entity are not the entity", change(func(a *domain.Access) { a.Draft = true }), staffOfOwner, domain.Nothing},
		{"protection reads no draft", change(func(a *domain.Access) { a.Draft = true }), holding(other, domain.Protection), domain.Nothing},
		{"participant of another round", change(func(a *domain.Access) { a.Label = domain.Participants; a.Round = "con_else" }), taking(holding(other, domain.Stakeholder)), domain.Nothing},
		{"unpublished, public", change(func(a *domain.Access) { a.Published = false }), domain.Viewer{}, domain.Nothing},
		{"unpublished, secretariat", change(func(a *domain.Access) { a.Published = false }), holding(other, domain.Secretariat), domain.Everything},
		{"unpublished, auditor", change(func(a *domain.Access) { a.Published = false }), holding(other, domain.Auditor), domain.Nothing},
		{"unpublished and anonymous, secretariat", change(func(a *domain.Access) { a.Published, a.Label = false, domain.Anonymised }), holding(other, domain.Secretariat), domain.TextOnly},
		{"hidden, public", change(func(a *domain.Access) { a.Hidden = true }), domain.Viewer{}, domain.Tombstone},
		{"hidden before it was published", change(func(a *domain.Access) { a.Hidden, a.Published = true, false }), domain.Viewer{}, domain.Nothing},
		{"hidden, for those who could not read it", change(func(a *domain.Access) { a.Hidden, a.Label = true, domain.States }), domain.Viewer{}, domain.Nothing},
		{"hidden, owner", change(func(a *domain.Access) { a.Hidden = true }), holding(ngo, domain.Stakeholder), domain.Everything},
		{"hidden, moderator", change(func(a *domain.Access) { a.Hidden = true }), holding(other, domain.Moderator), domain.Everything},
		{"hidden, appeal reviewer", change(func(a *domain.Access) { a.Hidden = true }), holding(other, domain.AppealReviewer), domain.Everything},
		{"hidden, State", change(func(a *domain.Access) { a.Hidden = true }), holding(state, domain.StateMission), domain.Tombstone},
		{"withdrawn, public", change(func(a *domain.Access) { a.Withdrawn = true }), domain.Viewer{}, domain.Tombstone},
		{"withdrawn, owner", change(func(a *domain.Access) { a.Withdrawn = true }), holding(ngo, domain.Stakeholder), domain.Everything},
		{"withdrawn before it was published", change(func(a *domain.Access) { a.Withdrawn, a.Published = true, false }), domain.Viewer{}, domain.Nothing},
		{"withdrawn and hidden", change(func(a *domain.Access) { a.Withdrawn, a.Hidden = true, true }), domain.Viewer{}, domain.Tombstone},
		{"withdrawn, for those who could read it", change(func(a *domain.Access) { a.Withdrawn, a.Label = true, domain.States }), holding(other, domain.Stakeholder), domain.Nothing},
		{"a label of a newer release", change(func(a *domain.Access) { a.Label = "SECRET" }), domain.Viewer{}, domain.Nothing},
	}
	for _, tt := range tests {
		if got := tt.access.Level(tt.viewer); got != tt.want {
			t.Errorf("%s: got level %d, want %d", tt.name, got, tt.want)
		}
	}
}

// eachAccess visits every item and viewer that the rule tells apart.
func eachAccess(visit func(domain.Access, domain.Viewer, string)) {
	type who struct {
		name string
		v    domain.Viewer
	}
	viewers := []who{{"public", domain.Viewer{}}, {"author", domain.Viewer{Person: ngo}}}
	for _, c := range domain.Capacities {
		for _, e := range []domain.ID{ngo, other} {
			v := holding(e, c)
			viewers = append(viewers, who{string(c) + " of " + string(e), v}, who{string(c) + " of " + string(e) + ", participant", taking(v)})
		}
	}
	flags := []bool{false, true}
	for _, label := range append(slices.Clone(domain.Labels), "", "NEWER") {
		for i := range 16 {
			a := domain.Access{Owner: ngo, Round: round, Label: label, Draft: flags[i&1], Published: flags[i>>1&1], Hidden: flags[i>>2&1], Withdrawn: flags[i>>3&1]}
			for _, w := range viewers {
				visit(a, w.v, w.name)
			}
		}
	}
}

// Moderators and appeal reviewers are the exception to the half on hiding:
// they judge what is hidden, so they see it, also where they could not see it
// before. TestWhoJudgesHiding says how far that goes.
func TestHidingAndWithdrawingNeverShowMore(t *testing.T) {
	eachAccess(func(a domain.Access, v domain.Viewer, name string) {
		before := a.Level(v)
		hidden, withdrawn := a, a
		hidden.Hidden, withdrawn.Withdrawn = true, true
		if got := withdrawn.Level(v); got > before {
			t.Errorf("%+v for %s: level %d, withdrawn %d", a, name, before, got)
		}
		if got := hidden.Level(v); got > before && !v.Is(domain.Moderator, domain.AppealReviewer) {
			t.Errorf("%+v for %s: level %d, hidden %d", a, name, before, got)
		}
	})
}

func TestWhoJudgesHiding(t *testing.T) {
	want := map[domain.Label]domain.Level{
		domain.Public: domain.Everything, domain.Anonymised: domain.TextOnly, domain.Participants: domain.Everything,
		domain.States: domain.Everything, domain.Restricted: domain.Nothing, domain.Sealed: domain.Nothing,
	}
	for _, c := range []domain.Capacity{domain.Moderator, domain.AppealReviewer} {
		for _, label := range domain.Labels {
			a := domain.Access{Owner: ngo, Label: label, Published: true, Hidden: true}
			if got := a.Level(holding(other, c)); got != want[label] {
				t.Errorf("%s for %s: got level %d, want %d", label, c, got, want[label])
			}
			a.Draft = true
			if got := a.Level(holding(other, c)); got != domain.Nothing {
				t.Errorf("a %s draft for %s: got level %d", label, c, got)
			}
		}
	}
}

func TestPublishingNeverShowsLess(t *testing.T) {
	eachAccess(func(a domain.Access, v domain.Viewer, name string) {
		published := a
		published.Published = true
		if before, after := a.Level(v), published.Level(v); after < before {
			t.Errorf("%+v for %s: level %d, published %d", a, name, before, after)
		}
	})
}

// One more credential may show more and never hides anything.
func TestCredentialsOnlyAdd(t *testing.T) {
	eachAccess(func(a domain.Access, v domain.Viewer, name string) {
		for _, c := range domain.Capacities {
			for _, e := range []domain.ID{ngo, other} {
				more := v
				more.Holds = append(slices.Clone(v.Holds), domain.Holding{Entity: e, Capacity: c})
				if before, after := a.Level(v), a.Level(more); after < before {
					t.Errorf("%+v for %s and %s of %s: level %d, then %d", a, name, c, e, before, after)
				}
			}
		}
	})
}

// Nobody learns of what is confidential but the owner, the protection
// officers and, for what is restricted, the drafting team.
func TestConfidentialIsNotConfirmed(t *testing.T) {
	eachAccess(func(a domain.Access, v domain.Viewer, name string) {
		if !a.Label.Confidential() || v.ActsFor(ngo) || v.Is(domain.Protection) || a.Label == domain.Restricted && v.Is(domain.Editor) {
			return
		}
		if got := a.Level(v); got != domain.Nothing {
			t.Errorf("%+v for %s: level %d", a, name, got)
		}
	})
}

func TestLabelOrder(t *testing.T) {
	for i, l := range domain.Labels {
		for j, m := range domain.Labels {
			if l.Lower(m) != (i < j) {
				t.Errorf("%s lower than %s: %v", l, m, l.Lower(m))
			}
		}
		if !l.Lower("NEWER") || domain.Label("NEWER").Lower(l) {
			t.Errorf("a label nobody knows is not the most closed: %s", l)
		}
		if l.Confidential() != (i >= 4) {
			t.Errorf("%s confidential: %v", l, l.Confidential())
		}
	}
}
