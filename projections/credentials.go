package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
)

var credentials = Projection{
	Name:    "credentials",
	Version: 3,
	Reads:   []string{"credential"},
	Tables:  []Table{history("credentials")},
	Schema: `CREATE TABLE credentials (
		id         TEXT    NOT NULL, -- person, entity and capacity, joined by spaces
		person     TEXT    NOT NULL,
		entity     TEXT    NOT NULL,
		capacity   TEXT    NOT NULL,
		standing   TEXT    NOT NULL, -- REQUESTED PROPOSED GRANTED REVOKED EXPIRED
		until      INTEGER,          -- milliseconds since 1970
		document   TEXT    NOT NULL,
		since      INTEGER NOT NULL, -- when it came to this standing
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX credentials_id ON credentials (id, valid_to);
	CREATE INDEX credentials_person ON credentials (person, valid_to);
	CREATE INDEX credentials_entity ON credentials (entity, valid_to);
	CREATE INDEX credentials_until ON credentials (valid_to, until) WHERE until IS NOT NULL;`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		switch e := f.Event.(type) {
		case credential.Requested:
			return stand(ctx, tx, f, e.Entity, e.Capacity, "REQUESTED", nil, "")
		case credential.GrantProposed:
			return stand(ctx, tx, f, e.Entity, e.Capacity, "PROPOSED", e.Until, e.Document)
		case credential.Granted:
			return stand(ctx, tx, f, e.Entity, e.Capacity, "GRANTED", e.Until, e.Document)
		case credential.Revoked:
			return stand(ctx, tx, f, e.Entity, e.Capacity, "REVOKED", nil, "")
		case credential.Expired:
			return stand(ctx, tx, f, e.Entity, e.Capacity, "EXPIRED", nil, "")
		}
		return nil
	},
}

// stand gives a credential its next row, or its first.
func stand(ctx context.Context, tx *Tx, f Fact, entity domain.ID, c domain.Capacity, standing string, until *time.Time, document string) error {
	id := f.Aggregate + " " + entity + " " + domain.ID(c)
	var end any
	if until != nil {
		end = until.UnixMilli()
	}
	if err := tx.end(ctx, "credentials", f, id); err != nil {
		return err
	}
	return tx.create(ctx, "credentials", f, id, set{
		"person", string(f.Aggregate), "entity", string(entity), "capacity", string(c),
		"standing", standing, "until", end, "document", document, "since", f.at(),
	})
}

// A Credential says that a person may act for an entity in a capacity, or may
// not any more, or asks to.
type Credential struct {
	PersonID domain.ID
	EntityID domain.ID
	Capacity domain.Capacity
	Standing string
	Until    *time.Time
	Document *string
	Since    time.Time
}

// ViewerOf returns a person with what they may act as at the reader's Now.
// Rights are those of now, whatever moment is read.
func (r Reader) ViewerOf(ctx context.Context, id domain.ID) (domain.Viewer, error) {
	v := domain.Viewer{Person: id, Kinds: map[domain.ID]string{}}
	db, err := r.Engine.reading("credentials", "persons", "entities")
	if err != nil {
		return v, err
	}
	v.Holds, err = collect(ctx, db, "credentials", `SELECT c.entity, c.capacity,
		COALESCE((SELECT e.kind FROM entities e WHERE e.id = c.entity AND e.valid_to = c.valid_to), '') FROM credentials c
		WHERE c.person = ? AND c.valid_to = ? AND c.standing = 'GRANTED' AND (c.until IS NULL OR c.until > ?)
		AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = c.person AND p.valid_to = c.valid_to AND p.suspended)
		AND NOT EXISTS (SELECT 1 FROM entities e WHERE e.id = c.entity AND e.valid_to = c.valid_to AND e.status IN ('SUSPENDED', 'DISSOLVED'))
		ORDER BY c.entity, c.capacity`, []any{string(id), int64(open), r.Now.UnixMilli()}, func(rows *sql.Rows) (domain.Holding, error) {
		var h domain.Holding
		var kind string
		err := rows.Scan(&h.Entity, &h.Capacity, &kind)
		v.Kinds[h.Entity] = kind
		return h, err
	})
	return v, err
}

// Credentials lists a person's credentials, whatever their standing.
func (r Reader) Credentials(ctx context.Context, id domain.ID) ([]*Credential, error) {
	return r.credentials(ctx, "c.person = ?", string(id))
}

// People lists the credentials for an entity, to those who run it and to the
// secretariat; for others there are none.
func (r Reader) People(ctx context.Context, entity domain.ID) ([]*Credential, error) {
	runs := false
	for _, h := range r.Viewer.Holds {
		runs = runs || h.Entity == entity && (h.Capacity == domain.EntityAdmin || h.Capacity == domain.StateMission)
	}
	if !runs && !r.Viewer.Is(domain.Secretariat, domain.Protection, domain.Auditor) {
		return []*Credential{}, nil
	}
	return r.credentials(ctx, "c.entity = ?", string(entity))
}

// CredentialsFor lists a person's credentials for one entity, to whom acts on
// them.
func (r Reader) CredentialsFor(ctx context.Context, person, entity domain.ID) ([]*Credential, error) {
	return r.credentials(ctx, "c.person = ? AND c.entity = ?", string(person), string(entity))
}

func (r Reader) credentials(ctx context.Context, where string, args ...any) ([]*Credential, error) {
	db, err := r.Engine.reading("credentials")
	if err != nil {
		return nil, err
	}
	return collect(ctx, db, "credentials", `SELECT c.person, c.entity, c.capacity, c.standing, c.until, c.document, c.since
		FROM credentials c WHERE `+where+` AND `+r.valid("c")+` ORDER BY c.since, c.id`, args, func(rows *sql.Rows) (*Credential, error) {
		var c Credential
		var until sql.NullInt64
		var document string
		var since int64
		err := rows.Scan(&c.PersonID, &c.EntityID, &c.Capacity, &c.Standing, &until, &document, &since)
		c.Until, c.Document, c.Since = optionalTime(until), optional(document), fromMillis(since)
		return &c, err
	})
}
