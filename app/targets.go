package app

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

// EntityTarget returns the id of the entity that c proposes: a State's derives
// from its code, so that there is one of each; others get a new one.
func (a *App) EntityTarget(c entity.Propose) domain.ID {
	if c.Kind != entity.Country || c.Code == "" {
		return ""
	}
	return a.StateEntity(c.Code)
}

// StateEntity returns the id of the entity that a State is acted for as.
func (a *App) StateEntity(code string) domain.ID {
	return a.natural(entity.Decider.Prefix, "state", code)
}
