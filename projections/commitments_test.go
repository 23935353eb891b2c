package projections

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
)

const (
	portugal domain.ID = "ent_portugal"
	salvador domain.ID = "ent_salvador"
	caritas  domain.ID = "ent_caritas"
)

var day = time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC)

func pledgeTerms(text string) commitment.Terms {
	return commitment.Terms{Kind: commitment.Policy, Text: domain.Text{Language: "en", Value: text}, Scope: commitment.Scope{Concerns: commitment.Migrants, Objectives: []int{1, 23}}}
}

// lives are commitments in every state that visibility could depend on.
func lives() map[domain.ID][]commitment.Event {
	terms := pledgeTerms("We will.")
	submitted := commitment.Submitted{Owner: portugal, Form: commitment.Common, Terms: terms, CoPledgers: []domain.ID{caritas, salvador}}
	public := commitment.Published{UpdateDue: day.AddDate(1, 0, 0)}
	confirmed := commitment.Confirmed{Owner: portugal, Edition: 1, Terms: terms, UpdateDue: day.AddDate(1, 0, 0)}
	several := commitment.Announced{Quantifier: domain.Several, Attribution: domain.Unattributed, Terms: terms, Source: "Briefing"}
	named := commitment.Announced{Quantifier: domain.One, Attribution: domain.Named, Owner: portugal, Terms: terms, Source: "Briefing"}
	recorded := commitment.Recorded{Owner: portugal, Terms: terms, Source: "Letter"}
	joins, leaves := commitment.CoPledgerConfirmed{Entity: caritas}, commitment.CoPledgerLeft{Entity: caritas}
	return map[domain.ID][]commitment.Event{
		"com_several":           {several},
		"com_several_recorded":  {several, commitment.Recorded{Terms: terms, Source: "Summary"}},
		"com_named":             {named},
		"com_named_confirmed":   {named, confirmed},
		"com_recorded":          {recorded},
		"com_corrected":         {recorded, commitment.RecordCorrected{Corrects: 1, Terms: terms, Source: "Letter"}},
		"com_contested":         {recorded, commitment.Contested{}},
		"com_confirmed":         {recorded, confirmed},
		"com_submitted":         {submitted},
		"com_joined":            {submitted, joins},
		"com_left":              {submitted, joins, leaves},
		"com_published":         {submitted, joins, public},
		"com_left_public":       {submitted, joins, public, leaves},
		"com_withdrawn_unseen":  {submitted, joins, commitment.Withdrawn{}},
		"com_left_withdrawn":    {submitted, leaves, commitment.Withdrawn{}},
		"com_withdrawn":         {submitted, joins, public, commitment.Withdrawn{Reason: domain.Text{Language: "en", Value: "Budget"}}},
		"com_confirmed_then_no": {named, confirmed, commitment.Withdrawn{}},
		"com_lapsed":            {submitted, public, commitment.Lapsed{Ends: "2020"}},
	}
}

// TestCommitmentVisibility compares the SQL with the domain over the product
// of viewers and commitments, as it is and as of every moment before.
func TestCommitmentVisibility(t *testing.T) {
	var f feed
	type then struct {
		id    domain.ID
		index int64
		state commitment.State
	}
	var all []then
	now := map[domain.ID]commitment.State{}
	for id, events := range lives() {
		for _, e := range events {
			index := f.add(t, "commitment", id, day, e)
			now[id] = commitment.Decider.Evolve(commitment.Decider.Copy(now[id]), e)
			all = append(all, then{id, index, now[id]})
		}
	}
	e := f.engine(t, commitments)
	for name, v := range viewers(portugal, caritas, salvador) {
		r := Reader{Engine: e, Viewer: v, Now: day}
		for id, s := range now {
			c, err := r.Commitment(t.Context(), id)
			if got, want := err == nil, commitment.Decider.Sees(s, v); got != want {
				t.Errorf("%s sees %s: %v, want %v", name, id, got, want)
			}
			if err == nil {
				checkShown(t, name, v, c, s)
			}
		}
		for _, at := range all {
			c, err := r.at(at.index).Commitment(t.Context(), at.id)
			want := commitment.Decider.Sees(at.state, v) && commitment.Decider.Sees(now[at.id], v)
			if got := err == nil; got != want {
				t.Errorf("%s sees %s as of %d: %v, want %v", name, at.id, at.index, got, want)
			}
			if err == nil && !tookPart(now[at.id], v) && now[at.id].Status == "withdrawn" && c.Text != nil {
				t.Errorf("%s reads %s as of %d, which was withdrawn since", name, at.id, at.index)
			}
		}
	}
}

