package projections_test

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// A step is one thing that somebody tries in a story; many are refused.
type step struct{ what, who, item, choice int }

// stories draws what happens in an installation.
func stories(steps int) *rapid.Generator[[]step] {
	one := rapid.Custom(func(t *rapid.T) step {
		b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "step")
		return step{int(b[0]) % 40, int(b[1]), int(b[2]), int(b[3])}
	})
	return rapid.SliceOfN(one, steps, steps)
}

// A story is what has happened so far.
type story struct {
	*trial.Trial
	t                                           *testing.T
	calls, subs, parties, others, forms, people []domain.ID
	authors                                     map[domain.ID]string
	done                                        int
	most                                        int // submissions; 0: 14, enough to have something happen to each
}

var authors = []string{"ngo", "ngo2", "mission", "focal", "stranger"}

func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{Trial: trial.New(t), t: t, authors: map[domain.ID]string{}}
	s.Officer("secretariat")
	s.Appoint("protection", s.App.Secretariat(), domain.Protection)
	s.Appoint("auditor", s.App.Secretariat(), domain.Auditor)
	s.Appoint("moderator", s.App.Secretariat(), domain.Moderator)
	state := s.Entity(entity.Country, "Freedonia", "FRD")
	s.Appoint("mission", state, domain.StateMission)
	s.Appoint("focal", state, domain.StateFocalPoint)
	for _, who := range []string{"ngo", "ngo2"} {
		id := s.Entity(entity.Stakeholder, "Association "+who, "")
		s.Appoint(who, id, domain.Stakeholder)
		s.parties = append(s.parties, id)
	}
	s.parties = append(s.parties, state, s.Person("stranger"))
	for _, name := range []string{"One more", "Yet another"} {
		s.others = append(s.others, s.Entity(entity.MigrantGroup, name, ""))
	}
	s.people = []domain.ID{s.Person("stranger"), s.Person("ngo")}
	s.calls = []domain.ID{s.Call("What should the report say?")}
	return s
}

// attempt sends a command; a refusal is part of the story.
func attempt[C domain.Command, S any, E domain.Event](s *story, a *app.Aggregate[C, S, E], who string, id domain.ID, c C) (domain.ID, bool) {
	s.t.Helper()
	res, err := a.Do(s.t.Context(), id, c, s.By(who))
	if _, refused := errors.AsType[*domain.Error](err); refused {
		return "", false
	}
	if err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
	s.done++
	return res.ID, true
}

func pick[T any](from []T, n int) T { return from[n%len(from)] }

func text(n int) domain.Text {
	return domain.Text{Language: pick([]string{"en", "es", "ar"}, n), Value: pick([]string{"Open more doors.", "Más puertas.", "Listen.", "Count us."}, n/3)}
}

func saying(n int) submission.Input {
	return submission.Input{Text: new(text(n)), Objectives: []string{pick([]string{"1", "8", "23"}, n)}}
}

// play tells a story's steps.
func (s *story) play(steps []step) {
	s.t.Helper()
	for _, x := range steps {
		if x.what < 8 && len(s.subs) >= cmp.Or(s.most, 14) {
			x.what = 8 + x.who%16
		}
		switch {
		case x.what < 8:
			s.write(x)
		case x.what < 24 && len(s.subs) > 0:
			s.handle(x, pick(s.subs, x.item))
		default:
			s.around(x)
		}
	}
	s.Settle()
}

// write begins a submission.
func (s *story) write(x step) {
	s.t.Helper()
	who, call := pick(authors, x.who), pick(s.calls, x.item)
	var c submission.Command
	switch {
	case x.what < 4:
		in := submission.Submit{Consultation: call, Content: saying(x.choice), Label: pick(domain.Labels, x.choice), Late: "The post was late."}
		if x.choice%3 == 0 {
			in.CoSigners = []domain.ID{pick(s.parties, x.who+1)}
		}
		c = in
	case x.what < 7:
		c = submission.SaveDraft{Consultation: call, Content: saying(x.choice)}
	default:
		who = "secretariat"
		c = submission.Record{Consultation: call, For: pick(s.parties, x.who), Content: saying(x.choice), Publish: x.choice%2 == 0,
			Source: submission.Source{Name: "post", Hash: strings.Repeat("0", 64), Item: "7"}}
	}
	if id, ok := attempt(s, s.App.Submissions, who, "", c); ok {
		s.subs = append(s.subs, id)
		s.authors[id] = who
		if who == "secretariat" {
			s.authors[id] = pick(authors, x.who)
		}
	}
}

