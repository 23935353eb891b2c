package projections

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// instants are the moments at which anything in the states of lives begins or
// ends, and those a millisecond before and after each.
func instants(lives []*life) []time.Time {
	found := map[time.Time]bool{}
	add := func(t time.Time) {
		if !t.IsZero() {
			for _, d := range []time.Duration{-time.Millisecond, 0, time.Millisecond} {
				found[t.UTC().Add(d)] = true
			}
		}
	}
	for _, l := range lives {
		for _, e := range l.events {
			switch s := e.state.(type) {
			case consultation.State:
				add(s.Opened)
				add(s.Closes.At)
				add(s.Stated)
			case credential.State:
				for _, c := range s.Credentials {
					add(c.Until)
				}
			case commitment.State:
				add(s.UpdateDue)
				add(s.LapsesAt())
			case briefing.State:
				for _, i := range s.Items {
					add(i.Due.Latest().Time().AddDate(0, 0, 1))
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), time.Time.Compare)
}

// A clocked is what SQL and the domain say at one moment, in the same words.
type clocked struct {
	what  string
	reads func(t *testing.T, r Reader) []string
	folds func(t *testing.T, l *life, state any, at time.Time) []string
	ofNow bool // rights are those of now, whatever index is read
	times int  // how often the domain said anything
}

// due makes a clocked of a list of timers, and of the command that each of them sends.
func due(what, category string, list func(Reader, context.Context, *Due) ([]Due, error), command func(state any) map[string]domain.Command) *clocked {
	return &clocked{
		what: what,
		reads: func(t *testing.T, r Reader) []string {
			all, err := list(r, t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, d := range all {
				lines = append(lines, fmt.Sprint(d.Item, " ", d.Entity, " ", d.Capacity))
			}
			return lines
		},
		folds: func(t *testing.T, l *life, state any, at time.Time) []string {
			if l.Name() != category {
				return nil
			}
			var lines []string
			for of, c := range command(state) {
				if events, err := l.Run(state, c, domaintest.When(domaintest.Sys(), at)); err == nil && len(events) > 0 {
					lines = append(lines, string(l.id)+" "+of)
				}
			}
			return lines
		},
	}
}

func just(c domain.Command) func(any) map[string]domain.Command {
	return func(any) map[string]domain.Command { return map[string]domain.Command{" ": c} }
}

// everyClock lists what depends on the time, by the reader and by the domain.
func everyClock() []*clocked {
	return []*clocked{
		{
			what: "consultations that take submissions now",
			reads: func(t *testing.T, r Reader) []string {
				all, err := r.ConsultationList(t.Context(), ConsultationFilter{OpenNow: new(true)}, Page{First: new(100)})
				if err != nil {
					t.Fatal(err)
				}
				var lines []string
				for _, e := range all.Edges {
					lines = append(lines, string(e.Node.ID))
				}
				return lines
			},
			folds: func(_ *testing.T, l *life, state any, at time.Time) []string {
				if s, ok := state.(consultation.State); ok {
					if timing, _ := s.Timing(at); timing == consultation.OnTime {
						return []string{string(l.id)}
					}
				}
				return nil
			},
		},
		{
			what:  "what people hold",
			ofNow: true,
			reads: func(t *testing.T, r Reader) []string {
				var lines []string
				for n := range livesOfEach {
					id := domain.ID(fmt.Sprintf("credential_walk%d", n))
					v, err := r.ViewerOf(t.Context(), id)
					if err != nil {
						t.Fatal(err)
					}
					for _, h := range v.Holds {
						lines = append(lines, fmt.Sprint(id, " ", h))
					}
				}
				return lines
			},
			folds: func(_ *testing.T, l *life, state any, at time.Time) []string {
				var lines []string
				if s, ok := state.(credential.State); ok {
					for _, h := range s.Live(at) {
						lines = append(lines, fmt.Sprint(l.id, " ", h))
					}
				}
				return lines
			},
		},
		due("consultations to be closed", "consultation", Reader.ClosedCalls, just(consultation.Close{})),
		due("commitments that are stale", "commitment", Reader.StaleCommitments, just(commitment.MarkStale{})),
		due("commitments that lapse", "commitment", Reader.LapsedCommitments, just(commitment.Lapse{})),
		due("credentials that run out", "credential", Reader.ExpiredCredentials, func(s any) map[string]domain.Command {
			all := map[string]domain.Command{}
			for h := range s.(credential.State).Credentials {
				all[fmt.Sprint(h.Entity, " ", h.Capacity)] = credential.Expire{Entity: h.Entity, Capacity: h.Capacity}
			}
			return all
		}),
		due("outcomes that are overdue", "briefing", Reader.OverdueOutcomes, func(s any) map[string]domain.Command {
			all := map[string]domain.Command{}
			for id := range s.(briefing.State).Items {
				all[string(id)+" "] = briefing.ReportOutcomeDue{Outcome: id}
			}
			return all
		}),
	}
}

// Whatever depends on the time, SQL must say what the domain says: a millisecond
// before each instant at which something changes, at it, and a millisecond
// after; now, and as of some indexes.
func checkClocks(t *testing.T, e *Engine, lives []*life, clocks []*clocked) {
	t.Helper()
	for n, at := range instants(lives) {
		asOf := []*int64{nil}
		for i := range int64(3) {
			asOf = append(asOf, new((int64(n)*7+i*e.Index()/3)%(e.Index()+1)))
		}
		for _, index := range asOf {
			for _, c := range clocks {
				checkClock(t, Reader{Engine: e, Now: at, AsOf: index}, lives, c)
			}
		}
	}
}

func checkClock(t *testing.T, r Reader, lives []*life, c *clocked) {
	t.Helper()
	var want []string
	when := "now"
	for _, l := range lives {
		state := l.now()
		if r.AsOf != nil && !c.ofNow {
			state, when = l.at(*r.AsOf), fmt.Sprintf("as of index %d", *r.AsOf)
		}
		if state != nil {
			want = append(want, c.folds(t, l, state, r.Now)...)
		}
	}
	c.times += len(want)
	if d := cmp.Diff(want, c.reads(t, r), cmpopts.SortSlices(func(a, b string) bool { return a < b }), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s at %s, %s: -the domain +the read models\n%s", c.what, r.Now.Format(time.RFC3339Nano), when, d)
	}
}

// A time must stand for the last index before which nothing is later, whatever the
// clocks did: tried a millisecond before, at and after the time of each record.
func checkTimes(t *testing.T, e *Engine) {
	t.Helper()
	var times []time.Time
	for facts, err := range e.Log.From(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			times = append(times, f.At)
		}
	}
	for i, at := range times {
		for _, d := range []time.Duration{-time.Millisecond, 0, time.Millisecond} {
			want := int64(-1)
			for n, x := range times {
				if x.After(at.Add(d)) {
					break
				}
				want = int64(n)
			}
			if got, err := (Reader{Engine: e}).IndexAt(t.Context(), at.Add(d)); err != nil || got != want {
				t.Fatalf("as of %s, %s from the time of index %d: index %d, want %d (%v)", at.Add(d).Format(time.RFC3339Nano), d, i, got, want, err)
			}
		}
		latest := slices.MaxFunc(times[:i+1], time.Time.Compare)
		if got, err := (Reader{Engine: e, AsOf: new(int64(i)), Now: latest.AddDate(9, 0, 0)}).latest(t.Context(), e.reads); err != nil || !got.Equal(latest) {
			t.Fatalf("the time as of index %d is %s, want %s (%v)", i, got, latest, err)
		}
	}
	have := e.Index()
	if int64(len(times)) != have+1 {
		t.Fatalf("%d records, and the newest index is %d", len(times), have)
	}
	for index, ok := range map[int64]bool{-1: false, 0: true, have: true, have + 1: false} {
		if _, err := (Reader{Engine: e}).AsOfIndex(index, have); (err == nil) != ok {
			t.Errorf("as of index %d of 0 to %d: %v", index, have, err)
		}
	}
}
