package app

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
)

// importRetracted refuses unless an import was retracted: the installation takes
// from view only what came with one. Officers are not refused here.
func (a *App) importRetracted(ctx context.Context, id domain.ID, by domain.Cause, p *pins) error {
	if by.By.Capacity != domain.System {
		return nil
	}
	if id != "" {
		s, err := a.Imports.read(ctx, id, p)
		if s.Retracted() || err != nil {
			return err
		}
	}
	return domain.Refuse(domain.NotAllowed, "import.stands", "This did not come with an import that was retracted.")
}

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
		return domain.Refuse(domain.NotAllowed, "import.retracted",
			"This import was retracted: nothing more is recorded as part of it.").At("importId")
	case !s.Takes():
		return a.Imports.Unknown().At("importId")
	}
	return nil
}
