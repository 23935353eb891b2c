package logkey

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// maxCheckpoint is the most bytes of a head: what a verifier reads of one.
const maxCheckpoint = 64 << 10

// Rotate gives the log a new key. Whoever asks has verified the checkpoint's
// signature: that takes more than a decision may know.
type Rotate struct {
	Old        string // verifier keys, as C2SP writes them
	New        string
	Checkpoint string // the last head that the old key signed, a signed note
}

// By implements domain.Command.
func (Rotate) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (c Rotate) decide(s State, _ domain.Cause) ([]Event, error) {
	origin, known := nameOf(c.Old)
	named, fits := nameOf(c.New)
	switch {
	case !known || !fits:
		return nil, domain.Refuse(domain.Invalid, "log_key.key", "A verifier key of a log is written name+ID+key.")
	case s.current() == c.New && s.Rotations[len(s.Rotations)-1].Old == c.Old:
		return nil, nil // doing it twice is quiet
	case s.current() != "" && s.current() != c.Old:
		return nil, domain.Refuse(domain.NotAllowed, "log_key.old", "The key to be replaced is not the one that signs the log.")
	case c.New == c.Old || slices.ContainsFunc(s.Rotations, func(r Rotated) bool { return r.Old == c.New }):
		return nil, domain.Refuse(domain.Invalid, "log_key.reused", "A log's new key must be one that it never had.")
	case origin != named:
		return nil, domain.Refuse(domain.Invalid, "log_key.origin", "The log is called %s, and the new key is that of %s: a log keeps its name.", origin, named)
	case !isHead(c.Checkpoint, origin):
		return nil, domain.Refuse(domain.Invalid, "log_key.checkpoint", "The last head under the old key must be given, as a signed note of the log %s.", origin)
	}
	return []Event{Rotated(c)}, nil
}

// nameOf returns the name in a verifier key, if it is written like one.
func nameOf(vkey string) (name string, ok bool) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, key, _ := strings.Cut(rest, "+")
	_, err := base64.StdEncoding.Strict().DecodeString(key)
	_, notHex := hex.DecodeString(id)
	return name, name != "" && len(id) == 8 && notHex == nil && key != "" && err == nil
}

// isHead reports whether text is a checkpoint of the log called origin with a
// signature in its name.
func isHead(text, origin string) bool {
	if len(text) > maxCheckpoint {
		return false
	}
	end := strings.LastIndex(text, "\n\n")
	if end < 0 || strings.Count(text[:end], "\n") != 2 || !strings.HasPrefix(text, origin+"\n") {
		return false
	}
	return strings.Contains(text[end+1:], "\n— "+origin+" ")
}

// Rotated records that the log has another key from here on.
type Rotated struct {
	Old        string `json:"old"`
	New        string `json:"new"`
	Checkpoint string `json:"checkpoint"` // the last head that the old key signed
}

// EventType implements domain.Event.
func (Rotated) EventType() string { return "log_key.rotated" }

func (e Rotated) evolve(s State) State {
	s.Rotations = append(s.Rotations, e)
	return s
}
