package memory

import (
	"context"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/rapporteur-project/rapporteur/shared"
)

const maxDocuments = 1_000 // of at most 16 KiB each

// Documents are those that this node was sent, of which it remembers the ones
// used last.
type Documents struct {
	texts *lru.Cache[string, string] // by hash
}

var _ shared.Documents = Documents{}

// NewDocuments remembers none yet.
func NewDocuments() Documents {
	texts, err := lru.New[string, string](maxDocuments)
	if err != nil {
		panic(err) // only for a size below one
	}
	return Documents{texts}
}

// Document implements shared.Documents. It never fails.
func (d Documents) Document(_ context.Context, hash string) (string, bool, error) {
	text, ok := d.texts.Get(hash)
	return text, ok, nil
}

// KeepDocument implements shared.Documents. It never fails.
func (d Documents) KeepDocument(_ context.Context, text string) error {
	d.texts.Add(shared.HashOf(text), text)
	return nil
}
