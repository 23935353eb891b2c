// Package ide serves the page at /ide: GraphiQL, built once and embedded, so
// that it needs nothing from elsewhere.
package ide

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/docs/examples"
)

//go:embed dist
var dist embed.FS

// policy lets the page load, run and ask nothing but what this server answers.
// Styles may be inline: the editor writes its own, and marks up lines with them.
// Its fonts and icons stand in its style sheet, as data. It evaluates nothing.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// types of what is in dist; not the system's, which differ.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// A file is what is answered at one path.
type file struct {
	contentType string
	tag         string // changes with what is in it
	gzipped     []byte
}

// Handler answers /ide and what lies below. Everything is the same for everybody.
func Handler() (http.Handler, error) {
	files, err := read()
	if err != nil {
		return nil, fmt.Errorf("the page at /ide: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	}), nil
}

// read returns all there is, by path.
func read() (map[string]file, error) {
	files := map[string]file{}
	entries, err := dist.ReadDir("dist")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		gzipped, err := dist.ReadFile("dist/" + e.Name())
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(e.Name(), ".gz")
		files["/ide/"+name] = newFile(types[path.Ext(name)], gzipped)
	}
	files["/ide"], files["/ide/"] = files["/ide/page.html"], files["/ide/page.html"]
	delete(files, "/ide/page.html")
	list, err := list()
	if err != nil {
		return nil, err
	}
	files["/ide/examples.json"] = newFile("application/json", list)
	return files, nil
}

// list is the examples as the page takes them.
func list() ([]byte, error) {
	all, err := examples.All()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err = errors.Join(json.NewEncoder(z).Encode(all), z.Close())
	return b.Bytes(), err
}

func newFile(contentType string, gzipped []byte) file {
	sum := sha256.Sum256(gzipped)
	return file{contentType: contentType, tag: `"` + hex.EncodeToString(sum[:16]) + `"`, gzipped: gzipped}
}

// serve answers f. Whoever has it already is told so.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache") // ask whether it is still the same
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	var body io.ReadSeeker = bytes.NewReader(f.gzipped)
	tag := f.tag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		tag = strings.TrimSuffix(tag, `"`) + `-gzip"`
	} else {
		body = bytes.NewReader(f.plain())
	}
	h.Set("ETag", tag)
	http.ServeContent(w, r, "", time.Time{}, body)
}

// plain is f for the few clients that cannot unpack it. A test reads each.
func (f file) plain() []byte {
	z, err := gzip.NewReader(bytes.NewReader(f.gzipped))
	if err != nil {
		return nil
	}
	all, err := io.ReadAll(z)
	if err != nil {
		return nil
	}
	return all
}
