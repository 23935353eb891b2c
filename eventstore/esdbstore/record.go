package esdbstore

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

const (
	timeFormat = "2006-01-02T15:04:05.000Z07:00"

	// maxWire is the most that one append may take on servers before 25.1: one
	// below which they say no, as they count it.
	maxWire = 1<<20 - 1
)

// An envelope is the metadata of our events on the server. Meta stands in it as
// it is, byte by byte, if it is JSON; else Meta64 has it.
type envelope struct {
	At     string          `json:"at"`
	Salt   string          `json:"salt"` // hexadecimal
	Meta   json.RawMessage `json:"meta,omitempty"`
	Meta64 []byte          `json:"meta64,omitempty"`
}

// encode makes a batch of records what the client sends. It copies all bytes:
// a call may outlive its caller.
func encode(recs []eventstore.Record) ([]esdb.EventData, error) {
	batch := make([]esdb.EventData, len(recs))
	ours, wire := 0, 0
	for i, r := range recs {
		id, err := uuid.Parse(r.ID)
		if err != nil || id.String() != r.ID || id == uuid.Nil { // the client makes one up for the zero id
			return nil, fmt.Errorf("id %q is not a UUID in lower case", r.ID)
		}
		if r.Type == "" || !utf8.ValidString(r.Type) || strings.HasPrefix(r.Type, "$") {
			return nil, fmt.Errorf("record %s: %q is no type that a server keeps", r.ID, r.Type)
		}
		meta := envelopeOf(r)
		kind := esdb.ContentTypeBinary
		if json.Valid(r.Data) {
			kind = esdb.ContentTypeJson // what calls itself JSON must be
		}
		batch[i] = esdb.EventData{EventID: id, EventType: r.Type, ContentType: kind, Data: bytes.Clone(r.Data), Metadata: meta}
		ours += len(r.Data) + len(r.Meta)
		wire += len(r.Data) + len(meta) + 2*len(r.Type)
	}
	switch {
	case ours > eventstore.MaxAppend:
		return nil, fmt.Errorf("%d bytes of data and meta, the most is %d", ours, eventstore.MaxAppend)
	case wire > maxWire:
		return nil, fmt.Errorf("%d bytes in all, the most that servers take is %d", wire, maxWire)
	}
	return batch, nil
}

// envelopeOf writes by hand what encoding/json would take the spaces out of.
func envelopeOf(r eventstore.Record) []byte {
	b := fmt.Appendf(nil, `{"at":%q,"salt":"%x"`, r.At.UTC().Format(timeFormat), r.Salt)
	switch {
	case len(r.Meta) == 0:
	case json.Valid(r.Meta) && utf8.Valid(r.Meta) && len(bytes.Trim(r.Meta, " \t\r\n")) == len(r.Meta):
		b = append(append(b, `,"meta":`...), r.Meta...)
	default:
		text, _ := json.Marshal(r.Meta) // bytes always encode
		b = append(append(b, `,"meta64":`...), text...)
	}
	return append(b, '}')
}

// decode makes an event of the server the record that it was made of.
func (s *Store) decode(e *esdb.RecordedEvent) (eventstore.Record, error) {
	r, err := s.read(e)
	if err != nil {
		return eventstore.Record{}, s.stop(fmt.Errorf("event %s, %d of stream %s, is not as Rapporteur writes them: %w", e.EventID, e.EventNumber, e.StreamID, err))
	}
	return r, nil
}

func (s *Store) read(e *esdb.RecordedEvent) (r eventstore.Record, err error) {
	name, ours := strings.CutPrefix(e.StreamID, s.prefix)
	switch {
	case !ours:
		return r, errors.New("the stream is another's")
	case strings.HasPrefix(e.EventType, "$"):
		return r, fmt.Errorf("the server's own %s", e.EventType)
	case e.Position.Commit != e.Position.Prepare || e.Position.Commit == 0 || e.Position.Commit > math.MaxInt64:
		return r, fmt.Errorf("its positions are %d and %d: it came in a transaction", e.Position.Commit, e.Position.Prepare)
	}
	var m envelope
	if err := json.Unmarshal(e.UserMetadata, &m); err != nil {
		return r, fmt.Errorf("metadata: %w", err)
	}
	r = eventstore.Record{
		ID: e.EventID.String(), Stream: name, Version: int64(e.EventNumber) + 1, Position: eventstore.Position(e.Position.Commit),
		Type: e.EventType, Data: e.Data, Meta: m.Meta64,
	}
	if m.Meta != nil {
		r.Meta = m.Meta
	}
	if r.At, err = time.Parse(timeFormat, m.At); err != nil {
		return r, fmt.Errorf("metadata: at: %w", err)
	}
	r.At = r.At.UTC()
	if r.Salt, err = hex.DecodeString(m.Salt); err != nil {
		return r, fmt.Errorf("metadata: salt: %w", err)
	}
	return r, nil
}

// wire is the name of a stream on the server. No name can be one of the
// server's own, which begin with $: all begin with the installation's.
func (s *Store) wire(stream string) (string, error) {
	if !utf8.ValidString(stream) {
		return "", fmt.Errorf("the name %q is not UTF-8, and would come back as another", stream)
	}
	return s.prefix + stream, nil
}
