package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
)

// IsNode marks what node finds.
func (Commitment) IsNode() {}

// IsAggregate marks what has editions.
func (Commitment) IsAggregate() {}

// A Commitment is a commitment or pledge as far as its reader may see it. What
// they may not see is nil or empty.
type Commitment struct {
	ID             domain.ID
	Version        int64
	Status         string
	Stale          bool
	OwnerID        domain.ID // to whom it is attributed; empty until the owner confirms
	NamedID        domain.ID // whom a record names that is not confirmed; empty to most readers
	Recorded       bool
	Confirmed      bool
	Published      bool
	Quantifier     *domain.Quantifier
	Attribution    *domain.Attribution
	Category       *EntityCategory
	AnnouncementID domain.ID
	Form           commitment.Form
	Kind           commitment.Kind
	Text           *LocalizedText
	Concerns       *commitment.Population
	Objectives     []int
	Principles     []string
	Places         []*domain.MandateRef
	Amount         *domain.Money
	FundID         *domain.ID
	Ends           *domain.PartialDate
	UpdateDue      *time.Time
	Source         *string
	Reason         *LocalizedText
	OccurredOn     *domain.PartialDate
	RecordedAt     time.Time

	level domain.Level
}

// Whole reports whether the reader may see more than that it was withdrawn.
func (c *Commitment) Whole() bool { return c.level == domain.Everything }

func (r Reader) commitmentColumns() string {
	return `c.id, c.edition, c.status, c.stale, CASE WHEN ` + r.namesPledger("c") + ` THEN c.owner ELSE '' END, c.recorded, c.confirmed, c.published, c.quantifier,
	c.attribution, c.category, c.announcement, c.form, c.kind, c.concerns, c.objectives, c.principles, c.places, c.amount, c.currency, c.fund, c.ends,
	c.update_due, c.source, c.occurred_on, c.created_at, t.language, t.value, COALESCE(w.language, ''), COALESCE(w.value, ''), ` + r.pledgeLevel("c") + ` AS level`
}

const commitmentTables = ` FROM commitments c JOIN texts t ON t.id = c.text LEFT JOIN texts w ON w.id = c.reason `

func scanCommitment(rows *sql.Rows, more ...any) (*Commitment, error) {
	var c Commitment
	var owner domain.ID
	var quantifier, attribution, category, concerns, objectives, principles, places, currency, fund, ends, source, on, tl, tv, wl, wv string
	var amount, due sql.NullInt64
	var at int64
	err := rows.Scan(append([]any{&c.ID, &c.Version, &c.Status, &c.Stale, &owner, &c.Recorded, &c.Confirmed, &c.Published, &quantifier,
		&attribution, &category, &c.AnnouncementID, &c.Form, &c.Kind, &concerns, &objectives, &principles, &places, &amount, &currency, &fund, &ends,
		&due, &source, &on, &at, &tl, &tv, &wl, &wv, &c.level}, more...)...)
	if err != nil {
		return nil, err
	}
	if c.OwnerID = owner; !c.Confirmed {
		c.OwnerID, c.NamedID = "", owner
	}
	c.Quantifier, c.Attribution = optional(domain.Quantifier(quantifier)), optional(domain.Attribution(attribution))
	c.Text, c.Concerns, c.FundID, c.Ends = newText(tl, tv), optional(commitment.Population(concerns)), optional(domain.ID(fund)), optional(domain.PartialDate(ends))
	c.UpdateDue, c.Source, c.Reason = optionalTime(due), optional(source), newText(wl, wv)
	c.OccurredOn, c.RecordedAt = optional(domain.PartialDate(on)), fromMillis(at)
	if amount.Valid {
		c.Amount = &domain.Money{Minor: amount.Int64, Currency: currency}
	}
	if category != "" {
		c.Category = &EntityCategory{}
		if err := json.Unmarshal([]byte(category), c.Category); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(json.Unmarshal([]byte(objectives), &c.Objectives), json.Unmarshal([]byte(principles), &c.Principles), json.Unmarshal([]byte(places), &c.Places)); err != nil {
		return nil, err
	}
	c.withhold()
	return &c, nil
}

// withhold leaves of a withdrawn commitment whose it was and why it is gone.
func (c *Commitment) withhold() {
	if c.Whole() {
		return
	}
	c.Text, c.Concerns, c.Amount, c.FundID, c.Ends, c.Source, c.AnnouncementID = nil, nil, nil, nil, nil, nil, ""
	c.Objectives, c.Principles, c.Places = []int{}, []string{}, []*domain.MandateRef{}
}

// Commitments returns the commitments with these ids that the viewer may see, by id.
func (r Reader) Commitments(ctx context.Context, ids []domain.ID) (map[domain.ID]*Commitment, error) {
	db, err := r.Engine.reading("commitments")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "commitments", `SELECT * FROM (SELECT `+r.commitmentColumns()+commitmentTables+`
		WHERE c.id IN (SELECT value FROM json_each(?)) AND `+r.valid("c")+`) WHERE level > 0`,
		[]any{asJSON(ids)}, func(rows *sql.Rows) (*Commitment, error) { return scanCommitment(rows) })
	return byID(all, func(c *Commitment) domain.ID { return c.ID }), err
}

