package projections

import (
	"context"
	"database/sql"
	"errors"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

var persons = Projection{
	Name:    "persons",
	Version: 3,
	Reads:   []string{"person"},
	Tables:  []Table{history("persons")},
	Schema: `CREATE TABLE persons (
		id            TEXT    NOT NULL,
		alias         TEXT    NOT NULL, -- what they call themselves
		verified_name TEXT    NOT NULL,
		display_name  TEXT    NOT NULL, -- that they publish under; empty for none
		level         TEXT    NOT NULL,
		suspended     INTEGER NOT NULL,
		valid_from    INTEGER NOT NULL,
		valid_to      INTEGER NOT NULL
	) STRICT;
	CREATE INDEX persons_id ON persons (id, valid_to);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		switch e := f.Event.(type) {
		case person.Registered:
			return tx.create(ctx, "persons", f, f.Aggregate, set{"alias", e.Name.Text, "verified_name", "", "display_name", "", "level", string(person.SelfDeclared), "suspended", 0})
		case person.IdentityVerified:
			return tx.revise(ctx, "persons", f, f.Aggregate, set{"verified_name", e.Name.Text, "level", string(e.Level)})
		case person.VerifiedNameChanged:
			return tx.revise(ctx, "persons", f, f.Aggregate, set{"verified_name", e.Name.Text})
		case person.DisplayNameChosen:
			return tx.revise(ctx, "persons", f, f.Aggregate, set{"display_name", e.Name.Text})
		case person.Suspended:
			return tx.revise(ctx, "persons", f, f.Aggregate, set{"suspended", 1})
		case person.Reinstated:
			return tx.revise(ctx, "persons", f, f.Aggregate, set{"suspended", 0})
		}
		return nil
	},
}

// A Person is somebody who acts, as they themselves and the secretariat see them.
type Person struct {
	ID           domain.ID
	Alias        *string
	VerifiedName *string
	DisplayName  *string // that they publish under
	Level        person.Level
	Suspended    bool
}

// Person returns a person whom the viewer may see: themselves, or anybody for
// the secretariat and protection officers.
func (r Reader) Person(ctx context.Context, id domain.ID) (*Person, error) {
	db, err := r.Engine.reading("persons")
	if err != nil {
		return nil, err
	}
	if id != r.Viewer.Person && !r.Viewer.Is(domain.Secretariat, domain.Protection) {
		return nil, person.Decider.Unknown()
	}
	p := Person{ID: id}
	var alias, verified, displayed string
	err = db.QueryRowContext(ctx, `SELECT p.alias, p.verified_name, p.display_name, p.level, p.suspended FROM persons p WHERE p.id = ? AND `+r.valid("p"), string(id)).
		Scan(&alias, &verified, &displayed, &p.Level, &p.Suspended)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, person.Decider.Unknown()
	}
	p.Alias, p.VerifiedName, p.DisplayName = optional(alias), optional(verified), optional(displayed)
	return &p, wrap("persons", err)
}
