package verify

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

func checkLog(t *testing.T, dir string, trust Trust, since []byte) *Finding {
	t.Helper()
	src, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var p Progress
	f := Log(t.Context(), src, trust, since, &p)
	if done, of := p.Get(); f.Answer == Proved && (done != of || of != f.Head.Size) {
		t.Errorf("progress %d of %d, and the log has %d", done, of, f.Head.Size)
	}
	return f
}

// All sizes are taken from one log, so that it is also seen that the same
// entries make the same files at every size.
func TestLogSizes(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 70_000, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	for _, size := range []int64{0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			dir := t.TempDir()
			m.publish(t, dir, size)
			f := checkLog(t, dir, trust, nil)
			wants(t, f, Proved,
				fmt.Sprintf("proved: the log has all %d entries", size),
				fmt.Sprintf("proved: all %d files", len(format.NewTiles(0, size))),
				"not proved: that nothing was rewritten before this head was signed",
				"not proved: what the records say")
			wants(t, checkLog(t, dir, trust, m.checkpoint(t, size/2)), Proved, fmt.Sprintf("nothing of the first %d records was rewritten", size/2))
		})
	}
}

// TestPlan compares what a walk reads with what a log publishes.
func TestPlan(t *testing.T) {
	for _, size := range []int64{0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000, 1 << 20} {
		paths := map[string]bool{}
		for tile := range plan(size) {
			if paths[tile.Path()] {
				t.Errorf("%d: %s comes twice", size, tile.Path())
			}
			paths[tile.Path()] = true
		}
		want := map[string]bool{}
		for _, tile := range format.NewTiles(0, size) {
			want[tile.Path()] = true
		}
		if !maps.Equal(paths, want) {
			t.Errorf("%d: %d files, want %d", size, len(paths), len(want))
		}
	}
}

// TestTree compares the verifier's own tree with another program's at every
// size.
func TestTree(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 1000, makeRecord)
	var tr tree
	for size := range m.size() + 1 {
		if got, want := tr.root(), m.root(t, size); got != want {
			t.Fatalf("size %d: root %s, want %s", size, got, want)
		}
		if size < m.size() {
			tr.add(m.shown[size].Entry().Leaf())
			tr.take(0)
		}
	}
	if want := 10; len(tr.edge) > want {
		t.Errorf("the edge has %d hashes, want at most %d", len(tr.edge), want)
	}
}

// TestLogAltered alters every file of a log, one at a time.
func TestLogAltered(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 600, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	for _, tile := range format.NewTiles(0, 600) {
		path := tile.Path()
		alter := func(name string, change func(file string, text []byte), said ...string) {
			dir := t.TempDir()
			m.publish(t, dir, 600)
			file := filepath.Join(dir, path)
			change(file, read(t, file))
			f := checkLog(t, dir, trust, nil)
			wants(t, f, Disproved, append(said, path)...)
			if f.Place == nil || f.Place.File == "" {
				t.Errorf("%s %s: no place in %+v", path, name, f)
			}
		}
		for _, i := range []int{0, 1, 2, 40, lengthOf(tile) - 1} {
			if i < lengthOf(tile) {
				alter(fmt.Sprint("flip ", i), func(file string, text []byte) { text[i] ^= 1; write(t, file, text) })
			}
		}
		alter("drop", func(file string, _ []byte) { os.Remove(file) }, "it is missing")
		alter("empty", func(file string, _ []byte) { write(t, file, nil) }, "its end is missing")
		alter("short", func(file string, text []byte) { write(t, file, text[:len(text)-1]) }, "its end is missing")
		alter("long", func(file string, text []byte) { write(t, file, append(text, 0)) }, "it is longer than")
		if half := lengthOf(tile) / tile.Width; tile.Width > 1 {
			alter("swap", func(file string, text []byte) {
				write(t, file, slices.Concat(text[half:2*half], text[:half], text[2*half:]))
			})
		}
		if tile.Width == format.TileWidth {
			alter("only a part", func(file string, text []byte) {
				os.Remove(file)
				write(t, file+".p/255", text[:len(text)/256*255])
			}, "it is missing")
		}
	}
	text := m.checkpoint(t, 600)
	for i := range text {
		dir := t.TempDir()
		altered := bytes.Clone(text)
		altered[i] ^= 1
		write(t, filepath.Join(dir, "checkpoint"), altered)
		if f := checkLog(t, dir, trust, nil); f.Answer == Proved || !strings.Contains(f.Reason, "checkpoint: ") || len(f.Proved) > 0 {
			t.Errorf("byte %d of the checkpoint: %+v", i, f)
		}
	}
}

