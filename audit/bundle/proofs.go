package bundle

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
)

// Published returns the head that came with the bundle. It does not count as
// witnessed: the policy came with the bundle too.
func (b *Bundle) Published() (audit.Head, bool) {
	return audit.Head{Checkpoint: b.head, Note: b.note}, true
}

// PublishedSize returns how many records there are: whoever has the bundle may
// know of all of them.
func (b *Bundle) PublishedSize() int64 { return b.head.Size }

// AwaitPublished fails at once with ErrEnded when there are not size records.
func (b *Bundle) AwaitPublished(ctx context.Context, size int64) error { return b.Wait(ctx, size) }

// Covering returns the head that came with the bundle, which covers every
// record in it.
func (b *Bundle) Covering(_ context.Context, index int64) (audit.Head, error) {
	h, _ := b.Published()
	if index >= h.Size {
		return audit.Head{}, fmt.Errorf("index %d: %w", index, ErrEnded)
	}
	return h, nil
}

// Receipt returns a receipt for the record that d shows, as the bundle shows it:
// d itself may be made from a record whose salt the bundle does not have.
func (b *Bundle) Receipt(ctx context.Context, d format.Disclosure) (audit.Receipt, error) {
	e, err := format.ParseCanonical(d.Canonical)
	if err != nil {
		return audit.Receipt{}, err
	}
	h, err := b.Covering(ctx, e.Index)
	if err != nil {
		return audit.Receipt{}, err
	}
	lines, err := b.lines(e.Index, 1)
	if err != nil {
		return audit.Receipt{}, err
	}
	shown, err := format.ParseDisclosure(lines[0])
	if err != nil {
		return audit.Receipt{}, err
	}
	proof, err := b.InclusionProof(ctx, e.Index, h.Size)
	if err != nil {
		return audit.Receipt{}, err
	}
	return audit.NewReceipt(shown, h, proof)
}

// InclusionProof proves that the record at index is in the log of a size.
func (b *Bundle) InclusionProof(_ context.Context, index, size int64) (tlog.RecordProof, error) {
	p, err := tlog.ProveRecord(size, index, tlog.TileHashReader(b.tree(), b.tiles))
	if err != nil {
		return nil, fmt.Errorf("prove record %d in %d: %w", index, size, err)
	}
	return p, nil
}

// ConsistencyProof proves that the log of size to continues that of size from.
func (b *Bundle) ConsistencyProof(_ context.Context, from, to int64) (tlog.TreeProof, error) {
	p, err := tlog.ProveTree(to, from, tlog.TileHashReader(b.tree(), b.tiles))
	if err != nil {
		return nil, fmt.Errorf("prove the log of %d in that of %d: %w", from, to, err)
	}
	return p, nil
}

// VerifierKey is the key that came with the bundle.
func (b *Bundle) VerifierKey() string { return b.VKey }

// Fault is nil: a bundle signs nothing.
func (b *Bundle) Fault() error { return nil }
