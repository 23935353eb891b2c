package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type champions struct{ *Resolver }

// ChampionCountry implements generated.ResolverRoot.
func (r *Resolver) ChampionCountry() generated.ChampionCountryResolver { return champions{r} }

// champion sends a command on a champion country and reads it back.
func (r mutation) champion(ctx context.Context, target domain.ID, c champion.Command, in command) (*model.ChampionCountryPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Champions, target, c, in)
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.ChampionCountry, error) {
		return rd.ChampionCountry(ctx, o.ID)
	})
	return &model.ChampionCountryPayload{ChampionCountry: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) InviteChampion(ctx context.Context, in model.InviteChampionInput) (*model.ChampionCountryPayload, error) {
	c := champion.Invite{State: in.State, OccurredOn: date(in.OccurredOn)}
	return r.champion(ctx, r.App.ChampionTarget(in.State), c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AcceptChampion(ctx context.Context, in model.ChampionActInput) (*model.ChampionCountryPayload, error) {
	return r.champion(ctx, in.ID, champion.Accept{OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DeclineChampion(ctx context.Context, in model.ChampionActInput) (*model.ChampionCountryPayload, error) {
	return r.champion(ctx, in.ID, champion.Decline{OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ListChampion(ctx context.Context, in model.ListChampionInput) (*model.ChampionCountryPayload, error) {
	c := champion.List{ListVersion: in.ListVersion, OccurredOn: date(in.OccurredOn)}
	return r.champion(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AgreeSupport(ctx context.Context, in model.AgreeSupportInput) (*model.ChampionCountryPayload, error) {
	c := champion.AgreeSupport{Plan: textOf(in.Plan), OccurredOn: date(in.OccurredOn)}
	return r.champion(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ShareLesson(ctx context.Context, in model.ShareLessonInput) (*model.ChampionCountryPayload, error) {
	c := champion.ShareLesson{Lesson: textOf(in.Lesson), OccurredOn: date(in.OccurredOn)}
	return r.champion(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) StepDownChampion(ctx context.Context, in model.ChampionActInput) (*model.ChampionCountryPayload, error) {
	return r.champion(ctx, in.ID, champion.StepDown{OccurredOn: date(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) ChampionCountry(ctx context.Context, id domain.ID) (*projections.ChampionCountry, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.ChampionCountry, error) { return rd.ChampionCountry(ctx, id) })
}

func (r query) ChampionCountries(ctx context.Context, filter *projections.ChampionCountryFilter, first *int, after *string, last *int, before *string) (*projections.ChampionCountryConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.ChampionCountryList(ctx, or(filter), page(first, after, last, before))
}

func (r champions) State(ctx context.Context, all []*projections.ChampionCountry) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(c *projections.ChampionCountry) domain.ID { return c.StateID })
}

func (r champions) Lessons(ctx context.Context, c *projections.ChampionCountry, first *int, after *string, last *int, before *string) (*projections.ChampionLessonConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Lessons(ctx, c.ID, page(first, after, last, before))
}
