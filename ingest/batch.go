package ingest

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/importing"
)

// batch returns the import on record that items from a source go into: that of
// an earlier run, or a new one. What two officers took back stays so: to import
// it again refuses.
func (i *Import) batch(ctx context.Context, source string, into domain.ID, parts ...string) (domain.ID, error) {
	by := i.by(append([]string{"batch", string(into)}, parts...)...)
	id := i.App.Created(importing.Decider.Prefix, importing.Decider.Category, by)
	s, err := i.App.Imports.State(ctx, id)
	switch {
	case err != nil:
		return "", err
	case s.Retracted():
		return "", refuse("%s was imported before, and two officers retracted that import (%s). To import it anew, give it another --source, or statements another --briefing", source, id)
	case s.Takes():
		return id, nil
	}
	_, err = i.App.Imports.Do(ctx, "", importing.Begin{Format: importing.Format(i.Format), Source: source, Into: into}, by)
	return id, told(err)
}
