package app

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
)

// importTakes refuses an import that is not there, or that was retracted.
func (a *App) importTakes(ctx context.Context, id domain.ID, p *pins) error {
	if id == "" {
		return nil
	}
	s, err := a.Imports.read(ctx, id, p)
	switch {
	case err != nil:
		return err
	case s.Retracted():
		return domain.Refuse(domain.NotAllowed, "import.retracted", "This import was retracted: nothing more is recorded as part of it.").At("importId")
	case !s.Takes():
		return a.Imports.Unknown().At("importId")
	}
	return nil
}
