package projections

import (
	"context"
	"database/sql"
	"errors"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

var workingGroups = Projection{
	Name:    "working_groups",
	Version: 2,
	Reads:   []string{"working_group"},
	Tables:  []Table{history("working_groups"), history("group_members"), {"group_updates", "id, number"}, {"group_deliverables", "id, number"}},
	Schema: `CREATE TABLE working_groups (
		id               TEXT    NOT NULL,
		status           TEXT    NOT NULL, -- CONSTITUTED ACTIVE CONCLUDED
		name_language    TEXT    NOT NULL,
		name             TEXT    NOT NULL,
		task             INTEGER,          -- texts
		source_symbol    TEXT    NOT NULL,
		source_paragraph TEXT    NOT NULL,
		entity           TEXT    NOT NULL,
		constituted_on   TEXT    NOT NULL, -- as a partial date has it, like all dates below
		concluded_on     TEXT    NOT NULL,
		valid_from       INTEGER NOT NULL,
		valid_to         INTEGER NOT NULL
	) STRICT;
	CREATE INDEX working_groups_id ON working_groups (id, valid_to);
	CREATE TABLE group_members (
		id          TEXT    NOT NULL, -- group/entity
		grp         TEXT    NOT NULL,
		entity      TEXT    NOT NULL,
		leads       INTEGER NOT NULL,
		since       TEXT    NOT NULL,
		leads_since TEXT    NOT NULL,
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL
	) STRICT;
	CREATE INDEX group_members_id ON group_members (id, valid_to);
	CREATE INDEX group_members_group ON group_members (grp, valid_to);
	CREATE TABLE group_updates (
		id          TEXT    NOT NULL, -- the group
		number      INTEGER NOT NULL,
		text        INTEGER NOT NULL, -- texts
		occurred_on TEXT    NOT NULL,
		recorded_at INTEGER NOT NULL, -- milliseconds since 1970
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL
	) STRICT;
	CREATE INDEX group_updates_id ON group_updates (id, number);
	CREATE TABLE group_deliverables (
		id             TEXT    NOT NULL, -- the group
		number         INTEGER NOT NULL,
		title_language TEXT    NOT NULL,
		title          TEXT    NOT NULL,
		link           TEXT    NOT NULL,
		occurred_on    TEXT    NOT NULL,
		recorded_at    INTEGER NOT NULL,
		valid_from     INTEGER NOT NULL,
		valid_to       INTEGER NOT NULL
	) STRICT;
	CREATE INDEX group_deliverables_id ON group_deliverables (id, number);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		revise := func(s set) error { return tx.revise(ctx, "working_groups", f, f.Aggregate, s) }
		switch e := f.Event.(type) {
		case workinggroup.Constituted:
			create := func(s set) error { return tx.create(ctx, "working_groups", f, f.Aggregate, s) }
			return withText(ctx, tx, f, e.Task, create, set{"status", "CONSTITUTED", "name_language", e.Name.Language, "name", e.Name.Value, "source_symbol", e.Source.Symbol,
				"source_paragraph", e.Source.Paragraph, "entity", string(e.Entity), "constituted_on", string(e.OccurredOn), "concluded_on", ""}, "task")
		case workinggroup.CoLeadDesignated:
			if err := tx.member(ctx, f, e.CoLead, e.OccurredOn, set{"leads", true, "leads_since", string(e.OccurredOn)}); err != nil {
				return err
			}
			return revise(set{"status", "ACTIVE"})
		case workinggroup.Joined:
			return tx.member(ctx, f, e.Member, e.OccurredOn, set{"leads", false, "leads_since", ""})
		case workinggroup.Left:
			return tx.end(ctx, "group_members", f, f.Aggregate+"/"+e.Member)
		case workinggroup.UpdateReported:
			create := func(s set) error { return tx.create(ctx, "group_updates", f, f.Aggregate, s) }
			return withText(ctx, tx, f, e.Text, create, set{"number", e.Number, "occurred_on", string(e.OccurredOn), "recorded_at", f.at()}, "text")
		case workinggroup.DeliverablePublished:
			return tx.create(ctx, "group_deliverables", f, f.Aggregate, set{"number", e.Number, "title_language", e.Title.Language, "title", e.Title.Value,
				"link", e.Link, "occurred_on", string(e.OccurredOn), "recorded_at", f.at()})
		case workinggroup.Concluded:
			return revise(set{"status", "CONCLUDED", "concluded_on", string(e.OccurredOn)})
		}
		return nil
	},
}

// member makes an entity a member, or changes how it is one.
func (t *Tx) member(ctx context.Context, f Fact, entity domain.ID, since domain.PartialDate, s set) error {
	id := f.Aggregate + "/" + entity
	_, err := t.current(ctx, "group_members", "since", id)
	switch {
	case err == nil:
		return t.revise(ctx, "group_members", f, id, s)
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	return t.create(ctx, "group_members", f, id, append(s, "grp", string(f.Aggregate), "entity", string(entity), "since", string(since)))
}
