package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/state"
)

// A MemberState is a State's entry in the register, which is public.
type MemberState struct {
	ID                                      domain.ID
	Version                                 int64
	Status                                  string
	Code                                    string // ISO 3166-1 alpha-3
	NumericCode                             string // M49
	Names                                   []*StateName
	MemberSince                             *domain.PartialDate
	Membership                              state.Membership
	Region                                  *string
	SubRegion                               *string
	LeastDeveloped, Landlocked, SmallIsland bool
	RenamedOn                               *domain.PartialDate
	EndedOn                                 *domain.PartialDate
	EndReason                               *string
}

// A StateName is what a State is called in one language.
type StateName struct {
	Language string
	Short    string
	Formal   *string
}

// IsNode marks what node finds.
func (MemberState) IsNode() {}

// IsAggregate marks what has editions.
func (MemberState) IsAggregate() {}

// MemberStateEdge is the API's name for what is generic here.
type MemberStateEdge = Edge[MemberState]

// A MemberStateConnection is a page of the register, and how many States
// belong to the list: each counts once, to however many commissions it belongs.
type MemberStateConnection struct {
	Connection[MemberState]
	TotalCount int
}

// Name returns the name whose language suits best: the English one, or else
// the first, if none does.
func (s MemberState) Name(prefer []string) *StateName {
	text := LocalizedText{}
	for i, n := range s.Names {
		p := TextPart{Language: n.Language}
		if i == 0 {
			text.Original = p
		} else {
			text.Others = append(text.Others, p)
		}
	}
	best := text.Best(append(prefer, "en"))
	for _, n := range s.Names {
		if n.Language == best.Language {
			return n
		}
	}
	return s.Names[0]
}

// A CommissionMembership says that a State belongs to a regional commission.
type CommissionMembership struct {
	Commission state.Commission
	Since      *domain.PartialDate
}

const stateColumns = `s.id, s.edition, s.status, s.code, s.numeric, s.names, s.member_since, s.membership, s.region, s.sub_region,
	s.ldc, s.lldc, s.sids, s.renamed_on, s.ended_on, s.end_reason`

func scanState(rows *sql.Rows, more ...any) (*MemberState, error) {
	var s MemberState
	var names, since, region, sub, renamed, ended, reason string
	err := rows.Scan(append([]any{&s.ID, &s.Version, &s.Status, &s.Code, &s.NumericCode, &names, &since, &s.Membership, &region, &sub,
		&s.LeastDeveloped, &s.Landlocked, &s.SmallIsland, &renamed, &ended, &reason}, more...)...)
	if err != nil {
		return nil, err
	}
	s.MemberSince, s.Region, s.SubRegion = optional(domain.PartialDate(since)), optional(region), optional(sub)
	s.RenamedOn, s.EndedOn, s.EndReason = optional(domain.PartialDate(renamed)), optional(domain.PartialDate(ended)), optional(reason)
	return &s, json.Unmarshal([]byte(names), &s.Names)
}

// MemberState returns one State's entry.
func (r Reader) MemberState(ctx context.Context, id domain.ID) (*MemberState, error) {
	return r.state(ctx, "s.id = ?", string(id))
}

// MemberStateByCode returns the entry of the State with a code.
func (r Reader) MemberStateByCode(ctx context.Context, code string) (*MemberState, error) {
	return r.state(ctx, "s.code = ?", code)
}

func (r Reader) state(ctx context.Context, where string, arg any) (*MemberState, error) {
	db, err := r.Engine.reading("states")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "states", `SELECT `+stateColumns+` FROM states s WHERE `+where+` AND `+r.valid("s"), []any{arg}, plainly(scanState))
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, state.Decider.Unknown())
	}
	return all[0], nil
}

// A MemberStateFilter narrows a list of States; what is nil does not.
type MemberStateFilter struct {
	Commission *state.Commission
	Membership *state.Membership
	Code       *string
	Name       *string // part of a name in any language, in any case, with or without accents
}

// MemberStateList lists States by their English names.
func (r Reader) MemberStateList(ctx context.Context, f MemberStateFilter, p Page) (*MemberStateConnection, error) {
	db, err := r.Engine.reading("states")
	if err != nil {
		return nil, err
	}
	var name *string
	if f.Name != nil {
		name = new(folded(*f.Name))
	}
	from := ` FROM states s WHERE ` + r.valid("s") + ` AND (? IS NULL OR s.membership = ?) AND (? IS NULL OR s.code = ?) AND (? IS NULL OR instr(s.words, ?))
		AND (? IS NULL OR EXISTS (SELECT 1 FROM state_commissions c WHERE c.state = s.id AND c.commission = ? AND ` + r.valid("c") + `))`
	args := []any{f.Membership, f.Membership, f.Code, f.Code, name, name, f.Commission, f.Commission}
	page, err := listing(ctx, db, "states", p, false, `SELECT `+stateColumns+`, s.name AS k`+from, args, scanState, func(s *MemberState) string { return string(s.ID) })
	if err != nil {
		return nil, err
	}
	out := &MemberStateConnection{Connection: *page}
	err = db.QueryRowContext(ctx, `SELECT COUNT(*)`+from, args...).Scan(&out.TotalCount)
	return out, wrap("states", err)
}

// Commissions returns to which commissions States belong, by name.
func (r Reader) Commissions(ctx context.Context, ids []domain.ID) (map[domain.ID][]*CommissionMembership, error) {
	db, err := r.Engine.reading("states")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "state_commissions", `SELECT c.state, c.commission, c.since FROM state_commissions c
		WHERE c.state IN (SELECT value FROM json_each(?)) AND `+r.valid("c")+` ORDER BY c.state, c.commission`, []any{asJSON(ids)}, func(rows *sql.Rows) (of domain.ID, _ *CommissionMembership, err error) {
		var c CommissionMembership
		var since string
		err = rows.Scan(&of, &c.Commission, &since)
		c.Since = optional(domain.PartialDate(since))
		return of, &c, err
	})
}
