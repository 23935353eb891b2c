package projections

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

// A BriefingAttendance is one edition of how many came.
type BriefingAttendance struct {
	Version       int64
	Corrects      *int64 // the edition it takes the place of
	Total         int
	NotBrokenDown int
	Counts        []*BriefingCount
	Represented   []*briefing.Term
	OccurredOn    *domain.PartialDate
	RecordedAt    time.Time
}

// A BriefingCount is how many came of a category.
type BriefingCount struct {
	Category *briefing.Term
	Number   int
}

// blur moves counts of few people into the rest that is not broken down, and
// as many more, the smallest first, as it takes for the rest not to tell them.
// Their categories are listed as represented. It is nil when even the total is
// that small.
func (a *BriefingAttendance) blur() *BriefingAttendance {
	if a.Total > 0 && a.Total < fewest {
		return nil
	}
	counts := slices.Clone(a.Counts)
	slices.SortStableFunc(counts, func(x, y *BriefingCount) int { return cmp.Compare(x.Number, y.Number) })
	for _, c := range counts {
		small, tells := c.Number < fewest, a.NotBrokenDown > 0 && a.NotBrokenDown < fewest
		if c.Number == 0 || !small && !tells {
			continue
		}
		a.NotBrokenDown += c.Number
		a.Represented = append(a.Represented, c.Category)
		a.Counts = slices.DeleteFunc(a.Counts, func(o *BriefingCount) bool { return o == c })
	}
	return a
}

// BriefingAttendances returns every edition of the figures of briefings,
// oldest first, by briefing.
func (r Reader) BriefingAttendances(ctx context.Context, of []domain.ID) (map[domain.ID][]*BriefingAttendance, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	all, err := grouped(ctx, db, "attendances", `SELECT a.briefing, a.edition, a.corrects, a.total, a.not_broken_down, a.counts, a.represented, a.occurred_on, a.recorded_at
		FROM briefing_attendances a WHERE a.briefing IN (SELECT value FROM json_each(?)) AND a.valid_from <= ? ORDER BY a.briefing, a.edition`,
		[]any{asJSON(of), r.upTo()}, scanAttendance)
	if err != nil || r.Viewer.Is(domain.Secretariat) {
		return all, err
	}
	for id, editions := range all {
		shown := []*BriefingAttendance{}
		for _, a := range editions {
			a = a.blur()
			if a == nil {
				shown = nil // earlier figures are not shown in the place of these
				continue
			}
			shown = append(shown, a)
		}
		all[id] = shown
	}
	return all, nil
}

func scanAttendance(rows *sql.Rows) (domain.ID, *BriefingAttendance, error) {
	var id domain.ID
	var a BriefingAttendance
	var corrects, at int64
	var counts, represented, on string
	if err := rows.Scan(&id, &a.Version, &corrects, &a.Total, &a.NotBrokenDown, &counts, &represented, &on, &at); err != nil {
		return id, nil, err
	}
	a.Corrects, a.OccurredOn, a.RecordedAt = edition(corrects), optional(domain.PartialDate(on)), fromMillis(at)
	var in []briefing.Count
	if err := json.Unmarshal([]byte(counts), &in); err != nil {
		return id, nil, err
	}
	a.Counts = []*BriefingCount{}
	for _, c := range in {
		a.Counts = append(a.Counts, &BriefingCount{&c.Category, int(c.Number)})
	}
	return id, &a, json.Unmarshal([]byte(represented), &a.Represented)
}

// A BriefingInvitation is who was invited: an entity, or everyone of a category.
type BriefingInvitation struct {
	EntityID domain.ID // empty for a category
	Category *briefing.Term
}

