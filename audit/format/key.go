package format

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// Types of keys, as C2SP numbers them.
const (
	typeLog     = 0x01 // signs a note's text
	typeWitness = 0x04 // signs a checkpoint and the time
	typeMLDSA   = 0x06
)

// A Key is the public half of an Ed25519 key of a log or of a witness. It
// verifies their signatures on notes. Two Keys are equal if they are the same
// key under the same name. The zero Key verifies nothing.
type Key struct {
	name   string
	kind   byte
	public string // 32 bytes
}

var _ note.Verifier = Key{}

// ParseKey reads a verifier key ("vkey"), in the one way that there is to write it.
func ParseKey(vkey string) (Key, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, text, ok := strings.Cut(rest, "+")
	if !ok {
		return Key{}, fmt.Errorf("%.60q is not a verifier key: name+ID+key", vkey)
	}
	if err := checkKeyName(name); err != nil {
		return Key{}, err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) == 0 || base64.StdEncoding.EncodeToString(b) != text {
		return Key{}, fmt.Errorf("the key of %.60q is not in base64", name)
	}
	k := Key{name: name, kind: b[0], public: string(b[1:])}
	switch {
	case k.kind == typeMLDSA:
		return Key{}, fmt.Errorf("the key of %.60q is an ML-DSA-44 key (type 0x06), and those are not supported yet: take its Ed25519 key", name)
	case k.kind != typeLog && k.kind != typeWitness:
		return Key{}, fmt.Errorf("the key of %.60q is of the unknown type 0x%02x: only Ed25519 keys of logs (0x01) and of witnesses (0x04) are supported", name, k.kind)
	case len(k.public) != ed25519.PublicKeySize:
		return Key{}, fmt.Errorf("the key of %.60q has %d bytes, and an Ed25519 key has %d", name, len(k.public), ed25519.PublicKeySize)
	case k.id() != id:
		return Key{}, fmt.Errorf("the key of %.60q has the ID %s and is written with %.20q: it was changed or copied wrongly", name, k.id(), id)
	}
	return k, nil
}

// checkKeyName refuses what a signature line cannot carry.
func checkKeyName(name string) error {
	if name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool {
		return r == '+' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}) {
		return fmt.Errorf("%.60q is not a key's name: it is empty, or has a space, a + or other than UTF-8", name)
	}
	return nil
}

// String returns k as a verifier key.
func (k Key) String() string {
	return k.name + "+" + k.id() + "+" + base64.StdEncoding.EncodeToString(append([]byte{k.kind}, k.public...))
}

func (k Key) id() string { return fmt.Sprintf("%08x", k.KeyHash()) }

// Name returns the name that stands in k's signatures.
func (k Key) Name() string { return k.name }

// KeyHash returns the ID that stands in k's signatures.
func (k Key) KeyHash() uint32 {
	h := sha256.Sum256([]byte(k.name + "\n" + string([]byte{k.kind}) + k.public))
	return binary.BigEndian.Uint32(h[:4])
}

// IsWitness reports whether k signs cosignatures.
func (k Key) IsWitness() bool { return k.kind == typeWitness }

// Verify reports whether sig is k's signature of text.
func (k Key) Verify(text, sig []byte) bool {
	switch k.kind {
	case typeLog:
		return ed25519.Verify(ed25519.PublicKey(k.public), text, sig)
	case typeWitness:
		at, sig, err := splitCosignature(sig)
		return err == nil && ed25519.Verify(ed25519.PublicKey(k.public), cosigned(at, text), sig)
	}
	return false
}

// made reports whether s is signed with k. It verifies nothing.
func (k Key) made(s note.Signature) bool { return s.Name == k.name && s.Hash == k.KeyHash() }

// cosigned returns what a witness signs.
func cosigned(at int64, text []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatInt(at, 10)+"\n"), text...)
}

// splitCosignature splits a cosignature into its time, in seconds since 1970,
// and the signature proper.
func splitCosignature(sig []byte) (at int64, proper []byte, err error) {
	if len(sig) != 8+ed25519.SignatureSize {
		return 0, nil, errors.New("a cosignature is 8 bytes of time and 64 of signature")
	}
	if at = int64(binary.BigEndian.Uint64(sig)); at < 0 {
		return 0, nil, errors.New("the time of a cosignature is past all times")
	}
	return at, sig[8:], nil
}
