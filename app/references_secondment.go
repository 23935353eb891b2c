package app

import (
	"context"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
)

// lenders lists the kinds of entities that lend staff to the secretariat. The
// Network lends in the name of the secretariat's own entity.
var lenders = []entity.Kind{entity.Country, entity.UNEntity, entity.Secretariat}

func (a *App) pinSecondment(ctx context.Context, target domain.ID, _ secondment.State, c secondment.Command, _ domain.Cause, p *pins) (secondment.Command, error) {
	switch c := c.(type) {
	case secondment.Record:
		e, err := a.Entities.read(ctx, c.Entity, p)
		c.Lender = secondment.Lender{Recognised: e.Recognised(), Lends: slices.Contains(lenders, e.Kind)}
		return c, err
	case secondment.NamePerson:
		subject, err := a.seconded(ctx, target, c, p)
		c.Subject = subject
		return c, err
	}
	return c, nil
}

// seconded returns whose data the name of a seconded person is: the person if
// they are registered, and otherwise an id made for this name in this
// secondment, so that it can be forgotten alone. It is empty for a person who
// is named and not on record.
func (a *App) seconded(ctx context.Context, target domain.ID, c secondment.NamePerson, p *pins) (domain.ID, error) {
	if c.Person == "" {
		mac := a.core.mac("seconded", string(target), strings.TrimSpace(c.Name))
		return domain.ID(person.Decider.Prefix + encodeID(mac)), nil
	}
	s, err := a.Persons.read(ctx, c.Person, p)
	if err != nil || s.Status == "" {
		return "", err
	}
	return c.Person, nil
}
