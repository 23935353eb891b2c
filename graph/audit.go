package graph

import (
	"context"
	"encoding/json"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type (
	audit       struct{ *Resolver }
	auditEvents struct{ *Resolver }
)

// Audit implements generated.ResolverRoot.
func (r *Resolver) Audit() generated.AuditResolver { return audit{r} }

// AuditEvent implements generated.ResolverRoot.
func (r *Resolver) AuditEvent() generated.AuditEventResolver { return auditEvents{r} }

func (r query) Audit(ctx context.Context) (*projections.Audit, error) {
	rd, err := r.reader(ctx)
	if err != nil || !rd.Viewer.Is(domain.Auditor) {
		return nil, err
	}
	return &projections.Audit{}, nil
}

func (r audit) Events(ctx context.Context, _ *projections.Audit, filter *projections.AuditEventFilter, first *int, after *string, last *int, before *string) (*projections.AuditEventConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.AuditEventList(ctx, or(filter), page(first, after, last, before))
}

func (r audit) Event(ctx context.Context, _ *projections.Audit, index int64) (*projections.AuditEvent, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.AuditEvent, error) {
		return rd.AuditEventAt(ctx, index, projections.AuditEventFilter{})
	})
}

func (r audit) Certificates(ctx context.Context, _ *projections.Audit) ([]*projections.ProjectionCertificate, error) {
	rd, err := r.reader(ctx)
	return rd.ProjectionCertificates(), err
}

func (r auditEvents) Data(ctx context.Context, all []*projections.AuditEvent) ([]json.RawMessage, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.AuditData(ctx, all)
}

func (r subscription) AuditEvents(ctx context.Context, filter *projections.AuditEventFilter, after *int64) (<-chan *model.AuditEventRecorded, error) {
	beat := func(index int64) *model.AuditEventRecorded { return &model.AuditEventRecorded{Index: index} }
	return follow(ctx, r.Resolver, "", nil, after, beat, func(rd projections.Reader, f follower.Fact, _ domain.ID) (*model.AuditEventRecorded, error) {
		e, err := found(rd.AuditEventAt(ctx, f.Index, or(filter)))
		if e == nil || err != nil {
			return nil, err
		}
		return &model.AuditEventRecorded{Index: f.Index, Event: e}, nil
	})
}
