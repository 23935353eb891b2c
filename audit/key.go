package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

// A Key signs the heads of a log. Its name is the log's origin, so both are
// fixed by the same file. The private part never leaves it but for signing.
type Key struct {
	Origin string
	VKey   string // what others verify with, as a C2SP verifier key
	signer note.Signer
}

// OpenKey reads the log's key in the file at path, and makes one where there is
// none: for the log called origin, or for one with a name drawn by lot. A log
// keeps its origin: another one than the file's is refused.
func OpenKey(path, origin string) (*Key, error) {
	if origin != "" {
		if err := format.CheckOrigin(origin); err != nil {
			return nil, err
		}
	}
	text, err := keyfile.Open(path, func() ([]byte, error) { return newKey(origin) })
	if err != nil {
		return nil, fmt.Errorf("key of the log: %w", err)
	}
	k, err := keyIn(path, text)
	if err != nil {
		return nil, err
	}
	return k, k.named(origin)
}

// named refuses another origin than k's. An empty one is any.
func (k *Key) named(origin string) error {
	if origin != "" && origin != k.Origin {
		return fmt.Errorf("this log is called %s since its first run and cannot be called %s: receipts name it", k.Origin, origin)
	}
	return nil
}

// ReadKey reads the log's key in the file at path, and makes nothing: without a
// file the error is fs.ErrNotExist.
func ReadKey(path string) (*Key, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("key of the log: %w", err)
	}
	return keyIn(path, text)
}

// keyIn reads the text of the file at path.
func keyIn(path string, text []byte) (*Key, error) {
	k, err := parseKey(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("key of the log: %s: %w", path, err)
	}
	return k, nil
}

func newKey(origin string) ([]byte, error) {
	if origin == "" {
		var b [8]byte
		rand.Read(b[:]) // never fails: it ends the process instead
		origin = "rapporteur/" + hex.EncodeToString(b[:])
	}
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	return []byte(secret + "\n"), nil
}

// parseKey reads a key as note.GenerateKey writes it. Its errors quote nothing.
func parseKey(text string) (*Key, error) {
	bad := errors.New("it holds no key of a log")
	signer, err := note.NewSigner(text)
	if err != nil {
		return nil, bad
	}
	// PRIVATE+KEY+name+hash+key, where the key may hold a plus of its own.
	fields := strings.SplitN(text, "+", 5)
	seed, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, bad
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, bad
	}
	return &Key{signer.Name(), vkey, signer}, nil
}

// String keeps the private part out of what is printed.
func (k *Key) String() string { return k.VKey }

// GoString keeps the private part out of what is printed.
func (k *Key) GoString() string { return k.VKey }

// LogValue keeps the private part out of logs.
func (k *Key) LogValue() slog.Value { return slog.StringValue(k.VKey) }
