package main

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/ide"
)

// addPages adds what says how to ask: the same for everybody, with a data folder
// and with a bundle.
func addPages(mux *http.ServeMux) {
	mux.HandleFunc("GET /schema.graphql", serveSchema)
	page, err := ide.Handler()
	if err != nil { // a mistake in what the program was built from, which its tests find
		slog.Error("the page at /ide is left out", slog.Any("err", err))
		return
	}
	mux.Handle("GET /ide", page)
	mux.Handle("GET /ide/", page)
}

// schemaTag changes with the schema.
var schemaTag = func() string {
	sum := sha256.Sum256([]byte(rapporteur.Schema))
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}()

// serveSchema answers the schema as rapporteur schema prints it. Tools ask for it
// again and again, and are told when they have it already.
func serveSchema(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", schemaTag)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(rapporteur.Schema))
}
