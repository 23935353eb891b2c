package app

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

func (a *App) pinVocabulary(ctx context.Context, _ domain.ID, _ vocabulary.State, c vocabulary.Command, _ domain.Cause, p *pins) (vocabulary.Command, error) {
	m, ok := c.(vocabulary.MapTerm)
	if !ok {
		return c, nil
	}
	to, err := a.Vocabularies.read(ctx, a.VocabularyTarget(m.To.Vocabulary), p)
	_, has := to.Terms[m.To.Term]
	m.Known = has && to.Version == m.To.Version
	return m, err
}

// listed says how a term of a vocabulary stands now.
func (a *App) listed(ctx context.Context, name, term string, p *pins) (entity.Listed, error) {
	v, err := a.Vocabularies.read(ctx, a.VocabularyTarget(name), p)
	return entity.Listed{Version: v.Version, Usable: v.Usable(term)}, err
}

// ended reports whether the register says that the State of code is no more.
func (a *App) ended(ctx context.Context, code string, p *pins) (bool, error) {
	s, err := a.States.read(ctx, a.StateTarget(code), p)
	return s.Status != "" && !s.Exists(), err
}

func (a *App) pinChampion(ctx context.Context, _ domain.ID, _ champion.State, c champion.Command, _ domain.Cause, p *pins) (champion.Command, error) {
	invite, ok := c.(champion.Invite)
	if !ok {
		return c, nil
	}
	e, err := a.Entities.read(ctx, invite.State, p)
	invite.IsState = e.Kind == entity.Country && e.Acts()
	return invite, err
}

func (a *App) pinWorkingGroup(ctx context.Context, _ domain.ID, _ workinggroup.State, c workinggroup.Command, _ domain.Cause, p *pins) (workinggroup.Command, error) {
	switch c := c.(type) {
	case workinggroup.Constitute:
		if c.Entity == "" {
			return c, nil
		}
		e, err := a.Entities.read(ctx, c.Entity, p)
		c.IsGroup = e.Kind == entity.WorkingGroup && e.Acts()
		return c, err
	case workinggroup.DesignateCoLead:
		e, err := a.Entities.read(ctx, c.CoLead, p)
		c.Acts = e.Acts()
		return c, err
	case workinggroup.Join:
		e, err := a.Entities.read(ctx, c.Member, p)
		c.Acts = e.Acts()
		return c, err
	}
	return c, nil
}
