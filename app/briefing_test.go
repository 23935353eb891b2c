package app_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

func en(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

// hall is a briefing in session, recorded by the officer per_officer.
type hall struct {
	*app.App
	t    *testing.T
	st   *memstore.Store
	id   domain.ID
	keys int
}

func (h *hall) by() app.Caller {
	h.keys++
	return app.Caller{Person: "per_officer", Key: fmt.Sprintf("key-of-the-hall-%03d", h.keys)}
}

func (h *hall) do(c briefing.Command) {
	h.t.Helper()
	res, err := h.Briefings.Do(h.t.Context(), h.id, c, h.by())
	if err != nil {
		h.t.Fatalf("%T: %v", c, err)
	}
	h.id = res.ID
}

func inSession(t *testing.T) *hall {
	t.Helper()
	st := new(memstore.Store)
	h := &hall{App: app.New(app.Config{Store: st, Secret: secret}), t: t, st: st}
	if err := h.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	h.do(briefing.Schedule{Title: en("Briefing to Member States"), Place: briefing.Place{City: "Geneva", Date: "2020-03-04"}})
	h.do(briefing.StartMeeting{OccurredOn: "2020-03-04"})
	return h
}

// TestItemIsTheSameWhenRepeated records one statement for one key, even if
// everything between the store and the caller is forgotten.
func TestItemIsTheSameWhenRepeated(t *testing.T) {
	h := inSession(t)
	c := briefing.RecordStatement{Speaker: briefing.Party{Entity: h.Secretariat(), Office: "Coordinator"}}
	by := h.by()
	first, err := h.Briefings.Do(t.Context(), h.id, c, by)
	if err != nil {
		t.Fatal(err)
	}
	again := app.New(app.Config{Store: h.st, Secret: secret})
	before := count(t, h.st)
	res, err := again.Briefings.Do(t.Context(), h.id, c, by)
	if err != nil || res != first || count(t, h.st) != before {
		t.Errorf("the repeat gave %v, %v and %d more events; the first %v", res, err, count(t, h.st)-before, first)
	}
	if h.do(c); count(t, h.st) != before+1 {
		t.Error("another key did not record another statement")
	}
}

// TestBriefingNames says what a command may name: what exists, as it stands now.
func TestBriefingNames(t *testing.T) {
	h := inSession(t)
	group, err := h.WorkingGroups.Do(t.Context(), "", workinggroup.Constitute{Name: en("Working Group 2")}, h.by())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Vocabularies.Do(t.Context(), h.VocabularyTarget("audiences"), vocabulary.Publish{
		Name: "audiences", Source: domain.MandateRef{Symbol: "A/RES/73/195"}, Version: 1,
		Terms: []vocabulary.Term{{Code: "member-states", Label: en("Member States")}, {Code: "others", Label: en("Others")}},
	}, h.by()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Vocabularies.Do(t.Context(), h.VocabularyTarget("audiences"), vocabulary.DeprecateTerm{Code: "others"}, h.by()); err != nil {
		t.Fatal(err)
	}
	coded := func(code string) briefing.Command {
		return briefing.RecordStatement{Speaker: briefing.Party{Entity: h.Secretariat()}, Points: []briefing.Point{{Text: en("x"), Terms: []briefing.Term{{Vocabulary: "audiences", Code: code}}}}}
	}
	h.do(coded("member-states"))
	h.do(briefing.RecordWorkingGroupUpdate{Group: briefing.Party{Entity: group.ID}, Text: en("We met twice.")})
	h.do(briefing.RegisterParticipant{Category: briefing.Term{Vocabulary: "audiences", Code: "member-states"}, Person: "per_officer", Name: "Ada"})
	for slug, c := range map[string]briefing.Command{
		"briefing.term":   coded("others"),
		"briefing.entity": briefing.RecordStatement{Speaker: briefing.Party{Entity: "ent_nobody"}},
		"briefing.person": briefing.RecordStatement{Speaker: briefing.Party{Office: "Chair"}, Person: "per_nobody"},
		"briefing.group":  briefing.RecordWorkingGroupUpdate{Text: en("x")},
	} {
		_, err := h.Briefings.Do(t.Context(), h.id, c, h.by())
		if e, ok := errors.AsType[*domain.Error](err); !ok || e.Reason != slug {
			t.Errorf("%s: got %v", slug, err)
		}
	}
}

// TestOnlyOpenOutcomesAreCarried asks the stream of the other briefing.
func TestOnlyOpenOutcomesAreCarried(t *testing.T) {
	h := inSession(t)
	first := h.id
	h.do(briefing.RecordOutcome{Kind: briefing.FurtherMeeting, Owner: briefing.Party{Office: "Coordinator"}, Text: en("Further briefings."), Due: "2020"})
	var outcome domain.ID
	for r, err := range h.st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e, err := briefing.Decider.Codec.Decode(r.Type, r.Data); err == nil {
			if e, ok := e.(briefing.OutcomeRecorded); ok {
				outcome = e.Outcome
			}
		}
	}
	h.id = ""
	h.do(briefing.Schedule{Title: en("The next one"), Place: briefing.Place{City: "New York", Date: "spring 2020"}})
	next := h.id
	h.do(briefing.CarryOutcome{From: briefing.Carried{Briefing: first, Outcome: outcome}})
	h.id = first
	h.do(briefing.FollowUpOutcome{Outcome: outcome, Text: en("Held."), Final: true})
	h.id = ""
	h.do(briefing.Schedule{Title: en("The one after"), Place: briefing.Place{City: "Geneva", Date: "2021"}})
	if h.id == next {
		t.Fatal("two briefings share an id")
	}
	_, err := h.Briefings.Do(t.Context(), h.id, briefing.CarryOutcome{From: briefing.Carried{Briefing: first, Outcome: outcome}}, h.by())
	if !errors.Is(err, domain.Invalid) {
		t.Errorf("a settled outcome was carried over: %v", err)
	}
}
