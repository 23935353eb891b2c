package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
)

var champions = Projection{
	Name:    "champions",
	Version: 2,
	Reads:   []string{"champion"},
	Tables:  []Table{history("champions"), {"lessons", "id, number"}},
	Schema: `CREATE TABLE champions (
		id              TEXT    NOT NULL,
		state           TEXT    NOT NULL, -- the State's entity
		status          TEXT    NOT NULL, -- INVITED ACCEPTED DECLINED LISTED ACTIVE STEPPED_DOWN
		known           INTEGER NOT NULL, -- it has accepted at some time; never taken back
		list            INTEGER NOT NULL, -- version of the list it entered; 0 while on none
		plan            INTEGER,          -- texts
		invited_on      TEXT    NOT NULL, -- as a partial date has it, like all below
		accepted_on     TEXT    NOT NULL,
		listed_on       TEXT    NOT NULL,
		stepped_down_on TEXT    NOT NULL,
		valid_from      INTEGER NOT NULL,
		valid_to        INTEGER NOT NULL
	) STRICT;
	CREATE INDEX champions_id ON champions (id, valid_to);
	CREATE TABLE lessons (
		id          TEXT    NOT NULL, -- the champion
		number      INTEGER NOT NULL,
		text        INTEGER NOT NULL, -- texts
		occurred_on TEXT    NOT NULL,
		recorded_at INTEGER NOT NULL, -- milliseconds since 1970
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL
	) STRICT;
	CREATE INDEX lessons_id ON lessons (id, number);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		revise := func(s set) error { return tx.revise(ctx, "champions", f, f.Aggregate, s) }
		switch e := f.Event.(type) {
		case champion.Invited:
			return invited(ctx, tx, f, e)
		case champion.Accepted:
			return revise(set{"status", "ACCEPTED", "known", true, "accepted_on", string(e.OccurredOn)})
		case champion.Declined:
			return revise(set{"status", "DECLINED"})
		case champion.Listed:
			return revise(set{"status", "LISTED", "list", e.ListVersion, "listed_on", string(e.OccurredOn)})
		case champion.SupportPlanAgreed:
			return withText(ctx, tx, f, e.Plan, revise, set{"status", "ACTIVE"}, "plan")
		case champion.SteppedDown:
			return revise(set{"status", "STEPPED_DOWN", "stepped_down_on", string(e.OccurredOn)})
		case champion.LessonShared:
			create := func(s set) error { return tx.create(ctx, "lessons", f, f.Aggregate, s) }
			return withText(ctx, tx, f, e.Lesson, create, set{"number", e.Number, "occurred_on", string(e.OccurredOn), "recorded_at", f.at()}, "text")
		}
		return nil
	},
}

// invited begins a champion's history, or begins it anew after a refusal or a
// stepping down.
func invited(ctx context.Context, tx *Tx, f Fact, e champion.Invited) error {
	s := set{"state", string(e.State), "status", "INVITED", "list", 0, "plan", nil, "invited_on", string(e.OccurredOn), "accepted_on", "", "listed_on", "", "stepped_down_on", ""}
	row, err := tx.row(ctx, `SELECT COUNT(*) FROM champions WHERE id = ? AND valid_to = ?`, string(f.Aggregate), open)
	if err != nil {
		return err
	}
	var n int
	if err := row.Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return tx.revise(ctx, "champions", f, f.Aggregate, s)
	}
	return tx.create(ctx, "champions", f, f.Aggregate, append(s, "known", false))
}

// seesChampion is champion.Decider's Sees over the row with an alias. Once
// known a champion stays known, so what is seen as of then is seen now as well.
func (r Reader) seesChampion(c string) string {
	if r.Viewer.Is(domain.Secretariat, domain.Coordinator, domain.Protection, domain.Auditor) {
		return "1"
	}
	return "(" + c + ".known OR " + c + ".state IN (" + quoted(r.actingIDs()) + "))"
}

// A ChampionCountry is a State that goes ahead in carrying out the Compact.
// Until it has accepted for the first time only itself and some officers know
// of it.
type ChampionCountry struct {
	ID            domain.ID
	StateID       domain.ID // the State's entity
	Status        string
	ListVersion   *int
	SupportPlan   *LocalizedText
	InvitedOn     *domain.PartialDate
	AcceptedOn    *domain.PartialDate
	ListedOn      *domain.PartialDate
	SteppedDownOn *domain.PartialDate
}

// A ChampionLesson is something that a champion country has learned.
type ChampionLesson struct {
	Champion   domain.ID
	Number     int
	Text       *LocalizedText
	OccurredOn *domain.PartialDate
	RecordedAt time.Time
}

// IsNode marks what node finds.
func (ChampionCountry) IsNode() {}

// Names that the API's schema has for what is generic here.
type (
	ChampionCountryConnection = Connection[ChampionCountry]
	ChampionCountryEdge       = Edge[ChampionCountry]
	ChampionLessonConnection  = Connection[ChampionLesson]
	ChampionLessonEdge        = Edge[ChampionLesson]
)

const championColumns = `c.id, c.state, c.status, c.list, COALESCE(t.language, ''), COALESCE(t.value, ''), c.invited_on, c.accepted_on, c.listed_on, c.stepped_down_on`

const championTables = ` FROM champions c LEFT JOIN texts t ON t.id = c.plan `

func scanChampion(rows *sql.Rows, more ...any) (*ChampionCountry, error) {
	var c ChampionCountry
	var list int
	var language, plan, invited, accepted, listed, down string
	err := rows.Scan(append([]any{&c.ID, &c.StateID, &c.Status, &list, &language, &plan, &invited, &accepted, &listed, &down}, more...)...)
	if list > 0 {
		c.ListVersion = &list
	}
	c.SupportPlan, c.InvitedOn, c.AcceptedOn = newText(language, plan), optional(domain.PartialDate(invited)), optional(domain.PartialDate(accepted))
	c.ListedOn, c.SteppedDownOn = optional(domain.PartialDate(listed)), optional(domain.PartialDate(down))
	return &c, err
}

// ChampionCountry returns one champion country, if the viewer may know of it.
func (r Reader) ChampionCountry(ctx context.Context, id domain.ID) (*ChampionCountry, error) {
	db, err := r.Engine.reading("champions")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "champions", `SELECT `+championColumns+championTables+` WHERE c.id = ? AND `+r.valid("c")+` AND `+r.seesChampion("c"),
		[]any{string(id)}, plainly(scanChampion))
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, champion.Decider.Unknown())
	}
	return all[0], nil
}

// A ChampionCountryFilter narrows a list of champion countries; what is nil does not.
type ChampionCountryFilter struct {
	Status      *string
	ListVersion *int // those on this version of the list who have not stepped down since
}

// ChampionCountryList lists the champion countries that the viewer may know
// of, by the names of their States.
func (r Reader) ChampionCountryList(ctx context.Context, f ChampionCountryFilter, p Page) (*Connection[ChampionCountry], error) {
	db, err := r.Engine.reading("champions", "entities")
	if err != nil {
		return nil, err
	}
	from := `SELECT ` + championColumns + `, COALESCE((SELECT e.name FROM entities e WHERE e.id = c.state AND ` + r.valid("e") + `), '') AS k` + championTables + `
		WHERE ` + r.valid("c") + ` AND ` + r.seesChampion("c") + ` AND (? IS NULL OR c.status = ?)
		AND (? IS NULL OR c.status IN ('LISTED', 'ACTIVE') AND c.list <= ?)`
	return listing(ctx, db, "champions", p, false, from, []any{f.Status, f.Status, f.ListVersion, f.ListVersion}, scanChampion,
		func(c *ChampionCountry) string { return string(c.ID) })
}

// Lessons lists what a champion country has shared, the latest first.
func (r Reader) Lessons(ctx context.Context, id domain.ID, p Page) (*Connection[ChampionLesson], error) {
	db, err := r.Engine.reading("champions")
	if err != nil {
		return nil, err
	}
	from := `SELECT l.id, l.number, t.language, t.value, l.occurred_on, l.recorded_at, l.number AS k FROM lessons l JOIN texts t ON t.id = l.text
		WHERE l.id = ? AND ` + r.valid("l") + ` AND EXISTS (SELECT 1 FROM champions c WHERE c.id = l.id AND ` + r.valid("c") + ` AND ` + r.seesChampion("c") + `)`
	return listing(ctx, db, "lessons", p, true, from, []any{string(id)}, func(rows *sql.Rows, more ...any) (*ChampionLesson, error) {
		var l ChampionLesson
		var language, text, on string
		var at int64
		err := rows.Scan(append([]any{&l.Champion, &l.Number, &language, &text, &on, &at}, more...)...)
		l.Text, l.OccurredOn, l.RecordedAt = newText(language, text), optional(domain.PartialDate(on)), fromMillis(at)
		return &l, err
	}, func(l *ChampionLesson) string { return string(l.Champion) })
}
