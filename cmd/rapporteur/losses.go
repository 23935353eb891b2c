package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapporteur-project/rapporteur/app"
	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
)

// losses are what an operator says is lost and goes on without.
type losses struct {
	AcceptLoss []onrecord.Loss `placeholder:"LOSS" help:"Go on without what is lost for good: published-log, records or installation-secret. The refusal to start says which. The record keeps that it was accepted. It is for one start: a start that misses nothing of the kind refuses it."`
}

func (c losses) problems() (errs []error) {
	for n, l := range c.AcceptLoss {
		if !slices.Contains(onrecord.Losses, l) {
			errs = append(errs, fmt.Errorf("--accept-loss %s: it can be %s, %s or %s", l, onrecord.PublishedLog, onrecord.Records, onrecord.Secret))
		}
		if slices.Contains(c.AcceptLoss[:n], l) {
			errs = append(errs, fmt.Errorf("--accept-loss %s: name it once", l))
		}
	}
	return errs
}

// A loss is something missing that the operator accepts as lost.
type loss struct {
	onrecord.Loss
	found string // what is missing
}

// lose refuses to go on without what is missing, unless the operator accepts
// that it is lost.
func (i *installation) lose(l onrecord.Loss, found string) error {
	if !slices.Contains(i.accepts, l) {
		return fmt.Errorf("data folder %s: %s. Put back what is missing, from a backup. If it is lost for good, start once with rapporteur serve --accept-loss %s; the record will say so", i.dir, found, l)
	}
	if !i.lacks(l) {
		i.lost = append(i.lost, loss{l, found})
	}
	return nil
}

// lacks reports whether a loss was found and accepted.
func (i *installation) lacks(l onrecord.Loss) bool {
	return slices.ContainsFunc(i.lost, func(is loss) bool { return is.Loss == l })
}

// recordLosses puts on the record what the operator accepted as lost. It
// refuses to accept what is not lost: a flag that was left behind would accept
// a later loss.
func (i *installation) recordLosses(ctx context.Context, st *stores) error {
	for _, l := range i.accepts {
		if !i.lacks(l) {
			return fmt.Errorf("--accept-loss %s: nothing of the kind is missing: start without it", l)
		}
	}
	if len(i.lost) == 0 {
		return nil
	}
	if err := i.commitSecret(ctx, st); err != nil { // first, on a record that names none
		return err
	}
	for _, is := range i.lost {
		c := onrecord.AcceptLoss{Loss: is.Loss, Found: is.found}
		if is.Loss == onrecord.Secret {
			c.Secret = identityOf(i.secret)
		}
		by := app.Caller{System: true, Key: fmt.Sprintf("configuration: accept the loss of %s after %d records", is.Loss, st.log.Size())}
		if _, err := i.app(st).Installation.Do(ctx, onrecord.ID, c, by); err != nil {
			return fmt.Errorf("record that the loss of %s is accepted: %w", is.Loss, err)
		}
	}
	return nil
}
