package interop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/testonly"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// The log that Tessera's own tests read, of 15 entries with a checkpoint for
// every size, and its key.
const (
	foreignModule = "github.com/transparency-dev/tessera"
	foreignKey    = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
)

// TestForeignLog reads a log that another program wrote with our codecs: all of
// its checkpoints, its entries and its tiles.
func TestForeignLog(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", foreignModule).Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), "testdata", "log")
	key, err := format.ParseKey(foreignKey)
	if err != nil || key.String() != foreignKey {
		t.Fatalf("their key is read as %s, %v", key, err)
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for size := range int64(16) {
		c, _, err := format.OpenCheckpoint(read(fmt.Sprintf("checkpoint.%d", size)), note.VerifierList(key))
		if err != nil || c.Size != size {
			t.Fatalf("their checkpoint of %d: %d, %v", size, c.Size, err)
		}
		var leaves []tlog.Hash
		for _, tile := range format.NewTiles(0, size) {
			if _, err := format.ParseTilePath(tile.Path()); err != nil {
				t.Error(err)
			}
			if tile.Level == format.Entries {
				entries, err := format.ParseBundle(read(tile.Path()))
				if err != nil || len(entries) != tile.Width {
					t.Fatalf("%s: %d entries, %v", tile.Path(), len(entries), err)
				}
				for _, e := range entries {
					leaves = append(leaves, tlog.RecordHash(e))
				}
				continue
			}
			for i, h := range leaves {
				if b := read(tile.Path()); tlog.Hash(b[32*i:]) != h {
					t.Errorf("%s: hash %d is not that of the entry", tile.Path(), i)
				}
			}
		}
		if root := rootOf(t, leaves); root != c.Root {
			t.Errorf("root at %d: %s, theirs is %s", size, root, c.Root)
		}
	}
}

func rootOf(t *testing.T, leaves []tlog.Hash) tlog.Hash {
	t.Helper()
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, n := range indexes {
			out[i] = stored[n]
		}
		return out, nil
	})
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(leaves)), read)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestForeignVectors reads the bundles that the reference inputs of Certificate
// Transparency make, and finds the roots that its other implementations publish.
func TestForeignVectors(t *testing.T) {
	var bundle []byte
	for size, root := range testonly.RootHashes() {
		entries, err := format.ParseBundle(bundle)
		if err != nil || len(entries) != size {
			t.Fatalf("%d entries of %d, %v", len(entries), size, err)
		}
		var leaves []tlog.Hash
		for _, e := range entries {
			leaves = append(leaves, tlog.RecordHash(e))
		}
		if got := rootOf(t, leaves); string(got[:]) != string(root) {
			t.Errorf("root at %d: %x, want %x", size, got, root)
		}
		if in := testonly.LeafInputs(); size < len(in) {
			if bundle, err = torchwood.AppendTileEntry(bundle, in[size]); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestProofsByOthers reads what torchwood writes, and the other way round.
func TestProofsByOthers(t *testing.T) {
	s := newSite(t)
	s.grow(t, 300)
	text, leaf := s.receipt(t, 77)
	p, err := format.ParseProof(text)
	if err != nil {
		t.Fatal(err)
	}
	theirs := torchwood.FormatProofWithExtraData(p.Index, p.Extra, p.Hashes, p.Checkpoint)
	if string(theirs) != string(text) {
		t.Errorf("the same proof is written by another program as\n%s\nand by us as\n%s", theirs, text)
	}
	extra, err := torchwood.ProofExtraData(text)
	if err != nil || string(extra) != string(p.Extra) {
		t.Errorf("extra data %q, %v", extra, err)
	}
	again, err := format.ParseProof(theirs)
	if err != nil {
		t.Fatal(err)
	}
	c, err := torchwood.ParseCheckpoint(strings.SplitN(string(again.Checkpoint), "\n\n", 2)[0] + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckRecord(again.Hashes, c.N, c.Hash, again.Index, leaf); err != nil {
		t.Error(err)
	}
	for _, tile := range append(format.NewTiles(0, 12_345_678), format.Tile{Level: 0, N: 1_234_067, Width: 256}) {
		if tile.N%997 != 0 && tile.Width == format.TileWidth {
			continue
		}
		theirs := torchwood.TilePath(tlog.Tile{H: 8, L: tile.Level, N: tile.N, W: tile.Width})
		if theirs != tile.Path() {
			t.Errorf("the path of %+v is %s, by another program %s", tile, tile.Path(), theirs)
		}
	}
}
