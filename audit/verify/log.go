package verify

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxHead is the most bytes that a signed head can have: a hundred signatures
// and more.
const MaxHead = 64 << 10

// Log checks a log as it is published: it reads all of it and recomputes every
// tile from the entries. Since is an older signed head, or a receipt, or nil:
// what it covers must be the beginning of the log.
func Log(ctx context.Context, src Source, t Trust, since []byte, p *Progress) *Finding {
	f := t.finding()
	return f.end(log(ctx, f, src, t, since, p))
}

func log(ctx context.Context, f *Finding, src Source, t Trust, since []byte, p *Progress) error {
	h, err := t.read(ctx, src, "")
	if err != nil {
		return err
	}
	if err := t.accept(f, h); err != nil {
		return err
	}
	marks, err := t.since(f, since, h)
	if l, ok := errors.AsType[*larger](err); ok {
		return l.ofLog()
	}
	if err != nil {
		return err
	}
	w := &walk{src: src, size: h.Size, progress: p, marks: append(marks, h.mark("checkpoint"))}
	if err := w.run(ctx); err != nil {
		return err
	}
	w.report(f, h)
	if err := w.rest(ctx, f); err != nil {
		return err
	}
	f.leave("what the records say: a log holds hashes of them, and a bundle or a receipt shows them")
	return nil
}

// read reads the head of a log, whose files have names that begin with named.
func (t Trust) read(ctx context.Context, src Source, named string) (head, error) {
	signed, err := src.Read(ctx, "checkpoint", MaxHead)
	if err != nil {
		return head{}, fmt.Errorf("read %scheckpoint: %w", named, err)
	}
	return t.open(named+"checkpoint", signed)
}

// mark is what must hold when all entries are there.
func (h head) mark(file string) mark {
	return mark{h.Size, func(root tlog.Hash) error {
		if root != h.Root {
			return wrong(in(file), "the %d entries have the root %x, and the log signed %x: entries were altered, dropped or moved, and the tiles with them", h.Size, root[:], h.Root[:])
		}
		return nil
	}}
}

// report says what it proves that the walk came to its end.
func (w *walk) report(f *Finding, h head) {
	f.prove("the log has all %d entries, and they have the root that it signed, %s", h.Size, hex.EncodeToString(h.Root[:]))
	f.prove("all %d files of entries and hashes are as the entries make them", w.files)
}
