package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// person sends a command on a person and reads them back.
func (r mutation) person(ctx context.Context, target domain.ID, c person.Command, in command) (*model.PersonPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Persons, target, c, in)
	if err != nil {
		return nil, err
	}
	p, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Person, error) { return rd.Person(ctx, o.ID) })
	return &model.PersonPayload{Person: p, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) VerifyPerson(ctx context.Context, in model.VerifyPersonInput) (*model.PersonPayload, error) {
	return r.person(ctx, in.ID, person.Verify{Level: in.Level, Name: in.Name}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ChooseDisplayName(ctx context.Context, in model.ChooseDisplayNameInput) (*model.PersonPayload, error) {
	me := requestOf(ctx).person
	return r.person(ctx, me, person.ChooseDisplayName{Person: me, Name: in.Name}, command{key: in.IdempotencyKey, For: &me})
}

func (r mutation) SuspendPerson(ctx context.Context, in model.PersonReasonInput) (*model.PersonPayload, error) {
	return r.person(ctx, in.ID, person.Suspend{Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ReinstatePerson(ctx context.Context, in model.PersonReasonInput) (*model.PersonPayload, error) {
	return r.person(ctx, in.ID, person.Reinstate{Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

// credential sends a command on a person's credentials and reads those that
// its sender may see: their own, or those for the entity.
func (r mutation) credential(ctx context.Context, person, entity domain.ID, c credential.Command, in command) (*model.CredentialPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Credentials, person, c, in)
	if err != nil || o.Index == nil {
		return &model.CredentialPayload{UserErrors: o.Errors}, err
	}
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	all, err := rd.CredentialsFor(ctx, person, entity)
	return &model.CredentialPayload{Credentials: all, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) RequestCredential(ctx context.Context, in model.RequestCredentialInput) (*model.CredentialPayload, error) {
	me := requestOf(ctx).person
	c := credential.Request{Person: me, Entity: in.Entity, Capacity: in.Capacity, Note: or(in.Note)}
	return r.credential(ctx, me, in.Entity, c, command{key: in.IdempotencyKey, For: &me})
}

func (r mutation) GrantCredential(ctx context.Context, in model.GrantCredentialInput) (*model.CredentialPayload, error) {
	c := credential.Grant{Person: in.Person, Entity: in.Entity, Capacity: in.Capacity, Until: in.Until, Document: or(in.Document)}
	return r.credential(ctx, in.Person, in.Entity, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RevokeCredential(ctx context.Context, in model.RevokeCredentialInput) (*model.CredentialPayload, error) {
	c := credential.Revoke{Entity: in.Entity, Capacity: in.Capacity, Reason: in.Reason}
	return r.credential(ctx, in.Person, in.Entity, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r viewer) Person(ctx context.Context, v *projections.Viewer) (*projections.Person, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Person, error) { return rd.Person(ctx, v.ID) })
}

func (r viewer) Credentials(ctx context.Context, v *projections.Viewer) ([]*projections.Credential, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Credentials(ctx, v.ID)
}

func (r viewer) CoSignaturesAsked(ctx context.Context, _ *projections.Viewer, first *int, after *string, last *int, before *string) (*projections.SubmissionConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.CoSignaturesAsked(ctx, page(first, after, last, before))
}

func (r viewer) Submissions(ctx context.Context, _ *projections.Viewer, filter *projections.SubmissionFilter, orderBy *projections.SubmissionOrder, first *int, after *string, last *int, before *string) (*projections.SubmissionConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	f := or(filter)
	f.Mine = true
	return rd.SubmissionList(ctx, f, or(orderBy), page(first, after, last, before))
}

func (r viewer) Contributions(ctx context.Context, _ *projections.Viewer, first *int, after *string, last *int, before *string) (*projections.ContributionConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Contributions(ctx, page(first, after, last, before))
}

func (r contributions) Submission(ctx context.Context, c *projections.Contribution) (*projections.Submission, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Submission(ctx, c.SubmissionID)
}

func (r credentials) Entity(ctx context.Context, c *projections.Credential) (*projections.Entity, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Entity, error) { return rd.Entity(ctx, c.EntityID) })
}
