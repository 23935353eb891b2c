package app

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

// Register makes a person known if they are not yet: their first command does.
func (a *App) Register(ctx context.Context, id domain.ID, name string) error {
	s, err := a.Persons.read(ctx, id, &pins{})
	if err != nil || s.Status != "" {
		return err
	}
	_, err = a.Persons.Do(ctx, id, person.Register{Person: id, Name: name}, Caller{Person: id, Key: "registration-by-first-token"})
	return err
}
