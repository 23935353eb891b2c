package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// A WorkingGroup is a working group of the Network. Working groups are public.
type WorkingGroup struct {
	ID            domain.ID
	Status        string
	Name          *LocalizedText
	Task          *LocalizedText
	Source        *domain.MandateRef
	EntityID      domain.ID // for which its co-leads act; may be empty
	ConstitutedOn *domain.PartialDate
	ConcludedOn   *domain.PartialDate
}

// A GroupMember is an entity that belongs to a working group.
type GroupMember struct {
	EntityID   domain.ID
	CoLead     bool
	Since      *domain.PartialDate
	LeadsSince *domain.PartialDate
}

// A GroupUpdate is what a working group has reported.
type GroupUpdate struct {
	Group      domain.ID
	Number     int
	Text       *LocalizedText
	OccurredOn *domain.PartialDate
	RecordedAt time.Time
}

// A GroupDeliverable is something that a working group has produced.
type GroupDeliverable struct {
	Group      domain.ID
	Number     int
	Title      *LocalizedText
	Link       *string
	OccurredOn *domain.PartialDate
	RecordedAt time.Time
}

// IsNode marks what node finds.
func (WorkingGroup) IsNode() {}

// Names that the API's schema has for what is generic here.
type (
	WorkingGroupConnection     = Connection[WorkingGroup]
	WorkingGroupEdge           = Edge[WorkingGroup]
	GroupUpdateConnection      = Connection[GroupUpdate]
	GroupUpdateEdge            = Edge[GroupUpdate]
	GroupDeliverableConnection = Connection[GroupDeliverable]
	GroupDeliverableEdge       = Edge[GroupDeliverable]
)

const groupColumns = `g.id, g.status, g.name_language, g.name, COALESCE(t.language, ''), COALESCE(t.value, ''), g.source_symbol, g.source_paragraph,
	g.entity, g.constituted_on, g.concluded_on`

const groupTables = ` FROM working_groups g LEFT JOIN texts t ON t.id = g.task `

func scanGroup(rows *sql.Rows, more ...any) (*WorkingGroup, error) {
	var g WorkingGroup
	var nameLang, name, taskLang, task, begun, concluded string
	var source domain.MandateRef
	err := rows.Scan(append([]any{&g.ID, &g.Status, &nameLang, &name, &taskLang, &task, &source.Symbol, &source.Paragraph, &g.EntityID, &begun, &concluded}, more...)...)
	g.Name, g.Task = newText(nameLang, name), newText(taskLang, task)
	g.ConstitutedOn, g.ConcludedOn = optional(domain.PartialDate(begun)), optional(domain.PartialDate(concluded))
	if source.Symbol != "" {
		g.Source = &source
	}
	return &g, err
}

// WorkingGroup returns one working group.
func (r Reader) WorkingGroup(ctx context.Context, id domain.ID) (*WorkingGroup, error) {
	db, err := r.Engine.reading("working_groups")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "working_groups", `SELECT `+groupColumns+groupTables+` WHERE g.id = ? AND `+r.valid("g"), []any{string(id)}, plainly(scanGroup))
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, workinggroup.Decider.Unknown())
	}
	return all[0], nil
}

// A WorkingGroupFilter narrows a list of working groups; what is nil does not.
type WorkingGroupFilter struct {
	Status *string
	Member *domain.ID // an entity that belongs to it or leads it
}

// WorkingGroupList lists working groups by name.
func (r Reader) WorkingGroupList(ctx context.Context, f WorkingGroupFilter, p Page) (*Connection[WorkingGroup], error) {
	db, err := r.Engine.reading("working_groups")
	if err != nil {
		return nil, err
	}
	from := `SELECT ` + groupColumns + `, g.name AS k` + groupTables + ` WHERE ` + r.valid("g") + ` AND (? IS NULL OR g.status = ?)
		AND (? IS NULL OR EXISTS (SELECT 1 FROM group_members m WHERE m.grp = g.id AND m.entity = ? AND ` + r.valid("m") + `))`
	return listing(ctx, db, "working_groups", p, false, from, []any{f.Status, f.Status, f.Member, f.Member}, scanGroup, func(g *WorkingGroup) string { return string(g.ID) })
}

// Members returns who belongs to working groups: those who lead first, then in
// the order of joining.
func (r Reader) Members(ctx context.Context, ids []domain.ID) (map[domain.ID][]*GroupMember, error) {
	db, err := r.Engine.reading("working_groups")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "group_members", `SELECT m.grp, m.entity, m.leads, m.since, m.leads_since FROM group_members m
		WHERE m.grp IN (SELECT value FROM json_each(?)) AND `+r.valid("m")+` ORDER BY m.grp, m.leads DESC, m.valid_from, m.id`, []any{asJSON(ids)}, func(rows *sql.Rows) (of domain.ID, _ *GroupMember, err error) {
		var m GroupMember
		var since, leads string
		err = rows.Scan(&of, &m.EntityID, &m.CoLead, &since, &leads)
		m.Since, m.LeadsSince = optional(domain.PartialDate(since)), optional(domain.PartialDate(leads))
		return of, &m, err
	})
}

// GroupUpdates lists what a working group has reported, the latest first.
func (r Reader) GroupUpdates(ctx context.Context, id domain.ID, p Page) (*Connection[GroupUpdate], error) {
	db, err := r.Engine.reading("working_groups")
	if err != nil {
		return nil, err
	}
	from := `SELECT u.id, u.number, t.language, t.value, u.occurred_on, u.recorded_at, u.number AS k FROM group_updates u JOIN texts t ON t.id = u.text
		WHERE u.id = ? AND ` + r.valid("u")
	return listing(ctx, db, "group_updates", p, true, from, []any{string(id)}, func(rows *sql.Rows, more ...any) (*GroupUpdate, error) {
		var u GroupUpdate
		var language, text, on string
		var at int64
		err := rows.Scan(append([]any{&u.Group, &u.Number, &language, &text, &on, &at}, more...)...)
		u.Text, u.OccurredOn, u.RecordedAt = newText(language, text), optional(domain.PartialDate(on)), fromMillis(at)
		return &u, err
	}, func(u *GroupUpdate) string { return string(u.Group) })
}

// GroupDeliverables lists what a working group has produced, the latest first.
func (r Reader) GroupDeliverables(ctx context.Context, id domain.ID, p Page) (*Connection[GroupDeliverable], error) {
	db, err := r.Engine.reading("working_groups")
	if err != nil {
		return nil, err
	}
	from := `SELECT d.id, d.number, d.title_language, d.title, d.link, d.occurred_on, d.recorded_at, d.number AS k FROM group_deliverables d
		WHERE d.id = ? AND ` + r.valid("d")
	return listing(ctx, db, "group_deliverables", p, true, from, []any{string(id)}, func(rows *sql.Rows, more ...any) (*GroupDeliverable, error) {
		var d GroupDeliverable
		var language, title, link, on string
		var at int64
		err := rows.Scan(append([]any{&d.Group, &d.Number, &language, &title, &link, &on, &at}, more...)...)
		d.Title, d.Link, d.OccurredOn, d.RecordedAt = newText(language, title), optional(link), optional(domain.PartialDate(on)), fromMillis(at)
		return &d, err
	}, func(d *GroupDeliverable) string { return string(d.Group) })
}
