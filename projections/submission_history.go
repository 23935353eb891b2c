package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// A SubmissionEvent is something that happened to a submission.
type SubmissionEvent struct {
	Change     string
	RecordedAt time.Time
	Version    int64
}

// History lists what happened to submissions, for those who see everything, as
// far as they are told of it: see [submission.Telling].
func (r Reader) History(ctx context.Context, subs []*Submission) (map[domain.ID][]*SubmissionEvent, error) {
	return r.records(ctx, subs, "1")
}

// records lists those of the submissions' records that meet a condition on
// their rows s.
func (r Reader) records(ctx context.Context, subs []*Submission, condition string) (map[domain.ID][]*SubmissionEvent, error) {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	out := map[domain.ID][]*SubmissionEvent{}
	_, err = collect(ctx, db, "submission history", `WITH wanted AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'told' AS told FROM json_each(?))
		SELECT s.id, s.change, s.changed_at, s.about FROM wanted w JOIN submissions s ON s.id = w.id AND s.valid_from <= ? WHERE `+condition+` AND `+r.tells("s", "w.told")+`
		ORDER BY s.id, s.valid_from`, []any{asJSON(r.tellings(subs)), r.upTo()}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var e SubmissionEvent
		var at int64
		err = rows.Scan(&id, &e.Change, &at, &e.Version)
		e.RecordedAt = fromMillis(at)
		out[id] = append(out[id], &e)
		return none, err
	})
	return out, err
}

// told is from which audience on a viewer is told of a submission's records.
type told struct {
	ID   domain.ID          `json:"id"`
	Told submission.Telling `json:"told"`
}

// tellings says it of the submissions that the viewer sees everything of.
func (r Reader) tellings(subs []*Submission) []told {
	out := []told{}
	for _, s := range subs {
		switch {
		case !s.Whole():
		case r.Viewer.ActsFor(s.OwnerID):
			out = append(out, told{s.ID, submission.OwnPeople})
		case s.inside:
			out = append(out, told{s.ID, submission.Insiders})
		default:
			out = append(out, told{s.ID, submission.Outsiders})
		}
	}
	return out
}

// tells is the condition that one who is told from an audience on, an SQL
// expression, is told of the change that the row in alias records. What is told
// with its edition is told once that is released, and a signature while it stands.
func (r Reader) tells(alias, from string) string {
	return fmt.Sprintf(`%[1]s.told >= %[2]s AND (%[2]s < %[3]d OR %[1]s.told = %[4]d
		OR EXISTS (SELECT 1 FROM releases f WHERE f.submission = %[1]s.id AND f.edition = %[1]s.about AND f.valid_from <= %[5]s)
			AND (%[1]s.told <> %[6]d OR EXISTS (SELECT 1 FROM signatures x WHERE x.submission = %[1]s.id AND x.edition = %[1]s.about AND x.valid_from = %[1]s.valid_from AND x.valid_to = %[7]d)))`,
		alias, from, submission.Outsiders, submission.WithItem, number(r.upTo()), submission.WithSignature, int64(open))
}

// SubmissionChange returns the submission that a record is about, as it is now,
// and what the record changed. It returns nil for a record that the viewer is
// not sent: of what they may not see now or could not see then, and of what they
// are not told of, unless it changed what they see. The change is empty where
// they are not told of it.
func (r Reader) SubmissionChange(ctx context.Context, id domain.ID, index int64) (*Submission, string, error) {
	s, err := unlessUnknown(r.Submission(ctx, id))
	if s == nil || err != nil {
		return nil, "", err
	}
	then, err := unlessUnknown(r.at(index).Submission(ctx, id))
	if then == nil || err != nil {
		return nil, "", err
	}
	change, err := r.at(index).change(ctx, then, index)
	if change != "" || err != nil {
		return s, change, err
	}
	before, err := unlessUnknown(r.at(index-1).Submission(ctx, id))
	if err != nil || before != nil && before.level == then.level && before.readable == then.readable {
		return nil, "", err
	}
	return s, "", nil
}

// change names what the record at an index changed in s, if the viewer is told.
func (r Reader) change(ctx context.Context, s *Submission, index int64) (string, error) {
	all, err := r.records(ctx, []*Submission{s}, "s.valid_from = "+number(index))
	if len(all[s.ID]) == 0 {
		return "", err
	}
	return all[s.ID][0].Change, err
}

func unlessUnknown(s *Submission, err error) (*Submission, error) {
	if e, ok := errors.AsType[*domain.Error](err); ok && e.Code == domain.NotFound {
		return nil, nil
	}
	return s, err
}