// TestLogForged shows logs that fit together and are not what was signed, or
// not what was signed before.
func TestLogForged(t *testing.T) {
	k := newKey(t, origin)
	m := makeLog(t, k, 600, makeRecord)
	trust := Trust{Key: k.verifier(t)}
	shuffled := func(order func(all []format.Disclosure) []format.Disclosure) *made {
		other := &made{key: k}
		for _, d := range order(slices.Clone(m.shown)) {
			other.add(t, d)
		}
		return other
	}
	swapped := shuffled(func(all []format.Disclosure) []format.Disclosure { all[3], all[300] = all[300], all[3]; return all })
	dropped := shuffled(func(all []format.Disclosure) []format.Disclosure { return slices.Delete(all, 3, 4) })
	for name, tt := range map[string]struct {
		log         *made
		head, since []byte
		answer      Answer
		said        string
	}{
		"all tiles made anew under the old head": {swapped, m.checkpoint(t, 600), nil, Disproved, "checkpoint: the 600 entries have the root"},
		"signed anew":                            {swapped, swapped.checkpoint(t, 600), m.checkpoint(t, 600), Disproved, "history was rewritten: the first 600 records had the root"},
		"signed anew, an older head":             {swapped, swapped.checkpoint(t, 600), m.checkpoint(t, 301), Disproved, "history was rewritten: the first 301 records"},
		"signed anew, a head from before":        {swapped, swapped.checkpoint(t, 600), m.checkpoint(t, 3), Proved, "nothing of the first 3 records was rewritten"},
		"an entry dropped":                       {dropped, dropped.checkpoint(t, 599), m.checkpoint(t, 599), Disproved, "history was rewritten: the first 599"},
		"the tail truncated":                     {m, m.checkpoint(t, 500), m.checkpoint(t, 501), Disproved, "index 500: history was rewritten: the log signed a head of 501 records before, and now it has only 500; if that head is from a receipt of the last moments, which is signed before the log is published, give the receipt itself"},
		"the tail truncated, by a receipt":       {m, m.checkpoint(t, 500), m.proof(t, 7, 501).Text(), Unknown, "the receipt's head has 501 records, and the log shows 500 so far: try again in a minute; if it stays so, the log was cut off"},
		"the same head":                          {m, m.checkpoint(t, 600), m.checkpoint(t, 600), Proved, "nothing of the first 600 records"},
		"an older head of nothing":               {m, m.checkpoint(t, 600), m.checkpoint(t, 0), Proved, "nothing of the first 0 records"},
		"an older head of nobody":                {m, m.checkpoint(t, 600), makeLog(t, newKey(t, origin), 9, makeRecord).checkpoint(t, 9), Unknown, "the older head: it is signed with the key example/log+"},
		"an older head of another log":           {m, m.checkpoint(t, 600), makeLog(t, newKey(t, "x"), 9, makeRecord).checkpoint(t, 9), Unknown, "the older head: it is of the log \"x\""},
		"no older head at all":                   {m, m.checkpoint(t, 600), []byte("x"), Unknown, "the older head: checkpoint: malformed note"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			tt.log.publish(t, dir, tt.log.size())
			write(t, filepath.Join(dir, "checkpoint"), tt.head)
			wants(t, checkLog(t, dir, trust, tt.since), tt.answer, tt.said)
		})
	}
	dir := t.TempDir()
	m.publish(t, dir, 600)
	wants(t, checkLog(t, dir, Trust{}, nil), Unknown, "no key is known for that log")
	wants(t, checkLog(t, t.TempDir(), trust, nil), Unknown, "read checkpoint: ")
}

// TestLogGrown reads folders that hold more than their head needs, or less.
func TestLogGrown(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 600, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	grown := func() string {
		dir := t.TempDir()
		m.publish(t, dir, 600)
		for _, size := range []int64{3, 256, 300, 550} {
			for _, tile := range format.NewTiles(0, size) {
				write(t, filepath.Join(dir, tile.Path()), m.tile(t, tile))
			}
		}
		return dir
	}
	f := checkLog(t, grown(), trust, nil)
	wants(t, f, Proved, "proved: 7 files of older heads")

	dir := grown()
	path := "tile/0/000.p/3"
	write(t, filepath.Join(dir, path), make([]byte, 96))
	wants(t, checkLog(t, dir, trust, nil), Disproved, path+": it is not the beginning of tile/0/000")

	// A head that lags: partial tiles are gone, and later ones are there.
	dir = grown()
	write(t, filepath.Join(dir, "checkpoint"), m.checkpoint(t, 270))
	os.RemoveAll(filepath.Join(dir, "tile/0/001.p"))
	os.RemoveAll(filepath.Join(dir, "tile/entries/001.p"))
	wants(t, checkLog(t, dir, trust, nil), Proved, "all 270 entries", "what this head does not cover yet: \"tile/0/001\", ")

	for _, name := range []string{"notes.txt", "tile/0/0", "tile/0/000.p/256", "tile/9/000", "tile/0/000~"} {
		dir = grown()
		write(t, filepath.Join(dir, name), []byte("x"))
		wants(t, checkLog(t, dir, trust, nil), Proved, fmt.Sprintf("these files say, which are no part of a log: %q", name))
	}

	// Nothing outside the folder is read, and nothing that is not a file.
	outside := filepath.Join(t.TempDir(), "tile")
	write(t, outside, m.tile(t, format.Tile{Level: 0, N: 0, Width: 256}))
	dir = grown()
	os.Remove(filepath.Join(dir, "tile/0/000"))
	if err := os.Symlink(outside, filepath.Join(dir, "tile/0/000")); err != nil {
		t.Fatal(err)
	}
	wants(t, checkLog(t, dir, trust, nil), Unknown, "tile/0/000")
	dir = grown()
	os.Remove(filepath.Join(dir, "tile/0/000"))
	os.Mkdir(filepath.Join(dir, "tile/0/000"), 0o700)
	wants(t, checkLog(t, dir, trust, nil), Unknown, "it is not a file")
}

func TestLogInterrupted(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 600, makeRecord)
	dir := t.TempDir()
	m.publish(t, dir, 600)
	src, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wants(t, Log(ctx, src, Trust{Key: m.verifier(t)}, nil, &Progress{}), Unknown, "context canceled")
}

// TestFindingJSON pins what programs read.
func TestFindingJSON(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 2, makeRecord)
	dir := t.TempDir()
	m.publish(t, dir, 2)
	f := checkLog(t, dir, Trust{Key: m.verifier(t), From: "the test"}, nil)
	root := m.root(t, 2)
	want := &Head{Origin: origin, Size: 2, Root: fmt.Sprintf("%x", root[:]), Key: m.vkey[:len(origin)+9], KeyFrom: "the test"}
	if diff := cmp.Diff(want, f.Head); diff != "" {
		t.Error(diff)
	}
	if root == (tlog.Hash{}) {
		t.Error("no root")
	}
}
