package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
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
}

func (c *core) now() time.Time {
	if c.Now != nil {
		return c.Now().UTC().Truncate(time.Millisecond)
	}
	return time.Now().UTC().Truncate(time.Millisecond)
}

// mac is a keyed hash of parts. Each part is preceded by its length, so that
// no two lists of parts give the same bytes.
func (c *core) mac(purpose string, parts ...string) []byte {
	h := hmac.New(sha256.New, c.Secret)
	for _, p := range append([]string{purpose}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

// newID derives the id of a new aggregate. Nobody can guess or block one, and
// a repeated create meets its first self.
func (c *core) newID(prefix, category string, by Caller) domain.ID {
	return domain.ID(prefix + encodeID(c.mac("id", category, by.scope(), by.Key)))
}

// encodeID shortens a hash to the 26 letters and digits of an id: 130 bits.
func encodeID(sum []byte) string {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	b := make([]byte, 26)
	bits, n, j := 0, 0, 0
	for i := range b {
		for n < 5 {
			bits, n, j = bits<<8|int(sum[j]), n+8, j+1
		}
		n -= 5
		b[i] = alphabet[bits>>n&31]
		bits &= 1<<n - 1
	}
	return string(b)
}

// recordID is a UUID (version 8) that only this installation can derive, the
// same for every repeat of the i-th record of one command.
func (c *core) recordID(stream string, by Caller, i int) string {
	b := c.mac("record", stream, by.scope(), by.Key, fmt.Sprint(i))[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
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
