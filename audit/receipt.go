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

// Receipt returns a receipt for the record that d shows. It is checked before
// it is handed out.
func (l *Log) Receipt(ctx context.Context, d format.Disclosure) (Receipt, error) {
	e, err := d.Open()
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	r := Receipt{Envelope: e, Entry: d.Entry()}
	if r.Head, err = l.Covering(ctx, e.Index); err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s: %w", e.ID, err)
	}
	if r.Proof, err = l.InclusionProof(ctx, e.Index, r.Head.Size); err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s: %w", e.ID, err)
	}
	if err := tlog.CheckRecord(r.Proof, r.Head.Size, r.Head.Root, e.Index, r.Entry.Leaf()); err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s at index %d: the log has another record there: %w", e.ID, e.Index, err)
	}
	extra, err := d.Text()
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt for record %s: %w", e.ID, err)
	}
	r.Text = format.Proof{Extra: extra, Index: e.Index, Hashes: r.Proof, Checkpoint: r.Head.Note}.Text()
	return r, nil
}
