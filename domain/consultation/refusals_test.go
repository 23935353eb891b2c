package consultation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestCounts(t *testing.T) {
	mandates := func(n int) Command {
		c := Plan{Title: title}
		for i := range n {
			c.Mandates = append(c.Mandates, domain.MandateRef{Symbol: fmt.Sprint("A/RES/", i)})
		}
		return c
	}
	named := func(n int) Command {
		var c SetAudience
		for i := range n {
			c.Named = append(c.Named, domain.ID(fmt.Sprint("ent_", i)))
		}
		return c
	}
	of := func(letters int) Command {
		return SetAudience{Named: []domain.ID{domain.ID(strings.Repeat("x", letters))}}
	}
	domaintest.Pairs(t, Decider, []domaintest.Pair[Command, Event]{
		{Name: "mandates", At: mandates(maxMandates), Past: mandates(maxMandates + 1), By: officer, Slug: "consultation.mandates"},
		{Name: "named participants", Given: call(), At: named(maxNamed), Past: named(maxNamed + 1), By: officer, Slug: "consultation.named"},
		{Name: "an id", Given: call(), At: of(64), Past: of(65), By: officer, Slug: "consultation.named_id"},
		{Name: "a call's own limit", At: Plan{Title: title, MaxCharacters: maxText}, Past: Plan{Title: title, MaxCharacters: maxText + 1}, By: officer, Slug: "consultation.max_characters"},
		{Name: "a call's own limit, from nought", At: Plan{Title: title}, Past: Plan{Title: title, MaxCharacters: -1}, By: officer, Slug: "consultation.max_characters"},
	})
}

func TestRefusals(t *testing.T) {
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "an audience nobody knows", Given: call(), When: SetAudience{Groups: []Group{"FRIENDS"}}, By: officer, Code: domain.Invalid, Slug: "consultation.audience"},
		{Name: "a retired questionnaire", Given: call(), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 1, Source: Questionnaire{Published: true, Retired: true}}, By: officer, Code: domain.Invalid, Slug: "consultation.questionnaire_retired"},
	})
}

// Every deadline is tried a millisecond before it, at it and a millisecond
// after, with the last instant in time and with it too late.
func TestDeadlines(t *testing.T) {
	for _, counts := range []bool{true, false} {
		declared := may
		declared.Inclusive = counts
		until := deadline(declared)
		given := []Event{Planned{Title: title, Kind: WrittenCall, Closes: until, Late: WithReason, Label: domain.Public}, Announced{}}
		open := append(given[:2:2], Opened{At: domaintest.At, Closes: until})
		for _, d := range []time.Duration{-time.Millisecond, 0, time.Millisecond} {
			at, over := until.At.Add(d), d > 0 || d == 0 && !counts
			name := fmt.Sprintf("%s from the deadline, which counts: %t", d, counts)
			if until.Passed(at) != over {
				t.Errorf("%s: passed is %t", name, !over)
			}
			if timing, _ := Decider.Fold(State{}, open...).Timing(at); (timing == OnTime) == over {
				t.Errorf("%s: a submission is %s", name, timing)
			}
			want := func(what string, given []Event, c Command, by domain.Cause, slug string) {
				t.Helper()
				_, err := Decider.Run(Decider.Fold(State{}, given...), c, by)
				e, _ := err.(*domain.Error)
				if slug == "" && err != nil || slug != "" && (e == nil || e.Reason != slug) {
					t.Errorf("%s: %s gave %v, want %q", name, what, err, slug)
				}
			}
			if over {
				want("extending", open, Extend{Closes: june, Reason: "x"}, officerAt(at), "consultation.ended")
				want("opening", given, Open{}, officerAt(at), "consultation.past_closing")
				want("closing by the timer", open, Close{}, system(at), "")
			} else {
				want("extending", open, Extend{Closes: june, Reason: "x"}, officerAt(at), "")
				want("opening", given, Open{}, officerAt(at), "")
				want("closing by the timer", open, Close{}, system(at), "consultation.not_due")
			}
		}
		later, same, earlier := declared, declared, declared
		later.Local, earlier.Local, same.Inclusive = "2020-05-30T23:59:01", "2020-05-30T23:58:59", !counts
		for _, c := range []struct {
			closes Closing
			slug   string
		}{{earlier, "consultation.shortened"}, {same, "consultation.shortened"}, {later, ""}} {
			_, err := Decider.Run(Decider.Fold(State{}, open...), Extend{Closes: c.closes, Reason: "x"}, officer)
			if e, _ := err.(*domain.Error); c.slug == "" && err != nil || c.slug != "" && (e == nil || e.Reason != c.slug) {
				t.Errorf("extended to %+v: %v, want %q", c.closes, err, c.slug)
			}
		}
	}
	// An early close and a cancellation state an instant, from which on it is too late.
	for _, c := range []Command{Close{Reason: "done"}, Cancel{Reason: "done"}} {
		s := Decider.Fold(State{}, opened()...)
		events, err := Decider.Run(s, c, officer)
		if err != nil {
			t.Fatal(err)
		}
		s = Decider.Fold(s, events...)
		for d, open := range map[time.Duration]bool{-time.Millisecond: true, 0: false, time.Millisecond: false} {
			if timing, _ := s.Timing(s.Stated.Add(d)); (timing == OnTime) != open {
				t.Errorf("%T: %s from the instant that it states a submission is %s", c, d, timing)
			}
		}
	}
	// A close is early where the instant it states is before the deadline.
	for d, early := range map[time.Duration]bool{-time.Millisecond: true, 0: false, time.Millisecond: false} {
		events, err := Decider.Run(Decider.Fold(State{}, opened()...), Close{Reason: "x"}, officerAt(inMay.At.Add(-notice+d)))
		if err != nil || events[0].(Closed).Early != early {
			t.Errorf("closed %s from five seconds before the deadline: %+v, %v", d, events, err)
		}
	}
	s := Decider.Fold(State{}, opened()...)
	for d, want := range map[time.Duration]Timing{-time.Millisecond: NotYetOpen, 0: OnTime} {
		if timing, _ := s.Timing(s.Opened.Add(d)); timing != want {
			t.Errorf("%s from the opening a submission is %s, want %s", d, timing, want)
		}
	}
}

func officerAt(t time.Time) domain.Cause { return at(t) }
