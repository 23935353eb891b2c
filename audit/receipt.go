package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Receipt proves that a record stands in the log, to whoever has the log's
// verifier key and nothing else.
type Receipt struct {
	format.Envelope
	Entry format.Entry
	Head  Head
	Proof tlog.RecordProof
	Text  []byte // all of it, as a tlog-proof whose extra data is the disclosure
}

// VerifierKey is what the log's signatures are verified with, as a C2SP verifier key.
func (l *Log) VerifierKey() string { return l.Key.VKey }

// Receipt returns a receipt for the record that d shows.
func (l *Log) Receipt(ctx context.Context, d format.Disclosure) (Receipt, error) {
	e, err := d.Open()
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	h, err := l.Covering(ctx, e.Index)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s: %w", e.ID, err)
	}
	proof, err := l.InclusionProof(ctx, e.Index, h.Size)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s: %w", e.ID, err)
	}
	return NewReceipt(d, h, proof)
}

// NewReceipt puts a receipt together, and checks it before it is handed out.
func NewReceipt(d format.Disclosure, h Head, proof tlog.RecordProof) (Receipt, error) {
	e, err := d.Open()
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	r := Receipt{Envelope: e, Entry: d.Entry(), Head: h, Proof: proof}
	if err := tlog.CheckRecord(proof, h.Size, h.Root, e.Index, r.Entry.Leaf()); err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s at index %d: the log has another record there: %w", e.ID, e.Index, err)
	}
	extra, err := d.Text()
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s: %w", e.ID, err)
	}
	r.Text = format.Proof{Extra: extra, Index: e.Index, Hashes: proof, Checkpoint: h.Note}.Text()
	return r, nil
}
