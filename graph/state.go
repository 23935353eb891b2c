package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type states struct{ *Resolver }

// MemberState implements generated.ResolverRoot.
func (r *Resolver) MemberState() generated.MemberStateResolver { return states{r} }

// state sends a command on a State's entry and reads it back.
func (r mutation) state(ctx context.Context, target domain.ID, c state.Command, in command) (*model.MemberStatePayload, error) {
	o, err := act(ctx, r.Resolver, r.App.States, target, c, in)
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.MemberState, error) { return rd.MemberState(ctx, o.ID) })
	return &model.MemberStatePayload{MemberState: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) RegisterState(ctx context.Context, in model.RegisterStateInput) (*model.MemberStatePayload, error) {
	names, err := namesOf(in.Names)
	if err != nil {
		return nil, err
	}
	f := in.Facts
	c := state.Register{Code: in.Code, Names: names, Facts: state.Facts{
		Numeric: f.Numeric, MemberSince: date(f.MemberSince), Membership: f.Membership, Region: or(f.Region), SubRegion: or(f.SubRegion),
		LDC: f.LeastDeveloped, LLDC: f.Landlocked, SIDS: f.SmallIsland,
	}}
	return r.state(ctx, r.App.StateTarget(in.Code), c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RenameState(ctx context.Context, in model.RenameStateInput) (*model.MemberStatePayload, error) {
	names, err := namesOf(in.Names)
	if err != nil {
		return nil, err
	}
	c := state.Rename{Names: names, OccurredOn: date(in.OccurredOn), Expected: in.ExpectedVersion}
	return r.state(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

// namesOf turns a list of names into one for each language.
func namesOf(in []*model.StateNameInput) (map[string]state.Name, error) {
	out := map[string]state.Name{}
	for _, n := range in {
		if _, dup := out[n.Language]; dup {
			return nil, badInput("Give one name for each language.")
		}
		out[n.Language] = state.Name{Short: n.Short, Formal: or(n.Formal)}
	}
	return out, nil
}

func (r mutation) EndState(ctx context.Context, in model.EndStateInput) (*model.MemberStatePayload, error) {
	return r.state(ctx, in.ID, state.End{Reason: in.Reason, OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordRegionMembership(ctx context.Context, in model.RegionMembershipInput) (*model.MemberStatePayload, error) {
	c := state.RecordRegionMembership{Commission: in.Commission, OccurredOn: date(in.OccurredOn)}
	return r.state(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) EndRegionMembership(ctx context.Context, in model.RegionMembershipInput) (*model.MemberStatePayload, error) {
	c := state.EndRegionMembership{Commission: in.Commission, OccurredOn: date(in.OccurredOn)}
	return r.state(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) MemberState(ctx context.Context, code string) (*projections.MemberState, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.MemberState, error) { return rd.MemberStateByCode(ctx, code) })
}

func (r query) MemberStates(ctx context.Context, filter *projections.MemberStateFilter, first *int, after *string, last *int, before *string) (*projections.MemberStateConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.MemberStateList(ctx, or(filter), page(first, after, last, before))
}

func (r states) Commissions(ctx context.Context, all []*projections.MemberState) ([][]*projections.CommissionMembership, error) {
	of := func(s *projections.MemberState) domain.ID { return s.ID }
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.CommissionMembership, error) {
		return rd.Commissions(ctx, ids(all, of))
	}, of)
	return noNulls(out), err
}

func (r states) Entity(ctx context.Context, all []*projections.MemberState) ([]*projections.Entity, error) {
	of := func(s *projections.MemberState) domain.ID { return domain.ID(s.Code) }
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.Entity, error) {
		return rd.StateEntities(ctx, ids(all, of))
	}, of)
}
