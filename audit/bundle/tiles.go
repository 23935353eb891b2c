package bundle

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// tiles reads the tree's tiles in a folder. Together with a signed head,
// tlog.TileHashReader gives no hash that the head does not vouch for.
type tiles struct{ of *Bundle }

var _ tlog.TileReader = tiles{}

// Height implements tlog.TileReader.
func (tiles) Height() int { return 8 }

// ReadTiles implements tlog.TileReader.
func (t tiles) ReadTiles(all []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(all))
	for i, tile := range all {
		name := format.Tile{Level: tile.L, N: tile.N, Width: tile.W}.Path()
		var err error
		if data[i], err = t.of.file(format.LogFolder + "/" + name); err != nil {
			return nil, fmt.Errorf("tile: %w", err)
		}
	}
	return data, nil
}

// SaveTiles implements tlog.TileReader. There is no cache: the files are at hand.
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