func tookPart(s commitment.State, v domain.Viewer) bool {
	for id := range s.CoPledgers {
		if v.ActsFor(id) {
			return true
		}
	}
	return v.ActsFor(s.Owner)
}

// checkShown holds what v sees of a commitment to what may be shown.
func checkShown(t *testing.T, name string, v domain.Viewer, c *Commitment, s commitment.State) {
	t.Helper()
	if c.OwnerID != s.Attributed() {
		t.Errorf("%s: %s is attributed to %q, want %q", name, c.ID, c.OwnerID, s.Attributed())
	}
	if inside := v.ActsFor(s.Owner) || v.Is(domain.Secretariat); c.NamedID != "" && (!inside || s.Confirmed) {
		t.Errorf("%s: %s names %q before it is confirmed", name, c.ID, c.NamedID)
	}
	if s.Attribution == domain.Unattributed && (c.OwnerID != "" || c.NamedID != "") {
		t.Errorf("%s: %s is attributed", name, c.ID)
	}
	if whole := s.Status != "withdrawn" || tookPart(s, v); (c.Text != nil) != whole || (len(c.Objectives) > 0) != whole || c.Whole() != whole {
		t.Errorf("%s: %s shows %+v, want whole: %v", name, c.ID, c, whole)
	}
}

// TestCoPledgersUnnamed shows nobody's name before they confirm.
func TestCoPledgersUnnamed(t *testing.T) {
	var f feed
	for _, e := range lives()["com_published"] {
		f.add(t, "commitment", "com_x", day, e)
	}
	e := f.engine(t, commitments)
	for name, v := range viewers(portugal, caritas, salvador) {
		r := Reader{Engine: e, Viewer: v, Now: day}
		c, err := r.Commitment(t.Context(), "com_x")
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.CoPledgers(t.Context(), []*Commitment{c})
		if err != nil {
			t.Fatal(err)
		}
		want := []*CoPledger{{caritas, true}}
		if v.ActsFor(portugal) || v.ActsFor(salvador) || v.Is(domain.Secretariat) {
			want = append(want, &CoPledger{salvador, false})
		}
		if diff := cmp.Diff(want, got["com_x"]); diff != "" {
			t.Errorf("%s sees co-pledgers (-want +got):\n%s", name, diff)
		}
		past, err := r.CommitmentHistory(t.Context(), []*Commitment{c})
		if err != nil {
			t.Fatal(err)
		}
		n := 1 // published
		if tookPart(commitment.State{Owner: portugal, CoPledgers: map[domain.ID]bool{caritas: true, salvador: false}}, v) || v.Is(domain.Secretariat) {
			n = 3
		}
		if len(past["com_x"]) != n {
			t.Errorf("%s is told of %d happenings, want %d", name, len(past["com_x"]), n)
		}
	}
}

// TestFiltersTellNothing asks for what the viewer may not see.
func TestFiltersTellNothing(t *testing.T) {
	var f feed
	for id, events := range lives() {
		for _, e := range events {
			f.add(t, "commitment", id, day, e)
		}
	}
	e := f.engine(t, commitments)
	list := func(v domain.Viewer, filter CommitmentFilter) []domain.ID {
		t.Helper()
		c, err := Reader{Engine: e, Viewer: v, Now: day}.CommitmentList(t.Context(), filter, Page{First: new(100)})
		if err != nil {
			t.Fatal(err)
		}
		var ids []domain.ID
		for _, n := range c.Nodes {
			ids = append(ids, n.ID)
		}
		slices.Sort(ids)
		return ids
	}
	owner := portugal
	if diff := cmp.Diff([]domain.ID{"com_confirmed", "com_confirmed_then_no", "com_lapsed", "com_left_public", "com_named_confirmed", "com_published", "com_withdrawn"},
		list(domain.Viewer{}, CommitmentFilter{Owner: &owner})); diff != "" {
		t.Errorf("by owner (-want +got):\n%s", diff)
	}
	if got := list(domain.Viewer{}, CommitmentFilter{Objective: new(23)}); slices.Contains(got, "com_withdrawn") || !slices.Contains(got, "com_published") {
		t.Errorf("by objective: %v", got)
	}
	if got := list(domain.Viewer{}, CommitmentFilter{Status: new("SUBMITTED")}); got != nil {
		t.Errorf("G9: the public lists %v", got)
	}
	if got := list(viewers(portugal)["for "+string(portugal)], CommitmentFilter{Status: new("SUBMITTED")}); len(got) != 3 {
		t.Errorf("the owner lists %v", got)
	}
}

