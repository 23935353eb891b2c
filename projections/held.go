package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/follower"
)

// EventID returns the id that the API has for a record.
func EventID(record string) domain.ID { return domain.ID(auditPrefix + record) }

// holds is the condition that the viewer may hold the record in a, whole: they
// made it, or it was made for an entity that they act for. What an officer did
// in their office is the officer's own, since their colleagues may read less.
// What is about who acts for an entity is for those who run it, as People is.
// It has no parameters, and it is about now. Its plus signs keep SQLite from
// going through all that somebody made to find the one record they name.
func (r Reader) holds(a string) string {
	var self []domain.ID
	if r.Viewer.Person != "" {
		self = []domain.ID{r.Viewer.Person}
	}
	var acts, runs []domain.ID
	for _, h := range r.Viewer.Holds {
		if h.Entity == "" || h.Capacity.Staff() {
			continue
		}
		acts = append(acts, h.Entity)
		if h.Capacity == domain.EntityAdmin || h.Capacity == domain.StateMission {
			runs = append(runs, h.Entity)
		}
	}
	about := fmt.Sprintf("%[1]s.stream LIKE '%[2]s-%%' OR %[1]s.stream LIKE '%[3]s-%%'", a, person.Decider.Category, credential.Decider.Category)
	return fmt.Sprintf("(+%[1]s.person IN (%[2]s) OR %[1]s.capacity NOT IN (%[3]s) AND (+%[1]s.entity IN (%[4]s) OR +%[1]s.entity IN (%[5]s) AND NOT (%[6]s)))",
		a, quoted(self), quoted(officeCapacities()), quoted(runs), quoted(acts), about)
}

// officeCapacities lists in which capacities somebody acts in an office, and
// for no entity.
func officeCapacities() (all []domain.ID) {
	for _, c := range domain.Capacities {
		if c.Staff() || c == domain.System {
			all = append(all, domain.ID(c))
		}
	}
	return all
}

// Held returns a record that the viewer may hold: the one of an event, or the
// newest about the object with an id. One that they may not hold is refused
// just as one that does not exist. It is of now, whatever moment is read.
func (r Reader) Held(ctx context.Context, id domain.ID) (*follower.Fact, error) {
	query, args := r.heldOf(id)
	facts, err := r.held(ctx, query, args)
	f := facts[""]
	if f == nil {
		err = orUnknown(err, domain.Refuse(domain.NotFound, "audit.unknown", "There is no such event."))
	}
	return f, err
}

// heldOf asks for the newest record of id that the viewer may hold.
func (r Reader) heldOf(id domain.ID) (query string, args []any) {
	where, args := "a.id = ?", []any{string(id)}
	if !strings.HasPrefix(string(id), auditPrefix) {
		where, args = "a.stream IN (SELECT value || '-' || ? FROM json_each(?))", []any{string(id), asJSON(categories())}
	}
	return "'', a.idx, a.stream, a.version FROM audit_events a WHERE " + where + " AND " + r.holds("a") + " ORDER BY a.idx DESC LIMIT 1", args
}

// categories lists what the streams of all aggregates begin with.
func categories() []string {
	all := make([]string, len(catalog.All))
	for i, d := range catalog.All {
		all[i] = d.Name()
	}
	return all
}

// HeldEditions returns the records that made the editions of submissions which
// these rows show, by submission, as far as the viewer may hold them.
func (r Reader) HeldEditions(ctx context.Context, subs []*Submission) (map[domain.ID]*follower.Fact, error) {
	type edition struct {
		Submission domain.ID `json:"s"`
		Edition    int64     `json:"e"`
	}
	shown := make([]edition, len(subs))
	for i, s := range subs {
		shown[i] = edition{s.ID, s.readable}
	}
	return r.held(ctx, `e.submission, a.idx, a.stream, a.version FROM json_each(?) j
		JOIN editions e ON e.submission = j.value ->> 's' AND e.edition = j.value ->> 'e'
		JOIN audit_events a ON a.idx = e.idx WHERE `+r.holds("a"), []any{asJSON(shown)})
}

// held reads records by where they stand, hashed again on their way. What a
// copy of the log withholds nobody holds.
func (r Reader) held(ctx context.Context, query string, args []any) (map[domain.ID]*follower.Fact, error) {
	db, err := r.Engine.reading("audit_events", "submissions")
	if err != nil {
		return nil, err
	}
	type row struct {
		of domain.ID
		at where
	}
	rows, err := collect(ctx, db, "audit events", "SELECT "+query, args, func(rows *sql.Rows) (row, error) {
		var x row
		return x, rows.Scan(&x.of, &x.at.Index, &x.at.Stream, &x.at.Version)
	})
	if err != nil {
		return nil, err
	}
	out := map[domain.ID]*follower.Fact{}
	for _, x := range rows {
		f, err := r.Engine.Log.Again(ctx, x.at.Index, x.at.Stream, x.at.Version)
		if err != nil {
			return nil, fmt.Errorf("read event %d: %w", x.at.Index, err)
		}
		if !f.Withheld {
			out[x.of] = &f
		}
	}
	return out, nil
}
