package installation

import (
	"encoding/hex"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	hashSize = 32  // bytes of a hash of the secret
	maxKey   = 512 // bytes of a verifier key: a name, and less than 100 bytes
)

// CommitKeys names the keys that the record is made with. The secret comes
// first; the log's key follows once the log was published under it. What the
// record names already is never replaced here.
type CommitKeys struct {
	Secret string // hash of the installation's secret, in hexadecimal
	LogKey string // the log's first verifier key; empty while the log is not published
}

// By implements domain.Command.
func (CommitKeys) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (c CommitKeys) decide(s State, _ domain.Cause) ([]Event, error) {
	if err := checkSecret(c.Secret); err != nil {
		return nil, err
	}
	switch {
	case s.Secret != "" && s.Secret != c.Secret:
		return nil, domain.Refuse(domain.NotAllowed, "installation.secret", "This record was made with another secret of its installation.")
	case s.LogKey != "" && c.LogKey != "" && s.LogKey != c.LogKey:
		return nil, domain.Refuse(domain.NotAllowed, "installation.log_key", "The log of this record was begun with the key %s.", s.LogKey)
	case c.LogKey != "" && (len(c.LogKey) > maxKey || strings.Count(c.LogKey, "+") < 2):
		return nil, domain.Refuse(domain.Invalid, "installation.key", "A verifier key of a log is written name+ID+key.")
	case s.Secret == c.Secret && (c.LogKey == "" || c.LogKey == s.LogKey):
		return nil, nil // named already
	}
	return []Event{KeysCommitted(c)}, nil
}

// checkSecret refuses what is no hash of a secret.
func checkSecret(hash string) error {
	if b, err := hex.DecodeString(hash); err != nil || len(b) != hashSize || strings.ToLower(hash) != hash {
		return domain.Refuse(domain.Invalid, "installation.hash", "The hash of a secret has 32 bytes, in hexadecimal.")
	}
	return nil
}

// KeysCommitted records the keys that the record is made with.
type KeysCommitted struct {
	Secret string `json:"secret"`
	LogKey string `json:"logKey,omitempty"`
}

// EventType implements domain.Event.
func (KeysCommitted) EventType() string { return "installation.keys_committed" }

func (e KeysCommitted) evolve(s State) State {
	s.Secret = e.Secret
	if e.LogKey != "" {
		s.LogKey = e.LogKey
	}
	return s
}
