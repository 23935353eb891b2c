package walks

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// Consultation walks from a plan to an archive. A life is long: a walk sees
// its end only when most commands lead on.
var Consultation = domaintest.Walker[consultation.Command, consultation.State, consultation.Event]{
	Decider: consultation.Decider,
	Begin: func(r *rapid.T, _ domain.ID) func() (consultation.Command, domain.Cause) {
		closing := func(local string, inclusive bool) consultation.Closing {
			return consultation.Closing{Local: local, Zone: "Europe/Zurich", Inclusive: inclusive}
		}
		may := closing("2020-05-30T23:59", domaintest.Pick(r, true, false))
		june := closing("2020-06-30T23:59", domaintest.Pick(r, true, false))
		summary := func(s string) consultation.Command { return consultation.PublishFactualSummary{Text: en(s)} }
		told := consultation.ReportBack{Text: en("told")}
		onward := []consultation.Command{
			consultation.Plan{Title: en("Preparations for the report"), Closes: may, Late: domaintest.Pick(r, consultation.WithReason, consultation.NoneLate)},
			consultation.Announce{}, consultation.Open{}, summary("one"), summary("two"), told, consultation.Archive{},
		}
		edits := []consultation.Command{
			consultation.Reschedule{HeldOn: "summer 2020"}, consultation.SetAudience{Groups: []consultation.Group{consultation.Migrants}},
			consultation.SetAudience{Groups: []consultation.Group{consultation.MemberStates, consultation.Migrants}, Named: []domain.ID{ngo}},
			consultation.DeclareLatePolicy{Late: consultation.WithReason},
			consultation.AttachQuestionnaire{Questionnaire: "que_a", Version: 1, Source: consultation.Questionnaire{Published: true, Questions: []domain.ID{"q1"}}},
		}
		extend, stop := consultation.Extend{Closes: june, Reason: "holidays"}, consultation.Close{Reason: "done"}
		window := []consultation.Command{consultation.Extend{Closes: may}, extend, extend, stop, stop, consultation.Cancel{Reason: "no funds"}}
		informal := consultation.Plan{Title: en("A morning's talk"), Kind: consultation.InformalStates, HeldOn: "spring 2020"}
		return func() (consultation.Command, domain.Cause) {
			c := domaintest.Pick(r, domaintest.Pick(r, onward, onward, onward, window, window, edits)...)
			switch c.(type) {
			case consultation.Plan:
				c = domaintest.Pick[consultation.Command](r, c, c, informal)
			case consultation.PublishFactualSummary, consultation.ReportBack, consultation.Archive:
				return c, domaintest.When(officer, time.Date(2020, 7, 1, 0, 0, 0, 0, time.UTC))
			case consultation.Close:
				closed := domaintest.When(system, time.Date(2020, 6, 30, 22, 0, 0, 0, time.UTC))
				return c, domaintest.Pick(r, officer, officer, officer, closed)
			}
			return c, officer
		}
	},
}

// Questionnaire walks from a draft to retirement, over more than one version.
var Questionnaire = domaintest.Walker[questionnaire.Command, questionnaire.State, questionnaire.Event]{
	Decider: questionnaire.Decider,
	Begin: among(func(domain.ID) []move[questionnaire.Command] {
		wording := func(s string) questionnaire.Wording { return questionnaire.Wording{Text: en(s)} }
		asked := []questionnaire.Question{
			{Number: "1", Text: wording("What works?"), Kind: questionnaire.FreeText, Required: true, MaxCharacters: 10},
			{Number: "2a", Text: wording("Where?"), Kind: questionnaire.SingleChoice, Options: []questionnaire.Option{{Text: wording("Here")}, {Text: wording("There")}}},
		}
		title, of := wording("Questions to States"), questionnaire.Origin{Questionnaire: "que_a", Version: 1}
		commission := domaintest.As("per_eclac", "ent_eclac", domain.RegionalCommission)
		source := questionnaire.Version{Number: 1, Title: title, Questions: []questionnaire.Question{{ID: "s-1", Number: "1", Text: wording("What works?"), Kind: questionnaire.FreeText}}}
		var all []move[questionnaire.Command]
		for _, by := range []domain.Cause{officer, officer, officer, commission} {
			for _, c := range []questionnaire.Command{
				questionnaire.Draft{Title: title, Questions: asked}, questionnaire.Fork{Of: of, Source: source},
				questionnaire.Revise{Title: wording("Questions"), Questions: asked}, questionnaire.Revise{Title: title},
				questionnaire.Publish{}, questionnaire.StartVersion{}, questionnaire.Retire{},
			} {
				all = append(all, move[questionnaire.Command]{c, by})
			}
		}
		return all
	}),
}