// TestFigures walks at random and compares the figures with the domain's
// tally, after every event (G17).
func TestFigures(t *testing.T) {
	for seed := range uint64(6) {
		w := &figuresWalk{rand: rand.New(rand.NewPCG(seed, 7)), all: map[domain.ID]commitment.State{}}
		for range 400 {
			w.step(t)
		}
		e := w.feed.engine(t, commitments)
		var received, announced, joined, unconfirmed int // the most of each at any time
		for index, want := range w.tally {
			r := Reader{Engine: e, Viewer: domain.Viewer{}, Now: day}.at(int64(index))
			got, err := r.CommitmentFigures(t.Context(), CommitmentFilter{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Fatalf("seed %d: figures as of %d (-want +got):\n%s", seed, index, diff)
			}
			received, announced = max(received, got.Received), max(announced, got.Announcements)
			joined, unconfirmed = max(joined, got.Received-got.Distinct), max(unconfirmed, got.Received-got.Confirmed)
		}
		if received < 5 || announced < 1 || joined < 2 || unconfirmed < 1 {
			t.Errorf("seed %d saw too little to tell: %d received, %d announced, %d joined, %d unconfirmed", seed, received, announced, joined, unconfirmed)
		}
	}
}

type figuresWalk struct {
	feed  feed
	rand  *rand.Rand
	ids   []domain.ID
	all   map[domain.ID]commitment.State
	tally []commitment.Figures // after each event
}

func (w *figuresWalk) step(t *testing.T) {
	entities := []domain.ID{portugal, salvador, caritas, "ent_iom", "ent_ilo"}
	by := domain.Cause{By: domain.Actor{Person: "per_x", Entity: entities[w.rand.IntN(len(entities))], Capacity: domain.Stakeholder}, At: day, Key: "k"}
	known := commitment.Known{Entities: entities}
	wording := commitment.Wording{Kind: commitment.Policy, Text: domain.Text{Language: "en", Value: "We will."}, Scope: commitment.Scope{Concerns: commitment.Migrants, Objectives: []int{1}}}
	owner := entities[w.rand.IntN(len(entities))]
	id := domain.ID("com_" + string(rune('a'+len(w.ids)%26)) + string(rune('a'+len(w.ids)/26)))
	if n := w.rand.IntN(4); n > 0 && len(w.ids) > 0 || len(w.ids) == 30 {
		id = w.ids[w.rand.IntN(len(w.ids))]
	}
	var with domain.ID = "com_none"
	if len(w.ids) > 0 {
		with = w.ids[w.rand.IntN(len(w.ids))]
	}
	other := w.all[with]
	s := w.all[id]
	create := []commitment.Command{
		commitment.RecordAnnouncement{Quantifier: domain.Several, Attribution: domain.Unattributed, Wording: wording, Source: "Briefing", Known: known},
		commitment.RecordAnnouncement{Quantifier: domain.One, Attribution: domain.Named, Owner: owner, Wording: wording, Source: "Briefing", Known: known},
		commitment.Record{Owner: owner, Wording: wording, Source: "Letter", Known: known},
		commitment.Submit{Form: commitment.Matching, Wording: wording, Known: known},
		commitment.Submit{Form: commitment.Matching, Wording: wording, Known: known},
		commitment.Submit{Form: commitment.Matching, Wording: wording, Known: known},
		commitment.Submit{Form: commitment.Common, Wording: wording, CoPledgers: []domain.ID{owner}, Known: known},
	}
	match := commitment.Match{With: with, Other: commitment.Counterpart{Owner: other.Owner, Form: other.Form, Open: other.Standing() && other.Confirmed}}
	change := []commitment.Command{
		commitment.Confirm{}, commitment.Publish{}, commitment.Publish{}, match, match, match, match, match, match, commitment.ConfirmCoPledge{}, commitment.LeavePledge{}, commitment.Withdraw{}, commitment.Contest{},
		commitment.ReportProgress{Stage: commitment.StagePlanning, Text: domain.Text{Language: "en", Value: "Begun."}},
	}
	c := change[w.rand.IntN(len(change))]
	if _, ends := c.(commitment.Withdraw); ends && w.rand.IntN(5) > 0 {
		return // or soon none would stand
	}
	if s.Status == "" {
		c = create[w.rand.IntN(len(create))]
	} else if slices.Equal(c.By(), domain.Owner) {
		by.By.Entity = s.Owner
	}
	events, err := commitment.Decider.Run(s, c, by)
	if err != nil {
		return
	}
	if s.Status == "" {
		w.ids = append(w.ids, id)
	}
	for _, e := range events {
		w.feed.add(t, "commitment", id, day, e)
		w.all[id] = commitment.Decider.Evolve(w.all[id], e)
		w.tally = append(w.tally, commitment.Tally(w.all))
	}
}
