package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// ErrDamaged reports that what proofs are made of, or a published file, is not what
// the record makes it. Nothing is proved with it.
var ErrDamaged = errors.New("the log is damaged")

// A Tree is a log that published files are compared with. A Follower is one.
type Tree interface {
	Size() int64
	Entries(ctx context.Context, index int64, n int) ([]format.Entry, error)
	Hashes(ctx context.Context) tlog.HashReader
	Root(ctx context.Context, size int64) (tlog.Hash, error)
}

// A Flaw is a published file that is not what the log makes it.
type Flaw struct {
	File    string // below the folder, with slashes
	Missing bool   // it is not there
	Said    string // what is wrong
}

// Flaws compares the published log in dir with a tree, file by file: those that a
// log of the checkpoint's size needs, and all other tiles there are. Without a
// checkpoint it yields nothing. It writes nothing.
func Flaws(ctx context.Context, of Tree, dir string) iter.Seq2[Flaw, error] {
	return func(yield func(Flaw, error) bool) {
		text, err := os.ReadFile(filepath.Join(dir, checkpointFile))
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(Flaw{}, fmt.Errorf("published log: %w", err))
			return
		}
		size, flaw, err := checkpointFlaw(ctx, of, text)
		if (flaw.Said != "" || err != nil) && !yield(flaw, err) || err != nil || flaw.Said != "" {
			return
		}
		needed := map[string]bool{}
		for _, t := range format.NewTiles(0, size) {
			needed[t.Path()] = true
			flaw, err := tileFlaw(ctx, of, dir, t)
			if (flaw.Said != "" || err != nil) && !yield(flaw, err) || err != nil {
				return
			}
		}
		for t, err := range tilesIn(dir) {
			if err == nil && needed[t.Path()] {
				continue
			}
			if err == nil {
				flaw, err = tileFlaw(ctx, of, dir, t)
			}
			if flaw.Missing { // its whole took its place meanwhile
				flaw = Flaw{}
			}
			if (flaw.Said != "" || err != nil) && !yield(flaw, err) || err != nil {
				return
			}
		}
	}
}

// checkpointFlaw compares the text of a checkpoint with a tree. Who signed it is
// for others to say.
func checkpointFlaw(ctx context.Context, of Tree, text []byte) (size int64, flaw Flaw, err error) {
	n, err := note.Open(text, note.VerifierList())
	if unverified, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		n, err = unverified.Note, nil
	}
	var c format.Checkpoint
	if err == nil {
		c, err = format.ParseCheckpoint(n.Text)
	}
	if err != nil {
		return 0, Flaw{File: checkpointFile, Said: "it is no checkpoint: " + err.Error()}, nil
	}
	if have := of.Size(); c.Size > have {
		return 0, Flaw{File: checkpointFile, Said: fmt.Sprintf("it shows %d records, and the log has %d", c.Size, have)}, nil
	}
	root, err := of.Root(ctx, c.Size)
	if err != nil {
		return 0, Flaw{}, err
	}
	if root != c.Root {
		return 0, Flaw{File: checkpointFile, Said: fmt.Sprintf("it shows another root at %d than the log has", c.Size)}, nil
	}
	return c.Size, Flaw{}, nil
}

// tileFlaw compares one tile with a tree.
func tileFlaw(ctx context.Context, of Tree, dir string, t format.Tile) (Flaw, error) {
	if err := ctx.Err(); err != nil {
		return Flaw{}, err
	}
	flaw := Flaw{File: t.Path()}
	text, err := readTile(dir, t)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		flaw.Missing, flaw.Said = true, "it is missing"
		return flaw, nil
	case err != nil:
		flaw.Said = "it cannot be read: " + err.Error()
		return flaw, nil
	}
	if (t.N*format.TileWidth+int64(t.Width))<<(8*max(t.Level, 0)) > of.Size() {
		flaw.Said = "the log has not so many records"
		return flaw, nil
	}
	want, err := tile(ctx, of, t)
	if err != nil {
		return Flaw{}, fmt.Errorf("%s: %w", t.Path(), err)
	}
	if !bytes.Equal(text, want) {
		flaw.Said = "it is not what the log makes it"
	}
	return flaw, nil
}

// readTile reads the file of a tile.
func readTile(dir string, t format.Tile) ([]byte, error) {
	f, err := openFile(dir, t.Path())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const most int64 = format.TileWidth * (2 + int64(len(format.Entry{}))) // bytes of a bundle of entries
	return io.ReadAll(io.LimitReader(f, most+1))                           // a longer one differs by that
}

// tilesIn yields the tiles in a folder. What is no tile is nobody's to serve.
func tilesIn(dir string) iter.Seq2[format.Tile, error] {
	return func(yield func(format.Tile, error) bool) {
		stop := errors.New("stop")
		err := filepath.WalkDir(filepath.Join(dir, "tile"), func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || d.IsDir() {
				return err
			}
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			if t, err := format.ParseTilePath(filepath.ToSlash(name)); err == nil && !yield(t, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(format.Tile{}, fmt.Errorf("published log: %w", err))
		}
	}
}

// SayFlaws names a few flaws in one line.
func SayFlaws(all []Flaw) string {
	const most = 3
	var said []string
	for _, f := range all[:min(len(all), most)] {
		said = append(said, f.File+": "+f.Said)
	}
	if more := len(all) - most; more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(said, "; ")
}
