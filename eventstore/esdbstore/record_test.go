package esdbstore

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// TestContentType calls JSON what is JSON, and nothing else.
func TestContentType(t *testing.T) {
	for data, want := range map[string]esdb.ContentType{
		`{"n":1}`:  esdb.ContentTypeJson,
		`[1, 2]`:   esdb.ContentTypeJson,
		"":         esdb.ContentTypeBinary,
		`{"n":`:    esdb.ContentTypeBinary,
		"\x00\xff": esdb.ContentTypeBinary,
	} {
		batch, err := encode([]eventstore.Record{{ID: uuid.NewString(), Type: "thing.happened", Data: []byte(data)}})
		if err != nil || batch[0].ContentType != want {
			t.Errorf("%q is sent as %v, %v; want %v", data, batch, err, want)
		}
	}
}

// TestRead reads events that no append of ours can have made.
func TestRead(t *testing.T) {
	s := &Store{prefix: "rapporteur:"}
	for name, change := range map[string]func(*esdb.RecordedEvent){
		"":                     func(*esdb.RecordedEvent) {},
		"another's stream":     func(e *esdb.RecordedEvent) { e.StreamID = "rapporteur-2:a-1" },
		"the server's type":    func(e *esdb.RecordedEvent) { e.EventType = "$metadata" },
		"in a transaction":     func(e *esdb.RecordedEvent) { e.Position.Prepare-- },
		"no position":          func(e *esdb.RecordedEvent) { e.Position = esdb.Position{} },
		"too large a position": func(e *esdb.RecordedEvent) { e.Position = esdb.Position{Commit: 1 << 63, Prepare: 1 << 63} },
		"no metadata":          func(e *esdb.RecordedEvent) { e.UserMetadata = nil },
		"no moment":            func(e *esdb.RecordedEvent) { e.UserMetadata = []byte(`{"salt":"00"}`) },
		"a salt of no digits":  func(e *esdb.RecordedEvent) { e.UserMetadata = []byte(`{"at":"2026-03-01T12:00:00.000Z","salt":"0g"}`) },
	} {
		e := &esdb.RecordedEvent{
			EventID: uuid.New(), EventType: "thing.happened", StreamID: "rapporteur:a-1", EventNumber: 4, Position: esdb.Position{Commit: 77, Prepare: 77},
			Data: []byte(`{}`), UserMetadata: []byte(`{"at":"2026-03-01T12:00:00.000Z","salt":"00","meta":{}}`),
		}
		change(e)
		r, err := s.read(e)
		if good := name == ""; (err == nil) != good || good && (r.Stream != "a-1" || r.Version != 5 || r.Position != 77) {
			t.Errorf("%q: %+v, %v", name, r, err)
		}
	}
}
