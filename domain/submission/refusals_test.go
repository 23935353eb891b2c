package submission

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func submit(f func(*Submit)) Submit {
	c := Submit{Consultation: "con_1", Content: text("No."), Call: openCall}
	f(&c)
	return c
}

func record(f func(*Record)) Record {
	c := Record{Consultation: "con_1", Content: text("No."), Source: Source{Name: "post", Hash: hash}}
	f(&c)
	return c
}

func answers(n, chosen int) Input {
	var in Input
	for i := range n {
		a := InputAnswer{Question: domain.ID(fmt.Sprint("q", i)), Text: &domain.Text{Language: "es", Value: "Sí."}}
		for j := range chosen {
			a.Chosen = append(a.Chosen, fmt.Sprint(j))
		}
		in.Answers = append(in.Answers, a)
	}
	return in
}

func parties(n int) []domain.ID {
	var all []domain.ID
	for i := range n {
		all = append(all, domain.ID(fmt.Sprint("ent_", i)))
	}
	return all
}

// Every count has its last that is taken and its first that is refused.
func TestCounts(t *testing.T) {
	content := func(in Input) Command { return submit(func(c *Submit) { c.Content = in }) }
	objectives := func(codes ...string) Command {
		return submit(func(c *Submit) { c.Content.Objectives = codes })
	}
	cosigned := func(n int) Command { return submit(func(c *Submit) { c.CoSigners = parties(n) }) }
	support := func(agrees, disagrees int64) Command {
		return record(func(c *Record) { c.Source.Agrees, c.Source.Disagrees = agrees, disagrees })
	}
	domaintest.Pairs(t, Decider, []domaintest.Pair[Command, Event]{
		{Name: "answers", At: content(answers(maxAnswers, 0)), Past: content(answers(maxAnswers+1, 0)), By: ada, Slug: "submission.answers"},
		{Name: "options", At: content(answers(1, maxChosen)), Past: content(answers(1, maxChosen+1)), By: ada, Slug: "submission.chosen"},
		{Name: "co-signatories", At: cosigned(MaxCoSigners), Past: cosigned(MaxCoSigners + 1), By: ada, Slug: "submission.co_signatories"},
		{Name: "objectives from 1", At: objectives("1"), Past: objectives("0"), By: ada, Slug: "submission.objective"},
		{Name: "objectives to 23", At: objectives("23"), Past: objectives("24"), By: ada, Slug: "submission.objective"},
		{Name: "support from nought", At: support(0, 0), Past: support(-1, 0), By: officer, Slug: "submission.source_support"},
		{Name: "opposition from nought", At: support(0, 0), Past: support(0, -1), By: officer, Slug: "submission.source_support"},
	})
}

