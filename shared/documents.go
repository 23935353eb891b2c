package shared

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// Documents are GraphQL documents that clients send once, and afterwards only
// name by their hash.
type Documents interface {
	// Document returns the text that hash is of, or false if it is not there.
	// Whoever asks holds the text against the hash again: a store that others
	// write to too may be wrong.
	Document(ctx context.Context, hash string) (text string, found bool, err error)

	// KeepDocument keeps a text for some time. It may be forgotten any moment.
	KeepDocument(ctx context.Context, text string) error
}

// HashOf names a text as clients do: its SHA-256 in hexadecimal digits.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
