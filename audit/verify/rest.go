package verify

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// named is a few names of many.
type named struct {
	all int64
	few []string
}

func (n *named) add(name string) {
	if n.all++; len(n.few) < 5 {
		n.few = append(n.few, fmt.Sprintf("%.100q", name))
	}
}

// String implements fmt.Stringer.
func (n *named) String() string {
	s := strings.Join(n.few, ", ")
	if more := n.all - int64(len(n.few)); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// rest looks at the files that the head does not need: partial tiles of older
// heads, which must be the beginning of what came of them, tiles of heads to
// come, and what is no part of a log.
func (w *walk) rest(ctx context.Context, f *Finding) error {
	var later, strange named
	older := older{src: w.src}
	for name, err := range w.src.Files(ctx) {
		if err != nil {
			return fmt.Errorf("list the files of the log: %w", err)
		}
		t, err := format.ParseTilePath(name)
		switch {
		case name == "checkpoint":
		case err != nil:
			strange.add(w.named + name)
		case w.within(t) == 0:
			later.add(w.named + name)
		case t.Width < w.within(t):
			if err := older.check(ctx, t, w.within(t)); err != nil {
				return w.own(err)
			}
		}
	}
	if older.checked > 0 {
		f.prove("%d files of older heads are the beginning of what came of them", older.checked)
	}
	if later.all > 0 {
		f.leave("what this head does not cover yet: %s", &later)
	}
	if strange.all > 0 {
		f.leave("what these files say, which are no part of a log: %s", &strange)
	}
	return nil
}

// within returns how wide the tile that t is or became is under the head, or 0
// if t has more than the head covers.
func (w *walk) within(t format.Tile) int {
	of := w.size >> (8 * max(t.Level, 0))
	width := int(of % format.TileWidth)
	if t.N < of/format.TileWidth {
		width = format.TileWidth
	} else if t.N > of/format.TileWidth {
		width = 0
	}
	if t.Width > width {
		return 0
	}
	return width
}

// older compares partial tiles with what came of them.
type older struct {
	src     Source
	checked int64
	tile    format.Tile // the last one read
	text    []byte
}

func (o *older) check(ctx context.Context, t format.Tile, width int) error {
	became := format.Tile{Level: t.Level, N: t.N, Width: width}
	if o.tile != became {
		text, err := readTile(ctx, o.src, became)
		if err != nil {
			return err
		}
		o.tile, o.text = became, text
	}
	text, err := readExactly(ctx, o.src, t)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(o.text, text) {
		return wrong(in(t.Path()), "it is not the beginning of %s, which came of it", became.Path())
	}
	o.checked++
	return nil
}
