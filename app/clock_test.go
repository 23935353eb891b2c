package app_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// A script is a clock that shows one time after the other, and then the last.
type script struct {
	shows []time.Time
	read  int // how often it was read
}

func (s *script) now() time.Time {
	s.read++
	if len(s.shows) > 1 {
		s.shows = s.shows[1:]
		return s.shows[0]
	}
	return s.shows[0]
}

// show has the clock show what comes next.
func (s *script) show(times ...time.Time) { s.shows, s.read = append([]time.Time{{}}, times...), 0 }

// A stalled is an installation with a clock that its test moves between the
// reads of a command and its append.
type stalled struct {
	*app.App
	*script
	st   *memstore.Store
	call domain.ID
	ends time.Time // of the call; that instant is in time
}

var began = time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC)

// pinLife is how old a read may be when the append leaves.
const pinLife = 10 * time.Second

func stall(t *testing.T) *stalled {
	t.Helper()
	s := &stalled{st: new(memstore.Store), script: &script{shows: []time.Time{began}}, ends: began.Add(time.Hour)}
	s.App = app.New(app.Config{Store: s.st, Secret: secret, Now: s.now})
	if err := s.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	if err := s.Register(t.Context(), "per_ada", "Ada"); err != nil {
		t.Fatal(err)
	}
	for i, c := range []consultation.Command{
		consultation.Plan{Title: text("A call"), Closes: consultation.Closing{Local: "2020-03-04T11:00:00", Zone: "UTC", Inclusive: true}},
		consultation.Announce{}, consultation.Open{},
	} {
		res, err := s.Consultations.Do(t.Context(), s.call, c, officer(string(rune('a'+i))))
		if err != nil {
			t.Fatal(err)
		}
		s.call = res.ID
	}
	return s
}

func (s *stalled) submit(t *testing.T) (at time.Time, err error) {
	t.Helper()
	c := submission.Submit{Consultation: s.call, Content: submission.Input{Text: new(text("Many doors"))}}
	res, err := s.Submissions.Do(t.Context(), "", c, app.Caller{Person: "per_ada", Key: "one key of sixteen"})
	if err != nil {
		return at, err
	}
	for r, err := range s.st.Stream(t.Context(), "submission-"+string(res.ID), 0) {
		if err != nil {
			t.Fatal(err)
		}
		at = r.At
	}
	return at, nil
}

// Between the reads and the append a clock may stall, jump ahead or step back.
// A command is judged by the one instant at which it began to read, its record
// bears that instant, and what is read stays good for ten seconds and no more:
// then it is read, and judged, again.
func TestClockBetweenReadAndAppend(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name  string
		shows func(ends time.Time) []time.Time
		slug  string        // refused for that
		at    time.Duration // of the record, from the deadline
	}{
		{"in time, and appended at once", func(e time.Time) []time.Time { return []time.Time{e.Add(-ms), e.Add(-ms)} }, "", -ms},
		{"at the deadline", func(e time.Time) []time.Time { return []time.Time{e, e} }, "", 0},
		{"right after it", func(e time.Time) []time.Time { return []time.Time{e.Add(ms), e.Add(ms)} }, "submission.closed", 0},
		{"in time, and appended after the deadline", func(e time.Time) []time.Time { return []time.Time{e, e.Add(5 * time.Second)} }, "", 0},
		{"a read that is as old as it may be", func(e time.Time) []time.Time { return []time.Time{e, e.Add(pinLife)} }, "", 0},
		{"a read that is too old, and too late when it is read again", func(e time.Time) []time.Time { return []time.Time{e, e.Add(pinLife + ms), e.Add(pinLife + ms)} }, "submission.closed", 0},
		{"a read that is too old, and in time when it is read again", func(e time.Time) []time.Time {
			return []time.Time{e.Add(-time.Minute), e.Add(-time.Minute + pinLife + ms), e.Add(-30 * time.Second), e.Add(-29 * time.Second)}
		}, "", -30 * time.Second},
		{"a clock that steps back before the append", func(e time.Time) []time.Time { return []time.Time{e, e.Add(-time.Hour)} }, "", 0},
		{"a clock that steps back into the window before the append", func(e time.Time) []time.Time { return []time.Time{e.Add(ms), e.Add(-time.Hour)} }, "submission.closed", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := stall(t)
				s.show(tt.shows(s.ends)...)
				at, err := s.submit(t)
				switch {
				case tt.slug != "":
					wantSlug(t, tt.name, err, tt.slug)
				case err != nil:
					t.Error(err)
				case !at.Equal(s.ends.Add(tt.at)):
					t.Errorf("recorded %s from the deadline, judged %s from it", at.Sub(s.ends), tt.at)
				}
			})
		})
	}
}

