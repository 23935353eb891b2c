package app

import (
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
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

// StateTarget returns the id of a State's entry in the register, by its
// alpha-3 code.
func (a *App) StateTarget(code string) domain.ID {
	return a.natural(state.Decider.Prefix, "register", code)
}

// MandateTarget returns the id of the mandate with a symbol.
func (a *App) MandateTarget(symbol string) domain.ID {
	return a.natural(mandate.Decider.Prefix, "mandate", strings.TrimSpace(symbol))
}

// VocabularyTarget returns the id of the vocabulary with a name.
func (a *App) VocabularyTarget(name string) domain.ID {
	return a.natural(vocabulary.Decider.Prefix, "vocabulary", name)
}

// ChampionTarget returns the id of a State as a champion country, by the
// State's entity.
func (a *App) ChampionTarget(entity domain.ID) domain.ID {
	return a.natural(champion.Decider.Prefix, "champion", string(entity))
}

// LogKeyTarget returns the id of the log's key, of which there is one.
func (a *App) LogKeyTarget() domain.ID {
	return a.natural(logkey.Decider.Prefix, "log key", "")
}

// Created returns the id of the aggregate that a create by this caller makes,
// or has made.
func (a *App) Created(prefix, category string, by Caller) domain.ID {
	return a.core.newID(prefix, category, by)
}

// Item returns the id of what a command by this caller records, or has
// recorded, within a briefing.
func (a *App) Item(briefing domain.ID, by Caller) domain.ID {
	return a.itemOf(briefing, domain.Cause{By: actorOf(by), Key: by.Key})
}

func actorOf(by Caller) domain.Actor {
	if by.System {
		return domain.Actor{Capacity: domain.System}
	}
	return domain.Actor{Person: by.Person}
}
