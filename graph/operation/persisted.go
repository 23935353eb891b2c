package operation

import (
	"context"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/shared"
)

const maxPersisted = 16 << 10 // bytes of a document that is kept for clients that name it by its hash

// notFound is the sentence that clients know automatic persisted queries by.
const notFound = "PersistedQueryNotFound"

// A persisted query is what a client says of its document in the extension
// persistedQuery.
type persisted struct {
	hash string // empty: nothing
	sent bool   // with the document itself
}

// persisted finds the document that a client names by its hash, as the protocol
// of automatic persisted queries has it, and puts it into params.
func (e *Executor) persisted(ctx context.Context, params *graphql.RawParams, by Payer) (persisted, *gqlerror.Error) {
	said, ok := params.Extensions["persistedQuery"]
	if !ok || said == nil {
		return persisted{}, nil
	}
	fields, _ := said.(map[string]any)
	hash, _ := fields["sha256Hash"].(string)
	if version, ok := whole(fields["version"]); !ok || version != 1 || len(hash) != 64 {
		return persisted{}, refuse("The extension persistedQuery has version 1 and, as sha256Hash, the hash of the document in 64 hexadecimal digits.").at()
	}
	if e.config.Documents == nil {
		return persisted{}, refuse("PersistedQueryNotSupported").at()
	}
	if params.Query != "" {
		if shared.HashOf(params.Query) != hash {
			return persisted{}, refuse("The document does not have the hash that persistedQuery says: it is the SHA-256 of its UTF-8, in lower case.").at()
		}
		return persisted{hash: hash, sent: true}, nil
	}
	text, found, err := e.config.Documents.Document(ctx, hash)
	if err != nil {
		slog.DebugContext(ctx, "persisted queries", slog.Any("err", err)) // the client sends it again
	}
	if !found || err != nil || shared.HashOf(text) != hash {
		// Or anybody could try without end what others have asked.
		if _, err := e.spend(ctx, by, reading); err != nil {
			return persisted{}, err
		}
		return persisted{}, refuse(notFound).at()
	}
	params.Query = text
	return persisted{hash: hash}, nil
}

// keep keeps a document that was found valid. A client that sends a longer one
// under its hash is answered all the same, and sends it each time.
func (e *Executor) keep(ctx context.Context, p persisted, text string) {
	if !p.sent || len(text) > maxPersisted {
		return
	}
	if err := e.config.Documents.KeepDocument(ctx, text); err != nil {
		slog.DebugContext(ctx, "persisted queries", slog.Any("err", err))
	}
}
