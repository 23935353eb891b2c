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
	Contested       bool // by the one it names
	Attested        bool // by two officers
	OutsideAudience bool // of a recorded one
	Source          *Source
	SubmittedAt     time.Time
	Reason          *string
	Hidden          *ReasonCode // why a moderator hid it
	AwaitsRelease   *bool       // whether its latest edition waits; for insiders

	inside   bool  // the reader reads editions before their release
	readable int64 // the edition whose words they read; 0 for none

	level domain.Level
	was   domain.Level // that the public saw, in the public view of then
	known bool         // and whether its label lets it be told whose it was
	names bool         // the reader may know whose it is, once its label lets them
}

// Source says where a recorded submission comes from.
type Source struct {
	Name       *string
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

// Named reports whether the reader may know whose it is.
func (s *Submission) Named() bool {
	return s.names && (s.Whole() || s.was == domain.Everything && s.known)
}

// A ReasonCode says why something was decided, by the policy in force.
type ReasonCode struct {
	Policy string
	Code   string
	Text   *string // for those whom it concerns, and officers
}

func (r Reader) submissionColumns() string {
	return submissionColumns + `, ` + r.inside("s") + `, ` + r.level("s") + ` AS level, ` + r.wasSeen("s") + `, ` + r.wasNamed("s") + `, ` + r.namesSubmitter("s")
}

// submissionColumns are read from submissions s and the edition e that is shown.
const submissionColumns = `s.id, s.edition, s.released, COALESCE(e.edition, 0), s.consultation, s.number, s.owner, s.author, s.status, s.label, s.requested, s.hidden_for,
	s.timeliness, s.late, COALESCE(e.language, 'und'), COALESCE(e.objectives, '[]'), s.recorded, s.confirmed, s.contested, s.attested, s.outside, s.source, s.submitted_at, s.listed_at, s.reason`

// editionJoin joins the edition that the viewer reads of submissions s. One
// that was taken back is read by nobody, as of any date.
func (r Reader) editionJoin() string {
	return ` LEFT JOIN editions e ON e.submission = s.id AND e.edition = ` + r.shownEdition("s") + readableEdition
}

// readableEdition is the condition that the edition in e was not taken back.
const readableEdition = ` AND NOT EXISTS (SELECT 1 FROM retractions x WHERE x.submission = e.submission AND x.edition = e.edition)`

func scanSubmission(rows *sql.Rows, more ...any) (*Submission, error) {
	var s Submission
	var number sql.NullInt64
	var author, requested, hidden, timeliness, late, objectives, source, reason string
	var latest, released, at, listed int64
	err := rows.Scan(append([]any{&s.ID, &latest, &released, &s.readable, &s.ConsultationID, &number, &s.OwnerID, &author, &s.Status, &s.Label, &requested, &hidden,
		&timeliness, &late, &s.Language, &objectives, &s.Recorded, &s.Confirmed, &s.Contested, &s.Attested, &s.OutsideAudience, &source, &at, &listed, &reason, &s.inside, &s.level, &s.was, &s.known, &s.names}, more...)...)
	if err != nil {
		return nil, err
	}
	if number.Valid {
		s.Number = &number.Int64
	}
	s.Version = released
	if s.inside {
		s.Version = latest
	}
	s.Visibility = visibilityOf(s.Label, released > 0, hidden != "")
	s.Author, s.Requested, s.Timeliness = optional(author), optional(domain.Label(requested)), optional(submission.Timeliness(timeliness))
	s.LateReason, s.SubmittedAt, s.Reason = optional(late), fromMillis(at), optional(reason)
	if s.level < domain.Everything {
		s.SubmittedAt = fromMillis(listed)
	}
	if waits := s.Status == "SUBMITTED" && released < latest; s.inside {
		s.AwaitsRelease = &waits
	}
	if err := json.Unmarshal([]byte(objectives), &s.Objectives); err != nil {
		return nil, err
	}
	if hidden != "" {
		if s.Hidden, err = s.parseHidden(hidden); err != nil {
			return nil, err
		}
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

// parseHidden reads why a moderator hid it. The words of the reason are for
// those who still see the submission: its owner's people and officers.
func (s *Submission) parseHidden(text string) (*ReasonCode, error) {
	var in domain.ReasonCode
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	out := &ReasonCode{Policy: in.Policy, Code: in.Code}
	if s.level > domain.Tombstone {
		out.Text = &in.Text
	}
	return out, nil
}

func parseSource(text string) (*Source, error) {
	var in submission.Source
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	s := &Source{Name: optional(in.Name), Item: optional(in.Item), Hash: in.Hash, Moderation: optional(in.Moderation), OccurredOn: optional(in.OccurredOn)}
	if in.Moderation != "" {
		s.Agrees, s.Disagrees = &in.Agrees, &in.Disagrees
	}
	return s, nil
}

// withhold takes out what the reader may not see.
func (s *Submission) withhold() {
	if s.level < domain.Everything {
		s.LateReason, s.Reason = nil, nil
		if s.was < domain.Everything || !s.known {
			s.Requested = nil
		}
	}
	if !s.Named() {
		s.OwnerID, s.Author, s.Reason = "", nil, nil
		if s.Source != nil {
			s.Source.Name, s.Source.Item = nil, nil // the sender, and the author at the source
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
	all, err := collect(ctx, db, "submissions", `SELECT * FROM (SELECT `+r.submissionColumns()+` FROM submissions s`+r.editionJoin()+`
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

// upTo is the last index the reader reads.
func (r Reader) upTo() int64 {
	if r.AsOf == nil {
		return open
	}
	return *r.AsOf
}
