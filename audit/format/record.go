// Package format holds the bytes that other programs may read: a record's
// canonical form and what is disclosed of it, and the log's entries, tiles,
// checkpoints and proofs.
//
// Each is written and read here and nowhere else, so that who writes the log
// and who verifies it share no more than this. Except for a record's own form
// they are C2SP's: signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-tiles
// v0.1.0, tlog-proof@v1, tlog-cosignature v1.0.1 and tlog-witness v1.0.0.
package format

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// recordVersion is the version of the canonical bytes. It is fixed by the first
// stored record.
const recordVersion = 1

// timeLayout is RFC 3339 in UTC with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// An Envelope is what the canonical bytes of a record say. Its fields are in
// the order of their JSON names, which makes its encoding the RFC 8785 form of
// itself.
type Envelope struct {
	At      string `json:"at"`   // RFC 3339, UTC, milliseconds
	Data    string `json:"data"` // hex HMAC-SHA256 over the stored bytes
	ID      string `json:"id"`
	Index   int64  `json:"index"`
	Meta    string `json:"meta"` // likewise
	Stream  string `json:"stream"`
	Type    string `json:"type"`
	V       int    `json:"v"`
	Version int64  `json:"version"`
}

// Canonical returns the bytes that the log commits to for the record at index.
// They name neither data nor meta, only commitments to them under keys derived
// from the record's salt, so that either may be withheld.
func Canonical(r eventstore.Record, index int64) ([]byte, error) {
	return encode(Envelope{
		At:      r.At.UTC().Format(timeLayout),
		Data:    commitment(DataKey(r.Salt), r.Data),
		ID:      r.ID,
		Index:   index,
		Meta:    commitment(MetaKey(r.Salt), r.Meta),
		Stream:  r.Stream,
		Type:    r.Type,
		V:       recordVersion,
		Version: r.Version,
	})
}

// encode writes e as JSON without spaces and, as RFC 8785 wants it, without
// escapes for HTML.
func encode(e Envelope) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// DataKey is what a reader needs beside the data to check its commitment.
func DataKey(salt []byte) []byte { return mac(salt, "data") }

// MetaKey is what a reader needs beside the meta to check its commitment.
func MetaKey(salt []byte) []byte { return mac(salt, "meta") }

func commitment(key, stored []byte) string { return hex.EncodeToString(mac(key, string(stored))) }

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// An Entry is the 32 bytes that stand in the log for one record: the SHA-256
// of its canonical bytes.
type Entry [sha256.Size]byte

// EntryOf returns the log's entry for a record with these canonical bytes.
func EntryOf(canonical []byte) Entry { return sha256.Sum256(canonical) }

// NewEntry returns the log's entry for the record at index.
func NewEntry(r eventstore.Record, index int64) (Entry, error) {
	b, err := Canonical(r, index)
	if err != nil {
		return Entry{}, err
	}
	return EntryOf(b), nil
}

// Leaf returns the RFC 6962 leaf hash of e.
func (e Entry) Leaf() tlog.Hash { return tlog.RecordHash(e[:]) }
