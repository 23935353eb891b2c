package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// entity sends a command on an entity and reads it back.
func (r mutation) entity(ctx context.Context, target domain.ID, c entity.Command, in command) (*model.EntityPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Entities, target, c, in)
	if err != nil {
		return nil, err
	}
	e, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Entity, error) { return rd.Entity(ctx, o.ID) })
	return &model.EntityPayload{Entity: e, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) ProposeEntity(ctx context.Context, in model.ProposeEntityInput) (*model.EntityPayload, error) {
	c := entity.Propose{
		Kind: in.Kind, Name: textOf(in.Name), Acronym: or(in.Acronym), Code: or(in.Code), Website: or(in.Website),
		Description: textOf(in.Description), Vocabulary: or(in.Vocabulary), Term: or(in.Term),
	}
	return r.entity(ctx, r.App.EntityTarget(c), c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecogniseEntity(ctx context.Context, in model.EntityActInput) (*model.EntityPayload, error) {
	return r.entity(ctx, in.ID, entity.Recognise{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ClassifyEntity(ctx context.Context, in model.ClassifyEntityInput) (*model.EntityPayload, error) {
	return r.entity(ctx, in.ID, entity.Classify{Vocabulary: in.Vocabulary, Term: in.Term}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RenameEntity(ctx context.Context, in model.RenameEntityInput) (*model.EntityPayload, error) {
	c := entity.Rename{Name: textOf(in.Name), Acronym: or(in.Acronym), OccurredOn: domain.PartialDate(or(in.OccurredOn)), Expected: in.ExpectedVersion}
	return r.entity(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) SuspendEntity(ctx context.Context, in model.EntityReasonInput) (*model.EntityPayload, error) {
	return r.entity(ctx, in.ID, entity.Suspend{Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ReinstateEntity(ctx context.Context, in model.EntityReasonInput) (*model.EntityPayload, error) {
	return r.entity(ctx, in.ID, entity.Reinstate{Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DissolveEntity(ctx context.Context, in model.EntityReasonInput) (*model.EntityPayload, error) {
	return r.entity(ctx, in.ID, entity.Dissolve{Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) NameAdministrator(ctx context.Context, in model.NameAdministratorInput) (*model.EntityPayload, error) {
	return r.entity(ctx, in.ID, entity.NameAdministrator{Person: in.Person, Document: in.Document}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) Entity(ctx context.Context, id domain.ID) (*projections.Entity, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Entity, error) { return rd.Entity(ctx, id) })
}

func (r query) Entities(ctx context.Context, filter *projections.EntityFilter, first *int, after *string, last *int, before *string) (*projections.EntityConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.EntityList(ctx, or(filter), page(first, after, last, before))
}

func (r entities) Credentials(ctx context.Context, e *projections.Entity) ([]*projections.Credential, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.People(ctx, e.ID)
}

// LookAlike implements generated.ResolverRoot.
func (r *Resolver) LookAlike() generated.LookAlikeResolver { return lookAlikes{r} }

func (r entities) LooksLike(ctx context.Context, all []*projections.Entity) ([][]*projections.LookAlike, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.LookAlike, error) {
		return rd.LookAlikes(ctx, all)
	}, func(e *projections.Entity) domain.ID { return e.ID })
	return noNulls(out), err
}

func (r lookAlikes) Entity(ctx context.Context, all []*projections.LookAlike) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(l *projections.LookAlike) domain.ID { return l.EntityID })
}

func (r lookAlikes) MemberState(ctx context.Context, l *projections.LookAlike) (*projections.MemberState, error) {
	if l.StateID == "" {
		return nil, nil
	}
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.MemberState, error) { return rd.MemberState(ctx, l.StateID) })
}
