// Package app carries commands to the event store: it binds every aggregate to
// a store, says for whom a person may act, and reads what a decision rests on
// in other streams.
package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/claim"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// App is every aggregate, bound to one store.
type App struct {
	Persons        *Aggregate[person.Command, person.State, person.Event]
	Credentials    *Aggregate[credential.Command, credential.State, credential.Event]
	Entities       *Aggregate[entity.Command, entity.State, entity.Event]
	Consultations  *Aggregate[consultation.Command, consultation.State, consultation.Event]
	Questionnaires *Aggregate[questionnaire.Command, questionnaire.State, questionnaire.Event]
	Submissions    *Aggregate[submission.Command, submission.State, submission.Event]

	Mandates      *Aggregate[mandate.Command, mandate.State, mandate.Event]
	Vocabularies  *Aggregate[vocabulary.Command, vocabulary.State, vocabulary.Event]
	States        *Aggregate[state.Command, state.State, state.Event]
	Imports       *Aggregate[importing.Command, importing.State, importing.Event]
	Champions     *Aggregate[champion.Command, champion.State, champion.Event]
	WorkingGroups *Aggregate[workinggroup.Command, workinggroup.State, workinggroup.Event]

	Briefings   *Aggregate[briefing.Command, briefing.State, briefing.Event]
	Claims      *Aggregate[claim.Command, claim.State, claim.Event]
	Secondments *Aggregate[secondment.Command, secondment.State, secondment.Event]
	Commitments *Aggregate[commitment.Command, commitment.State, commitment.Event]

	LogKeys      *Aggregate[logkey.Command, logkey.State, logkey.Event]
	Installation *Aggregate[installation.Command, installation.State, installation.Event]

	core *core
}

// New binds the aggregates to the store of cfg.
func New(cfg Config) *App {
	c := &core{Config: cfg, used: newUsedKeys(cfg.Keys)}
	a := &App{core: c}
	a.Persons = bind(a, person.Decider)
	a.Credentials = bind(a, credential.Decider)
	a.Entities = bind(a, entity.Decider)
	a.Consultations = bind(a, consultation.Decider)
	a.Questionnaires = bind(a, questionnaire.Decider)
	a.Submissions = bind(a, submission.Decider)
	a.Mandates = bind(a, mandate.Decider)
	a.Vocabularies = bind(a, vocabulary.Decider)
	a.States = bind(a, state.Decider)
	a.Champions = bind(a, champion.Decider)
	a.Imports = bind(a, importing.Decider)
	a.WorkingGroups = bind(a, workinggroup.Decider)
	a.Briefings = bind(a, briefing.Decider)
	a.Claims = bind(a, claim.Decider)
	a.Secondments = bind(a, secondment.Decider)
	a.Commitments = bind(a, commitment.Decider)
	a.LogKeys = bind(a, logkey.Decider)
	a.Installation = bind(a, installation.Decider)

	a.Credentials.pin = a.pinCredential
	a.Entities.pin = a.pinEntity
	a.Consultations.pin = a.pinConsultation
	a.Questionnaires.pin = a.pinQuestionnaire
	a.Submissions.pin = a.pinSubmission
	a.Vocabularies.pin = a.pinVocabulary
	a.Champions.pin = a.pinChampion
	a.WorkingGroups.pin = a.pinWorkingGroup
	a.Briefings.pin = a.pinBriefing
	a.Claims.pin = a.pinClaim
	a.Secondments.pin = a.pinSecondment
	a.Commitments.pin = a.pinCommitment
	return a
}

// PersonID returns the id of whoever an issuer calls subject. Neither is stored.
func (a *App) PersonID(issuer, subject string) domain.ID {
	return domain.ID(person.Decider.Prefix + encodeID(a.core.mac("person", issuer, subject)))
}

// natural derives an id from something that there can be only one of.
func (a *App) natural(prefix, kind, value string) domain.ID {
	return a.core.ids().Natural(prefix, kind, value)
}

// claimant says who the caller is and for whom they may act at a moment.
func (a *App) claimant(ctx context.Context, by Caller, at time.Time, p *pins) (domain.Claimant, error) {
	who, err := a.Persons.read(ctx, by.Person, p)
	if err != nil {
		return domain.Claimant{}, err
	}
	if !who.Acts() {
		return domain.Claimant{}, domain.Refuse(domain.NotAllowed, "person.suspended", "You are suspended and may not act. What you did before stays.")
	}
	held, err := a.Credentials.read(ctx, by.Person, p)
	if err != nil {
		return domain.Claimant{}, err
	}
	return domain.Claimant{Person: by.Person, Holds: held.Live(at), For: by.For}, nil
}

// acts refuses an actor whose entity is suspended or dissolved.
func (a *App) acts(ctx context.Context, by domain.Actor, p *pins) error {
	if by.Entity == "" {
		return nil
	}
	e, err := a.Entities.read(ctx, by.Entity, p)
	if err != nil {
		return err
	}
	if !e.Acts() {
		return domain.Refuse(domain.NotAllowed, "entity.inactive", "The entity you act for is suspended or dissolved.")
	}
	return nil
}

// takes reports whether who takes part in a consultation: they are in its
// audience, or contributed. A fault counts as no: then what is labelled for
// participants is not shown.
func (a *App) takes(ctx context.Context, who domain.Claimant, round domain.ID) bool {
	c, err := a.Consultations.read(ctx, round, &pins{})
	if err != nil {
		return false
	}
	kindOf := func(id domain.ID) string {
		kind, kerr := a.kindOf(ctx, id, &pins{})
		err = errors.Join(err, kerr)
		return kind
	}
	if in := c.Invites(who.Holds, who.Person, kindOf); in || err != nil || a.core.Contributors == nil {
		return in && err == nil
	}
	viewer := domain.Viewer{Person: who.Person, Holds: who.Holds}
	sent, err := a.core.Contributors.Contributed(ctx, round, viewer.Parties())
	return err == nil && sent
}

// holds reports whether held has a live credential for an entity in one of capacities.
func holds(held credential.State, at time.Time, entity domain.ID, capacities ...domain.Capacity) bool {
	return slices.ContainsFunc(held.Live(at), func(h domain.Holding) bool {
		return h.Entity == entity && slices.Contains(capacities, h.Capacity)
	})
}
