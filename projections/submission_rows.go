package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// A Submission is a contribution as far as its reader may see it. What they may
// not see is nil or empty.
type Submission struct {
	ID              domain.ID
	Version         int64
	ConsultationID  domain.ID
	Number          *int64
	OwnerID         domain.ID // of an entity or a person; empty where the reader may not know
	Author          *string   // the name a recorded one came under
	Status          string
	Label           domain.Label
	Requested       *domain.Label
	Visibility      string
	Timeliness      *submission.Timeliness
	LateReason      *string
	Language        string
	Objectives      []string
	Recorded        bool
	Confirmed       bool
	OutsideAudience bool // of a recorded one
	Source          *Source
	SubmittedAt     time.Time
	Reason          *string

	level domain.Level
	was   domain.Level // that the public saw, in the public view of then
	named bool         // and whether it may be told whose it was
}

// Source says where a recorded submission comes from.
type Source struct {
	Name       string
	Item       *string
	Hash       string
	Moderation *submission.Moderation
	Agrees     *int64
	Disagrees  *int64
	OccurredOn *domain.PartialDate
}

// Shows reports whether the reader may see the words.
func (s *Submission) Shows() bool { return s.level >= domain.TextOnly }

// Whole reports whether the reader may see everything.
func (s *Submission) Whole() bool { return s.level == domain.Everything }

func (r Reader) submissionColumns() string {
	return submissionColumns + `, ` + r.level("s") + ` AS level, ` + r.wasSeen("s") + `, ` + r.wasNamed("s")
}

const submissionColumns = `s.id, s.edition, s.consultation, s.number, s.owner, s.author, s.status, s.label, s.requested, s.published, s.hidden,
	s.timeliness, s.late, s.language, s.objectives, s.recorded, s.confirmed, s.outside, s.source, s.submitted_at, s.reason`

func scanSubmission(rows *sql.Rows, more ...any) (*Submission, error) {
	var s Submission
	var number sql.NullInt64
	var author, requested, timeliness, late, objectives, source, reason string
	var published, hidden bool
	var at int64
	err := rows.Scan(append([]any{&s.ID, &s.Version, &s.ConsultationID, &number, &s.OwnerID, &author, &s.Status, &s.Label, &requested, &published, &hidden,
		&timeliness, &late, &s.Language, &objectives, &s.Recorded, &s.Confirmed, &s.OutsideAudience, &source, &at, &reason, &s.level, &s.was, &s.named}, more...)...)
	if err != nil {
		return nil, err
	}
	if number.Valid {
		s.Number = &number.Int64
	}
	s.Visibility = visibilityOf(s.Label, published, hidden)
	s.Author, s.Requested, s.Timeliness = optional(author), optional(domain.Label(requested)), optional(submission.Timeliness(timeliness))
	s.LateReason, s.SubmittedAt, s.Reason = optional(late), fromMillis(at), optional(reason)
	if err := json.Unmarshal([]byte(objectives), &s.Objectives); err != nil {
		return nil, err
	}
	if source != "" {
		if s.Source, err = parseSource(source); err != nil {
			return nil, err
		}
	}
	s.withhold()
	return &s, nil
}

// visibilityOf names where a submission stands between unpublished and open.
func visibilityOf(l domain.Label, published, hidden bool) string {
	switch {
	case hidden:
		return "HIDDEN"
	case l == domain.Sealed:
		return "SEALED"
	case !published:
		return "UNPUBLISHED"
	case l == domain.Anonymised, l == domain.Restricted:
		return string(l)
	}
	return "PUBLISHED"
}

func parseSource(text string) (*Source, error) {
	var in submission.Source
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	s := &Source{Name: in.Name, Item: optional(in.Item), Hash: in.Hash, Moderation: optional(in.Moderation), OccurredOn: optional(in.OccurredOn)}
	if in.Moderation != "" {
		s.Agrees, s.Disagrees = &in.Agrees, &in.Disagrees
	}
	return s, nil
}

// withhold takes out what the reader may not see.
func (s *Submission) withhold() {
	if s.level < domain.Everything {
		s.LateReason, s.Reason = nil, nil
		if s.was < domain.Everything || !s.named {
			s.OwnerID, s.Author, s.Requested = "", nil, nil
			if s.Source != nil {
				s.Source.Item = nil // it could name the author at the source
			}
		}
	}
	if max(s.level, s.was) < domain.TextOnly {
		s.Source, s.Language, s.Objectives = nil, "und", []string{}
	}
}

// Submissions returns the submissions with these ids that the viewer may see, by id.
func (r Reader) Submissions(ctx context.Context, ids []domain.ID) (map[domain.ID]*Submission, error) {
	db, err := r.Engine.reading("submissions", "consultations")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "submissions", `SELECT * FROM (SELECT `+r.submissionColumns()+` FROM submissions s
		WHERE s.id IN (SELECT value FROM json_each(?)) AND `+r.valid("s")+`) WHERE level > 0`,
		[]any{asJSON(ids)}, func(rows *sql.Rows) (*Submission, error) { return scanSubmission(rows) })
	return byID(all, func(s *Submission) domain.ID { return s.ID }), err
}

