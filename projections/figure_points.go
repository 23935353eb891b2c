package projections

import (
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
)

// pointWidths are the widths of rows of figure_points, in bits of an index. The
// last is that of a row for all indexes.
var pointWidths = []int{0, 6, 12, 18, 24, 30, 62}

// A point is an index at which figures of a scope change.
type point struct {
	scope string
	late  bool
	index int64
}

// A growth is by how much figures change at a point, in the order of the columns.
type growth struct{ received, recorded, texts, entities, withdrawn, others, gone, goneOthers int }

func (g growth) plus(o growth, times int) growth {
	return growth{
		g.received + times*o.received, g.recorded + times*o.recorded, g.texts + times*o.texts, g.entities + times*o.entities,
		g.withdrawn + times*o.withdrawn, g.others + times*o.others, g.gone + times*o.gone, g.goneOthers + times*o.goneOthers,
	}
}

// grow notes that figures are greater by times g from one index up to another.
func (c *figuring) grow(scope string, late bool, from, to int64, g growth, times int) {
	for index, sign := range map[int64]int{from: 1, to: -1} {
		if index < open {
			p := point{scope, late, index}
			c.points[p] = c.points[p].plus(g, sign*times)
		}
	}
}

// count adds a span to the figures, or takes it out: times is 1 or -1. The
// tables hold the other spans.
func (c *figuring) count(s span, times int) error {
	for _, scope := range []string{"", s.consultation} {
		c.grow(scope, s.late, s.from, s.to, s.alone(), times)
		if s.level < domain.TextOnly {
			continue
		}
		pieces, err := c.uncovered(scope, "level > 1 AND digest = ?", []byte(s.digest), s)
		if err != nil {
			return err
		}
		for _, p := range pieces {
			c.grow(scope, s.late, p.from, p.to, growth{texts: 1}, times)
		}
		if s.level < domain.Everything || s.owner == "" {
			continue
		}
		if pieces, err = c.uncovered(scope, "level > 2 AND owner <> '' AND owner = ?", s.owner, s); err != nil {
			return err
		}
		if pieces, err = c.verified(s.owner, pieces); err != nil {
			return err
		}
		for _, p := range pieces {
			c.grow(scope, s.late, p.from, p.to, growth{entities: 1}, times)
		}
	}
	return nil
}

// alone is what a span counts whatever others say.
func (s span) alone() growth {
	g := growth{}
	one := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	switch {
	case s.level >= domain.TextOnly:
		g.received, g.recorded = 1, one(s.recorded)
	case s.level == domain.Tombstone:
		g.withdrawn = 1
	default:
		g.others, g.gone = one(s.inTime), one(s.then > domain.Nothing)
		g.goneOthers = g.others * g.gone
	}
	return g
}

// A piece is a range of indexes.
type piece struct{ from, to int64 }