// handle does something to a submission.
func (s *story) handle(x step, id domain.ID) {
	s.t.Helper()
	author := s.authors[id]
	do := func(who string, c submission.Command) { attempt(s, s.App.Submissions, who, id, c) }
	switch x.what {
	case 8:
		do(author, submission.Submit{Label: pick(domain.Labels, x.choice), Late: "Late."})
	case 9:
		do(author, submission.SaveDraft{Content: saying(x.choice)})
	case 10:
		do(pick(authors, x.who), submission.Amend{Content: saying(x.choice), RetractPrevious: x.choice%4 == 3})
	case 11:
		do(author, submission.Withdraw{Reason: "I thought again."})
	case 12:
		do(author, pick([]submission.Command{submission.Restore{}, submission.Restore{}, submission.Retract{Edition: int64(1 + x.item%3)}}, x.choice))
	case 13:
		do(author, submission.RequestConfidentiality{Label: pick(domain.Labels, x.choice)})
	case 14:
		do("protection", submission.GrantConfidentiality{Reason: "in danger"})
	case 15:
		do("protection", submission.DeclineConfidentiality{Reason: "not in danger"})
	case 16:
		do(author, submission.LowerConfidentiality{Label: pick(domain.Labels, x.choice)})
	case 17, 18:
		do("protection", submission.Publish{})
	case 19:
		t := text(x.choice)
		do("secretariat", submission.AttachTranslation{Text: domain.Text{Language: "fr", Value: t.Value}, Origin: domain.Machine, Edition: int64(1 + x.item%2)})
	case 20:
		do("protection", submission.AcceptLate{Reason: "The post was late."})
	case 21:
		do("protection", submission.RefuseLate{Reason: domain.ReasonCode{Policy: "late-1", Code: "NO_REASON", Text: "None was given."}})
		if x.choice%3 == 0 {
			do("moderator", submission.Hide{Reason: domain.ReasonCode{Policy: submission.InterimPolicy, Code: "SPAM", Text: "It was sent to everybody."}})
		}
	case 22:
		do(pick(authors, x.who), pick([]submission.Command{submission.ConfirmCoSignature{}, submission.LeaveJoint{}, submission.ConfirmRecorded{}}, x.choice))
	case 23:
		do(author, pick([]submission.Command{submission.Discard{}, submission.Propose{}, submission.Authorise{}}, x.choice))
	}
}

// around does something to what submissions stand among.
func (s *story) around(x step) {
	s.t.Helper()
	named := append(append([]domain.ID{}, s.parties[:3]...), s.others...)
	switch x.what {
	case 24:
		s.Wait(time.Duration(x.choice) * 10 * time.Minute)
	case 25:
		attempt(s, s.App.Entities, "secretariat", pick(named, x.item), entity.Command(entity.Rename{Name: text(x.choice), Acronym: "A"}))
	case 26:
		attempt(s, s.App.Entities, "secretariat", pick(named, x.item), entity.Command(entity.Recognise{}))
	case 27:
		attempt(s, s.App.Entities, "secretariat", pick(s.others, x.item), pick([]entity.Command{entity.Suspend{Reason: "asked to"}, entity.Reinstate{Reason: "asked to"}, entity.Dissolve{Reason: "ended"}}, x.choice))
	case 28:
		attempt(s, s.App.Persons, "secretariat", pick(s.people, x.item), pick([]person.Command{person.Verify{Level: person.Documented, Name: "Ada"}, person.Verify{Level: person.Contacted, Name: "Ada L."}}, x.choice))
	case 29:
		who := s.Person(pick([]string{"one", "two"}, x.who))
		attempt(s, s.App.Persons, pick([]string{"one", "two"}, x.who), who, person.Command(person.Register{Person: who, Name: "Somebody"}))
		c := credential.Command(credential.Grant{Person: who, Entity: pick(s.others, x.item), Capacity: domain.EntityAdmin, Document: "a letter"})
		if x.choice%2 == 0 {
			c = credential.Revoke{Entity: pick(s.others, x.item), Capacity: domain.EntityAdmin, Reason: "asked to"}
		}
		attempt(s, s.App.Credentials, "secretariat", who, c)
	case 30, 31, 32:
		s.form(x)
	default:
		s.round(x)
	}
}

// form does something to a questionnaire.
func (s *story) form(x step) {
	s.t.Helper()
	title := questionnaire.Wording{Text: text(x.choice)}
	asks := []questionnaire.Question{{Number: "1", Text: questionnaire.Wording{Text: text(x.item)}, Kind: questionnaire.FreeText}}
	if len(s.forms) == 0 || x.what == 30 {
		if id, ok := attempt(s, s.App.Questionnaires, "secretariat", "", questionnaire.Command(questionnaire.Draft{Title: title, Questions: asks})); ok {
			s.forms = append(s.forms, id)
		}
		return
	}
	c := pick([]questionnaire.Command{questionnaire.Publish{}, questionnaire.Revise{Title: title, Questions: asks}, questionnaire.StartVersion{}, questionnaire.Retire{Reason: "old"}}, x.choice)
	attempt(s, s.App.Questionnaires, "secretariat", pick(s.forms, x.item), c)
}

// round does something to a consultation.
func (s *story) round(x step) {
	s.t.Helper()
	closes := consultation.Closing{Local: s.Now().Add(time.Duration(24+x.choice) * time.Hour).Format("2006-01-02T15:04:05"), Zone: "UTC", Inclusive: x.choice%2 == 0}
	id := pick(s.calls, x.item)
	var c consultation.Command
	switch x.what {
	case 33:
		id, c = "", consultation.Plan{Title: text(x.choice), Closes: closes, Late: consultation.WithReason, Label: pick(domain.Labels[:4], x.item)}
	case 34:
		c = consultation.SetAudience{Groups: consultation.Groups[x.choice%5:], Named: s.parties[:x.item%3]}
	case 35:
		c = consultation.Announce{}
	case 36:
		c = consultation.Open{}
	case 37:
		c = consultation.Extend{Closes: closes, Reason: "asked for by many"}
	case 38:
		c = pick([]consultation.Command{consultation.PublishFactualSummary{Text: text(x.choice)}, consultation.ReportBack{Text: text(x.choice)}, consultation.Archive{}}, x.item)
	default:
		c = pick([]consultation.Command{consultation.Close{Reason: "done"}, consultation.Cancel{Reason: "no longer needed"}, consultation.Reschedule{HeldOn: "spring 2020", Closes: closes, Reason: "moved"}}, x.choice/4)
		if x.choice%4 != 0 {
			return // ends come seldom
		}
	}
	if id, ok := attempt(s, s.App.Consultations, "secretariat", id, c); ok && x.what == 33 {
		s.calls = append(s.calls, id)
	}
}
