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
	var b bytes.Buffer
	b.WriteString(`{"record":`)
	b.Write(d.Canonical)
	for _, p := range []struct {
		name      string
		text, key []byte
	}{{"data", d.Data, d.DataKey}, {"meta", d.Meta, d.MetaKey}} {
		if p.text == nil {
			continue
		}
		// The commitment is to these very bytes, so they are copied, not encoded.
		if !json.Valid(p.text) || bytes.ContainsAny(p.text, "\r\n") || len(bytes.TrimSpace(p.text)) != len(p.text) {
			return nil, fmt.Errorf("the stored %s is not one line of JSON", p.name)
		}
		fmt.Fprintf(&b, `,"%s":%s,"%sKey":"%x"`, p.name, p.text, p.name, p.key)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// ParseDisclosure reads what Text wrote. It checks the form and no commitment:
// Open does.
func ParseDisclosure(text []byte) (Disclosure, error) {
	var in struct {
		Record  json.RawMessage  `json:"record"`
		Data    *json.RawMessage `json:"data"`
		DataKey *string          `json:"dataKey"`
		Meta    *json.RawMessage `json:"meta"`
		MetaKey *string          `json:"metaKey"`
	}
	if err := strict(text, &in); err != nil {
		return Disclosure{}, fmt.Errorf("disclosure: %w", err)
	}
	d := Disclosure{Canonical: in.Record}
	if d.Canonical == nil {
		return Disclosure{}, errors.New("disclosure: there is no record")
	}
	var err error
	if d.Data, d.DataKey, err = part("data", in.Data, in.DataKey); err != nil {
		return Disclosure{}, err
	}
	d.Meta, d.MetaKey, err = part("meta", in.Meta, in.MetaKey)
	return d, err
}

func part(name string, text *json.RawMessage, key *string) (stored, opens []byte, err error) {
	switch {
	case text == nil && key == nil:
		return nil, nil, nil
	case text == nil || key == nil:
		return nil, nil, fmt.Errorf("disclosure: %s and its key come together or not at all", name)
	}
	opens, err = hex.DecodeString(*key)
	if err != nil || len(opens) != 32 {
		return nil, nil, fmt.Errorf("disclosure: the key of %s is not 32 bytes in hexadecimal", name)
	}
	return *text, opens, nil
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
	if err := strict(b, &e); err != nil {
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

// strict decodes one JSON value that has no unknown fields and nothing after it.
func strict(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if dec.More() {
		return errors.New("something follows the JSON value")
	}
	return nil
}
