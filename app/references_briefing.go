package app

import (
	"context"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// pinBriefing completes what refers to other streams. No file is kept here
// yet, so a deposited document must be a link: Stored stays false.
func (a *App) pinBriefing(ctx context.Context, target domain.ID, s briefing.State, c briefing.Command, by domain.Cause, p *pins) (briefing.Command, error) {
	switch c := c.(type) {
	case briefing.Referring:
		if st, ok := c.(briefing.RecordStatement); ok {
			if err := a.importTakes(ctx, st.Import, p); err != nil {
				return c, err
			}
		}
		k, err := a.named(ctx, c.Names(), p)
		return c.With(a.itemOf(target, by), k), err
	case briefing.RetractItem:
		return c, a.importRetracted(ctx, s.Items[c.Item].Import, by, p)
	case briefing.ClaimIntervention:
		e, err := a.Entities.read(ctx, by.By.Entity, p)
		for _, t := range e.Categories {
			c.Standing = append(c.Standing, briefing.Term{Vocabulary: t.Vocabulary, Version: t.Version, Code: t.Term})
		}
		return c, err
	case briefing.CarryOutcome:
		other, err := a.Briefings.read(ctx, c.From.Briefing, p)
		c.Open = other.Open(c.From.Outcome)
		return c, err
	}
	return c, nil
}

// itemOf returns the id of what a cause records within an aggregate: the same
// for every repeat, so that it meets its first self.
func (a *App) itemOf(target domain.ID, by domain.Cause) domain.ID {
	who := Caller{Person: by.By.Person, System: by.By.Capacity == domain.System}
	return domain.ID("bit_" + encodeID(a.core.mac("item", string(target), who.scope(), by.Key)))
}

// named says which of the names that a command uses are known.
func (a *App) named(ctx context.Context, n briefing.Names, p *pins) (briefing.Known, error) {
	var k briefing.Known
	for _, id := range n.IDs {
		ok, err := a.exists(ctx, id, p)
		if err != nil {
			return k, err
		}
		if ok {
			k.IDs = append(k.IDs, id)
		}
	}
	for _, name := range n.Vocabularies {
		v, err := a.Vocabularies.read(ctx, a.VocabularyTarget(name), p)
		if err != nil {
			return k, err
		}
		if v.Version == 0 {
			continue
		}
		known := briefing.Vocabulary{Name: name, Version: v.Version}
		for code := range v.Terms {
			if v.Usable(code) {
				known.Codes = append(known.Codes, code)
			}
		}
		k.Vocabularies = append(k.Vocabularies, known)
	}
	return k, nil
}

// exists reports whether id names an entity, a working group or a person.
func (a *App) exists(ctx context.Context, id domain.ID, p *pins) (bool, error) {
	switch {
	case strings.HasPrefix(string(id), entity.Decider.Prefix):
		e, err := a.Entities.read(ctx, id, p)
		return a.Entities.Status(e) != "", err
	case strings.HasPrefix(string(id), workinggroup.Decider.Prefix):
		g, err := a.WorkingGroups.read(ctx, id, p)
		return g.Status != "", err
	case strings.HasPrefix(string(id), person.Decider.Prefix):
		h, err := a.Persons.read(ctx, id, p)
		return h.Status != "", err
	}
	return false, nil
}
