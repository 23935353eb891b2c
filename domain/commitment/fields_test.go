package commitment

import (
	"errors"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

func with(w Wording, change func(*Wording)) Wording {
	change(&w)
	return w
}

// TestFields points at the field that cannot be taken.
func TestFields(t *testing.T) {
	long := strings.Repeat("é", maxText+1)
	submit := func(change func(*Wording)) Command { return Submit{Wording: with(money, change), Known: known} }
	wide := make([]domain.MandateRef, maxPlaces+1)
	many := make([]domain.ID, MaxCoPledgers+1)
	records, pledges, works := Decider.Fold(State{}, onRecord()...), Decider.Fold(State{}, joint()...), Decider.Fold(State{}, working()...)
	evidence := func(e ...Evidence) Command {
		return ReportProgress{Stage: StageInProgress, Text: en("Begun"), Evidence: e}
	}
	for _, c := range []struct {
		given State
		when  Command
		path  string
	}{
		{State{}, submit(func(w *Wording) { w.Kind = "LOVE" }), "kind"},
		{State{}, submit(func(w *Wording) { w.Kind = Policy }), "kind"},
		{State{}, submit(func(w *Wording) { w.Text = en(long) }), "text value"},
		{State{}, submit(func(w *Wording) { w.Text = en(" ") }), "text value"},
		{State{}, submit(func(w *Wording) { w.Text.Language = "" }), "text language"},
		{State{}, submit(func(w *Wording) { w.Amount = &Sum{"1.234", "EUR"} }), "amount amount"},
		{State{}, submit(func(w *Wording) { w.Amount = &Sum{"0", "EUR"} }), "amount amount"},
		{State{}, submit(func(w *Wording) { w.Amount = &Sum{"-1", "EUR"} }), "amount amount"},
		{State{}, submit(func(w *Wording) { w.Amount = &Sum{"1", "XXX"} }), "amount currency"},
		{State{}, submit(func(w *Wording) { w.Fund = "fun_x" }), "fund"},
		{State{}, submit(func(w *Wording) { w.Ends = "soon" }), "ends"},
		{State{}, submit(func(w *Wording) { w.Scope.Concerns = "ALL" }), "scope concerns"},
		{State{}, submit(func(w *Wording) { w.Scope.Objectives = []int{1, 24} }), "scope objectives 1"},
		{State{}, submit(func(w *Wording) { w.Scope.Objectives = []int{0} }), "scope objectives 0"},
		{State{}, submit(func(w *Wording) { w.Scope.Objectives = make([]int, 24) }), "scope"},
		{State{}, submit(func(w *Wording) { w.Scope.Principles = []string{"j", "k"} }), "scope principles 1"},
		{State{}, submit(func(w *Wording) { w.Scope.Principles = []string{"ab"} }), "scope principles 0"},
		{State{}, submit(func(w *Wording) { w.Scope.Places = wide }), "scope"},
		{State{}, submit(func(w *Wording) { w.Scope.Places = []domain.MandateRef{{Symbol: "x"}} }), "scope places 0 symbol"},
		{State{}, submit(func(w *Wording) { w.Scope.Places = []domain.MandateRef{{Symbol: "A/RES/73/326", Paragraph: "1"}} }), "scope places 0"},
		{State{}, submit(func(w *Wording) { w.Scope.Places = []domain.MandateRef{{Symbol: Compact}} }), "scope places 0"},
		{State{}, Submit{Form: Common, Wording: help, CoPledgers: many}, "coPledgers"},
		{State{}, Submit{Wording: help, OccurredOn: "2999"}, "occurredOn"},
		{State{}, RecordAnnouncement{Quantifier: domain.Several, Attribution: domain.Unattributed, Wording: with(backing, func(w *Wording) { w.Kind = "" }), Source: source}, "kind"},
		{State{}, RecordAnnouncement{Quantifier: domain.Several, Attribution: domain.Unattributed, Wording: backing}, "source"},
		{State{}, RecordAnnouncement{Quantifier: domain.Several, Attribution: domain.Unattributed, Wording: backing, Source: source, OccurredOn: "once"}, "occurredOn"},
		{State{}, Record{Owner: slv, Wording: with(help, func(w *Wording) { w.Kind = "" }), Source: source, Known: known}, "kind"},
		{State{}, Record{Owner: slv, Wording: help, Source: source, OccurredOn: "once", Known: known}, "occurredOn"},
		{records, CorrectRecord{Wording: with(help, func(w *Wording) { w.Kind = "" })}, "kind"},
		{records, CorrectRecord{Wording: backing}, "source"},
		{records, CorrectRecord{Wording: backing, Source: source, OccurredOn: "once"}, "occurredOn"},
		{records, Confirm{OccurredOn: "once"}, "occurredOn"},
		{records, Confirm{Terms: &Wording{}}, "terms kind"},
		{records, Confirm{Terms: &backing}, "terms scope concerns"},
		{records, Contest{Reason: domain.Text{Value: "No"}}, "reason language"},
		{records, Contest{OccurredOn: "once"}, "occurredOn"},
		{pledges, Withdraw{Reason: en(long)}, "reason value"},
		{pledges, Withdraw{OccurredOn: "once"}, "occurredOn"},
		{works, ReportProgress{Stage: StageInProgress}, "text language"},
		{works, ReportProgress{Stage: StageInProgress, Text: en("Begun"), OccurredOn: "once"}, "occurredOn"},
		{works, evidence(make([]Evidence, maxEvidence+1)...), "evidence"},
		{works, evidence(Evidence{Title: en("A"), Link: "https://a.example"}, Evidence{}), "evidence 1 title language"},
		{works, evidence(Evidence{Title: en("A"), Link: "http://a.example"}), "evidence 0 link"},
		{works, evidence(Evidence{Title: en("A"), Link: "https:///nowhere"}), "evidence 0 link"},
		{works, evidence(Evidence{Title: en("A"), Link: "https://me:secret@a.example"}), "evidence 0 link"},
		{works, evidence(Evidence{Title: en("A"), Link: "https://a.example/" + long}), "evidence 0 link"},
		{works, ChallengeProgress{Report: 1, Text: en(long)}, "text value"},
		{works, ChallengeProgress{Report: 1, Text: en("No."), Evidence: []Evidence{{}}}, "evidence 0 title language"},
	} {
		by := forSLV
		if _, ok := c.when.(ChallengeProgress); ok {
			by = forNGO
		}
		_, err := Decider.Run(c.given, c.when, by)
		e, ok := errors.AsType[*domain.Error](err)
		if !ok || e.Code != domain.Invalid {
			t.Errorf("%+v gave %v", c.when, err)
			continue
		}
		if got := strings.Join(e.Path, " "); got != c.path {
			t.Errorf("%+v points at %q, want %q", c.when, got, c.path)
		}
	}
}

func TestScopeInOrder(t *testing.T) {
	place := domain.MandateRef{Symbol: Compact, Paragraph: "45"}
	s, err := Scope{Concerns: MigrantsAndRefugees, Objectives: []int{23, 2, 23}, Principles: []string{"j", "i", "j"}, Places: []domain.MandateRef{place, place}}.check()
	want := Scope{Concerns: MigrantsAndRefugees, Objectives: []int{2, 23}, Principles: []string{"i", "j"}, Places: []domain.MandateRef{place}}
	if err != nil || !s.equal(want) {
		t.Errorf("got %+v, %v", s, err)
	}
	for name, s := range map[string]Scope{"an objective": {Objectives: []int{1}}, "a principle": {Principles: []string{"a"}}, "a place": {Places: []domain.MandateRef{place}}} {
		s.Concerns = Migrants
		if err := s.test(); err != nil {
			t.Errorf("%s is enough, yet %v", name, err)
		}
	}
}

// TestShared holds that what is listed to the caller is not kept by the state.
func TestShared(t *testing.T) {
	objectives := []int{3, 1}
	if _, err := (Scope{Objectives: objectives}).check(); err != nil || objectives[0] != 3 {
		t.Errorf("checking changed what was passed: %v, %v", objectives, err)
	}
}
