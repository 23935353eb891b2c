package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

func (r query) Submission(ctx context.Context, id domain.ID) (*projections.Submission, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Submission, error) { return rd.Submission(ctx, id) })
}

func (r query) Submissions(ctx context.Context, filter *projections.SubmissionFilter, orderBy *projections.SubmissionOrder, first *int, after *string, last *int, before *string) (*projections.SubmissionConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.SubmissionList(ctx, or(filter), or(orderBy), page(first, after, last, before))
}

func idOf(s *projections.Submission) domain.ID { return s.ID }

func (r submissions) Consultation(ctx context.Context, all []*projections.Submission) ([]*projections.Consultation, error) {
	of := func(s *projections.Submission) domain.ID { return s.ConsultationID }
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.Consultation, error) {
		return rd.Consultations(ctx, ids(all, of))
	}, of)
}

func (r submissions) Entity(ctx context.Context, all []*projections.Submission) ([]*projections.Entity, error) {
	of := func(s *projections.Submission) domain.ID { return s.OwnerID }
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.Entity, error) {
		return rd.Entities(ctx, ids(all, of))
	}, of)
}

func (r submissions) Submitter(ctx context.Context, all []*projections.Submission) ([]projections.Submitter, error) {
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]projections.Submitter, error) {
		return rd.Submitters(ctx, all)
	}, idOf)
}

func (r submissions) Text(ctx context.Context, all []*projections.Submission) ([]*projections.LocalizedText, error) {
	return latest(ctx, r.Resolver, all, func(e *projections.Edition) *projections.LocalizedText { return e.Text }, nil)
}

func (r submissions) Answers(ctx context.Context, all []*projections.Submission) ([][]*projections.Answer, error) {
	return latest(ctx, r.Resolver, all, func(e *projections.Edition) []*projections.Answer { return e.Answers }, []*projections.Answer{})
}

func (r submissions) Versions(ctx context.Context, all []*projections.Submission) ([][]*projections.Edition, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.Edition, error) {
		return rd.Editions(ctx, all)
	}, idOf)
	return noNulls(out), err
}

func (r submissions) History(ctx context.Context, all []*projections.Submission) ([][]*projections.SubmissionEvent, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.SubmissionEvent, error) {
		return rd.History(ctx, all)
	}, idOf)
	return noNulls(out), err
}

func (r submissions) CoSignatories(ctx context.Context, all []*projections.Submission) ([][]*projections.CoSignatory, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.CoSignatory, error) {
		return rd.CoSignatories(ctx, all)
	}, idOf)
	return noNulls(out), err
}

func (r submissions) Attestations(ctx context.Context, all []*projections.Submission) ([][]*projections.Attestation, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.Attestation, error) {
		return rd.Attestations(ctx, all)
	}, idOf)
	return noNulls(out), err
}

func (r cosigners) Entity(ctx context.Context, c *projections.CoSignatory) (*projections.Entity, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Entity, error) { return rd.Entity(ctx, c.PartyID) })
}

// latest reads something of each submission's latest edition; none where the
// reader may not see the words.
func latest[T any](ctx context.Context, r *Resolver, all []*projections.Submission, of func(*projections.Edition) T, none T) ([]T, error) {
	editions, err := submissions{r}.Versions(ctx, all)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(all))
	for i, e := range editions {
		out[i] = none
		if len(e) > 0 {
			out[i] = of(e[len(e)-1])
		}
	}
	return out, nil
}

func ids[P any](all []*P, of func(*P) domain.ID) []domain.ID {
	out := make([]domain.ID, len(all))
	for i, p := range all {
		out[i] = of(p)
	}
	return out
}

func noNulls[T any](lists [][]T) [][]T {
	for i := range lists {
		if lists[i] == nil {
			lists[i] = []T{}
		}
	}
	return lists
}
