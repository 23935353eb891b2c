package redis

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

const (
	documents   = "documents"
	maxDocument = 16 << 10         // bytes of a text
	maxSealed   = maxDocument + 28 // a nonce and a tag more
	keepFor     = 24 * time.Hour   // a document; a client that names it afterwards sends it again
)

// Documents are those that any node was sent. What the server has of them is
// sealed: they may quote what nobody else may read.
type Documents struct{ c *Client }

var _ shared.Documents = Documents{}

// Documents returns those of the server.
func (c *Client) Documents() Documents {
	d := Documents{c}
	c.watch(documents, func(ctx context.Context) error {
		err := d.KeepDocument(ctx, "")
		if err == nil {
			_, _, err = d.Document(ctx, shared.HashOf(""))
		}
		return err
	})
	return d
}

// Document implements shared.Documents. What is there under the hash and is not
// its text was put there by somebody else, and counts as not there.
func (d Documents) Document(ctx context.Context, hash string) (string, bool, error) {
	key := d.c.names.of("document", hash)
	var sealed string
	err := d.c.do(ctx, documents, func(ctx context.Context) (err error) {
		sealed, err = d.c.db.GetRange(ctx, key, 0, maxSealed).Result() // one byte more than there may be
		return err
	})
	if err != nil || sealed == "" {
		return "", false, err
	}
	text, err := d.c.names.unsealed(key, sealed)
	if err != nil || shared.HashOf(text) != hash {
		slog.WarnContext(ctx, "redis holds a document that is none of ours: somebody else can write to it")
		return "", false, nil
	}
	return text, true, nil
}

// KeepDocument implements shared.Documents.
func (d Documents) KeepDocument(ctx context.Context, text string) error {
	if len(text) > maxDocument {
		return errors.New("a document of more than 16 KiB is not kept")
	}
	key := d.c.names.of("document", shared.HashOf(text))
	return d.c.do(ctx, documents, func(ctx context.Context) error {
		return d.c.db.Set(ctx, key, d.c.names.sealed(key, text), keepFor).Err()
	})
}
