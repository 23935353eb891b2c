package app

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
)

// MigrationFund names the Migration Multi-Partner Trust Fund, which the Compact
// asked for in paragraph 43. It is the one fund there is.
const MigrationFund domain.ID = "fund_mptf"

func (a *App) pinCommitment(ctx context.Context, _ domain.ID, _ commitment.State, c commitment.Command, _ domain.Cause, p *pins) (commitment.Command, error) {
	var err error
	switch c := c.(type) {
	case commitment.RecordAnnouncement:
		if c.Known, err = a.knownFor(ctx, p, c.Owner); err != nil {
			return c, err
		}
		if c.Category.Vocabulary != "" {
			listed, err := a.listed(ctx, c.Category.Vocabulary, c.Category.Term, p)
			c.Known.Version, c.Known.Usable = listed.Version, listed.Usable
			return c, err
		}
		return c, nil
	case commitment.Record:
		c.Known, err = a.knownFor(ctx, p, c.Owner)
		return c, err
	case commitment.CorrectRecord:
		c.Known, err = a.knownFor(ctx, p)
		return c, err
	case commitment.Confirm:
		c.Known, err = a.knownFor(ctx, p)
		return c, err
	case commitment.Submit:
		// Those beyond the bound need not be read: it is refused for them.
		if c.Known, err = a.knownFor(ctx, p, c.CoPledgers[:min(len(c.CoPledgers), commitment.MaxCoPledgers)]...); err != nil {
			return c, err
		}
		c.Cited, err = a.cited(ctx, c.Announcement, p)
		return c, err
	case commitment.Match:
		s, err := a.Commitments.read(ctx, c.With, p)
		c.Other = commitment.Counterpart{Owner: s.Owner, Form: s.Form, Open: s.Standing() && s.Confirmed}
		return c, err
	}
	return c, nil
}

// knownFor says which of the entities named are recognised, and which funds
// there are.
func (a *App) knownFor(ctx context.Context, p *pins, named ...domain.ID) (commitment.Known, error) {
	k := commitment.Known{Funds: []domain.ID{MigrationFund}}
	for _, id := range named {
		if id == "" {
			continue
		}
		e, err := a.Entities.read(ctx, id, p)
		if err != nil {
			return k, err
		}
		if e.Recognised() {
			k.Entities = append(k.Entities, id)
		}
	}
	return k, nil
}

// cited says what an announcement is that a pledge cites. Whatever stands is
// public, so nobody learns here of what they may not see.
func (a *App) cited(ctx context.Context, id domain.ID, p *pins) (commitment.Cited, error) {
	if id == "" {
		return commitment.Cited{}, nil
	}
	s, err := a.Commitments.read(ctx, id, p)
	if err != nil || !s.Standing() || s.Quantifier == "" {
		return commitment.Cited{}, err
	}
	return commitment.Cited{Found: true, Owner: s.Owner}, nil
}
