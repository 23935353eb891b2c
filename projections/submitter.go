package projections

import (
	"context"
	"database/sql"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

// A Submitter is whose a submission is, as far as its reader may know: an
// [Entity], an [Individual], a [RecordedName] or a [WithheldName].
type Submitter interface{ IsSubmitter() }

// An Individual is a person who published in their own name: the name that they
// chose to be shown under, and how well the secretariat knows who they are.
type Individual struct {
	DisplayName string
	Level       person.Level
}

// A RecordedName is a name that nobody has verified: one that a recorded
// submission came under, or that of an entity that was never recognised.
type RecordedName struct{ DisplayName string }

// A WithheldName says why no name is shown.
type WithheldName struct{ Reason string }

// Why no name is shown.
const (
	nameAnonymised  = "ANONYMISED"
	nameUnconfirmed = "UNCONFIRMED"
	nameTakenDown   = "TAKEN_DOWN"
	nameNone        = "NO_NAME"
)

// IsSubmitter implements Submitter.
func (Entity) IsSubmitter() {}

// IsSubmitter implements Submitter.
func (Individual) IsSubmitter() {}

// IsSubmitter implements Submitter.
func (RecordedName) IsSubmitter() {}

// IsSubmitter implements Submitter.
func (WithheldName) IsSubmitter() {}

// withheldFor says why the reader may not know whose s is, by what s shows of
// itself anyway.
func (s *Submission) withheldFor() WithheldName {
	switch {
	case s.Named():
		return WithheldName{nameNone}
	case s.level == domain.TextOnly:
		return WithheldName{nameAnonymised}
	case s.level < domain.TextOnly:
		return WithheldName{nameTakenDown}
	}
	return WithheldName{nameUnconfirmed}
}

// Submitters returns whose each submission is, by its id.
func (r Reader) Submitters(ctx context.Context, subs []*Submission) (map[domain.ID]Submitter, error) {
	var owners []domain.ID
	for _, s := range subs {
		if s.OwnerID != "" {
			owners = append(owners, s.OwnerID)
		}
	}
	entities, err := r.Entities(ctx, owners)
	if err != nil {
		return nil, err
	}
	people, err := r.Individuals(ctx, owners)
	if err != nil {
		return nil, err
	}
	names, err := r.unrecognised(ctx, owners)
	out := map[domain.ID]Submitter{}
	for _, s := range subs {
		entity, person, name := entities[s.OwnerID], people[s.OwnerID], names[s.OwnerID]
		switch {
		case entity != nil:
			out[s.ID] = entity
		case person != nil:
			out[s.ID] = person
		case name != nil:
			out[s.ID] = name
		case s.Author != nil:
			out[s.ID] = &RecordedName{*s.Author}
		default:
			out[s.ID] = new(s.withheldFor())
		}
	}
	return out, err
}

// Individuals returns those of the persons with these ids who publish under a
// name, then and now: the name of now, so that one which its person replaced or
// took back is read at no date.
func (r Reader) Individuals(ctx context.Context, ids []domain.ID) (map[domain.ID]*Individual, error) {
	db, err := r.Engine.reading("persons")
	if err != nil {
		return nil, err
	}
	out := map[domain.ID]*Individual{}
	_, err = collect(ctx, db, "display names", `SELECT p.id, now.display_name, p.level FROM persons p JOIN persons now ON now.id = p.id AND now.valid_to = ?
		WHERE p.id IN (SELECT value FROM json_each(?)) AND `+r.valid("p")+` AND p.display_name <> '' AND now.display_name <> ''`,
		[]any{open, asJSON(append([]domain.ID{}, ids...))}, func(rows *sql.Rows) (none struct{}, err error) {
			var id domain.ID
			var i Individual
			err = rows.Scan(&id, &i.DisplayName, &i.Level)
			out[id] = &i
			return none, err
		})
	return out, err
}

// unrecognised returns the names of those of the entities with these ids that
// the reader may not see as entities. One that was dissolved without having been
// recognised has none, at any date.
func (r Reader) unrecognised(ctx context.Context, ids []domain.ID) (map[domain.ID]*RecordedName, error) {
	db, err := r.Engine.reading("entities")
	if err != nil {
		return nil, err
	}
	out := map[domain.ID]*RecordedName{}
	_, err = collect(ctx, db, "unrecognised names", `SELECT e.id, CASE WHEN now.known THEN now.shown_name ELSE now.name END
		FROM entities e JOIN entities now ON now.id = e.id AND now.valid_to = ?
		WHERE e.id IN (SELECT value FROM json_each(?)) AND `+r.valid("e")+` AND (now.known OR now.status <> 'DISSOLVED') AND NOT (`+r.seesEntity("e")+`)`,
		[]any{open, asJSON(append([]domain.ID{}, ids...))}, func(rows *sql.Rows) (none struct{}, err error) {
			var id domain.ID
			var n RecordedName
			err = rows.Scan(&id, &n.DisplayName)
			out[id] = &n
			return none, err
		})
	return out, err
}
