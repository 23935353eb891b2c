package commitment

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// acts pairs every command with somebody whom authority would let ask.
type act struct {
	Command
	by domain.Cause
}

func acts() []act {
	late := domaintest.When(sys, inAYear.AddDate(1, 0, 0))
	unattributed := RecordAnnouncement{Quantifier: domain.Several, Attribution: domain.Unattributed, Wording: backing, Source: source}
	byName := RecordAnnouncement{Quantifier: domain.One, Attribution: domain.Named, Owner: slv, Wording: help, Source: source, Known: known}
	return []act{
		{unattributed, officer}, {byName, officer},
		{Record{Owner: slv, Wording: help, Source: source, Known: known}, officer}, {Record{Wording: backing, Source: source}, officer},
		{CorrectRecord{Wording: backing, Source: source}, officer}, {CorrectRecord{Wording: help, Source: source}, officer},
		{Confirm{}, forSLV}, {Confirm{Terms: &money, Known: known}, forSLV}, {Contest{}, forSLV},
		{Submit{Form: Common, Wording: money, CoPledgers: []domain.ID{prt, ngo}, Known: known}, forSLV},
		{Submit{Form: Matching, Wording: money, Known: known}, forSLV},
		{ConfirmCoPledge{}, forPRT}, {LeavePledge{}, forNGO}, {LeavePledge{}, forPRT}, {Publish{}, forSLV}, {Publish{}, forSLV},
		{Match{"com_ngo", Counterpart{ngo, Matching, true}}, forSLV},
		{ReportProgress{Stage: StagePlanning, Text: en("Planned")}, forSLV}, {begun, forSLV}, {done, forSLV},
		{ChallengeProgress{Report: 1, Text: en("No.")}, forNGO}, {ChallengeProgress{Report: 1, Text: en("No.")}, forPRT},
		{MarkStale{}, late}, {Lapse{}, late}, {Lapse{}, sys}, {Withdraw{}, forSLV},
	}
}

// TestInvariants holds every event of random walks to the rules of the row.
func TestInvariants(t *testing.T) {
	all := acts()
	rapid.Check(t, func(r *rapid.T) {
		var s State
		for range 60 {
			a := domaintest.Pick(r, all...)
			events, err := Decider.Run(s, a.Command, a.by)
			if err != nil {
				continue
			}
			for _, e := range events {
				before := Decider.Copy(s)
				s = Decider.Evolve(s, e)
				holds(r, before, s, e)
			}
			if again, _ := Decider.Run(s, a.Command, a.by); len(again) > 0 && !repeats(a.Command) {
				r.Fatalf("%T twice gave %+v", a.Command, again)
			}
		}
	})
}

// repeats reports whether saying it again is something new: a report is.
func repeats(c Command) bool { _, ok := c.(ReportProgress); return ok }

func holds(r *rapid.T, before, s State, e Event) {
	name := e.EventType()
	if before.Attribution == domain.Unattributed && (s.Owner != "" || s.Attributed() != "" || s.Attribution != domain.Unattributed) {
		r.Fatalf("%s attributed what was said by nobody in particular: %+v", name, s)
	}
	if s.Quantifier != before.Quantifier && before.Status != "" {
		r.Fatalf("%s turned %s into %s", name, before.Quantifier, s.Quantifier)
	}
	switch e.(type) {
	case Announced, Recorded, RecordCorrected, Contested:
		if s.Attributed() != "" || s.Parties() != nil {
			r.Fatalf("recorded is not attributed, but %s: %+v", name, s)
		}
	case Confirmed, Submitted:
		if s.Terms.Scope.test() != nil {
			r.Fatalf("%s without a scope", name)
		}
	}
	if f := Tally(map[domain.ID]State{"com_1": s}); f.Received > 1 || f.Distinct != f.Received || f.Confirmed > f.Received {
		r.Fatalf("G17: one commitment counts as %+v", f)
	}
	if (s.Status == planning || s.Status == inProgress || s.Status == fulfilled || s.Status == lapsed) && !(s.Confirmed && s.Published) {
		r.Fatalf("%s before it is confirmed and public", s.Status)
	}
	if s.Stale && s.UpdateDue.IsZero() {
		r.Fatalf("%s left it stale with nothing due", name)
	}
	if before.Published && !s.Published {
		r.Fatalf("G8: %s hid it", name)
	}
	b, err := json.Marshal(e)
	if err != nil || strings.Contains(string(b), "Known") || strings.Contains(string(b), "Cited") {
		r.Fatalf("%s: %s, %v", name, b, err)
	}
}

