package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// figures keeps how many submissions the public sees, now and at every earlier
// index, so that telling it takes as long for a million as for ten.
//
// What the public sees at an index is the lesser of what it saw then and what it
// may see now. So a submission that is withdrawn today is withdrawn in the
// figures of last year too, and these tables change at past indexes: they are
// compared with a count at every index, not with an earlier rebuild.
var figures = Projection{
	Name:    "figures",
	Version: 1,
	Reads:   []string{"submission", "entity", "consultation"},
	On:      []string{"submissions", "digests", "entities", "consultations"},
	Tables:  []Table{{"figure_spans", "submission, valid_from"}, {"figure_points", "scope, late, width, place"}},
	Schema: `CREATE TABLE figure_spans (
		submission   TEXT    NOT NULL,
		consultation TEXT    NOT NULL,
		late         INTEGER NOT NULL, -- late, and accepted
		recorded     INTEGER NOT NULL,
		owner        TEXT    NOT NULL, -- whom the public sees that sent it; else empty
		digest       BLOB    NOT NULL, -- of what it says
		came         INTEGER,          -- milliseconds since 1970, of one that was on time
		in_time      INTEGER NOT NULL, -- it came before the consultation closed
		then_level   INTEGER NOT NULL, -- what the public saw
		level        INTEGER NOT NULL, -- the lesser of that and what it may see now
		valid_from   INTEGER NOT NULL,
		valid_to     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX figure_spans_of ON figure_spans (submission, valid_from);
	CREATE INDEX figure_spans_text ON figure_spans (digest, late, valid_to, valid_from) WHERE level > 1;
	CREATE INDEX figure_spans_text_in ON figure_spans (digest, consultation, late, valid_to, valid_from) WHERE level > 1;
	CREATE INDEX figure_spans_owner ON figure_spans (owner, late, valid_to, valid_from) WHERE level > 2 AND owner <> '';
	CREATE INDEX figure_spans_owner_in ON figure_spans (owner, consultation, late, valid_to, valid_from) WHERE level > 2 AND owner <> '';
	CREATE INDEX figure_spans_came ON figure_spans (consultation, came);
	-- How much each figure grew from one index to the next, added up over so
	-- many indexes: a figure at an index is a sum over a few rows of each width.
	CREATE TABLE figure_points (
		scope    TEXT    NOT NULL, -- a consultation; empty for all together
		late     INTEGER NOT NULL,
		width    INTEGER NOT NULL, -- in bits: a row is of 1 << width indexes
		place    INTEGER NOT NULL, -- index >> width
		received INTEGER NOT NULL,
		recorded INTEGER NOT NULL,
		texts    INTEGER NOT NULL, -- distinct
		entities INTEGER NOT NULL, -- distinct and verified
		withdrawn INTEGER NOT NULL,
		others   INTEGER NOT NULL, -- in time, and not public
		gone     INTEGER NOT NULL, -- seen then, and nothing is seen now
		gone_others INTEGER NOT NULL, -- of these, what others has
		PRIMARY KEY (scope, late, width, place)
	) STRICT;`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		c := &figuring{ctx: ctx, tx: tx, f: f, points: map[point]growth{}}
		var err error
		switch f.Category {
		case "submission":
			err = c.submission()
		case "entity":
			err = c.entity()
		case "consultation":
			err = c.consultation()
		}
		return errors.Join(err, c.write())
	},
}

// figuring carries one fact into the figures.
type figuring struct {
	ctx    context.Context
	tx     *Tx
	f      Fact
	points map[point]growth // to be written
}

// A span is a time in which the public saw the same of a submission.
type span struct {
	from, to int64
	face
	level  domain.Level // the lesser of then and now
	inTime bool
}

// A face is what of a submission the figures go by.
type face struct {
	submission, consultation string
	late, recorded           bool
	owner                    string
	digest                   string
	came                     sql.NullInt64
	then                     domain.Level
}

// The public's face of a submission, as its current row and its edition make it.
var faceOf = `SELECT s.consultation, s.timeliness = '` + string(submission.AcceptedLate) + `', s.recorded,
	CASE WHEN s.recorded OR s.level < ` + fmt.Sprint(int(domain.Everything)) + ` THEN '' ELSE s.owner END, COALESCE(d.digest, x'00'),
	CASE WHEN s.timeliness = '` + string(submission.OnTime) + `' THEN s.submitted_at END, s.level
	FROM (SELECT s.*, ` + Reader{}.levelOf("s", Reader{}.valid) + ` AS level FROM submissions s) s LEFT JOIN digests d ON d.submission = s.id AND d.edition = s.released
	WHERE s.id = ? AND s.valid_to = ? AND s.status IN ('SUBMITTED', 'WITHDRAWN')`