// BriefingInvitations returns who was invited, by briefing: categories to
// everyone; entities to the secretariat and to those who act for them.
func (r Reader) BriefingInvitations(ctx context.Context, of []domain.ID) (map[domain.ID][]*BriefingInvitation, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	shown := "(i.entity = '' OR i.entity IN (" + quoted(r.actingIDs()) + "))"
	if r.Viewer.Is(domain.Secretariat) {
		shown = "1"
	}
	return grouped(ctx, db, "invitations", `SELECT i.briefing, i.entity, i.category FROM briefing_invitations i
		WHERE i.briefing IN (SELECT value FROM json_each(?)) AND `+r.valid("i")+` AND `+shown+` ORDER BY i.briefing, i.n`, []any{asJSON(of)},
		func(rows *sql.Rows) (domain.ID, *BriefingInvitation, error) {
			var id domain.ID
			var i BriefingInvitation
			var category string
			if err := rows.Scan(&id, &i.EntityID, &category); err != nil || i.EntityID != "" {
				return id, &i, err
			}
			return id, &i, json.Unmarshal([]byte(category), &i.Category)
		})
}

// A BriefingParticipant is somebody registered for a briefing, which does not
// say that they came.
type BriefingParticipant struct {
	ID       domain.ID
	Category *briefing.Term
	EntityID domain.ID
	Name     *string // nil when it was erased
	PersonID *domain.ID
	Consent  *briefing.Consent // with Basis and PersonID, for the secretariat and the person
	Basis    *string
}

// BriefingParticipants lists those registered for a briefing whose consent, now
// and then, lets the viewer see them. There is no way to ask for one of them.
func (r Reader) BriefingParticipants(ctx context.Context, of domain.ID, p Page) (*Connection[BriefingParticipant], error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	tail, args := w.order(false)
	rows, err := collect(ctx, db, "participants", `SELECT * FROM (SELECT p.id, p.vocabulary, p.version, p.term, p.entity, p.name, p.person, p.consent, p.basis, p.id AS k
		FROM briefing_participants p WHERE p.briefing = ? AND `+r.valid("p")+` AND `+r.consents("p")+`)`+tail,
		append([]any{string(of)}, args...), func(rows *sql.Rows) (item[BriefingParticipant], error) {
			var p BriefingParticipant
			var term briefing.Term
			var name, person, consent, basis, k string
			err := rows.Scan(&p.ID, &term.Vocabulary, &term.Version, &term.Code, &p.EntityID, &name, &person, &consent, &basis, &k)
			p.Category, p.Name = &term, optional(name)
			if self := person != "" && domain.ID(person) == r.Viewer.Person; self || r.Viewer.Is(domain.Secretariat) {
				p.PersonID, p.Consent, p.Basis = optional(domain.ID(person)), optional(briefing.Consent(consent)), optional(basis)
			}
			return item[BriefingParticipant]{&p, key{k, p.ID}}, err
		})
	return connection(w, rows), err
}

// consents is the condition that the participant in alias lets the viewer see
// them, now and as of the reader's index.
func (r Reader) consents(alias string) string {
	if r.Viewer.Is(domain.Secretariat) {
		return "1"
	}
	then := r.consented(alias)
	if r.AsOf == nil {
		return then
	}
	return fmt.Sprintf("%s AND EXISTS (SELECT 1 FROM briefing_participants now WHERE now.id = %s.id AND now.valid_to = %d AND %s)",
		then, alias, int64(open), r.consented("now"))
}

func (r Reader) consented(p string) string {
	if r.Viewer.Person == "" {
		return p + ".consent = 'PUBLIC'"
	}
	me := quoted([]domain.ID{r.Viewer.Person})
	return fmt.Sprintf(`(%[1]s.consent = 'PUBLIC' OR %[1]s.person = %[2]s
		OR %[1]s.consent IN ('PARTICIPANTS', 'CATEGORY') AND EXISTS (SELECT 1 FROM briefing_participants me WHERE me.briefing = %[1]s.briefing
			AND me.person = %[2]s AND me.valid_to = %[3]d AND (%[1]s.consent = 'PARTICIPANTS' OR me.vocabulary = %[1]s.vocabulary AND me.term = %[1]s.term)))`,
		p, me, int64(open))
}
