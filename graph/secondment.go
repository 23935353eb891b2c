package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type secondments struct{ *Resolver }

// Secondment implements generated.ResolverRoot.
func (r *Resolver) Secondment() generated.SecondmentResolver { return secondments{r} }

// secondment sends a command on a secondment and reads it back.
func (r mutation) secondment(ctx context.Context, target domain.ID, c secondment.Command, in command) (*model.SecondmentPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Secondments, target, c, in)
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Secondment, error) { return rd.Secondment(ctx, o.ID) })
	return &model.SecondmentPayload{Secondment: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) OfferSecondment(ctx context.Context, in model.OfferSecondmentInput) (*model.SecondmentPayload, error) {
	c := secondment.Offer{Post: postOf(in.Post), Start: or(in.Start), Until: or(in.Until), OccurredOn: or(in.OccurredOn)}
	return r.secondment(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AnnounceSecondment(ctx context.Context, in model.AnnounceSecondmentInput) (*model.SecondmentPayload, error) {
	c := secondment.Announce{Start: or(in.Start), OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConfirmSecondmentStart(ctx context.Context, in model.ConfirmSecondmentStartInput) (*model.SecondmentPayload, error) {
	return r.secondment(ctx, in.ID, secondment.ConfirmStart{OccurredOn: or(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ExtendSecondment(ctx context.Context, in model.ExtendSecondmentInput) (*model.SecondmentPayload, error) {
	why := textOf(in.Reason)
	c := secondment.Extend{Until: in.Until, Language: why.Language, Reason: why.Value, OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) EndSecondment(ctx context.Context, in model.SecondmentReasonInput) (*model.SecondmentPayload, error) {
	why := textOf(in.Reason)
	c := secondment.End{Language: why.Language, Reason: why.Value, OccurredOn: or(in.OccurredOn)}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CancelSecondment(ctx context.Context, in model.SecondmentReasonInput) (*model.SecondmentPayload, error) {
	why := textOf(in.Reason)
	c := secondment.Cancel{Language: why.Language, Reason: why.Value, OccurredOn: or(in.OccurredOn)}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ContestSecondment(ctx context.Context, in model.SecondmentReasonInput) (*model.SecondmentPayload, error) {
	why := textOf(in.Reason)
	c := secondment.Contest{Language: why.Language, Reason: why.Value, OccurredOn: or(in.OccurredOn)}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AcknowledgeSecondment(ctx context.Context, in model.AcknowledgeSecondmentInput) (*model.SecondmentPayload, error) {
	c := secondment.Acknowledge{Source: or(in.Source), OccurredOn: or(in.OccurredOn)}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordSecondment(ctx context.Context, in model.RecordSecondmentInput) (*model.SecondmentPayload, error) {
	c := secondment.Record{
		Entity: in.Entity, Impending: in.Impending, Post: postOf(in.Post), Start: or(in.Start), Until: or(in.Until),
		Source: in.Source, OccurredOn: or(in.OccurredOn),
	}
	return r.secondment(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CorrectSecondmentRecord(ctx context.Context, in model.CorrectSecondmentRecordInput) (*model.SecondmentPayload, error) {
	c := secondment.CorrectRecord{
		Impending: in.Impending, Post: postOf(in.Post), Start: or(in.Start), Until: or(in.Until),
		Source: in.Source, OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion,
	}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConfirmSecondment(ctx context.Context, in model.ConfirmSecondmentInput) (*model.SecondmentPayload, error) {
	c := secondment.Confirm{OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion}
	if in.Post != nil {
		c.Post = new(postOf(in.Post))
	}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) NameSecondedPerson(ctx context.Context, in model.NameSecondedPersonInput) (*model.SecondmentPayload, error) {
	c := secondment.NamePerson{Person: or(in.Person), Name: in.Name}
	return r.secondment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func postOf(in *model.PostInput) secondment.Description {
	if in == nil {
		return secondment.Description{}
	}
	return secondment.Description{Language: or(in.Language), Title: or(in.Title), Grade: or(in.Grade), DutyStation: or(in.DutyStation), Function: or(in.Function)}
}

func (r query) Secondment(ctx context.Context, id domain.ID) (*projections.Secondment, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Secondment, error) { return rd.Secondment(ctx, id) })
}

func (r query) Secondments(ctx context.Context, filter *projections.SecondmentFilter, first *int, after *string, last *int, before *string) (*projections.SecondmentConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.SecondmentList(ctx, or(filter), page(first, after, last, before))
}

func (r secondments) Entity(ctx context.Context, all []*projections.Secondment) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(s *projections.Secondment) domain.ID { return s.EntityID })
}

func (r secondments) History(ctx context.Context, all []*projections.Secondment) ([][]*projections.Happening, error) {
	of := func(s *projections.Secondment) domain.ID { return s.ID }
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.Happening, error) {
		return rd.SecondmentHistory(ctx, ids(all, of))
	}, of)
	return noNulls(out), err
}

// entitiesOf reads an entity of many parents at once; null where of names none.
func entitiesOf[P any](ctx context.Context, r *Resolver, all []*P, of func(*P) domain.ID) ([]*projections.Entity, error) {
	return each(ctx, r, all, func(rd projections.Reader) (map[domain.ID]*projections.Entity, error) {
		return rd.Entities(ctx, ids(all, of))
	}, of)
}