// submission ends the span of the face before, begins that of the new one, and
// counts the spans before again where the public may see more or less now.
func (c *figuring) submission() error {
	id := string(c.f.Aggregate)
	now := face{submission: id}
	row, err := c.tx.row(c.ctx, faceOf, id, open)
	if err != nil {
		return err
	}
	var digest []byte
	err = row.Scan(&now.consultation, &now.late, &now.recorded, &now.owner, &digest, &now.came, &now.then)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // a draft
	}
	if err != nil {
		return err
	}
	now.digest = string(digest)
	spans, err := c.spans(`submission = ? ORDER BY valid_from`, id)
	if err != nil {
		return err
	}
	next := span{from: c.f.Index, to: open, face: now, level: now.then}
	if n := len(spans); n > 0 {
		last := spans[n-1]
		if last.face == now {
			return nil
		}
		if err := c.end(last); err != nil {
			return err
		}
		spans[n-1].to = c.f.Index
		next.inTime = last.inTime
	} else if next.inTime, err = c.inTime(now); err != nil {
		return err
	}
	if err := c.begin(next); err != nil {
		return err
	}
	for _, s := range spans {
		if level := min(s.then, now.then); level != s.level {
			if err := c.change(s, level, s.inTime); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *figuring) spans(where string, args ...any) ([]span, error) {
	rows, err := c.tx.rows(c.ctx, `SELECT submission, consultation, late, recorded, owner, digest, came, in_time, then_level, level, valid_from, valid_to FROM figure_spans WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []span
	for rows.Next() {
		var s span
		var digest []byte
		if err := rows.Scan(&s.submission, &s.consultation, &s.late, &s.recorded, &s.owner, &digest, &s.came, &s.inTime, &s.then, &s.level, &s.from, &s.to); err != nil {
			return nil, err
		}
		s.digest = string(digest)
		all = append(all, s)
	}
	return all, rows.Err()
}

// end ends an open span with this fact.
func (c *figuring) end(s span) error {
	if _, err := c.tx.Exec(c.ctx, `UPDATE figure_spans SET valid_to = ? WHERE submission = ? AND valid_from = ?`, c.f.Index, s.submission, s.from); err != nil {
		return err
	}
	s.from = c.f.Index
	return c.count(s, -1)
}

// begin adds a span.
func (c *figuring) begin(s span) error {
	if err := c.count(s, 1); err != nil {
		return err
	}
	_, err := c.tx.Exec(c.ctx, `INSERT INTO figure_spans (submission, consultation, late, recorded, owner, digest, came, in_time, then_level, level, valid_from, valid_to)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.submission, s.consultation, s.late, s.recorded, s.owner, []byte(s.digest), s.came, s.inTime, int(s.then), int(s.level), s.from, s.to)
	return err
}

// change counts a span anew. It is out of the way while it is counted, so that
// it does not count as another that says the same.
func (c *figuring) change(s span, level domain.Level, inTime bool) error {
	set := func(level domain.Level, inTime bool) error {
		_, err := c.tx.Exec(c.ctx, `UPDATE figure_spans SET level = ?, in_time = ? WHERE submission = ? AND valid_from = ?`, int(level), inTime, s.submission, s.from)
		return err
	}
	if err := set(-1, inTime); err != nil {
		return err
	}
	if err := c.count(s, -1); err != nil {
		return err
	}
	s.level, s.inTime = level, inTime
	if err := c.count(s, 1); err != nil {
		return err
	}
	return set(level, inTime)
}

// inTime reports whether a submission came before its consultation closed, as
// that is known now.
func (c *figuring) inTime(now face) (bool, error) {
	row, err := c.tx.row(c.ctx, `SELECT COALESCE(? <= (SELECT COALESCE(`+ending("c")+`, ?) FROM consultations c WHERE c.id = ? AND c.valid_to = ?), 0)`, now.came, int64(open), now.consultation, open)
	if err != nil {
		return false, err
	}
	var yes bool
	return yes, row.Scan(&yes)
}

// consultation looks again at what came on time, where the fact moves the
// closing. It finds those that came between the old closing and the new one.
func (c *figuring) consultation() error {
	rows, err := c.tx.rows(c.ctx, `SELECT COALESCE(`+ending("c")+`, ?) FROM consultations c WHERE c.id = ? ORDER BY c.valid_from DESC LIMIT 2`, int64(open), string(c.f.Aggregate))
	if err != nil {
		return err
	}
	defer rows.Close()
	var closings []int64
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return err
		}
		closings = append(closings, at)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(closings) < 2 || closings[0] == closings[1] {
		return err
	}
	moved, err := c.spans(`consultation = ? AND came > ? AND came <= ?`, string(c.f.Aggregate), min(closings[0], closings[1]), max(closings[0], closings[1]))
	if err != nil {
		return err
	}
	for _, s := range moved {
		if err := c.change(s, s.level, s.came.Int64 <= closings[0]); err != nil {
			return err
		}
	}
	return nil
}
