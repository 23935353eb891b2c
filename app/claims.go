package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/claim"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

// errTaken says that a value belongs to another.
var errTaken = errors.New("claimed by another")

// claim makes sure that no other than owner has, or may come to have, value,
// and pins that. Values are compared as they are: the caller normalises them.
//
// It is called when everything else is decided, right before owner is created.
// If that fails the claim stays behind; the same command repeated has the same
// owner and goes on, and another's waits until the claim has ended.
func (a *App) claim(ctx context.Context, kind, value string, owner domain.ID, p *pins) error {
	id := domain.ID(kind + "-" + encodeID(a.core.mac("claim", kind, value)))
	was, err := a.Claims.load(ctx, id)
	if err != nil {
		return err
	}
	// The version stands in the key: what is asked again after another had the
	// claim is a question of its own, and not a repeat.
	by := Caller{System: true, Key: fmt.Sprintf("claim for %s after %d", owner, was.version)}
	_, err = a.Claims.Do(ctx, id, claim.Take{Owner: owner}, by)
	if e, ok := errors.AsType[*domain.Error](err); ok && e.Code == domain.NotAllowed {
		return errTaken
	}
	if err != nil {
		return fmt.Errorf("claim %s: %w", kind, err)
	}
	is, err := a.Claims.read(ctx, id, p)
	if err == nil && is.Owner != owner {
		err = errTaken
	}
	return err
}

// pinClaim reads whether the owner so far came to exist.
func (a *App) pinClaim(ctx context.Context, _ domain.ID, s claim.State, c claim.Command, _ domain.Cause, p *pins) (claim.Command, error) {
	take, ok := c.(claim.Take)
	if !ok || s.Owner == "" {
		return c, nil
	}
	if strings.HasPrefix(string(s.Owner), entity.Decider.Prefix) {
		owner, err := a.Entities.read(ctx, s.Owner, p)
		take.Confirmed, take.Ended = owner.Open(), a.Entities.Status(owner) != "" && !owner.Open()
		return take, err
	}
	owner, err := a.Consultations.read(ctx, s.Owner, p)
	take.Confirmed = owner.Status != ""
	return take, err
}

// claimProposal claims one of the places for open proposals that a person has.
// A place is free again once what has it is recognised or dissolved.
func (a *App) claimProposal(ctx context.Context, target domain.ID, s entity.State, c entity.Propose, by domain.Cause, p *pins) error {
	events, err := a.Entities.Run(s, c, by)
	if err != nil {
		return err
	}
	if len(events) == 0 || entity.Decider.Fold(s, events...).Public() {
		return nil
	}
	for place := range entity.MaxOpen {
		err := a.claim(ctx, "proposal", fmt.Sprintf("%s %d", by.By.Person, place), target, p)
		if !errors.Is(err, errTaken) {
			return err
		}
	}
	return entity.TooMany()
}

// claimSymbol claims the symbol of a consultation that is about to be planned.
// What would be refused anyhow claims nothing.
func (a *App) claimSymbol(ctx context.Context, target domain.ID, s consultation.State, c consultation.Plan, by domain.Cause, p *pins) error {
	symbol, err := consultation.NormalSymbol(c.Symbol)
	if err != nil || symbol == "" {
		return err
	}
	if _, err := a.Consultations.Run(s, c, by); err != nil {
		return err
	}
	if err := a.claim(ctx, "symbol", symbol, target, p); errors.Is(err, errTaken) {
		return domain.Refuse(domain.Invalid, "consultation.symbol_taken", "Another consultation has the symbol %s.", symbol).At("symbol")
	} else if err != nil {
		return err
	}
	return nil
}
