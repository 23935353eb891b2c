package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// Handler serves the published log, below whatever prefix is stripped before
// it: the checkpoint, tiles and bundles of entries, as C2SP's tlog-tiles lays
// them out. Nothing in it says who wrote what, so anybody may read it, from any
// page.
//
// A tile is compared with log.db before it is served: one that is damaged is not.
func (l *Log) Handler() http.Handler {
	files := Files(l.Dir)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		err := l.flawed(name)
		if t, isTile := format.ParseTilePath(name); err == nil && isTile == nil {
			err = l.servable(r.Context(), t)
		}
		if err != nil {
			slog.ErrorContext(r.Context(), "published log", slog.Any("err", err))
			unreadable(w)
			return
		}
		files.ServeHTTP(w, r)
	})
}

// servable refuses a tile that is not what log.db makes it. One that is missing is
// for others to say.
func (l *Log) servable(ctx context.Context, t format.Tile) error {
	flaw, err := tileFlaw(ctx, l.Follower, l.Dir, t)
	if err != nil || flaw.Said == "" || flaw.Missing {
		return err
	}
	l.note(flaw)
	return l.flawed(flaw.File)
}

// Files serves a published log that lies in dir, as Handler does.
func Files(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Access-Control-Allow-Origin", "*")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "The log is read with GET.", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		_, err := format.ParseTilePath(name)
		switch {
		case name == checkpointFile || name == witnessedFile:
			h.Set("Content-Type", "text/plain; charset=utf-8")
			h.Set("Cache-Control", "public, max-age=2")
		case err == nil:
			h.Set("Content-Type", "application/octet-stream")
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		default:
			absent(w)
			return
		}
		f, err := openFile(dir, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			absent(w)
			return
		case err != nil:
			slog.ErrorContext(r.Context(), "published log", slog.Any("err", err))
			unreadable(w)
			return
		}
		defer f.Close()
		http.ServeContent(w, r, "", time.Time{}, f)
	})
}

// openFile opens a file below dir: nothing outside it, whatever links there are,
// and nothing that is not a file. Opening a pipe might never end.
func openFile(dir, name string) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name = filepath.FromSlash(name)
	is, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !is.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: it is not a file", name)
	}
	return root.Open(name)
}

// unreadable answers that there is such a file, and that it cannot be served now.
func unreadable(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "The file cannot be read at the moment.", http.StatusInternalServerError)
}

// absent answers that there is no such file, for no longer than that is so.
func absent(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "The log has no such file.", http.StatusNotFound)
}
