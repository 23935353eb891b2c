package verify

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// MaxReceipt is the most bytes that a receipt can have: all that one record may
// carry, in base64, and a proof.
const MaxReceipt = 4 << 20

const receiptFile = "the receipt"

// MaxReceiptFile is the most bytes that a file with a receipt can have: in JSON,
// beside the rest of an answer, and in UTF-16.
const MaxReceiptFile = 4 * MaxReceipt

// Receipt checks a receipt: that the record it shows stands in the log at the
// index it names. What programs do to a text around its lines is taken and
// noted; a receipt of which any other byte is not as it was issued is refused.
func Receipt(file []byte, t Trust) *Finding {
	f := t.finding()
	return f.end(receipt(f, file, t))
}

func receipt(f *Finding, file []byte, t Trust) error {
	if len(file) > MaxReceiptFile {
		return fmt.Errorf("a file with a receipt has at most %d bytes, and this file has more", MaxReceiptFile)
	}
	text, notes, err := receiptIn(file)
	f.Notes = append(f.Notes, notes...)
	if err != nil {
		return err
	}
	if len(text) > MaxReceipt {
		return fmt.Errorf("a receipt has at most %d bytes, and this one has more", MaxReceipt)
	}
	p, err := format.ParseProof(text)
	if err != nil {
		return wrong(in(receiptFile), "%v", err)
	}
	if !bytes.Equal(p.Text(), text) {
		return wrong(in(receiptFile), "it is not in the form that a receipt is written in")
	}
	h, err := t.open(receiptFile, p.Checkpoint)
	if err != nil {
		return err
	}
	// Signatures by unknown keys are legal, but a byte of one could be changed
	// unnoticed. Whoever names witnesses has them all checked.
	if t.Policy != nil && len(h.strangers) > 0 {
		others := t.others(h.strangers)
		if others == "" {
			others = "name that witness in the policy, or verify without one"
		}
		return fmt.Errorf("%s: its head has signatures with keys that neither --key nor the policy, from %s, knows: %s: %s", receiptFile, t.PolicyFrom, signers(h.strangers), others)
	}
	if err := t.accept(f, h); err != nil {
		return err
	}
	if len(p.Extra) == 0 {
		return errors.New("the receipt does not say what was recorded: it has no extra line")
	}
	d, err := format.ParseDisclosure(p.Extra)
	if err != nil {
		return wrong(in(receiptFile), "%v", err)
	}
	e, err := d.Open()
	if err == nil {
		err = wellFormed(e)
	}
	if err != nil {
		return wrong(in(receiptFile), "%v", err)
	}
	if e.Index != p.Index {
		return wrong(in(receiptFile), "the record is of index %d, and the proof of index %d", e.Index, p.Index)
	}
	f.Index = &p.Index
	if err := tlog.CheckRecord(p.Hashes, h.Size, h.Root, p.Index, d.Entry().Leaf()); err != nil {
		return wrong(at(receiptFile, p.Index), "the proof does not lead from the record to the head that the log signed: the record is not in the log as shown, or the proof is of another")
	}
	f.prove("the record %s, recorded at %s, stands at index %d of the log %s", e.Type, e.At, e.Index, h.Origin)
	f.prove("it is version %d of the stream %s, and its id is %s", e.Version, e.Stream, e.ID)
	f.Record = shownOf(d, e)
	shown(f, d)
	f.leave("that the clock was right: the time is the server's word, and cannot be changed any more")
	return nil
}

// shown says which parts of a record are proved.
func shown(f *Finding, d format.Disclosure) {
	var yes, no []string
	for _, p := range []struct {
		name string
		text []byte
	}{{"data", d.Data}, {"meta", d.Meta}} {
		if p.text != nil {
			yes = append(yes, p.name)
		} else {
			no = append(no, p.name)
		}
	}
	if len(yes) > 0 {
		f.prove("the %s of the record, which %s shown below, %s what was recorded", strings.Join(yes, " and "), is(len(yes)), is(len(yes)))
	}
	if len(no) > 0 {
		f.leave("what its %s %s: %s withheld", strings.Join(no, " and "), says(len(no)), is(len(no)))
	}
}

func is(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func says(n int) string {
	if n == 1 {
		return "says"
	}
	return "say"
}
