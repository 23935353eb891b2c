package format

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"
)

const (
	tileHeight = 8
	TileWidth  = 1 << tileHeight // hashes of a full tile, and entries of a full bundle
	maxLevel   = 63 / tileHeight // no log has more entries than fit an int64
)

// Entries is the level at which, in paths, the bundles of entries stand.
const Entries = -1

// A Tile is one file of the tree: Width hashes of a level, or entries.
type Tile struct {
	Level int   // 0 for the leaves' hashes; Entries for the entries themselves
	N     int64 // its place in its level
	Width int   // 1 to TileWidth; less than that is a partial tile
}

// Path returns where the tile stands below the log's address.
func (t Tile) Path() string {
	level := "entries"
	if t.Level != Entries {
		level = strconv.Itoa(t.Level)
	}
	digits := fmt.Sprintf("%03d", t.N%1000)
	for n := t.N / 1000; n > 0; n /= 1000 {
		digits = fmt.Sprintf("x%03d/%s", n%1000, digits)
	}
	p := path.Join("tile", level, digits)
	if t.Width < TileWidth {
		p += ".p/" + strconv.Itoa(t.Width)
	}
	return p
}

// ParseTilePath reads a path that Path wrote, and no other.
func ParseTilePath(p string) (Tile, error) {
	bad := fmt.Errorf("%.80q is not the path of a tile", p)
	rest, ok := strings.CutPrefix(p, "tile/")
	if !ok {
		return Tile{}, bad
	}
	level, rest, _ := strings.Cut(rest, "/")
	t := Tile{Level: Entries, Width: TileWidth}
	var err error
	if level != "entries" {
		if t.Level, err = strconv.Atoi(level); err != nil || t.Level < 0 || t.Level > maxLevel {
			return Tile{}, bad
		}
	}
	if digits, width, partial := strings.Cut(rest, ".p/"); partial {
		if t.Width, err = strconv.Atoi(width); err != nil || t.Width < 1 || t.Width >= TileWidth {
			return Tile{}, bad
		}
		rest = digits
	}
	for group := range strings.SplitSeq(rest, "/") {
		n, err := strconv.Atoi(strings.TrimPrefix(group, "x"))
		if err != nil || t.N > (math.MaxInt64-int64(n))/1000 {
			return Tile{}, bad
		}
		t.N = t.N*1000 + int64(n)
	}
	if t.Path() != p {
		return Tile{}, bad
	}
	return t, nil
}

// NewTiles returns the tiles and bundles, entries first and then from the
// leaves up, that a tree of size to has and one of size from has not. The last
// of a level may be partial.
func NewTiles(from, to int64) []Tile {
	var all []Tile
	for level := Entries; level <= maxLevel; level++ {
		have, want := from>>(tileHeight*max(level, 0)), to>>(tileHeight*max(level, 0))
		if want == 0 {
			break
		}
		for n := have / TileWidth; n < want/TileWidth; n++ {
			all = append(all, Tile{level, n, TileWidth})
		}
		if w := want % TileWidth; w > 0 && want > have {
			all = append(all, Tile{level, want / TileWidth, int(w)})
		}
	}
	return all
}

// AppendEntry adds an entry to a bundle.
func AppendEntry(bundle []byte, e Entry) []byte {
	bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(e)))
	return append(bundle, e[:]...)
}

// ParseBundle reads a bundle of entries of any length, as any log may have them.
func ParseBundle(bundle []byte) ([][]byte, error) {
	var all [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("bundle of entries: it ends within an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		all, bundle = append(all, bundle[2:end]), bundle[end:]
	}
	return all, nil
}

// ParseEntries reads a bundle of this log's entries.
func ParseEntries(bundle []byte) ([]Entry, error) {
	raw, err := ParseBundle(bundle)
	if err != nil {
		return nil, err
	}
	all := make([]Entry, len(raw))
	for i, b := range raw {
		if len(b) != len(all[i]) {
			return nil, fmt.Errorf("bundle of entries: entry %d has %d bytes and not %d", i, len(b), len(all[i]))
		}
		copy(all[i][:], b)
	}
	return all, nil
}
