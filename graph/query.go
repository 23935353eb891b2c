package graph

import (
	"context"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

func page(first *int, after *string, last *int, before *string) projections.Page {
	return projections.Page{First: first, After: after, Last: last, Before: before}
}

func (r query) Viewer(ctx context.Context) (*projections.Viewer, error) {
	v, err := viewOf(ctx)
	if id := requestOf(ctx).person; id != "" && !v.public && err == nil {
		return &projections.Viewer{ID: id}, nil
	}
	return nil, err
}

func (r query) Node(ctx context.Context, id domain.ID) (model.Node, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	prefix, _, _ := strings.Cut(string(id), "_")
	read, ok := nodes[prefix]
	if !ok {
		return nil, nil
	}
	return read(ctx, rd, id)
}

// Nodes reads one by one: a page has at most as many as a list.
func (r query) Nodes(ctx context.Context, ids []domain.ID) ([]model.Node, error) {
	if len(ids) > 100 {
		return nil, badInput("At most 100 ids at once.")
	}
	out := make([]model.Node, len(ids))
	for i, id := range ids {
		n, err := r.Node(ctx, id)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// nodes says, by the prefix of an id, how to read what it names.
var nodes = map[string]func(context.Context, projections.Reader, domain.ID) (model.Node, error){
	"per": node(projections.Reader.Person),
	"ent": node(projections.Reader.Entity),
	"con": node(projections.Reader.Consultation),
	"que": node(projections.Reader.Questionnaire),
	"sub": node(projections.Reader.Submission),
	"man": node(projections.Reader.Mandate),
	"voc": node(projections.Reader.Vocabulary),
	"sta": node(projections.Reader.MemberState),
	"imp": node(projections.Reader.Import),
	"cha": node(projections.Reader.ChampionCountry),
	"wgr": node(projections.Reader.WorkingGroup),
	"bri": node(projections.Reader.Briefing),
	"evt": node(projections.Reader.AuditEvent),
	"sec": node(projections.Reader.Secondment),
	"com": node(projections.Reader.Commitment),
}

func node[T any, N interface {
	*T
	model.Node
}](read func(projections.Reader, context.Context, domain.ID) (*T, error)) func(context.Context, projections.Reader, domain.ID) (model.Node, error) {
	return func(ctx context.Context, rd projections.Reader, id domain.ID) (model.Node, error) {
		t, err := found(read(rd, ctx, id))
		if t == nil || err != nil {
			return nil, err
		}
		return N(t), nil
	}
}

func (dates) Earliest(_ context.Context, d *domain.PartialDate) (string, error) {
	return string(d.Earliest()), nil
}

func (dates) Latest(_ context.Context, d *domain.PartialDate) (string, error) {
	return string(d.Latest()), nil
}

// one reads a field that is null when there is nothing to see.
func one[T any](ctx context.Context, r *Resolver, read func(projections.Reader) (*T, error)) (*T, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return found(read(rd))
}

// each reads a field of many parents at once: read returns what belongs to each id.
func each[P, T any](ctx context.Context, r *Resolver, parents []*P, read func(projections.Reader) (map[domain.ID]T, error), id func(*P) domain.ID) ([]T, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	all, err := read(rd)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(parents))
	for i, p := range parents {
		out[i] = all[id(p)]
	}
	return out, nil
}
