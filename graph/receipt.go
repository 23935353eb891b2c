package graph

import (
	"context"
	"encoding/hex"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/mod/sumdb/tlog"

	auditing "github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// Proofs proves what the record holds. The log of an installation does, and so
// does a copy of one that was handed to somebody. It is safe for concurrent use.
type Proofs interface {
	// Receipt returns a receipt for the record that d shows, checked.
	Receipt(ctx context.Context, d format.Disclosure) (auditing.Receipt, error)

	// Published returns the head that everybody is shown, if there is one yet.
	Published() (auditing.Head, bool)

	// PublishedSize returns how many records everybody may know of. It never
	// shrinks.
	PublishedSize() int64

	// AwaitPublished blocks until everybody may know of size records. It fails
	// when ctx ends.
	AwaitPublished(ctx context.Context, size int64) error

	// Covering returns a head of a log that has the record at index.
	Covering(ctx context.Context, index int64) (auditing.Head, error)

	// InclusionProof proves that the record at index is in the log of a size.
	InclusionProof(ctx context.Context, index, size int64) (tlog.RecordProof, error)

	// ConsistencyProof proves that the log of size to continues that of size from.
	ConsistencyProof(ctx context.Context, from, to int64) (tlog.TreeProof, error)

	// VerifierKey is what the log's signatures are verified with.
	VerifierKey() string

	// Fault returns why nothing more can be proved, and so nothing be recorded,
	// or nil.
	Fault() error
}

var _ Proofs = (*auditing.Log)(nil)

func (r query) Receipt(ctx context.Context, id domain.ID) (*model.Receipt, error) {
	f, err := one(ctx, r.Resolver, func(rd projections.Reader) (*follower.Fact, error) { return rd.Held(ctx, id) })
	if f == nil || err != nil {
		return nil, err
	}
	return r.receipt(ctx, f)
}

func (r submissions) Receipt(ctx context.Context, all []*projections.Submission) ([]*model.Receipt, error) {
	facts, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*follower.Fact, error) {
		return rd.HeldEditions(ctx, all)
	}, idOf)
	if err != nil {
		return nil, err
	}
	out := make([]*model.Receipt, len(all))
	for i, f := range facts {
		if f == nil {
			continue
		}
		if out[i], err = r.receipt(ctx, f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// given returns the receipt that the answer to a command carries, if it was
// asked for and there is one. It is made from what the follower read.
func (r *Resolver) given(ctx context.Context, record string) (*model.Receipt, error) {
	if record == "" || !graphql.FieldRequested(ctx, "receipt") {
		return nil, nil
	}
	index, err := r.Log.Index(ctx, record)
	if err != nil {
		return nil, err
	}
	f, err := r.Log.At(ctx, index)
	if err != nil {
		return nil, err
	}
	return r.receipt(ctx, &f)
}

// receipt shows a record whole: to whoever may hold it, and nobody else.
func (r *Resolver) receipt(ctx context.Context, f *follower.Fact) (*model.Receipt, error) {
	d, err := format.Disclose(f.Record, f.Index)
	if err != nil {
		return nil, err
	}
	x, err := r.Proofs.Receipt(ctx, d)
	if err != nil {
		return nil, err
	}
	out := &model.Receipt{
		EventID: projections.EventID(f.ID), Index: f.Index, RecordHash: hex.EncodeToString(x.Entry[:]), RecordedAt: f.At,
		Checkpoint: r.checkpoint(x.Head), InclusionProof: hexes(x.Proof), Text: string(x.Text), Status: model.ReceiptStatusLogged,
	}
	if x.Head.Witnessed {
		out.Status = model.ReceiptStatusWitnessed
	}
	return out, nil
}

func (r *Resolver) checkpoint(h auditing.Head) *model.Checkpoint {
	return &model.Checkpoint{
		Origin: h.Origin, Size: h.Size, Root: hex.EncodeToString(h.Root[:]), Text: string(h.Note),
		VerifierKey: r.Proofs.VerifierKey(), Witnessed: h.Witnessed,
	}
}

func hexes(hashes []tlog.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = hex.EncodeToString(h[:])
	}
	return out
}
