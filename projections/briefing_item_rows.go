package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

// A BriefingItem is something said, shown or agreed in a briefing. Which of
// its fields are filled depends on what it is.
type BriefingItem struct {
	ID         domain.ID
	BriefingID domain.ID
	Kind       briefing.Kind
	About      *domain.ID // the item it goes with
	Party      *BriefingParty
	Parties    []*BriefingParty
	Voice      *BriefingVoice
	OnBehalfOf []domain.ID
	Name       *string    // of the natural person who spoke
	PersonID   *domain.ID // with Name, for the secretariat and themselves
	Text       *LocalizedText
	Place      *string
	Terms      []*briefing.Term
	OccurredOn *domain.PartialDate
	RecordedAt time.Time

	OutcomeKind briefing.OutcomeKind
	Due         *domain.PartialDate
	Was         *domain.PartialDate // the due date that a follow-up changed
	Final       bool
	Overdue     bool
	Closed      bool

	Retracted  bool
	Retraction *LocalizedText // why
}

// What a BriefingItem is.
type (
	BriefingStatement          BriefingItem
	BriefingPresentation       BriefingItem
	BriefingWorkingGroupUpdate BriefingItem
	BriefingIntervention       BriefingItem
	BriefingIssue              BriefingItem
	BriefingConcern            BriefingItem
	BriefingAppreciation       BriefingItem
	BriefingAnswer             BriefingItem
	BriefingOutcome            BriefingItem
	BriefingFollowUp           BriefingItem
)

// A BriefingParty is an entity or working group, an office in it, or an office alone.
type BriefingParty struct {
	PartyID *domain.ID
	Office  *string
}

// A BriefingVoice says who spoke from the floor, as far as that may be told.
type BriefingVoice struct {
	Attribution domain.Attribution
	Quantifier  *domain.Quantifier
	Parties     []*BriefingParty
	Category    *briefing.Term
	Claims      []*BriefingParty // who say that it was they

	ClaimRequests []*BriefingClaim // that are not shown
}

func partyOf(p briefing.Party) *BriefingParty {
	if p == (briefing.Party{}) {
		return nil
	}
	return &BriefingParty{optional(p.Entity), optional(p.Office)}
}

func partiesOf(ps []briefing.Party) []*BriefingParty {
	out := []*BriefingParty{}
	for _, p := range ps {
		out = append(out, partyOf(p))
	}
	return out
}

func voiceOf(v briefing.Voice) *BriefingVoice {
	if v.Attribution == "" {
		return nil
	}
	out := &BriefingVoice{Attribution: v.Attribution, Quantifier: optional(v.Quantifier), Parties: partiesOf(v.Parties), Claims: []*BriefingParty{}, ClaimRequests: []*BriefingClaim{}}
	if v.Category != (briefing.Term{}) {
		out.Category = &v.Category
	}
	return out
}

func termsOf(ts []briefing.Term) []*briefing.Term {
	out := []*briefing.Term{}
	for _, t := range ts {
		out = append(out, &t)
	}
	return out
}

const briefingItemColumns = `i.id, i.briefing, i.kind, i.about, i.said, i.person, i.name, i.due, i.overdue, i.closed, i.retracted, i.recorded_at,
	COALESCE(t.language, '') AS language, COALESCE(t.value, '') AS value, COALESCE(w.language, '') AS why_language, COALESCE(w.value, '') AS why`

const briefingItemFrom = ` FROM briefing_items i LEFT JOIN texts t ON t.id = i.text LEFT JOIN texts w ON w.id = i.reason `

func (r Reader) scanItem(rows *sql.Rows, more ...any) (*BriefingItem, error) {
	var i BriefingItem
	var said, about, person, name, due, lang, value, whyLang, why string
	var at int64
	err := rows.Scan(append([]any{&i.ID, &i.BriefingID, &i.Kind, &about, &said, &person, &name, &due, &i.Overdue, &i.Closed, &i.Retracted, &at,
		&lang, &value, &whyLang, &why}, more...)...)
	if err != nil {
		return nil, err
	}
	var s saidRow
	if err := json.Unmarshal([]byte(said), &s); err != nil {
		return nil, err
	}
	i.Party, i.Parties, i.Voice, i.OnBehalfOf = partyOf(s.Party), partiesOf(s.Parties), voiceOf(s.Voice), s.OnBehalfOf
	i.Place, i.Terms, i.OccurredOn, i.RecordedAt = optional(s.Place), termsOf(s.Terms), optional(s.OccurredOn), fromMillis(at)
	i.OutcomeKind, i.Due, i.Was, i.Final = s.Kind, optional(domain.PartialDate(due)), optional(s.Was), s.Final
	i.About, i.Text, i.Retraction = optional(domain.ID(about)), newText(lang, value), newText(whyLang, why)
	if r.Viewer.Is(domain.Secretariat) || person != "" && domain.ID(person) == r.Viewer.Person {
		i.Name, i.PersonID = optional(name), optional(domain.ID(person))
	}
	return &i, nil
}

