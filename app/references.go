package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// Each function here fills the reference fields of one aggregate's commands
// from other streams, and pins them.

func (a *App) pinCredential(ctx context.Context, _ domain.ID, s credential.State, c credential.Command, by domain.Cause, p *pins) (credential.Command, error) {
	switch c := c.(type) {
	case credential.Grant:
		who, err := a.Persons.read(ctx, c.Person, p)
		if err != nil {
			return c, err
		}
		if who.Status == "" {
			return c, a.Persons.Unknown().At("person")
		}
		facts, err := a.entityFacts(ctx, c.Entity, p)
		c.Facts = facts
		return c, err
	case credential.Request:
		e, err := a.Entities.read(ctx, c.Entity, p)
		if err != nil || !a.Entities.Sees(e, domain.Viewer{Person: by.By.Person, Holds: s.Live(by.At)}) {
			return c, err // as for one that does not exist
		}
		c.Facts, err = a.entityFacts(ctx, c.Entity, p)
		return c, err
	}
	return c, nil
}

func (a *App) entityFacts(ctx context.Context, id domain.ID, p *pins) (credential.Entity, error) {
	e, err := a.Entities.read(ctx, id, p)
	return credential.Entity{Kind: string(e.Kind), Acts: e.Acts(), Named: e.Named}, err
}

func (a *App) pinEntity(ctx context.Context, target domain.ID, s entity.State, c entity.Command, by domain.Cause, p *pins) (entity.Command, error) {
	switch c := c.(type) {
	case entity.Propose:
		c.Entity = target
		if c.Vocabulary != "" {
			listed, err := a.listed(ctx, c.Vocabulary, c.Term, p)
			if err != nil {
				return c, err
			}
			c.Listed = listed
		}
		return c, a.claimProposal(ctx, target, s, c, by, p)
	case entity.Classify:
		listed, err := a.listed(ctx, c.Vocabulary, c.Term, p)
		c.Listed = listed
		return c, err
	case entity.Dissolve:
		if s.Kind != entity.Country {
			return c, nil
		}
		ended, err := a.ended(ctx, s.Code, p)
		c.Ended = ended
		return c, err
	case entity.NameAdministrator:
		if s.Named == "" {
			return c, nil
		}
		held, err := a.Credentials.read(ctx, s.Named, p)
		c.Earlier = entity.Earlier{Person: s.Named, Live: holds(held, by.At, target, domain.EntityAdmin, domain.StateMission)}
		return c, err
	}
	return c, nil
}

func (a *App) pinConsultation(ctx context.Context, target domain.ID, s consultation.State, c consultation.Command, by domain.Cause, p *pins) (consultation.Command, error) {
	if plan, ok := c.(consultation.Plan); ok {
		return c, a.claimSymbol(ctx, target, s, plan, by, p)
	}
	attach, ok := c.(consultation.AttachQuestionnaire)
	if !ok {
		return c, nil
	}
	q, err := a.Questionnaires.read(ctx, attach.Questionnaire, p)
	if err != nil {
		return c, err
	}
	v, published := q.At(attach.Version)
	attach.Source = consultation.Questionnaire{Published: published, Retired: q.Retired(), Questions: v.Handles()}
	return attach, nil
}

func (a *App) pinQuestionnaire(ctx context.Context, _ domain.ID, _ questionnaire.State, c questionnaire.Command, _ domain.Cause, p *pins) (questionnaire.Command, error) {
	fork, ok := c.(questionnaire.Fork)
	if !ok {
		return c, nil
	}
	q, err := a.Questionnaires.read(ctx, fork.Of.Questionnaire, p)
	if err != nil {
		return c, err
	}
	fork.Source, _ = q.At(fork.Of.Version)
	return fork, nil
}

func (a *App) pinSubmission(ctx context.Context, _ domain.ID, s submission.State, c submission.Command, by domain.Cause, p *pins) (submission.Command, error) {
	switch c := c.(type) {
	case submission.SaveDraft:
		outside, err := a.outside(ctx, orRound(c.Consultation, s), by.By.For(), p)
		c.Call.Outside = outside
		return c, err
	case submission.Hide:
		return c, a.importRetracted(ctx, s.Import, by, p)
	case submission.Record:
		call, err := a.call(ctx, c.Consultation, nil, by.At, p)
		if err != nil {
			return c, err
		}
		c.Label = call.Label
		if err := a.importTakes(ctx, c.Import, p); err != nil {
			return c, err
		}
		if err := a.ownerKnown(ctx, c.For, p); err != nil {
			return c, err
		}
		c.Outside, err = a.outside(ctx, c.Consultation, c.For, p)
		return c, err
	case submission.Submit:
		answers := c.Content.Answers
		if c.Content.Text == nil && len(answers) == 0 {
			answers = inputs(s.Draft)
		}
		call, err := a.callTo(ctx, by, orRound(c.Consultation, s), answers, p)
		if err != nil {
			return c, err
		}
		c.Call = call
		return c, a.coSignersKnown(ctx, c.CoSigners, by, p)
	case submission.Authorise:
		call, err := a.callTo(ctx, by, s.Round, inputs(s.Draft), p)
		c.Call = call
		return c, err
	case submission.Amend:
		call, err := a.call(ctx, s.Round, c.Content.Answers, by.At, p)
		c.Call = call
		return c, err
	}
	return c, nil
}

func orRound(id domain.ID, s submission.State) domain.ID {
	if id == "" {
		return s.Round
	}
	return id
}

