package projections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// meeting is a briefing in session.
type meeting struct {
	*trial.Trial
	t  *testing.T
	id domain.ID
}

func words(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

func audience(code string) briefing.Term { return briefing.Term{Vocabulary: "audiences", Code: code} }

func newMeeting(t *testing.T) *meeting {
	t.Helper()
	m := &meeting{Trial: trial.New(t), t: t}
	m.Officer("secretariat")
	var terms []vocabulary.Term
	for _, code := range []string{"states", "faith", "network", "others"} {
		terms = append(terms, vocabulary.Term{Code: code, Label: words(code)})
	}
	publish := vocabulary.Publish{Name: "audiences", Version: 1, Source: domain.MandateRef{Symbol: "A/RES/73/195"}, Terms: terms}
	if _, err := m.App.Vocabularies.Do(t.Context(), m.App.VocabularyTarget("audiences"), publish, m.By("secretariat")); err != nil {
		t.Fatal(err)
	}
	m.do(briefing.Schedule{Title: words("A briefing"), Place: briefing.Place{City: "Geneva", Date: "2020-03-04"}})
	m.do(briefing.StartMeeting{})
	return m
}

// do sends a command of the secretariat and returns the id of what it recorded.
func (m *meeting) do(c briefing.Command) domain.ID {
	m.t.Helper()
	return m.send("secretariat", "", c)
}

func (m *meeting) send(who string, actingFor domain.ID, c briefing.Command) domain.ID {
	m.t.Helper()
	by := m.By(who)
	by.For = actingFor
	res, err := m.App.Briefings.Do(m.t.Context(), m.id, c, by)
	if err != nil {
		m.t.Fatalf("%T by %s: %v", c, who, err)
	}
	m.id = res.ID
	m.Settle()
	return m.App.Item(m.id, app.Caller{Person: by.Person, Key: by.Key})
}

// now is the last index.
func (m *meeting) now() int64 { return m.Log.Size() - 1 }

// read returns a reader for v: of now, or as of an index.
func (m *meeting) read(v domain.Viewer, at ...int64) projections.Reader {
	m.t.Helper()
	r := m.Reader(v)
	if len(at) == 0 {
		return r
	}
	r, err := r.AsOfIndex(at[0], at[0])
	if err != nil {
		m.t.Fatal(err)
	}
	return r
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var everything = projections.Page{First: new(100)}

// TestWhatWasSaidThen reads a briefing now and as of earlier indexes.
func TestWhatWasSaidThen(t *testing.T) {
	m := newMeeting(t)
	empty := m.now()
	for i := range 5 {
		m.do(briefing.RecordStatement{Speaker: briefing.Party{Office: fmt.Sprint("Speaker ", i)}})
	}
	outcome := m.do(briefing.RecordOutcome{Kind: briefing.Action, Owner: briefing.Party{Office: "Chair"}, Due: "2020", Text: words("Do it.")})
	m.do(briefing.RecordAttendance{Total: 100})
	before := m.now()
	m.do(briefing.FollowUpOutcome{Outcome: outcome, Text: words("Done."), Final: true})
	m.do(briefing.RecordAttendance{Total: 101})
	m.do(briefing.RetractItem{Item: outcome, Reason: words("A slip.")})

	offices := func(c *projections.Connection[projections.BriefingStatement]) (all []string) {
		for _, s := range c.Nodes {
			all = append(all, *s.Party.Office)
		}
		return all
	}
	r := m.read(domain.Viewer{})
	first := must[*projections.Connection[projections.BriefingStatement]](t)(r.BriefingStatements(t.Context(), m.id, projections.Page{First: new(3)}))
	rest := must[*projections.Connection[projections.BriefingStatement]](t)(r.BriefingStatements(t.Context(), m.id, projections.Page{First: new(3), After: first.PageInfo.EndCursor}))
	if got := append(offices(first), offices(rest)...); !slices.Equal(got, []string{"Speaker 0", "Speaker 1", "Speaker 2", "Speaker 3", "Speaker 4"}) || !first.PageInfo.HasNextPage || rest.PageInfo.HasNextPage {
		t.Errorf("pages of %q", got)
	}
	if got := must[*projections.Connection[projections.BriefingStatement]](t)(m.read(domain.Viewer{}, empty).BriefingStatements(t.Context(), m.id, everything)); len(got.Nodes) != 0 {
		t.Errorf("statements before any was recorded: %q", offices(got))
	}
	state := func(r projections.Reader) string {
		o := must[map[domain.ID][]*projections.BriefingItem](t)(r.BriefingItems(t.Context(), briefing.Outcome, []domain.ID{m.id}))[m.id][0]
		f := must[map[domain.ID][]*projections.BriefingItem](t)(r.BriefingItemsAbout(t.Context(), briefing.FollowUp, []domain.ID{outcome}))[outcome]
		a := must[map[domain.ID][]*projections.BriefingAttendance](t)(r.BriefingAttendances(t.Context(), []domain.ID{m.id}))[m.id]
		b := must[*projections.Briefing](t)(r.Briefing(t.Context(), m.id))
		return fmt.Sprint(o.Closed, o.Retracted, len(f), a[len(a)-1].Total, len(a), b.Version)
	}
	if got := state(r); got != "true true 1 101 2 3" {
		t.Errorf("now %s", got)
	}
	if got := state(m.read(domain.Viewer{}, before)); got != "false false 0 100 1 2" {
		t.Errorf("then %s", got)
	}
}

// TestClaims: what was recorded without a name has one only while the speaker
// says so, and at no date once they do not.
func TestClaims(t *testing.T) {
	m := newMeeting(t)
	ngo := m.Entity(entity.Stakeholder, "Caritas", "")
	m.Appoint("ngo", ngo, domain.Stakeholder)
	m.Appoint("else", m.Entity(entity.Stakeholder, "Another", ""), domain.Stakeholder)
	item := m.do(briefing.RaiseIssue{Voice: briefing.Voice{Attribution: domain.Unattributed, Quantifier: domain.Several}, Text: words("x")})
	before := m.now()
	claims := func(at ...int64) []domain.ID {
		v := must[map[domain.ID][]*projections.BriefingItem](t)(m.read(m.As("secretariat"), at...).BriefingItems(t.Context(), briefing.Issue, []domain.ID{m.id}))[m.id][0].Voice
		if v.Attribution != domain.Unattributed || *v.Quantifier != domain.Several || len(v.Parties) != 0 {
			t.Errorf("several became %+v", v)
		}
		ids := []domain.ID{}
		for _, c := range v.Claims {
			ids = append(ids, *c.PartyID)
		}
		return ids
	}
	requests := func(who domain.Viewer, at ...int64) string {
		v := must[map[domain.ID][]*projections.BriefingItem](t)(m.read(who, at...).BriefingItems(t.Context(), briefing.Issue, []domain.ID{m.id}))[m.id][0].Voice
		all := ""
		for _, c := range v.ClaimRequests {
			all += fmt.Sprintf("%t %s %t %t;", c.PartyID == ngo, c.Status, c.Note != nil, c.Reason != nil)
		}
		return all
	}
	claim := briefing.ClaimIntervention{Item: item, Note: "Row 7."}
	m.send("ngo", ngo, claim)
	asked := m.now()
	if got := append(claims(), claims(asked)...); len(got) != 0 {
		t.Errorf("a request is shown: %q", got)
	}
	for who, want := range map[string]string{"secretariat": "true REQUESTED true false;", "ngo": "true REQUESTED true false;", "else": ""} {
		if got, then := requests(m.As(who)), requests(m.As(who), asked); got != want || then != want {
			t.Errorf("to %s requests are %q, and then %q", who, got, then)
		}
		if got := requests(m.As(who), before); got != "" {
			t.Errorf("to %s requests were %q before there was one", who, got)
		}
	}
	m.send("secretariat", m.App.Secretariat(), briefing.AcceptClaim{Item: item, Speaker: ngo})
	claimed := m.now()
	if diff := cmp.Diff([]domain.ID{ngo}, claims()) + cmp.Diff([]domain.ID{ngo}, claims(claimed)) + cmp.Diff([]domain.ID{}, claims(asked)); diff != "" {
		t.Error(diff)
	}
	m.send("ngo", ngo, briefing.WithdrawClaim{Item: item})
	if got := append(claims(), claims(claimed)...); len(got) != 0 {
		t.Errorf("a claim that was taken back is shown: %q", got)
	}
	m.send("ngo", ngo, claim)
	m.send("secretariat", m.App.Secretariat(), briefing.AcceptClaim{Item: item, Speaker: ngo})
	if got := claims(claimed); len(got) != 0 {
		t.Errorf("a new claim shows the one before: %q", got)
	}
	again := m.now()
	m.send("secretariat", m.App.Secretariat(), briefing.TakeBackClaim{Item: item, Speaker: ngo, Reason: "It was another."})
	if got := append(claims(), claims(again)...); len(got) != 0 {
		t.Errorf("a claim that the secretariat took down is shown: %q", got)
	}
	if got, others := requests(m.As("ngo")), requests(domain.Viewer{}); got != "true TAKEN_BACK false true;" || others != "" {
		t.Errorf("whose claim was taken down is told %q, and the public %q", got, others)
	}
}

// TestWithdrawnText: a speaker's text that was taken back, and what was before
// it, is shown at no date; a text handed in later is.
func TestWithdrawnText(t *testing.T) {
	m := newMeeting(t)
	ngo := m.Entity(entity.Stakeholder, "Caritas", "")
	m.Appoint("ngo", ngo, domain.Stakeholder)
	s := m.do(briefing.RecordStatement{Speaker: briefing.Party{Entity: ngo}})
	m.do(briefing.DepositText{Statement: s, Text: words("By the secretariat."), Document: briefing.Document{Link: "https://example.org/a"}})
	first := m.now()
	m.send("ngo", ngo, briefing.DepositText{Statement: s, Text: words("By the speaker.")})
	m.send("ngo", ngo, briefing.TranslateText{Statement: s, Text: domain.Text{Language: "fr", Value: "Par l'orateur."}, Origin: domain.Human})
	second := m.now()
	shown := func(at ...int64) string {
		d := must[map[domain.ID]*projections.BriefingDeposit](t)(m.read(m.As("secretariat"), at...).BriefingDeposits(t.Context(), []domain.ID{s}))[s]
		var all []string
		if d.Text != nil {
			for _, p := range d.Text.All() {
				all = append(all, p.Value)
			}
		}
		return fmt.Sprintf("%d %t %t %t %t %s", d.Version, d.Own, d.Withdrawn, d.Link != nil, d.TextSha256 != nil, strings.Join(all, "|"))
	}
	if got := shown(); got != "2 true false false true By the speaker.|Par l'orateur." {
		t.Errorf("now %s", got)
	}
	if got := shown(first); got != "1 false false true true By the secretariat." {
		t.Errorf("then %s", got)
	}
	m.send("ngo", ngo, briefing.WithdrawText{Statement: s, Reason: "Wrong file."})
	for _, got := range []string{shown(), shown(second)} {
		if got != "2 true true false false " {
			t.Errorf("taken back, and yet %s", got)
		}
	}
	if got := shown(first); got != "1 false true false false " {
		t.Errorf("taken back, and yet of the edition before %s", got)
	}
	m.send("ngo", ngo, briefing.DepositText{Statement: s, Text: words("The right file.")})
	if got, was := shown(), shown(second); got != "3 true false false true The right file." || was != "2 true true false false " {
		t.Errorf("now %s, then %s", got, was)
	}
}