func TestFigures(t *testing.T) {
	pledge := func(owner domain.ID, form Form, more ...Event) State {
		return Decider.Fold(State{}, append([]Event{Submitted{Owner: owner, Form: form, Terms: moneyed}, Published{}}, more...)...)
	}
	pair := Decider.Fold(State{}, append(public(), CoPledgerConfirmed{prt})...)
	for _, c := range []struct {
		name string
		all  map[domain.ID]State
		want Figures
	}{
		{"nothing", nil, Figures{}},
		{"several countries are no number", map[domain.ID]State{"a": Decider.Fold(State{}, several()...)}, Figures{Announcements: 1}},
		{"recorded counts as received, not confirmed", map[domain.ID]State{"a": Decider.Fold(State{}, onRecord()...)}, Figures{Received: 1, Distinct: 1}},
		{"a joint pledge counts once", map[domain.ID]State{"a": pair}, Figures{1, 1, 1, 2, 0}},
		{"what is not public counts nowhere", map[domain.ID]State{"a": Decider.Fold(State{}, joint()...)}, Figures{}},
		{"withdrawn counts nowhere", map[domain.ID]State{"a": pledge(slv, Individual, Withdrawn{})}, Figures{}},
		{"contested counts nowhere", map[domain.ID]State{"a": Decider.Fold(State{}, append(onRecord(), Contested{})...)}, Figures{}},
		{"two of one entity", map[domain.ID]State{"a": pledge(slv, Individual), "b": pledge(slv, Individual)}, Figures{2, 2, 2, 1, 0}},
		{"matched: linked, not added", map[domain.ID]State{"a": pledge(slv, Individual), "b": pledge(ngo, Matching, Matched{"a", slv})}, Figures{2, 1, 2, 2, 0}},
		{"matched both ways", map[domain.ID]State{"a": pledge(slv, Matching, Matched{"b", ngo}), "b": pledge(ngo, Matching, Matched{"a", slv})}, Figures{2, 1, 2, 2, 0}},
		{"three in a row", map[domain.ID]State{"a": pledge(slv, Individual), "b": pledge(ngo, Matching, Matched{"a", slv}, Matched{"c", prt}), "c": pledge(prt, Individual)}, Figures{3, 1, 3, 3, 0}},
		{"matched with what is withdrawn", map[domain.ID]State{"a": pledge(slv, Individual, Withdrawn{}), "b": pledge(ngo, Matching, Matched{"a", slv})}, Figures{1, 1, 1, 1, 0}},
	} {
		if s := c.all["a"]; s.Confirmed != (s.Attributed() != "") {
			t.Errorf("%s: attributed to %q", c.name, s.Attributed())
		}
		if got := Tally(c.all); got != c.want {
			t.Errorf("G17: %s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestWhoSees(t *testing.T) {
	holding := func(e domain.ID, c domain.Capacity) domain.Viewer {
		return domain.Viewer{Person: "per_v", Holds: []domain.Holding{{Entity: e, Capacity: c}}}
	}
	left := append(joint(), CoPledgerLeft{prt})
	for _, c := range []struct {
		name  string
		given []Event
		who   domain.Viewer
		sees  bool
	}{
		{"an announcement is public", several(), domain.Viewer{}, true},
		{"a record is public", onRecord(), domain.Viewer{}, true},
		{"a pledge is public once published", public(), domain.Viewer{}, true},
		{"G9: and not before", joint(), domain.Viewer{}, false},
		{"its owner", joint(), holding(slv, domain.StateMission), true},
		{"a co-pledger", joint(), holding(prt, domain.StateMission), true},
		{"who left", left, holding(prt, domain.StateMission), false},
		{"G9: another entity", joint(), holding(network, domain.NetworkEntity), false},
		{"the secretariat", joint(), holding("ent_secretariat", domain.Secretariat), true},
		{"G9: withdrawn before anybody saw it", append(joint(), Withdrawn{}), domain.Viewer{}, false},
		{"withdrawn in public", append(public(), Withdrawn{}), domain.Viewer{}, true},
	} {
		if got := Decider.Sees(Decider.Fold(State{}, c.given...), c.who); got != c.sees {
			t.Errorf("%s: sees %v", c.name, got)
		}
	}
}

// TestNobodyClaims tries the rule alone, without the authority before it.
func TestNobodyClaims(t *testing.T) {
	s := Decider.Fold(State{}, several()...)
	for _, c := range []Command{Confirm{Terms: &help}, Contest{}} {
		if _, err := Decider.Run(s, c, forSLV); !errors.Is(err, domain.NotOwner) {
			t.Errorf("%T gave %v", c, err)
		}
	}
}
