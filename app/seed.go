package app

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
)

// mandates are the documents that every installation works under. Their titles
// are ours, to be read in a list; the documents have longer ones.
func mandates() []mandate.Register {
	title := func(s string) domain.Text { return domain.Text{Language: "en", Value: s} }
	return []mandate.Register{
		{Symbol: "A/RES/73/195", Title: title("Global Compact for Safe, Orderly and Regular Migration"), AdoptedOn: "2018-12-19"},
		{Symbol: "A/RES/73/326", Title: title("How the International Migration Review Forum and the regional reviews work"), AdoptedOn: "2019-07-19"},
	}
}

// seed records the reference data that every installation starts with. What is
// there already stays as officers have made it since.
func (a *App) seed(ctx context.Context) error {
	by := func(key string) Caller { return Caller{System: true, Key: "configuration: " + key} }
	for _, m := range mandates() {
		id := a.MandateTarget(m.Symbol)
		s, err := a.Mandates.read(ctx, id, &pins{})
		if err == nil && s.Status == "" {
			_, err = a.Mandates.Do(ctx, id, m, by("register "+m.Symbol))
		}
		if err != nil {
			return fmt.Errorf("register %s: %w", m.Symbol, err)
		}
	}
	for _, v := range vocabulary.GCM() {
		id := a.VocabularyTarget(v.Name)
		s, err := a.Vocabularies.read(ctx, id, &pins{})
		if err == nil && s.Version == 0 {
			_, err = a.Vocabularies.Do(ctx, id, v, by("publish "+v.Name))
		}
		if err != nil {
			return fmt.Errorf("publish %s: %w", v.Name, err)
		}
	}
	return nil
}
