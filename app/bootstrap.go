package app

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

// Secretariat returns the id of the entity that officers act for.
func (a *App) Secretariat() domain.ID { return a.natural(entity.Decider.Prefix, "secretariat", "") }

// Bootstrap records, as the installation itself, what must be there before
// anybody can act: the secretariat, the first officer, and the documents and
// vocabularies of the Global Compact. Repeating it records nothing.
func (a *App) Bootstrap(ctx context.Context, officer domain.ID) error {
	by := func(key string) Caller { return Caller{System: true, Key: "configuration: " + key} }
	name := domain.Text{Language: "en", Value: "Secretariat of the Network"}
	propose := entity.Propose{Kind: entity.Secretariat, Name: name}
	if _, err := a.Entities.Do(ctx, a.Secretariat(), propose, by("secretariat")); err != nil {
		return fmt.Errorf("record the secretariat: %w", err)
	}
	if _, err := a.Entities.Do(ctx, a.Secretariat(), entity.Recognise{}, by("recognise the secretariat")); err != nil {
		return fmt.Errorf("recognise the secretariat: %w", err)
	}
	if err := a.seed(ctx); err != nil {
		return err
	}
	return a.Appoint(ctx, officer, "", a.Secretariat(), domain.Secretariat)
}

// Appoint registers a person and grants them a credential, as the
// installation itself: for the first officer, and for the demo's persons.
func (a *App) Appoint(ctx context.Context, id domain.ID, name string, of domain.ID, c domain.Capacity) error {
	by := func(key string) Caller { return Caller{System: true, Key: "configuration: " + key} }
	known, err := a.Persons.read(ctx, id, &pins{})
	if err == nil && known.Status == "" {
		_, err = a.Persons.Do(ctx, id, person.Register{Person: id, Name: name}, by("register"))
	}
	if err != nil {
		return fmt.Errorf("register %s: %w", id, err)
	}
	if c == domain.EntityAdmin || c == domain.StateMission {
		// Named too, so that no officer can name somebody else over their head.
		named := entity.NameAdministrator{Person: id, Document: "configuration"}
		if _, err := a.Entities.Do(ctx, of, named, by("name "+string(id))); err != nil {
			return fmt.Errorf("name %s: %w", id, err)
		}
	}
	grant := credential.Grant{Person: id, Entity: of, Capacity: c, Document: "configuration"}
	if _, err := a.Credentials.Do(ctx, id, grant, by("grant "+string(of)+" "+string(c))); err != nil {
		return fmt.Errorf("grant %s to %s: %w", c, id, err)
	}
	return nil
}