// A clock that jumps ahead between every read and its append never lets a
// command through on an old read; the caller hears that it is busy.
func TestClockThatAlwaysJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stall(t)
		before := count(t, s.st)
		n := 0
		a := app.New(app.Config{Store: s.st, Secret: secret, Now: func() time.Time { n++; return began.Add(time.Duration(n) * (pinLife + time.Millisecond)) }})
		s.App = a
		if _, err := s.submit(t); !errors.Is(err, domain.Busy) && !errors.Is(err, domain.WindowClosed) {
			t.Errorf("got %v", err)
		}
		if count(t, s.st) != before {
			t.Error("it was recorded on a read that was too old")
		}
	})
}

// A credential is judged at the same instant as everything else: held then, it
// may run out before the append.
func TestCredentialBetweenReadAndAppend(t *testing.T) {
	for _, tt := range []struct {
		name  string
		shows []time.Duration // from the credential's end
		slug  string
	}{
		{"held, and run out before the append", []time.Duration{-time.Millisecond, time.Second}, ""},
		{"run out at the read", []time.Duration{0, 0}, "authority.capacity"},
		{"run out at the read, and the clock steps back", []time.Duration{0, -time.Hour}, "authority.capacity"},
		{"held at a read too old, run out at the next", []time.Duration{-time.Millisecond, pinLife, pinLife}, "authority.capacity"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, until := stall(t), began.Add(2*time.Hour)
				if err := s.Register(t.Context(), "per_second", "Grace"); err != nil {
					t.Fatal(err)
				}
				g := credential.Grant{Person: "per_second", Entity: s.Secretariat(), Capacity: domain.Secretariat, Document: "letter 7", Until: &until}
				if _, err := s.Credentials.Do(t.Context(), "per_second", g, officer("grant")); err != nil {
					t.Fatal(err)
				}
				var shows []time.Time
				for _, d := range tt.shows {
					shows = append(shows, until.Add(d))
				}
				s.show(shows...)
				_, err := s.Consultations.Do(t.Context(), "", planned(""), app.Caller{Person: "per_second", Key: "one key of sixteen"})
				if tt.slug == "" && err != nil {
					t.Error(err)
				} else if tt.slug != "" {
					wantSlug(t, tt.name, err, tt.slug)
				}
			})
		})
	}
}

// What the app refuses before a decision, or carries to it from other streams.
func TestAppRefuses(t *testing.T) {
	s := stall(t)
	as := func(person domain.ID, key string) app.Caller {
		return app.Caller{Person: person, Key: "one key of sixteen " + key}
	}
	say := func(c submission.Submit, by app.Caller) error {
		c.Consultation = s.call
		_, err := s.Submissions.Do(t.Context(), "", c, by)
		return err
	}
	words := submission.Input{Text: new(text("Many doors"))}
	answered := submission.Input{Answers: []submission.InputAnswer{{Question: "q1", Text: new(text("Yes"))}}}
	wantSlug(t, "an answer where nothing is asked", say(submission.Submit{Content: answered}, as("per_ada", "1")), "submission.no_questions")
	record := submission.Record{Consultation: s.call, For: "ent_nobody", Content: words, Source: submission.Source{Name: "post"}}
	_, err := s.Submissions.Do(t.Context(), "", record, officer("record"))
	wantSlug(t, "recorded for somebody who is not there", err, "submission.owner_unknown")
	res, err := s.Entities.Do(t.Context(), "", suggest("A union"), as("per_ada", "2"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Appoint(t.Context(), "per_ada", "Ada", res.ID, domain.EntityAdmin); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Entities.Do(t.Context(), res.ID, entity.Suspend{Reason: "spam"}, officer("suspend")); err != nil {
		t.Fatal(err)
	}
	by := as("per_ada", "3")
	by.For = res.ID
	wantSlug(t, "for an entity that is suspended", say(submission.Submit{Content: words}, by), "entity.inactive")
	for i, id := range []string{"sub_unknown", "con_unknown"} {
		_, err := s.Submissions.Do(t.Context(), domain.ID(id), submission.Withdraw{}, as("per_ada", string(rune('4'+i))))
		wantSlug(t, "a submission that is not there", err, "submission.unknown")
	}
	once := as("per_ada", "6")
	once.For = "per_ada"
	if err := say(submission.Submit{Content: words}, once); err != nil {
		t.Fatal(err)
	}
	wantSlug(t, "the same key for other words", say(submission.Submit{Content: submission.Input{Text: new(text("Few doors"))}}, once), "key.reused")
	if _, err := s.Persons.Do(t.Context(), "per_ada", person.Suspend{Reason: "spam"}, officer("suspend her")); err != nil {
		t.Fatal(err)
	}
	wantSlug(t, "from a person who is suspended", say(submission.Submit{Content: words}, as("per_ada", "7")), "person.suspended")
	_, err = s.Consultations.Do(t.Context(), s.call, consultation.Archive{}, officer("archive"))
	wantSlug(t, "archived while it is open", err, "consultation.status")
}