// Commitment returns one commitment. One that may not be seen is refused just
// as one that does not exist.
func (r Reader) Commitment(ctx context.Context, id domain.ID) (*Commitment, error) {
	all, err := r.Commitments(ctx, []domain.ID{id})
	if err == nil && all[id] == nil {
		err = commitment.Decider.Unknown()
	}
	return all[id], err
}

// A CoPledger is whom a pledge names beside its owner.
type CoPledger struct {
	EntityID  domain.ID
	Confirmed bool
}

// CoPledgers lists who pledges together with the owners. One who has not
// confirmed is shown to themselves, the owner and the secretariat alone.
func (r Reader) CoPledgers(ctx context.Context, all []*Commitment) (map[domain.ID][]*CoPledger, error) {
	db, err := r.Engine.reading("commitments")
	if err != nil {
		return nil, err
	}
	acts, shown := quoted(r.actingIDs()), "1"
	if !r.Viewer.Is(domain.Secretariat) {
		shown = "(p.confirmed OR p.entity IN (" + acts + ") OR c.owner IN (" + acts + "))"
	}
	out := map[domain.ID][]*CoPledger{}
	_, err = collect(ctx, db, "co-pledgers", `SELECT p.id, p.entity, p.confirmed FROM co_pledgers p JOIN commitments c ON c.id = p.id AND `+r.valid("c")+`
		WHERE p.id IN (SELECT value FROM json_each(?)) AND `+r.valid("p")+` AND `+shown+` ORDER BY p.id, p.entity`, []any{asJSON(wholeCommitments(all))}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var p CoPledger
		err = rows.Scan(&id, &p.EntityID, &p.Confirmed)
		out[id] = append(out[id], &p)
		return none, err
	})
	return out, err
}

// wholeCommitments lists the commitments that their reader sees everything of.
func wholeCommitments(all []*Commitment) []domain.ID {
	ids := []domain.ID{}
	for _, c := range all {
		if c.Whole() {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// CommitmentHistory lists what happened to commitments. What was before
// publication, and who pledges together or leaves, is told to those who take
// part and to the secretariat.
func (r Reader) CommitmentHistory(ctx context.Context, all []*Commitment) (map[domain.ID][]*Happening, error) {
	db, err := r.Engine.reading("commitments")
	if err != nil {
		return nil, err
	}
	inside := "1"
	if !r.Viewer.Is(domain.Secretariat) {
		inside = `EXISTS (SELECT 1 FROM commitments c WHERE c.id = h.id AND ` + r.valid("c") + ` AND ` + r.takesPart("c") + `)`
	}
	return r.happenings(ctx, db, "commitments", `h.id IN (SELECT value FROM json_each(?)) AND (`+inside+` OR
		h.published AND h.change NOT IN ('commitment.co_pledger_confirmed', 'commitment.co_pledger_left'))`, asJSON(wholeCommitments(all)))
}
