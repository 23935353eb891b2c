package format

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A Cosigner signs checkpoints as a witness: it says that at that moment this
// was the largest head of the log it had seen, and that all it had seen before
// are part of it. Whoever calls Sign must have made sure of that.
type Cosigner struct {
	key     Key
	private ed25519.PrivateKey
	now     func() time.Time
}

var _ note.Signer = (*Cosigner)(nil)

// NewCosigner returns a Cosigner of that name. A key must be of one witness
// only, because a cosignature does not commit to the name.
func NewCosigner(name string, private ed25519.PrivateKey, now func() time.Time) (*Cosigner, error) {
	if err := checkKeyName(name); err != nil {
		return nil, err
	}
	if len(private) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("the private key of %q has %d bytes, and an Ed25519 key has %d", name, len(private), ed25519.PrivateKeySize)
	}
	public := private.Public().(ed25519.PublicKey)
	return &Cosigner{Key{name, typeWitness, string(public)}, private, now}, nil
}

// Key returns what verifies the signatures of c.
func (c *Cosigner) Key() Key { return c.key }

// Name returns the name of the witness.
func (c *Cosigner) Name() string { return c.key.Name() }

// KeyHash returns the ID of the key.
func (c *Cosigner) KeyHash() uint32 { return c.key.KeyHash() }

// Sign cosigns the text of a checkpoint, extension lines included.
func (c *Cosigner) Sign(text []byte) ([]byte, error) {
	if _, err := ParseExtended(string(text)); err != nil {
		return nil, fmt.Errorf("cosign: %w", err)
	}
	at := c.now().Unix()
	if at <= 0 {
		return nil, errors.New("cosign: the clock stands before 1970")
	}
	sig := binary.BigEndian.AppendUint64(nil, uint64(at))
	return append(sig, ed25519.Sign(c.private, cosigned(at, text))...), nil
}

// CosignedAt returns the time that a cosignature states. It verifies nothing.
func CosignedAt(s note.Signature) (time.Time, error) {
	b, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(b) < 4 {
		return time.Time{}, fmt.Errorf("the signature of %q is not in base64", s.Name)
	}
	at, _, err := splitCosignature(b[4:])
	if err != nil {
		return time.Time{}, fmt.Errorf("the signature of %q: %w", s.Name, err)
	}
	return time.Unix(at, 0).UTC(), nil
}

// ParseExtended reads the text of a checkpoint of any log, as a witness must:
// extension lines may follow. A log of ours has none, see ParseCheckpoint.
func ParseExtended(text string) (Checkpoint, error) {
	head, rest := text, ""
	if lines := strings.SplitAfterN(text, "\n", 4); len(lines) == 4 {
		head, rest = strings.Join(lines[:3], ""), lines[3]
	}
	c, err := ParseCheckpoint(head)
	if err != nil {
		return Checkpoint{}, err
	}
	if rest != "" && (rest[0] == '\n' || strings.Contains(rest, "\n\n") || !strings.HasSuffix(rest, "\n")) {
		return Checkpoint{}, errors.New("checkpoint: an extension line is empty or does not end")
	}
	return c, nil
}
