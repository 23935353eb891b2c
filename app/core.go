package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// Keys knows on which stream a person first used an idempotency key, as far as
// the log has been indexed.
type Keys interface {
	KeyStream(ctx context.Context, person, key string) (stream string, used bool, err error)
}

// Contributors knows who contributed to a consultation, as far as the read
// models are; see [submission.State.Contributes].
type Contributors interface {
	Contributed(ctx context.Context, consultation domain.ID, parties []domain.ID) (bool, error)
}

// Config is what an App stands on. Store and Secret are required.
type Config struct {
	Store  eventstore.Store
	Secret []byte           // the installation's secret, 32 bytes or more; it derives every id
	Keys   Keys             // nil: a key reused on another stream is not noticed
	Now    func() time.Time // nil: the system's clock

	Contributors Contributors // nil: contributing makes nobody a participant; it decides what a refusal may tell
}

// A Caller is who sends a command.
type Caller struct {
	Person domain.ID // who, by their token
	For    domain.ID // for whom they ask to act: an entity, themselves, or empty to leave it open
	Key    string    // their idempotency key
	Named  bool      // the target is one that they name: it must exist, for nobody chooses an id
	System bool      // the installation itself: configuration, the demo or a timer
}

// A Result is the answer to an accepted command.
type Result struct {
	ID     domain.ID // the aggregate
	Record string    // id of the last record the command stored, to be awaited

	// Receipt is the id of the record that its sender gets a receipt of: the first
	// that the command stored. One that stored nothing, because it was so already,
	// gives the aggregate's newest if that is by the same person, and else none.
	Receipt string
}

// core is what all aggregates of one App share.
type core struct {
	Config
	locks keyedLocks // one per stream, so that this process never races itself
	used  *usedKeys
}

func (c *core) now() time.Time {
	if c.Now != nil {
		return c.Now().UTC().Truncate(time.Millisecond)
	}
	return time.Now().UTC().Truncate(time.Millisecond)
}

// mac is a keyed hash of parts.
func (c *core) mac(purpose string, parts ...string) []byte { return c.ids().mac(purpose, parts...) }

func (c *core) ids() IDs { return IDs{c.Secret} }

// newID derives the id of a new aggregate.
func (c *core) newID(prefix, category string, by Caller) domain.ID {
	return c.ids().Aggregate(prefix, category, by.scope(), by.Key)
}

func (c *core) recordID(stream string, by Caller, i int) string {
	return c.ids().Record(stream, by.scope(), by.Key, i)
}

// scope is whose keys by.Key is one of.
func (by Caller) scope() string {
	if by.System {
		return "SYSTEM"
	}
	return string(by.Person)
}

// fingerprint tells one command from another under the same key. It is keyed,
// so that it discloses nothing of a personal text after that is erased.
func (c *core) fingerprint(command any) (string, error) {
	b, err := json.Marshal(command)
	if err != nil {
		return "", fmt.Errorf("fingerprint %T: %w", command, err)
	}
	return hex.EncodeToString(c.mac("command", fmt.Sprintf("%T", command), string(b))[:16]), nil
}

func newSalt() []byte {
	salt := make([]byte, 32)
	rand.Read(salt) // never fails: it ends the process instead
	return salt
}