// uncovered returns the parts of a span in which no other span of the scope
// says the same, by a condition on what that is.
func (c *figuring) uncovered(scope, same string, what any, s span) ([]piece, error) {
	args := []any{what, s.late}
	if same += " AND late = ?"; scope != "" {
		same, args = same+" AND consultation = ?", append(args, scope)
	}
	whole := piece{s.from, s.to}
	row, err := c.tx.row(c.ctx, `SELECT COALESCE(MIN(valid_from), ?) FROM figure_spans WHERE `+same+fmt.Sprintf(` AND valid_to = %d`, int64(open)), append([]any{int64(open)}, args...)...)
	if err != nil {
		return nil, err
	}
	var first int64 // from here on there is another for as long as there are indexes
	if err := row.Scan(&first); err != nil {
		return nil, err
	}
	if whole.to = min(whole.to, first); whole.from >= whole.to {
		return nil, nil
	}
	rows, err := c.tx.rows(c.ctx, `SELECT valid_from, valid_to FROM figure_spans WHERE `+same+fmt.Sprintf(` AND valid_to > ? AND valid_to < %d AND valid_from < ? ORDER BY valid_from`, int64(open)), append(args, whole.from, whole.to)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var left []piece
	for rows.Next() {
		var p piece
		if err := rows.Scan(&p.from, &p.to); err != nil {
			return nil, err
		}
		if whole.from < p.from {
			left = append(left, piece{whole.from, min(p.from, whole.to)})
		}
		whole.from = max(whole.from, p.to)
	}
	if whole.from < whole.to {
		left = append(left, whole)
	}
	return left, errors.Join(rows.Err(), rows.Close())
}

// entityStanding lists since when an entity was recognised, or not yet: what came
// afterwards, such as its end, changes nothing about that.
const entityStanding = `SELECT valid_from, status = 'RECOGNISED' FROM entities WHERE id = ? AND status IN ('PROPOSED', 'RECOGNISED') ORDER BY valid_from`

// verified returns the parts of pieces in which an entity counts as verified.
func (c *figuring) verified(entity string, pieces []piece) ([]piece, error) {
	if len(pieces) == 0 {
		return nil, nil
	}
	rows, err := c.tx.rows(c.ctx, entityStanding, entity)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var since []piece
	for rows.Next() {
		var from int64
		var yes bool
		if err := rows.Scan(&from, &yes); err != nil {
			return nil, err
		}
		if n := len(since); n > 0 && since[n-1].to == open {
			since[n-1].to = from
		}
		if yes {
			since = append(since, piece{from, open})
		}
	}
	var both []piece
	for _, p := range pieces {
		for _, v := range since {
			if q := (piece{max(p.from, v.from), min(p.to, v.to)}); q.from < q.to {
				both = append(both, q)
			}
		}
	}
	return both, errors.Join(rows.Err(), rows.Close())
}

// entity counts an entity where it has sent something, or no longer does, when
// it becomes verified or stops being so. What was before stays as it was.
func (c *figuring) entity() error {
	id := string(c.f.Aggregate)
	was, err := c.verifiedAt(id, c.f.Index-1)
	if err != nil {
		return err
	}
	is, err := c.verifiedAt(id, c.f.Index)
	if err != nil || is == was {
		return err
	}
	times := 1
	if was {
		times = -1
	}
	rows, err := c.tx.rows(c.ctx, fmt.Sprintf(`SELECT DISTINCT consultation, late FROM figure_spans WHERE level > 2 AND owner <> '' AND owner = ? AND valid_to = %d`, int64(open)), id)
	if err != nil {
		return err
	}
	defer rows.Close()
	total := map[bool]bool{}
	for rows.Next() {
		var scope string
		var late bool
		if err := rows.Scan(&scope, &late); err != nil {
			return err
		}
		c.grow(scope, late, c.f.Index, open, growth{entities: 1}, times)
		if !total[late] {
			total[late] = true
			c.grow("", late, c.f.Index, open, growth{entities: 1}, times)
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// verifiedAt reports whether an entity counted as verified at an index.
func (c *figuring) verifiedAt(entity string, index int64) (bool, error) {
	row, err := c.tx.row(c.ctx, `SELECT COALESCE((SELECT status = 'RECOGNISED' FROM entities WHERE id = ? AND status IN ('PROPOSED', 'RECOGNISED') AND valid_from <= ? ORDER BY valid_from DESC LIMIT 1), 0)`, entity, index)
	if err != nil {
		return false, err
	}
	var yes bool
	return yes, row.Scan(&yes)
}

// write writes the points that this fact changes, in rows of every width.
func (c *figuring) write() error {
	for p, g := range c.points {
		if g == (growth{}) {
			continue
		}
		for _, width := range pointWidths {
			if _, err := c.tx.Exec(c.ctx, `INSERT INTO figure_points (scope, late, width, place, received, recorded, texts, entities, withdrawn, others, gone, gone_others)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (scope, late, width, place) DO UPDATE SET received = received + excluded.received,
				recorded = recorded + excluded.recorded, texts = texts + excluded.texts, entities = entities + excluded.entities, withdrawn = withdrawn + excluded.withdrawn,
				others = others + excluded.others, gone = gone + excluded.gone, gone_others = gone_others + excluded.gone_others`,
				p.scope, p.late, width, p.index>>width, g.received, g.recorded, g.texts, g.entities, g.withdrawn, g.others, g.gone, g.goneOthers); err != nil {
				return err
			}
		}
	}
	return nil
}

// pointsUpTo is a statement, and its values, for the rows of figure_points that
// add up to the figures as of an index; as of now for open.
func pointsUpTo(index int64) (string, []any) {
	if index >= open {
		return `(SELECT 62 AS width, 0 AS low, 1 AS high)`, nil
	}
	ranges, args := "", []any{}
	end := index + 1
	for i, width := range pointWidths[:len(pointWidths)-1] {
		above := pointWidths[i+1]
		low := end >> above << (above - width)
		if i == len(pointWidths)-2 {
			low = 0
		}
		if ranges != "" {
			ranges += " UNION ALL "
		}
		ranges, args = ranges+"SELECT ? AS width, ? AS low, ? AS high", append(args, width, low, end>>width)
	}
	return "(" + ranges + ")", args
}
