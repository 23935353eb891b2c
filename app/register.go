package app

import (
	"context"
	"errors"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

// Register makes a person known if they are not yet: their first command does.
// Of two first commands at once, whose tokens call them differently, one does.
func (a *App) Register(ctx context.Context, id domain.ID, name string) error {
	known, err := a.registered(ctx, id)
	if err != nil || known {
		return err
	}
	_, err = a.Persons.Do(ctx, id, person.Register{Person: id, Name: name}, Caller{Person: id, Key: "registration-by-first-token"})
	if errors.Is(err, domain.IdempotencyKeyReused) {
		if known, unread := a.registered(ctx, id); known || unread != nil {
			return unread
		}
	}
	return err
}

// registered reports whether a person is registered.
func (a *App) registered(ctx context.Context, id domain.ID) (bool, error) {
	s, err := a.Persons.read(ctx, id, &pins{})
	return err == nil && s.Status != "", err
}