// itemsBy reads the items of a kind whose column is among ids, as they were
// recorded, by that column.
func (r Reader) itemsBy(ctx context.Context, column string, kind briefing.Kind, ids []domain.ID) (map[domain.ID][]*BriefingItem, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	var all []*BriefingItem
	out, err := grouped(ctx, db, "items of briefings", `SELECT `+briefingItemColumns+`, i.`+column+briefingItemFrom+`
		WHERE i.`+column+` IN (SELECT value FROM json_each(?)) AND i.kind = ? AND `+r.valid("i")+` ORDER BY i.briefing, i.n`,
		[]any{asJSON(ids), string(kind)}, func(rows *sql.Rows) (domain.ID, *BriefingItem, error) {
			var of domain.ID
			i, err := r.scanItem(rows, &of)
			all = append(all, i)
			return of, i, err
		})
	if err != nil {
		return nil, err
	}
	return out, r.claims(ctx, db, all)
}

// BriefingItems returns the items of a kind of briefings, as they were
// recorded, by briefing.
func (r Reader) BriefingItems(ctx context.Context, kind briefing.Kind, of []domain.ID) (map[domain.ID][]*BriefingItem, error) {
	return r.itemsBy(ctx, "briefing", kind, of)
}

// BriefingItemsAbout returns the items of a kind that go with others, by those:
// answers by what they answer, follow-ups by the outcome.
func (r Reader) BriefingItemsAbout(ctx context.Context, kind briefing.Kind, of []domain.ID) (map[domain.ID][]*BriefingItem, error) {
	return r.itemsBy(ctx, "about", kind, of)
}

// BriefingItem returns the id of an item or a participant, if there is one
// that the viewer may know of.
func (r Reader) BriefingItem(ctx context.Context, id domain.ID) (*domain.ID, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "item", `SELECT i.id FROM briefing_items i WHERE i.id = ? AND `+r.valid("i")+`
		UNION ALL SELECT p.id FROM briefing_participants p WHERE p.id = ? AND `+r.valid("p")+` AND `+r.consents("p"), []any{string(id), string(id)},
		func(rows *sql.Rows) (*domain.ID, error) { var id domain.ID; return &id, rows.Scan(&id) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// CarriedOutcomes returns the outcomes of earlier briefings on the agendas of
// briefings, by the latter.
func (r Reader) CarriedOutcomes(ctx context.Context, of []domain.ID) (map[domain.ID][]*BriefingItem, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "carried outcomes", `SELECT `+briefingItemColumns+`, c.briefing`+briefingItemFrom+`JOIN briefing_carried c ON c.outcome = i.id
		WHERE c.briefing IN (SELECT value FROM json_each(?)) AND `+r.valid("c")+` AND `+r.valid("i")+` ORDER BY c.briefing, c.valid_from`,
		[]any{asJSON(of)}, func(rows *sql.Rows) (domain.ID, *BriefingItem, error) {
			var of domain.ID
			i, err := r.scanItem(rows, &of)
			return of, i, err
		})
}

// BriefingStatements lists the statements of a briefing, as they were recorded.
func (r Reader) BriefingStatements(ctx context.Context, of domain.ID, p Page) (*Connection[BriefingStatement], error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	tail, args := w.order(false)
	rows, err := collect(ctx, db, "statements", `SELECT * FROM (SELECT `+briefingItemColumns+`, i.n AS k`+briefingItemFrom+`
		WHERE i.briefing = ? AND i.kind = 'STATEMENT' AND `+r.valid("i")+`)`+tail, append([]any{string(of)}, args...),
		func(rows *sql.Rows) (item[BriefingStatement], error) {
			var k int64
			i, err := r.scanItem(rows, &k)
			if err != nil {
				return item[BriefingStatement]{}, err
			}
			return item[BriefingStatement]{(*BriefingStatement)(i), key{k, i.ID}}, nil
		})
	return connection(w, rows), err
}