// Submission returns one submission. One that may not be seen is refused just
// as one that does not exist.
func (r Reader) Submission(ctx context.Context, id domain.ID) (*Submission, error) {
	all, err := r.Submissions(ctx, []domain.ID{id})
	if err == nil && all[id] == nil {
		err = submission.Decider.Unknown()
	}
	return all[id], err
}

// An Edition is one version of a submission's content, as it was kept.
type Edition struct {
	Version    int64
	Kind       string // DRAFT SUBMITTED RECORDED AMENDED
	Text       *LocalizedText
	Answers    []*Answer
	RecordedAt time.Time
	Index      int64
}

// An Answer is what was said to one question.
type Answer struct {
	QuestionID domain.ID
	Text       *LocalizedText
	Chosen     []string
}

// Editions returns the editions of submissions that the viewer may read the
// words of, oldest first. What was before an amendment, perhaps before it was
// published, is for those who act for the owner and for officers who see
// everything; drafts are for the owner's people alone.
func (r Reader) Editions(ctx context.Context, subs []*Submission) (map[domain.ID][]*Edition, error) {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	ids, own, latest := []domain.ID{}, r.ownIDs(subs), map[domain.ID]int64{}
	officer := r.Viewer.Is(domain.Secretariat, domain.Editor, domain.Protection, domain.Auditor)
	for _, s := range subs {
		if s.Shows() {
			ids = append(ids, s.ID)
			latest[s.ID] = s.Version
			if s.Whole() && (officer || r.Viewer.ActsFor(s.OwnerID)) {
				latest[s.ID] = 0
			}
		}
	}
	type row struct {
		of domain.ID
		e  *Edition
	}
	rows, err := collect(ctx, db, "editions", `SELECT e.submission, e.edition, e.kind, e.recorded_at, e.idx, COALESCE(t.language, ''), COALESCE(t.value, '')
		FROM editions e LEFT JOIN texts t ON t.id = e.text WHERE e.submission IN (SELECT value FROM json_each(?)) AND e.idx <= ?
		AND (e.kind <> 'DRAFT' OR e.submission IN (SELECT value FROM json_each(?)))
		ORDER BY e.submission, e.edition`, []any{asJSON(ids), r.upTo(), asJSON(own)}, func(rows *sql.Rows) (row, error) {
		var of domain.ID
		var e Edition
		var at int64
		var lang, value string
		err := rows.Scan(&of, &e.Version, &e.Kind, &at, &e.Index, &lang, &value)
		e.RecordedAt, e.Text, e.Answers = fromMillis(at), newText(lang, value), []*Answer{}
		return row{of, &e}, err
	})
	if err != nil {
		return nil, err
	}
	out := map[domain.ID][]*Edition{}
	for _, x := range rows {
		if only := latest[x.of]; only == 0 || only == x.e.Version {
			out[x.of] = append(out[x.of], x.e)
		}
	}
	return out, r.fill(ctx, db, ids, out)
}

// fill adds answers and translations to editions.
func (r Reader) fill(ctx context.Context, db *statements, ids []domain.ID, editions map[domain.ID][]*Edition) error {
	find := func(id domain.ID, edition int64) *Edition {
		for _, e := range editions[id] {
			if e.Version == edition {
				return e
			}
		}
		return nil
	}
	_, err := collect(ctx, db, "answers", `SELECT a.submission, a.edition, a.question, a.chosen, COALESCE(t.language, ''), COALESCE(t.value, '')
		FROM answers a LEFT JOIN texts t ON t.id = a.text WHERE a.submission IN (SELECT value FROM json_each(?)) ORDER BY a.submission, a.edition, a.n`,
		[]any{asJSON(ids)}, func(rows *sql.Rows) (none struct{}, err error) {
			var id domain.ID
			var edition int64
			var a Answer
			var chosen, lang, value string
			if err := rows.Scan(&id, &edition, &a.QuestionID, &chosen, &lang, &value); err != nil {
				return none, err
			}
			a.Text = newText(lang, value)
			if e := find(id, edition); e != nil {
				e.Answers = append(e.Answers, &a)
			}
			return none, json.Unmarshal([]byte(chosen), &a.Chosen)
		})
	if err != nil {
		return err
	}
	_, err = collect(ctx, db, "translations", `SELECT l.submission, l.edition, l.origin, t.language, t.value FROM translations l JOIN texts t ON t.id = l.text
		WHERE l.submission IN (SELECT value FROM json_each(?)) AND `+r.valid("l")+` ORDER BY l.submission, l.edition, t.language`,
		[]any{asJSON(ids)}, func(rows *sql.Rows) (none struct{}, err error) {
			var id domain.ID
			var edition int64
			var origin domain.Origin
			var lang, value string
			if err := rows.Scan(&id, &edition, &origin, &lang, &value); err != nil {
				return none, err
			}
			if e := find(id, edition); e != nil && e.Text != nil {
				e.Text.Others = append(e.Text.Others, part(lang, value, origin))
			}
			return none, nil
		})
	return err
}

// upTo is the last index the reader reads.
func (r Reader) upTo() int64 {
	if r.AsOf == nil {
		return open
	}
	return *r.AsOf
}
