package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
)

func (c *commitmentChange) reported(e commitment.ProgressReported) error {
	text, evidence, err := c.statement(e.Text, e.Evidence)
	if err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO progress_reports (commitment, number, stage, text, evidence, occurred_on, recorded_at, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), e.Report, string(e.Stage), text, evidence, string(e.OccurredOn), c.f.at(), c.f.Index); err != nil {
		return err
	}
	s := set{"stale", 0, "update_due", millis(e.UpdateDue)}
	if e.Stage != commitment.StageFulfilled { // that comes as an event of its own
		s = append(s, "status", string(e.Stage))
	}
	return c.next(e.OccurredOn, s)
}

func (c *commitmentChange) challenged(e commitment.ProgressChallenged) error {
	text, evidence, err := c.statement(e.Text, e.Evidence)
	if err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO challenges (commitment, report, entity, text, evidence, recorded_at, idx) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), e.Report, string(e.By), text, evidence, c.f.at(), c.f.Index); err != nil {
		return err
	}
	return c.revise("", nil)
}

func (c *commitmentChange) statement(t domain.Text, all []commitment.Evidence) (text int64, evidence string, err error) {
	text, err = c.tx.text(c.ctx, c.f, 0, t.Language, t.Value)
	return text, asJSON(append([]commitment.Evidence{}, all...)), err
}

// A ProgressReport is what the owner of a commitment says of its progress.
type ProgressReport struct {
	Number     int64
	Stage      commitment.Stage
	Text       *LocalizedText
	Evidence   []*Evidence
	OccurredOn *domain.PartialDate
	RecordedAt time.Time
	Challenges []*ProgressChallenge // oldest first
}

// A ProgressChallenge is what another entity says against a report.
type ProgressChallenge struct {
	EntityID   domain.ID
	Text       *LocalizedText
	Evidence   []*Evidence
	RecordedAt time.Time
}

// Evidence is something that shows what was done.
type Evidence struct {
	Title *LocalizedText
	Link  *string
}

func parseEvidence(text string) ([]*Evidence, error) {
	var in []commitment.Evidence
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	out := []*Evidence{}
	for _, e := range in {
		out = append(out, &Evidence{Title: newText(e.Title.Language, e.Title.Value), Link: optional(e.Link)})
	}
	return out, nil
}

// Progress lists the reports on commitments that the reader sees everything
// of, oldest first, with what was said against each.
func (r Reader) Progress(ctx context.Context, all []*Commitment) (map[domain.ID][]*ProgressReport, error) {
	db, err := r.Engine.reading("commitments")
	if err != nil {
		return nil, err
	}
	type place struct {
		commitment domain.ID
		number     int64
	}
	out, at := map[domain.ID][]*ProgressReport{}, map[place]*ProgressReport{}
	ids := asJSON(wholeCommitments(all))
	_, err = collect(ctx, db, "progress reports", `SELECT p.commitment, p.number, p.stage, p.evidence, p.occurred_on, p.recorded_at, t.language, t.value
		FROM progress_reports p JOIN texts t ON t.id = p.text WHERE p.commitment IN (SELECT value FROM json_each(?)) AND p.idx <= ? ORDER BY p.commitment, p.number`,
		[]any{ids, r.upTo()}, func(rows *sql.Rows) (none struct{}, err error) {
			var id domain.ID
			p := ProgressReport{Challenges: []*ProgressChallenge{}}
			var evidence, on, lang, value string
			var ms int64
			if err := rows.Scan(&id, &p.Number, &p.Stage, &evidence, &on, &ms, &lang, &value); err != nil {
				return none, err
			}
			p.Text, p.OccurredOn, p.RecordedAt = newText(lang, value), optional(domain.PartialDate(on)), fromMillis(ms)
			out[id], at[place{id, p.Number}] = append(out[id], &p), &p
			p.Evidence, err = parseEvidence(evidence)
			return none, err
		})
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, db, "challenges", `SELECT h.commitment, h.report, h.entity, h.evidence, h.recorded_at, t.language, t.value
		FROM challenges h JOIN texts t ON t.id = h.text WHERE h.commitment IN (SELECT value FROM json_each(?)) AND h.idx <= ? ORDER BY h.idx`,
		[]any{ids, r.upTo()}, func(rows *sql.Rows) (none struct{}, err error) {
			var of place
			var h ProgressChallenge
			var evidence, lang, value string
			var ms int64
			if err := rows.Scan(&of.commitment, &of.number, &h.EntityID, &evidence, &ms, &lang, &value); err != nil {
				return none, err
			}
			h.Text, h.RecordedAt = newText(lang, value), fromMillis(ms)
			if p := at[of]; p != nil {
				p.Challenges = append(p.Challenges, &h)
			}
			h.Evidence, err = parseEvidence(evidence)
			return none, err
		})
	return out, err
}
