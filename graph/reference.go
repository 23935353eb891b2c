package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type (
	mandateFields struct{ *Resolver }
	vocabularies  struct{ *Resolver }
)

// Mandate implements generated.ResolverRoot.
func (r *Resolver) Mandate() generated.MandateResolver { return mandateFields{r} }

// Vocabulary implements generated.ResolverRoot.
func (r *Resolver) Vocabulary() generated.VocabularyResolver { return vocabularies{r} }

// mandate sends a command on a mandate and reads it back.
func (r mutation) mandate(ctx context.Context, target domain.ID, c mandate.Command, in command) (*model.MandatePayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Mandates, target, c, in)
	if err != nil {
		return nil, err
	}
	m, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Mandate, error) { return rd.Mandate(ctx, o.ID) })
	return &model.MandatePayload{Mandate: m, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) RegisterMandate(ctx context.Context, in model.RegisterMandateInput) (*model.MandatePayload, error) {
	c := mandate.Register{Symbol: in.Symbol, Title: textOf(in.Title), AdoptedOn: date(in.AdoptedOn)}
	for _, p := range in.Paragraphs {
		c.Paragraphs = append(c.Paragraphs, mandate.Paragraph{Number: p.Number, Text: textOf(p.Text)})
	}
	return r.mandate(ctx, r.App.MandateTarget(in.Symbol), c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) SupersedeMandate(ctx context.Context, in model.SupersedeMandateInput) (*model.MandatePayload, error) {
	c := mandate.Supersede{Successor: mandateRef(in.Successor), OccurredOn: date(in.OccurredOn)}
	return r.mandate(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) Mandate(ctx context.Context, id *domain.ID, symbol *string) (*projections.Mandate, error) {
	if (id == nil) == (symbol == nil) {
		return nil, badInput("Give an id or a symbol: one of the two.")
	}
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Mandate, error) {
		if symbol != nil {
			return rd.MandateBySymbol(ctx, *symbol)
		}
		return rd.Mandate(ctx, *id)
	})
}

func (r query) Mandates(ctx context.Context, first *int, after *string, last *int, before *string) (*projections.MandateConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.MandateList(ctx, page(first, after, last, before))
}

func (r mandateFields) Paragraphs(ctx context.Context, all []*projections.Mandate) ([][]*projections.MandateParagraph, error) {
	of := func(m *projections.Mandate) domain.ID { return m.ID }
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.MandateParagraph, error) {
		return rd.Paragraphs(ctx, ids(all, of))
	}, of)
	return noNulls(out), err
}

// vocabulary sends a command on a vocabulary and reads the version in force back.
func (r mutation) vocabulary(ctx context.Context, target domain.ID, c vocabulary.Command, in command) (*model.VocabularyPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Vocabularies, target, c, in)
	if err != nil {
		return nil, err
	}
	v, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Vocabulary, error) { return rd.Vocabulary(ctx, o.ID) })
	return &model.VocabularyPayload{Vocabulary: v, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) PublishVocabulary(ctx context.Context, in model.PublishVocabularyInput) (*model.VocabularyPayload, error) {
	c := vocabulary.Publish{Name: in.Name, Version: in.Version, Source: mandateRef(in.Source)}
	for _, t := range in.Terms {
		c.Terms = append(c.Terms, vocabulary.Term{Code: t.Code, Label: textOf(t.Label)})
	}
	return r.vocabulary(ctx, r.App.VocabularyTarget(in.Name), c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AddTerm(ctx context.Context, in model.AddTermInput) (*model.VocabularyPayload, error) {
	c := vocabulary.AddTerm{Term: vocabulary.Term{Code: in.Term.Code, Label: textOf(in.Term.Label)}}
	return r.vocabulary(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DeprecateTerm(ctx context.Context, in model.DeprecateTermInput) (*model.VocabularyPayload, error) {
	c := vocabulary.DeprecateTerm{Code: in.Code, Successor: or(in.Successor), Reason: or(in.Reason)}
	return r.vocabulary(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) MapTerm(ctx context.Context, in model.MapTermInput) (*model.VocabularyPayload, error) {
	c := vocabulary.MapTerm{Code: in.Code, To: vocabulary.Ref{Vocabulary: in.To.Vocabulary, Version: in.To.Version, Term: in.To.Term}}
	return r.vocabulary(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) Vocabulary(ctx context.Context, name string, version *int) (*projections.Vocabulary, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Vocabulary, error) {
		return rd.VocabularyByName(ctx, name, version)
	})
}

func (r query) Vocabularies(ctx context.Context, first *int, after *string, last *int, before *string) (*projections.VocabularyConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.VocabularyList(ctx, page(first, after, last, before))
}

func (r vocabularies) Terms(ctx context.Context, all []*projections.Vocabulary) ([][]*projections.VocabularyTerm, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	lists := make([]string, len(all))
	for i, v := range all {
		lists[i] = v.List()
	}
	terms, err := rd.Terms(ctx, lists)
	out := make([][]*projections.VocabularyTerm, len(all))
	for i, list := range lists {
		out[i] = terms[list]
	}
	return out, err
}
