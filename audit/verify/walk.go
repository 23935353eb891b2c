package verify

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// Progress says how far a verification is. It is safe for concurrent use.
type Progress struct{ done, of atomic.Int64 }

// Get returns how many records were checked, of how many.
func (p *Progress) Get() (done, of int64) { return p.done.Load(), p.of.Load() }

// A mark is a size at which the root of the tree must be a certain one.
type mark struct {
	size  int64
	check func(root tlog.Hash) error
}

// A walk goes over a log, entry by entry, and recomputes all of it.
type walk struct {
	src   Source
	named string // what comes before the names of the source's files
	size  int64
	marks []mark // by size
	// visit is called for every entry before it is added. It may be nil.
	visit    func(logged) error
	progress *Progress

	tree    tree
	entries tileFile // those whose hashes come next
	files   int64    // how many were right
}

// A logged entry is what the log has at an index.
type logged struct {
	index int64
	entry format.Entry
	leaf  tlog.Hash // what the tree has for it
	file  string    // where the entry stands
}

// run walks the whole log, and stops at the first thing that is wrong.
func (w *walk) run(ctx context.Context) error {
	w.progress.of.Store(w.size)
	if err := w.mark(); err != nil {
		return err
	}
	for f := range ahead(ctx, w.src, plan(w.size)) {
		if err := w.file(f); err != nil {
			return err
		}
		w.files++
	}
	return ctx.Err()
}

// own says of an error at a file of the log what that file is called here.
func (w *walk) own(err error) error {
	if d, ok := errors.AsType[*disproof](err); ok {
		d.File = w.named + d.File
		return d
	}
	return fmt.Errorf("read the log: %w", err)
}

func (w *walk) file(f tileFile) error {
	switch {
	case f.err != nil:
		return w.own(f.err)
	case f.Level == format.Entries:
		w.entries = f
		return nil
	case f.Level == 0:
		if err := w.leaves(f); err != nil {
			return err
		}
	}
	for i, h := range w.tree.take(f.Level) {
		if got := hashAt(f, i); got != h {
			return wrong(in(w.named+f.Path()), "its hash %d, counted from 0, is not what the tiles below it make it", i)
		}
	}
	return nil
}

// leaves adds the entries whose hashes are in a tile.
func (w *walk) leaves(hashes tileFile) error {
	file := w.named + w.entries.Path()
	entries, err := format.ParseEntries(w.entries.text)
	if err != nil {
		return wrong(in(file), "%v", err)
	}
	for i, e := range entries {
		leaf := hashAt(hashes, i)
		if w.visit != nil {
			if err := w.visit(logged{w.tree.size, e, leaf, file}); err != nil {
				return err
			}
		}
		if e.Leaf() != leaf {
			return wrong(at(file, w.tree.size), "the entry is not the one that %s has a hash of: one of the two was altered", w.named+hashes.Path())
		}
		w.tree.add(leaf)
		if err := w.mark(); err != nil {
			return err
		}
	}
	w.progress.done.Store(w.tree.size)
	return nil
}

// mark checks what must hold at this size.
func (w *walk) mark() error {
	for ; len(w.marks) > 0 && w.marks[0].size == w.tree.size; w.marks = w.marks[1:] {
		if err := w.marks[0].check(w.tree.root()); err != nil {
			return err
		}
	}
	return nil
}

func hashAt(f tileFile, i int) tlog.Hash { return tlog.Hash(f.text[i*tlog.HashSize:]) }
