package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/hostile"
)

// refusedRows time the refusal of the worst documents known, one a row: from the
// request's body to the answer's. There is nothing to compare with: servers
// without limits take seconds for some of them, or for ever.
func refusedRows() []row {
	var rows []row
	for _, d := range hostile.Documents() {
		rows = append(rows, row{
			name: "document: " + d.Name, unit: "documents", target: "< 10 ms each",
			sizes: func(s scale) string {
				return fmt.Sprintf("one client in the same process, a document of %s bytes, nothing of it remembered, %d x %s", thousands(int64(len(d.Text))), s.rounds, refusing(s))
			},
			prepare: func(ctx context.Context, b *bench) (*contest, error) { return prepareRefused(ctx, b, d) },
		})
	}
	return rows
}

// refusing is how long one round is: there are many of these rows.
func refusing(s scale) time.Duration { return min(s.round, 200*time.Millisecond) }

func prepareRefused(ctx context.Context, b *bench, d hostile.Document) (*contest, error) {
	dir, err := os.MkdirTemp(b.dir, "refused-")
	if err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, filepath.Clean(dir))
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"query": d.Text, "variables": d.Variables})
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			return alone(ctx, refusing(b.scale), nil, func(ctx context.Context) error { return i.refuses(ctx, body) })
		},
		close: i.close,
	}, nil
}

// refuses fails unless the API refuses body as bad input.
func (i *installation) refuses(ctx context.Context, body []byte) error {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	i.api.ServeHTTP(w, r)
	if !bytes.Contains(w.Body.Bytes(), []byte(`"code":"BAD_USER_INPUT"`)) {
		return fmt.Errorf("not refused: %.200s", w.Body)
	}
	return nil
}
