package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// An Edition is one version of a submission's content, as it was kept.
type Edition struct {
	SubmissionID domain.ID
	Version      int64
	Kind         string // DRAFT SUBMITTED RECORDED AMENDED
	Status       string // DRAFT NOT_RELEASED RELEASED SUPERSEDED RETRACTED
	Text         *LocalizedText
	Answers      []*Answer
	RecordedAt   time.Time
	PublicFrom   *time.Time // when it was released to its readers
	PublicUntil  *time.Time // when another edition took its place, or it was taken back
	RetractedAt  *time.Time

	of *Submission
}

// An Answer is what was said to one question.
type Answer struct {
	QuestionID domain.ID
	Text       *LocalizedText
	Chosen     []string
}

// editionsQuery selects the editions of submissions as of an index. A viewer
// who reads editions before their release sees all that were sent; the owner's
// people see drafts too; everybody else sees what was released by then. What
// was taken back leaves a tombstone, as of any date.
const editionsQuery = `WITH wanted AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'inside' AS inside, value ->> 'own' AS own FROM json_each(?1))
	SELECT e.submission, e.edition, e.kind, e.recorded_at, f.released_at, CASE WHEN f.valid_to <= ?2 THEN COALESCE(
			(SELECT n.released_at FROM releases n WHERE n.submission = f.submission AND n.valid_from = f.valid_to), x.retracted_at) END,
		x.retracted_at, COALESCE(t.language, ''), COALESCE(t.value, '')
	FROM wanted w JOIN editions e ON e.submission = w.id AND e.idx <= ?2
	LEFT JOIN releases f ON f.submission = e.submission AND f.edition = e.edition AND f.valid_from <= ?2
	LEFT JOIN retractions x ON x.submission = e.submission AND x.edition = e.edition
	LEFT JOIN texts t ON t.id = e.text AND x.edition IS NULL
	WHERE (w.inside OR f.edition IS NOT NULL) AND (e.kind <> 'DRAFT' OR w.own) ORDER BY e.submission, e.edition`

// Editions returns the editions of submissions that the viewer may see, oldest
// first.
func (r Reader) Editions(ctx context.Context, subs []*Submission) (map[domain.ID][]*Edition, error) {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	type want struct {
		ID     domain.ID `json:"id"`
		Inside bool      `json:"inside"`
		Own    bool      `json:"own"`
	}
	wanted, of := []want{}, map[domain.ID]*Submission{}
	for _, s := range subs {
		if s.Shows() {
			wanted, of[s.ID] = append(wanted, want{s.ID, s.inside, r.Viewer.ActsFor(s.OwnerID)}), s
		}
	}
	out, err := grouped(ctx, db, "editions", editionsQuery, []any{asJSON(wanted), r.upTo()}, func(rows *sql.Rows) (id domain.ID, e *Edition, err error) {
		e = &Edition{Answers: []*Answer{}}
		var at int64
		var from, until, retracted sql.NullInt64
		var lang, value string
		err = rows.Scan(&e.SubmissionID, &e.Version, &e.Kind, &at, &from, &until, &retracted, &lang, &value)
		e.Text, e.RecordedAt = newText(lang, value), of[e.SubmissionID].dated(at)
		e.PublicFrom, e.PublicUntil, e.RetractedAt = optionalTime(from), optionalTime(until), optionalTime(retracted)
		e.Status, e.of = e.status(), of[e.SubmissionID]
		return e.SubmissionID, e, err
	})
	if err != nil {
		return nil, err
	}
	return out, r.fill(ctx, db, out)
}

func (e *Edition) status() string {
	switch {
	case e.RetractedAt != nil:
		return "RETRACTED"
	case e.PublicUntil != nil:
		return "SUPERSEDED"
	case e.PublicFrom != nil:
		return "RELEASED"
	case e.Kind == "DRAFT":
		return "DRAFT"
	}
	return "NOT_RELEASED"
}

// dated returns a moment of the author's as the reader may know it: its day
// where they may not know the author.
func (s *Submission) dated(at int64) time.Time {
	if s.level < domain.Everything {
		at -= at % dayMillis
	}
	return fromMillis(at)
}

// fill adds answers and translations to the editions that are readable.
func (r Reader) fill(ctx context.Context, db *statements, editions map[domain.ID][]*Edition) error {
	type edition struct {
		Of     domain.ID `json:"of"`
		Number int64     `json:"n"`
	}
	readable, at := []edition{}, map[edition]*Edition{}
	for id, all := range editions {
		for _, e := range all {
			if e.RetractedAt == nil {
				k := edition{id, e.Version}
				readable, at[k] = append(readable, k), e
			}
		}
	}
	const wanted = `WITH wanted AS MATERIALIZED (SELECT value ->> 'of' AS id, value ->> 'n' AS edition FROM json_each(?)) `
	_, err := collect(ctx, db, "answers", wanted+`SELECT a.submission, a.edition, a.question, a.chosen, COALESCE(t.language, ''), COALESCE(t.value, '')
		FROM wanted w JOIN answers a ON a.submission = w.id AND a.edition = w.edition LEFT JOIN texts t ON t.id = a.text ORDER BY a.submission, a.edition, a.n`,
		[]any{asJSON(readable)}, func(rows *sql.Rows) (none struct{}, err error) {
			var k edition
			var a Answer
			var chosen, lang, value string
			if err := rows.Scan(&k.Of, &k.Number, &a.QuestionID, &chosen, &lang, &value); err != nil {
				return none, err
			}
			a.Text, at[k].Answers = newText(lang, value), append(at[k].Answers, &a)
			return none, json.Unmarshal([]byte(chosen), &a.Chosen)
		})
	if err != nil {
		return err
	}
	_, err = collect(ctx, db, "translations", wanted+`SELECT l.submission, l.edition, l.origin, t.language, t.value
		FROM wanted w JOIN translations l ON l.submission = w.id AND l.edition = w.edition AND `+r.valid("l")+` JOIN texts t ON t.id = l.text
		ORDER BY l.submission, l.edition, t.language`, []any{asJSON(readable)}, func(rows *sql.Rows) (none struct{}, err error) {
		var k edition
		var origin domain.Origin
		var lang, value string
		if err := rows.Scan(&k.Of, &k.Number, &origin, &lang, &value); err != nil {
			return none, err
		}
		if e := at[k]; e.Text != nil {
			e.Text.Others = append(e.Text.Others, part(lang, value, origin))
		}
		return none, nil
	})
	return err
}