// ownerKnown refuses an owner who is neither an entity nor a person on record.
func (a *App) ownerKnown(ctx context.Context, id domain.ID, p *pins) error {
	if id == "" {
		return nil
	}
	ok, err := a.exists(ctx, id, p)
	if err == nil && !ok {
		return domain.Refuse(domain.NotFound, "submission.owner_unknown", "There is no such entity or person.").At("owner")
	}
	return err
}

// coSignersKnown refuses co-signatories who are neither an entity nor a person
// on record, and those whom the asker may not know of just so. Those beyond the
// bound need not be read: the command is refused for them.
func (a *App) coSignersKnown(ctx context.Context, named []domain.ID, by domain.Cause, p *pins) error {
	for i, id := range named[:min(len(named), submission.MaxCoSigners)] {
		known, err := a.known(ctx, id, by, p)
		if err != nil {
			return err
		}
		if !known {
			return domain.Refuse(domain.NotFound, "submission.co_signatory_unknown", "There is no such entity or person, or it is not for you to know of. Name one on record, or leave it out.").At("coSignatories", strconv.Itoa(i))
		}
	}
	return nil
}

// known reports whether id names an entity, a working group or a person that
// the asker may know of.
func (a *App) known(ctx context.Context, id domain.ID, by domain.Cause, p *pins) (bool, error) {
	ok, err := a.exists(ctx, id, p)
	if err != nil || !ok || !strings.HasPrefix(string(id), entity.Decider.Prefix) {
		return ok, err
	}
	e, err := a.Entities.read(ctx, id, p)
	if err != nil {
		return false, err
	}
	held, err := a.Credentials.read(ctx, by.By.Person, p)
	return a.Entities.Sees(e, domain.Viewer{Person: by.By.Person, Holds: held.Live(by.At)}), err
}

// outside reports whether a consultation takes contributions from its audience
// alone, and party is not in it. It refuses a consultation that does not exist.
func (a *App) outside(ctx context.Context, id, party domain.ID, p *pins) (bool, error) {
	s, err := a.Consultations.read(ctx, id, p)
	switch {
	case err != nil:
		return false, err
	case s.Status == "":
		return false, a.Consultations.Unknown().At("consultationId")
	case s.OpenToAll():
		return false, nil
	}
	kind, err := a.kindOf(ctx, party, p)
	return !s.Admits(party, kind), err
}

// kindOf returns the kind of an entity, as package entity spells it; nothing
// for a person.
func (a *App) kindOf(ctx context.Context, id domain.ID, p *pins) (string, error) {
	switch {
	case strings.HasPrefix(string(id), workinggroup.Decider.Prefix):
		return string(entity.WorkingGroup), nil
	case strings.HasPrefix(string(id), entity.Decider.Prefix):
		e, err := a.Entities.read(ctx, id, p)
		return string(e.Kind), err
	}
	return "", nil
}

// callTo is call as it stands to whoever sends the answers.
func (a *App) callTo(ctx context.Context, by domain.Cause, id domain.ID, answers []submission.InputAnswer, p *pins) (submission.Call, error) {
	call, err := a.call(ctx, id, answers, by.At, p)
	if err == nil {
		call.Outside, err = a.outside(ctx, id, by.By.For(), p)
	}
	return call, err
}

// call says how a consultation stands to what is sent to it at a moment.
func (a *App) call(ctx context.Context, id domain.ID, answers []submission.InputAnswer, at time.Time, p *pins) (submission.Call, error) {
	s, err := a.Consultations.read(ctx, id, p)
	if err != nil {
		return submission.Call{}, err
	}
	if s.Status == "" {
		return submission.Call{}, a.Consultations.Unknown().At("consultationId")
	}
	timing, window := s.Timing(at)
	call := submission.Call{
		Open: timing == consultation.OnTime, LateAllowed: timing == consultation.LateWithReason,
		ClosedAt: window.ClosedAt, Ended: timing == consultation.Over, Label: s.Label, MaxCharacters: s.MaxCharacters,
	}
	call.Fault, err = a.unfit(ctx, s, answers, p)
	return call, err
}

// unfit says why answers do not fit the questionnaire of a call, if they do not.
func (a *App) unfit(ctx context.Context, s consultation.State, answers []submission.InputAnswer, p *pins) (unfit, err error) {
	if s.Questionnaire == "" {
		if len(answers) > 0 {
			unfit = domain.Refuse(domain.Invalid, "submission.no_questions", "This consultation asks no questions; please write a text.").At("answers")
		}
		return unfit, nil
	}
	q, err := a.Questionnaires.read(ctx, s.Questionnaire, p)
	if err != nil {
		return nil, err
	}
	v, ok := q.At(s.QuestionnaireVersion)
	if !ok {
		return nil, fmt.Errorf("questionnaire %s has no version %d", s.Questionnaire, s.QuestionnaireVersion)
	}
	var given []questionnaire.Answer
	for _, in := range answers {
		g := questionnaire.Answer{Question: in.Question, Chosen: in.Chosen}
		if in.Text != nil {
			g.Text = in.Text.Value
		}
		given = append(given, g)
	}
	return v.Check(given), nil
}

// inputs turns a draft's answers back into what was sent.
func inputs(c submission.Content) []submission.InputAnswer {
	var out []submission.InputAnswer
	for _, a := range c.Answers {
		in := submission.InputAnswer{Question: a.Question, Chosen: a.Chosen}
		if a.Words != nil {
			in.Text = &domain.Text{Language: a.Words.Language, Value: a.Words.Text.Text}
		}
		out = append(out, in)
	}
	return out
}