// Submission walks through drafts, sending, what its owner and the secretariat
// do with it, and what comes in on paper.
var Submission = domaintest.Walker[submission.Command, submission.State, submission.Event]{
	Decider: submission.Decider,
	Begin: func(r *rapid.T, _ domain.ID) func() (submission.Command, domain.Cause) {
		openCall := submission.Call{Open: true}
		lateCall := submission.Call{LateAllowed: true, ClosedAt: domaintest.At.Add(-time.Second)}
		text := func(s string) submission.Input { return submission.Input{Text: new(en(s)), Objectives: []string{"1"}} }
		fr := domain.Text{Language: "fr", Value: "e"}
		owners := []submission.Command{
			submission.SaveDraft{Consultation: "con_1", Content: text("a")}, submission.Discard{}, submission.Propose{}, submission.Authorise{Call: openCall},
			submission.Submit{Consultation: "con_1", Content: text("b"), Call: openCall, CoSigners: []domain.ID{stateB}},
			submission.Submit{Consultation: "con_1", Content: text("b"), Label: domain.Anonymised, Call: openCall},
			submission.Submit{Consultation: "con_1", Content: text("b"), Call: lateCall, Late: "flood"},
			submission.ConfirmRecorded{}, submission.ContestRecorded{Reason: "x"}, submission.Amend{Content: text("d"), Call: openCall}, submission.Amend{Content: text("f"), RetractPrevious: true, Call: openCall},
			submission.Retract{Edition: 1}, submission.Retract{Edition: 2, Reason: "x"}, submission.Withdraw{Reason: "x"}, submission.Restore{},
			submission.RequestConfidentiality{Label: domain.Restricted}, submission.LowerConfidentiality{Label: domain.Public}, submission.LowerConfidentiality{Label: domain.States},
		}
		offices := []submission.Command{
			submission.Record{Consultation: "con_1", For: stateA, Content: text("c"), Source: submission.Source{Name: "mail", Hash: strings.Repeat("ab", 32)}},
			submission.Record{Consultation: "con_1", Author: "A.", Content: text("c"), Publish: true, Source: submission.Source{Name: "mail", Item: "7", Hash: strings.Repeat("cd", 32)}},
			submission.CorrectRecord{Content: text("g"), Source: "x"},
			submission.AcceptLate{Reason: "x"}, submission.RefuseLate{Reason: domain.ReasonCode{Policy: "1", Code: "LATE", Text: "too late"}},
			submission.Publish{}, submission.Publish{},
			submission.AttachTranslation{Text: fr, Origin: domain.Human, Edition: 1}, submission.AttachTranslation{Text: fr, Origin: domain.Machine, Edition: 2},
		}
		protections := []submission.Command{submission.GrantConfidentiality{Reason: "x"}, submission.DeclineConfidentiality{Reason: "x"}, submission.Publish{}}
		others := []submission.Command{submission.ConfirmCoSignature{}, submission.LeaveJoint{}}
		hide := submission.Hide{Reason: domain.ReasonCode{Policy: submission.InterimPolicy, Code: "SPAM", Text: "x"}}
		attest := submission.AttestRecord{Source: submission.PublicSource{Title: "x", Link: "https://gov.example/statement"}}
		protection, moderator := domaintest.As("per_prot", office, domain.Protection), domaintest.As("per_mod", office, domain.Moderator)
		return func() (submission.Command, domain.Cause) {
			switch domaintest.Pick(r, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14) {
			case 1, 2, 10, 11:
				return domaintest.Pick(r, offices...), officer
			case 3:
				return domaintest.Pick(r, protections...), protection
			case 4:
				return domaintest.Pick(r, others...), missionB
			case 9:
				return hide, moderator
			case 14:
				return attest, domaintest.Pick(r, officer, domaintest.Officer("per_officer2"))
			}
			return domaintest.Pick(r, owners...), domaintest.Pick(r, missionA, missionA, missionA, focalA)
		}
	},
}