func TestRefusals(t *testing.T) {
	late := []Event{Received{Consultation: "con_1", For: "per_ada", Content: said("per_ada", "No."), Label: domain.Public, Late: &Late{}}}
	refused := domain.ReasonCode{Policy: "1", Code: "LATE", Text: "late"}
	twice := submit(func(c *Submit) { c.Content = answers(2, 0); c.Content.Answers[1].Question = "q0" })
	nothing := submit(func(c *Submit) { c.Content = Input{Answers: []InputAnswer{{Question: "q1"}}} })
	mine := []Event{DraftSaved{Consultation: "con_1", For: "per_ada", Content: said("per_ada", "No.")}}
	cosigned := after(sent("per_ada"), CoSignatoryInvited{"ent_ngo"})
	anonymised := after(sent("per_ada"), ConfidentialityRequested{domain.Anonymised}, ConfidentialityGranted{Label: domain.Anonymised})
	rejected := record(func(c *Record) { c.Source.Moderation, c.Publish = SourceRejected, true })
	sealed := record(func(c *Record) { c.Label, c.Publish = domain.Sealed, true })
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "an answer twice", When: twice, By: ada, Code: domain.Invalid, Slug: "submission.answered_twice"},
		{Name: "an answer without words or choice", When: nothing, By: ada, Code: domain.Invalid, Slug: "submission.answer_empty"},
		{Name: "a label nobody knows", When: submit(func(c *Submit) { c.Label = "SECRET" }), By: ada, Code: domain.Invalid, Slug: "submission.label"},
		{Name: "a co-signatory twice", When: submit(func(c *Submit) { c.CoSigners = []domain.ID{"ent_b", "ent_b"} }), By: ada, Code: domain.Invalid, Slug: "submission.co_signatory_twice"},
		{Name: "the owner as co-signatory", When: submit(func(c *Submit) { c.CoSigners = []domain.ID{"per_ada"} }), By: ada, Code: domain.Invalid, Slug: "submission.co_signatory_twice"},
		{Name: "a draft moved", Given: mine, When: SaveDraft{Consultation: "con_2", Content: text("No.")}, By: ada, Code: domain.Invalid, Slug: "submission.moved"},
		{Name: "one's own draft proposed", Given: mine, When: Propose{}, By: ada, Code: domain.NotAllowed, Slug: "submission.no_mission"},
		{Name: "signed by who was not invited", Given: cosigned, When: ConfirmCoSignature{}, By: bob, Code: domain.NotOwner, Slug: "submission.not_invited"},
		{Name: "signed by a focal point of who was", Given: after(sent("per_ada"), CoSignatoryInvited{"ent_freedonia"}), When: ConfirmCoSignature{}, By: focal, Code: domain.NotAllowed, Slug: "submission.co_signatory_capacity"},
		{Name: "confidential in public", Given: sent("per_ada"), When: RequestConfidentiality{domain.Public}, By: ada, Code: domain.Invalid, Slug: "submission.confidentiality"},
		{Name: "granted without a request", Given: sent("per_ada"), When: GrantConfidentiality{Reason: "x"}, By: prot, Code: domain.NotAllowed, Slug: "submission.nothing_requested"},
		{Name: "declined without a request", Given: sent("per_ada"), When: DeclineConfidentiality{Reason: "x"}, By: prot, Code: domain.NotAllowed, Slug: "submission.nothing_requested"},
		{Name: "lowered to what hides more", Given: anonymised, When: LowerConfidentiality{domain.Sealed}, By: ada, Code: domain.LabelForbidden, Slug: "submission.not_lower"},
		{Name: "lowered to a label nobody knows", Given: anonymised, When: LowerConfidentiality{"SECRET"}, By: ada, Code: domain.Invalid, Slug: "submission.label"},
		{Name: "let in though it came in time", Given: sent("per_ada"), When: AcceptLate{Reason: "x"}, By: officer, Code: domain.NotAllowed, Slug: "submission.not_late"},
		{Name: "refused though it came in time", Given: sent("per_ada"), When: RefuseLate{refused}, By: officer, Code: domain.NotAllowed, Slug: "submission.not_late"},
		{Name: "let in after it was refused", Given: after(late, LateRefused{Reason: refused}), When: AcceptLate{Reason: "x"}, By: officer, Code: domain.NotAllowed, Slug: "submission.late_decided"},
		{Name: "published before it is let in", Given: late, When: Publish{}, By: officer, Code: domain.NotAllowed, Slug: "submission.late_undecided"},
		{Name: "published after it was refused", Given: after(late, LateRefused{Reason: refused}), When: Publish{}, By: officer, Code: domain.NotAllowed, Slug: "submission.late_undecided"},
		{Name: "published while a request waits", Given: after(sent("per_ada"), ConfidentialityRequested{domain.Restricted}), When: Publish{}, By: prot, Code: domain.LabelForbidden, Slug: "submission.sealed"},
		{Name: "confirmed though sent by its owner", Given: sent("per_ada"), When: ConfirmRecorded{}, By: ada, Code: domain.NotAllowed, Slug: "submission.not_recorded"},
		{Name: "a source with control characters", When: record(func(c *Record) { c.Source.Name = "a\x00b" }), By: officer, Code: domain.Invalid},
		{Name: "an item with too long a number", When: record(func(c *Record) { c.Source.Item = strings.Repeat("1", maxItem+1) }), By: officer, Code: domain.Invalid},
		{Name: "made at no day", When: record(func(c *Record) { c.Source.OccurredOn = "lately" }), By: officer, Code: domain.Invalid, Slug: "date.partial"},
		{Name: "made in the future", When: record(func(c *Record) { c.Source.OccurredOn = "2999" }), By: officer, Code: domain.Invalid, Slug: "submission.source_future"},
		{Name: "recorded from nowhere", When: record(func(c *Record) { c.Source.Name = "" }), By: officer, Code: domain.Invalid, Slug: "submission.source"},
		{Name: "recorded with a short hash", When: record(func(c *Record) { c.Source.Hash = hash[1:] }), By: officer, Code: domain.Invalid, Slug: "submission.source_hash"},
		{Name: "recorded with a moderation nobody knows", When: record(func(c *Record) { c.Source.Moderation = "MAYBE" }), By: officer, Code: domain.Invalid, Slug: "submission.source_moderation"},
		{Name: "published though its source rejected it", When: rejected, By: officer, Code: domain.Invalid, Slug: "submission.source_unpublished"},
		{Name: "published though the call seals", When: sealed, By: officer, Code: domain.LabelForbidden, Slug: "submission.sealed"},
	})
}
