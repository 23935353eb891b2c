package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type (
	workingGroups struct{ *Resolver }
	groupMembers  struct{ *Resolver }
)

// WorkingGroup implements generated.ResolverRoot.
func (r *Resolver) WorkingGroup() generated.WorkingGroupResolver { return workingGroups{r} }

// GroupMember implements generated.ResolverRoot.
func (r *Resolver) GroupMember() generated.GroupMemberResolver { return groupMembers{r} }

// group sends a command on a working group and reads it back.
func (r mutation) group(ctx context.Context, target domain.ID, c workinggroup.Command, in command) (*model.WorkingGroupPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.WorkingGroups, target, c, in)
	if err != nil {
		return nil, err
	}
	g, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.WorkingGroup, error) { return rd.WorkingGroup(ctx, o.ID) })
	return &model.WorkingGroupPayload{WorkingGroup: g, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) ConstituteWorkingGroup(ctx context.Context, in model.ConstituteWorkingGroupInput) (*model.WorkingGroupPayload, error) {
	c := workinggroup.Constitute{Name: textOf(in.Name), Task: textOf(in.Task), Source: mandateRef(in.Source), Entity: or(in.Entity), OccurredOn: date(in.OccurredOn)}
	return r.group(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DesignateCoLead(ctx context.Context, in model.DesignateCoLeadInput) (*model.WorkingGroupPayload, error) {
	c := workinggroup.DesignateCoLead{CoLead: in.CoLead, OccurredOn: date(in.OccurredOn)}
	return r.group(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) JoinGroup(ctx context.Context, in model.GroupMemberInput) (*model.WorkingGroupPayload, error) {
	return r.group(ctx, in.ID, workinggroup.Join{Member: in.Member, OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) LeaveGroup(ctx context.Context, in model.GroupMemberInput) (*model.WorkingGroupPayload, error) {
	return r.group(ctx, in.ID, workinggroup.Leave{Member: in.Member, OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ReportGroupUpdate(ctx context.Context, in model.ReportGroupUpdateInput) (*model.WorkingGroupPayload, error) {
	c := workinggroup.ReportUpdate{Text: textOf(in.Text), OccurredOn: date(in.OccurredOn)}
	return r.group(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishDeliverable(ctx context.Context, in model.PublishDeliverableInput) (*model.WorkingGroupPayload, error) {
	c := workinggroup.PublishDeliverable{Title: textOf(in.Title), Link: or(in.Link), OccurredOn: date(in.OccurredOn)}
	return r.group(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConcludeGroup(ctx context.Context, in model.ConcludeGroupInput) (*model.WorkingGroupPayload, error) {
	return r.group(ctx, in.ID, workinggroup.Conclude{OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) WorkingGroup(ctx context.Context, id domain.ID) (*projections.WorkingGroup, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.WorkingGroup, error) { return rd.WorkingGroup(ctx, id) })
}

func (r query) WorkingGroups(ctx context.Context, filter *projections.WorkingGroupFilter, first *int, after *string, last *int, before *string) (*projections.WorkingGroupConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.WorkingGroupList(ctx, or(filter), page(first, after, last, before))
}

func (r workingGroups) Entity(ctx context.Context, all []*projections.WorkingGroup) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(g *projections.WorkingGroup) domain.ID { return g.EntityID })
}

func (r workingGroups) Members(ctx context.Context, all []*projections.WorkingGroup) ([][]*projections.GroupMember, error) {
	of := func(g *projections.WorkingGroup) domain.ID { return g.ID }
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.GroupMember, error) {
		return rd.Members(ctx, ids(all, of))
	}, of)
	return noNulls(out), err
}

func (r workingGroups) Updates(ctx context.Context, g *projections.WorkingGroup, first *int, after *string, last *int, before *string) (*projections.GroupUpdateConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.GroupUpdates(ctx, g.ID, page(first, after, last, before))
}

func (r workingGroups) Deliverables(ctx context.Context, g *projections.WorkingGroup, first *int, after *string, last *int, before *string) (*projections.GroupDeliverableConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.GroupDeliverables(ctx, g.ID, page(first, after, last, before))
}

func (r groupMembers) Entity(ctx context.Context, all []*projections.GroupMember) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(m *projections.GroupMember) domain.ID { return m.EntityID })
}
