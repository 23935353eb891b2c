package projections

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
)

// A CommitmentFilter narrows a list of commitments; what is nil does not. What
// narrows by something the viewer may not see of an item leaves that item out.
type CommitmentFilter struct {
	Status    *string
	Objective *int
	Owner     *domain.ID
	Kind      *commitment.Kind
	Stale     *bool

	with *Commitment // matched with this one, by either owner
}

// A CommitmentConnection is a page of commitments, and what its figures count.
type CommitmentConnection struct {
	Connection[Commitment]

	Filter CommitmentFilter
}

// CommitmentEdge is the name that the API's schema has.
type CommitmentEdge = Edge[Commitment]

// CommitmentList lists the commitments that the viewer may see, recorded last first.
func (r Reader) CommitmentList(ctx context.Context, f CommitmentFilter, p Page) (*CommitmentConnection, error) {
	db, err := r.Engine.reading("commitments")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	where, args := r.commitmentsWhere(f)
	tail, more := w.order(true)
	rows, err := collect(ctx, db, "commitments", `SELECT * FROM (SELECT `+r.commitmentColumns()+`, c.created_at AS k`+commitmentTables+`
		WHERE `+r.valid("c")+where+`)`+tail, append(args, more...), func(rows *sql.Rows) (item[Commitment], error) {
		var k int64
		c, err := scanCommitment(rows, &k)
		if err != nil {
			return item[Commitment]{}, err
		}
		return item[Commitment]{c, key{k, c.ID}}, nil
	})
	return &CommitmentConnection{Connection: *connection(w, rows), Filter: f}, err
}

// Matches lists what a commitment is matched with, by its owner or theirs.
func (r Reader) Matches(ctx context.Context, c *Commitment, p Page) (*CommitmentConnection, error) {
	return r.CommitmentList(ctx, CommitmentFilter{with: c}, p)
}

// commitmentsWhere turns a filter into conditions, each with the level at which
// it may be asked.
func (r Reader) commitmentsWhere(f CommitmentFilter) (string, []any) {
	where, args, need := "", []any{}, domain.Tombstone
	add := func(l domain.Level, condition string, values ...any) {
		need, where, args = max(need, l), where+" AND "+condition, append(args, values...)
	}
	if f.Status != nil {
		add(domain.Tombstone, "c.status = ?", *f.Status)
	}
	if f.Owner != nil {
		add(domain.Tombstone, "c.owner = ? AND "+r.namesPledger("c"), string(*f.Owner))
	}
	if f.Kind != nil {
		add(domain.Tombstone, "c.kind = ?", string(*f.Kind))
	}
	if f.Stale != nil {
		add(domain.Tombstone, "c.stale = ?", *f.Stale)
	}
	if f.Objective != nil {
		add(domain.Everything, "EXISTS (SELECT 1 FROM json_each(c.objectives) o WHERE o.value = ?)", *f.Objective)
	}
	if f.with != nil {
		add(domain.Tombstone, fmt.Sprintf("%t AND EXISTS (SELECT 1 FROM matches m WHERE %s AND (m.id = ? AND m.other = c.id OR m.other = ? AND m.id = c.id))",
			f.with.Whole(), r.valid("m")), string(f.with.ID), string(f.with.ID))
	}
	return where + fmt.Sprintf(" AND %s >= %d", r.pledgeLevel("c"), need), args
}

// CommitmentFigures counts the commitments of a list that stand, as the
// domain's Tally does (G17).
func (r Reader) CommitmentFigures(ctx context.Context, f CommitmentFilter) (*commitment.Figures, error) {
	db, err := r.Engine.reading("commitments")
	if err != nil {
		return nil, err
	}
	where, args := r.commitmentsWhere(f)
	var n commitment.Figures
	var links [][2]domain.ID
	_, err = collect(ctx, db, "commitment figures", `WITH standing AS (SELECT c.id, c.owner, c.confirmed FROM commitments c
			WHERE `+r.valid("c")+where+` AND c.published AND c.status NOT IN ('WITHDRAWN', 'CONTESTED')),
		received AS (SELECT * FROM standing WHERE owner <> '')
		SELECT 'received', '', '', COUNT(*) FROM received
		UNION ALL SELECT 'confirmed', '', '', COUNT(*) FROM received WHERE confirmed
		UNION ALL SELECT 'announcements', '', '', COUNT(*) FROM standing WHERE owner = ''
		UNION ALL SELECT 'entities', '', '', COUNT(*) FROM (SELECT owner FROM received WHERE confirmed
			UNION SELECT p.entity FROM co_pledgers p JOIN received s ON s.id = p.id WHERE s.confirmed AND p.confirmed AND `+r.valid("p")+`)
		UNION ALL SELECT 'link', m.id, m.other, 0 FROM matches m JOIN received a ON a.id = m.id JOIN received b ON b.id = m.other WHERE `+r.valid("m"),
		args, func(rows *sql.Rows) (none struct{}, err error) {
			var what string
			var a, b domain.ID
			var count int
			err = rows.Scan(&what, &a, &b, &count)
			switch what {
			case "received":
				n.Received = count
			case "confirmed":
				n.Confirmed = count
			case "announcements":
				n.Announcements = count
			case "entities":
				n.Entities = count
			case "link":
				links = append(links, [2]domain.ID{a, b})
			}
			return none, err
		})
	n.Distinct = n.Received - joins(links)
	return &n, err
}

// joins counts how many links join two groups that were apart until then.
func joins(links [][2]domain.ID) int {
	group, n := map[domain.ID]domain.ID{}, 0
	first := func(id domain.ID) domain.ID {
		for group[id] != "" {
			id = group[id]
		}
		return id
	}
	for _, l := range links {
		if a, b := first(l[0]), first(l[1]); a != b {
			group[a], n = b, n+1
		}
	}
	return n
}
