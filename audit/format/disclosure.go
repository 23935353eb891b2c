package format

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A Disclosure is a record as it is shown to somebody: its canonical bytes, and
// each of its two parts as stored beside the key that opens its commitment. A
// part that is withheld is nil, and so is its key. Written as text it is one
// line of JSON, {"record":{...},"data":{...},"dataKey":"hex","meta":{...},
// "metaKey":"hex"}, in which record is the canonical bytes themselves.
type Disclosure struct {
	Canonical     []byte
	Data, DataKey []byte
	Meta, MetaKey []byte
}

// Disclose shows a record whole.
func Disclose(r eventstore.Record, index int64) (Disclosure, error) {
	c, err := Canonical(r, index)
	return Disclosure{Canonical: c, Data: r.Data, DataKey: DataKey(r.Salt), Meta: r.Meta, MetaKey: MetaKey(r.Salt)}, err
}

// WithoutData returns d with its data withheld.
func (d Disclosure) WithoutData() Disclosure { d.Data, d.DataKey = nil, nil; return d }

// WithoutMeta returns d with its meta withheld.
func (d Disclosure) WithoutMeta() Disclosure { d.Meta, d.MetaKey = nil, nil; return d }

// Entry returns what stands in the log for the record.
func (d Disclosure) Entry() Entry { return EntryOf(d.Canonical) }

// Text returns d as one line of JSON, without the newline.
func (d Disclosure) Text() ([]byte, error) {
	for _, p := range d.parts() {
		// The commitment is to these very bytes, so they are copied, not encoded.
		if p.text != nil && (!json.Valid(p.text) || bytes.ContainsAny(p.text, "\r\n") || len(bytes.TrimSpace(p.text)) != len(p.text)) {
			return nil, fmt.Errorf("the stored %s is not one line of JSON", p.name)
		}
	}
	return d.line(), nil
}

type part struct {
	name      string
	text, key []byte
}

func (d Disclosure) parts() [2]part {
	return [2]part{{"data", d.Data, d.DataKey}, {"meta", d.Meta, d.MetaKey}}
}

func (d Disclosure) line() []byte {
	b := make([]byte, 0, len(d.Canonical)+len(d.Data)+len(d.Meta)+200)
	b = append(append(b, `{"record":`...), d.Canonical...)
	for _, p := range d.parts() {
		if p.text != nil {
			b = append(append(b, `,"`+p.name+`":`...), p.text...)
			b = append(hex.AppendEncode(append(b, `,"`+p.name+`Key":"`...), p.key), '"')
		}
	}
	return append(b, '}')
}

// ParseDisclosure reads what Text wrote, and refuses whatever else means the
// same. It checks no commitment: Open does.
func ParseDisclosure(text []byte) (Disclosure, error) {
	var in struct {
		Record, Data, Meta json.RawMessage
		DataKey, MetaKey   string
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return Disclosure{}, fmt.Errorf("disclosure: %w", err)
	}
	d := Disclosure{Canonical: in.Record, Data: in.Data, Meta: in.Meta}
	if d.Canonical == nil {
		return Disclosure{}, errors.New("disclosure: there is no record")
	}
	var err error
	if d.DataKey, err = parseKey("data", in.Data, in.DataKey); err != nil {
		return Disclosure{}, err
	}
	if d.MetaKey, err = parseKey("meta", in.Meta, in.MetaKey); err != nil {
		return Disclosure{}, err
	}
	// JSON has many ways to say the same: names in either case, a name twice.
	if !bytes.Equal(d.line(), text) {
		return Disclosure{}, errors.New("disclosure: it is not in the form that a record is written in")
	}
	return d, nil
}

// parseKey reads the key that comes with a part, which may be withheld.
func parseKey(name string, text []byte, key string) ([]byte, error) {
	if text == nil && key == "" {
		return nil, nil
	}
	if text == nil || key == "" {
		return nil, fmt.Errorf("disclosure: %s and its key come together or not at all", name)
	}
	b, err := hex.DecodeString(key)
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("disclosure: the key of %s is not 32 bytes in hexadecimal", name)
	}
	return b, nil
}

// ErrCommitment reports that a part shown is not the part that was recorded.
var ErrCommitment = errors.New("it is not what was recorded: its commitment does not fit")

// Open returns what the canonical bytes say, once every part shown fits its
// commitment there.
func (d Disclosure) Open() (Envelope, error) {
	e, err := ParseCanonical(d.Canonical)
	if err != nil {
		return Envelope{}, err
	}
	if d.Data != nil && !hmac.Equal([]byte(commitment(d.DataKey, d.Data)), []byte(e.Data)) {
		return e, fmt.Errorf("data of record %s at index %d: %w", e.ID, e.Index, ErrCommitment)
	}
	if d.Meta != nil && !hmac.Equal([]byte(commitment(d.MetaKey, d.Meta)), []byte(e.Meta)) {
		return e, fmt.Errorf("meta of record %s at index %d: %w", e.ID, e.Index, ErrCommitment)
	}
	return e, nil
}

// ParseCanonical reads canonical bytes, and refuses any that Canonical would
// not have written.
func ParseCanonical(b []byte) (Envelope, error) {
	var e Envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return Envelope{}, fmt.Errorf("canonical bytes: %w", err)
	}
	if e.V != recordVersion {
		return Envelope{}, fmt.Errorf("canonical bytes: written by a newer release: their version is %d", e.V)
	}
	if again, err := encode(e); err != nil || !bytes.Equal(again, b) {
		return Envelope{}, errors.Join(errors.New("canonical bytes: not in canonical form"), err)
	}
	return e, nil
}
