package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"sync"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A tileFile is a tile as it was published.
type tileFile struct {
	format.Tile
	text []byte // as many bytes as the tile must have
	err  error
}

// ahead yields tiles in order while it reads the next ones, as many at once as
// suits the source.
func ahead(ctx context.Context, src Source, tiles iter.Seq[format.Tile]) iter.Seq[tileFile] {
	return func(yield func(tileFile) bool) {
		var under sync.WaitGroup
		defer under.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		next, stop := iter.Pull(tiles)
		defer stop()
		var queue []chan tileFile
		for {
			for len(queue) < src.AtOnce() {
				t, ok := next()
				if !ok {
					break
				}
				c := make(chan tileFile, 1)
				under.Go(func() { c <- guarded(ctx, src, t) })
				queue = append(queue, c)
			}
			if len(queue) == 0 {
				return
			}
			f := <-queue[0]
			if queue = queue[1:]; !yield(f) {
				return
			}
		}
	}
}

// guarded is readTile, and outlives its panics.
func guarded(ctx context.Context, src Source, t format.Tile) (f tileFile) {
	defer func() {
		if p := recover(); p != nil {
			f = tileFile{Tile: t, err: fmt.Errorf("%s: panic: %v", t.Path(), p)}
		}
	}()
	text, err := readTile(ctx, src, t)
	return tileFile{t, text, err}
}

// readTile reads a tile. A partial one may be gone once the log has outgrown
// it: then it is the beginning of the full one.
func readTile(ctx context.Context, src Source, t format.Tile) ([]byte, error) {
	b, err := readExactly(ctx, src, t)
	if t.Width == format.TileWidth || !errors.Is(err, fs.ErrNotExist) {
		return b, missing(t, err)
	}
	full, err := readExactly(ctx, src, format.Tile{Level: t.Level, N: t.N, Width: format.TileWidth})
	if err != nil {
		return nil, missing(t, err)
	}
	return full[:lengthOf(t)], nil
}

func readExactly(ctx context.Context, src Source, t format.Tile) ([]byte, error) {
	b, err := src.Read(ctx, t.Path(), lengthOf(t))
	switch {
	case errors.Is(err, ErrTooLong):
		return nil, wrong(in(t.Path()), "it is longer than %d bytes, which is what %d hashes or entries take", lengthOf(t), t.Width)
	case err == nil && len(b) < lengthOf(t):
		return nil, wrong(in(t.Path()), "it has %d bytes of %d: its end is missing", len(b), lengthOf(t))
	}
	return b, err
}

// missing says what it means that a tile is absent: the log signed a head over
// what it does not show.
func missing(t format.Tile, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return wrong(in(t.Path()), "it is missing, and the log's head covers it")
	}
	return err
}

// lengthOf returns how many bytes a tile has.
func lengthOf(t format.Tile) int {
	if t.Level == format.Entries {
		return t.Width * (2 + len(format.Entry{}))
	}
	return t.Width * len(format.Entry{})
}

// plan yields the files of a log of that size, in the order in which its
// entries complete them.
func plan(size int64) iter.Seq[format.Tile] {
	const full = format.TileWidth
	return func(yield func(format.Tile) bool) {
		for n := range size / full {
			if !yield(format.Tile{Level: format.Entries, N: n, Width: full}) || !yield(format.Tile{Level: 0, N: n, Width: full}) {
				return
			}
			for level, m := 1, n+1; m%full == 0; level, m = level+1, m/full {
				if !yield(format.Tile{Level: level, N: m/full - 1, Width: full}) {
					return
				}
			}
		}
		for level := format.Entries; level < levels; level++ {
			of := size >> (8 * max(level, 0))
			if w := int(of % full); w > 0 && !yield(format.Tile{Level: level, N: of / full, Width: w}) {
				return
			}
		}
	}
}
