package esdbstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// A guard looks for what a server does to streams that somebody tells it to
// cut, to hide or to delete, and remembers it until it is put right. A stream's
// metadata cuts it: $maxCount, $maxAge and $tb, which a deletion sets too; $acl
// changes who may. A tombstone ends it for good.
type guard struct {
	file  string        // where it keeps its state; empty for nowhere. Set once
	every time.Duration // how often it is written while nothing happens. Set once

	mu    sync.Mutex
	is    guarded
	saved guarded
}

// guarded is what a guard keeps: up to which event it has looked, and what it
// has found. The event is kept with its position, since a position alone is
// taken in any log.
type guarded struct {
	Streams  string            `json:"streams"` // what they begin with
	Position uint64            `json:"position"`
	Event    uuid.UUID         `json:"event"`
	Breaches map[string]string `json:"breaches,omitempty"` // what befell, by stream
}

// load reads the state, if there is one, of the streams that begin so.
func (g *guard) load(prefix string) error {
	g.is.Streams = prefix
	if g.file == "" {
		return nil
	}
	text, err := os.ReadFile(g.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var was guarded
	if err == nil {
		err = json.Unmarshal(text, &was)
	}
	if err != nil {
		return fmt.Errorf("state of the guard: %s: %w", g.file, err)
	}
	if was.Streams != prefix {
		return fmt.Errorf("state of the guard: %s is of the streams %s and not of %s: is this another installation's folder?", g.file, was.Streams, prefix)
	}
	g.is, g.saved = was, was
	g.saved.Breaches = maps.Clone(was.Breaches)
	return nil
}

// save writes the state, if it has changed, in the place of the old one.
func (g *guard) save() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.file == "" || g.is.Position == g.saved.Position && maps.Equal(g.is.Breaches, g.saved.Breaches) {
		return nil
	}
	text, err := json.MarshalIndent(g.is, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(g.file+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Rename(g.file+".new", g.file); err != nil {
		return err
	}
	g.saved = g.is
	g.saved.Breaches = maps.Clone(g.is.Breaches)
	return nil
}

// breach says what was found and not put right, or nil.
func (g *guard) breach() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	touched := slices.Sorted(maps.Keys(g.is.Breaches))
	switch len(touched) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("stream %s: %s", touched[0], g.is.Breaches[touched[0]])
	}
	return fmt.Errorf("stream %s: %s; and %d more streams were touched", touched[0], g.is.Breaches[touched[0]], len(touched)-1)
}

// at returns up to which event the guard has looked.
func (g *guard) at() (uint64, uuid.UUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.is.Position, g.is.Event
}

// passed notes an event up to which the guard has looked.
func (g *guard) passed(position uint64, event uuid.UUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.is.Position, g.is.Event = position, event
}

// see looks at an event of our streams or of their metadata. It reports whether
// that changes what is found.
func (g *guard) see(ctx context.Context, e *esdb.RecordedEvent) (changed bool) {
	stream, of := strings.CutPrefix(e.StreamID, "$$")
	what := ""
	switch {
	case e.EventType == "$streamDeleted":
		what = "it was deleted for good"
	case of:
		what = cuts(e.Data)
	default:
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	was, found := g.is.Breaches[stream]
	switch {
	case what != "":
		slog.ErrorContext(ctx, "nothing more is recorded: somebody touched the record on the server", slog.String("stream", stream), slog.String("what", what))
		if g.is.Breaches == nil {
			g.is.Breaches = map[string]string{}
		}
		g.is.Breaches[stream] = what
		return true
	case found && strings.HasPrefix(was, "its metadata"): // a tombstone stays
		slog.WarnContext(ctx, "the metadata of a stream was put right", slog.String("stream", stream))
		delete(g.is.Breaches, stream)
		return true
	}
	return false
}

// cuts says what a stream's metadata makes the server do to it besides what it
// may, or nothing.
func cuts(metadata []byte, may ...string) string {
	var keys map[string]any
	if err := json.Unmarshal(metadata, &keys); err != nil {
		return "its metadata cannot be read"
	}
	var heeded []string
	for k := range keys {
		if strings.HasPrefix(k, "$") && k != "$cacheControl" && !slices.Contains(may, k) {
			heeded = append(heeded, k)
		}
	}
	if len(heeded) == 0 {
		return ""
	}
	slices.Sort(heeded)
	return "its metadata has " + strings.Join(heeded, " and ")
}
