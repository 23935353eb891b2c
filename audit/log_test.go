package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// A house is a log with its store and its folder.
type house struct {
	*Log
	t      *testing.T
	dir    string
	store  eventstore.Store
	size   int
	policy format.Policy
	shared *Shared
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), store: new(memstore.Store)}
	if err := h.open(); err != nil {
		t.Fatal(err)
	}
	return h
}

// open opens the log, again after close.
func (h *house) open() error {
	h.t.Helper()
	f, err := follower.Open(h.t.Context(), filepath.Join(h.dir, "log.db"), h.store)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { f.Close() })
	rotations := h.rotations()
	key, err := OpenRotatedKey(h.keyFile(), "", rotations)
	if err != nil {
		return err
	}
	h.Log = &Log{Follower: f, Key: key, Dir: filepath.Join(h.dir, "log"), Policy: h.policy, Shared: h.shared, Rotations: rotations}
	return h.Open(h.t.Context())
}

func (h *house) close() {
	h.t.Helper()
	if err := h.Follower.Close(); err != nil {
		h.t.Fatal(err)
	}
}

func thing(n int) eventstore.Record {
	return eventstore.Record{
		ID:   fmt.Sprintf("00000000-0000-8000-8000-%012d", n),
		Type: "thing.happened",
		At:   time.Date(2020, 3, 4, 10, 0, 0, n*int(time.Millisecond), time.UTC),
		Salt: []byte(strings.Repeat("s", 32)),
		Data: fmt.Appendf(nil, `{"n":%d}`, n),
		Meta: fmt.Appendf(nil, `{"person":"per_%d","key":"k%d"}`, n%3, n),
	}
}

// grow stores and numbers records until there are size.
func (h *house) grow(size int) {
	h.t.Helper()
	for ; h.size < size; h.size++ {
		if err := h.store.Append(h.t.Context(), fmt.Sprintf("thing-%d", h.size), 0, thing(h.size)); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := h.Follower.CatchUp(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) publish() {
	h.t.Helper()
	if err := h.Publish(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// check reads the whole published log again, from the files alone: every entry
// is that of its record, every tile is what the entries make it, the root is
// that of the checkpoint, and the checkpoint is signed.
func (h *house) check() format.Checkpoint {
	h.t.Helper()
	c, _, err := format.OpenCheckpoint(h.file(checkpointFile), h.Policy)
	if err != nil {
		h.t.Fatal(err)
	}
	leaves := h.entries(c.Size)
	stored := map[int64]tlog.Hash{}
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
			h.t.Fatal(err)
		}
		for n, x := range hashes {
			stored[tlog.StoredHashIndex(0, int64(i))+int64(n)] = x
		}
	}
	if root, err := tlog.TreeHash(c.Size, read); err != nil || root != c.Root {
		h.t.Fatalf("the entries make the root %s, the checkpoint says %s; %v", root, c.Root, err)
	}
	for _, t := range format.NewTiles(0, c.Size) {
		if t.Level == format.Entries {
			continue
		}
		want, err := tlog.ReadTileData(tlog.Tile{H: 8, L: t.Level, N: t.N, W: t.Width}, read)
		if err != nil {
			h.t.Fatal(err)
		}
		if got := h.file(t.Path()); string(got) != string(want) {
			h.t.Fatalf("%s is not what the entries make it", t.Path())
		}
	}
	return c
}

// entries returns the leaves of the published entries, each compared with its record.
func (h *house) entries(size int64) []tlog.Hash {
	h.t.Helper()
	var leaves []tlog.Hash
	for _, t := range format.NewTiles(0, size) {
		if t.Level != format.Entries {
			continue
		}
		entries, err := format.ParseEntries(h.file(t.Path()))
		if err != nil || len(entries) != t.Width {
			h.t.Fatalf("%s: %d entries, %v", t.Path(), len(entries), err)
		}
		for _, e := range entries {
			r := thing(len(leaves))
			r.Stream, r.Version = fmt.Sprintf("thing-%d", len(leaves)), 1
			if want, err := format.NewEntry(r, int64(len(leaves))); err != nil || e != want {
				h.t.Fatalf("entry %d is not that of its record; %v", len(leaves), err)
			}
			leaves = append(leaves, e.Leaf())
		}
	}
	return leaves
}

func (h *house) file(name string) []byte {
	h.t.Helper()
	b, err := os.ReadFile(filepath.Join(h.Dir, filepath.FromSlash(name)))
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// TestPublish publishes at sizes on both sides of every edge there is, with
// restarts between, and reads everything again each time.
func TestPublish(t *testing.T) {
	h := newHouse(t)
	for _, size := range []int{0, 1, 2, 255, 256, 257, 300, 511, 512, 1000, 65_535, 65_536, 65_537, 65_800} {
		h.grow(size)
		h.publish()
		if c := h.check(); c.Size != int64(size) {
			t.Fatalf("published at %d, not at %d", c.Size, size)
		}
		h.close()
		if err := h.open(); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(h.Dir, "tile", "0", "000.p"))
	if err != nil || len(left) > 0 {
		t.Errorf("a partial tile is left beside the whole one: %v %v", left, err)
	}
}

// TestPublishFaults fails every write of a publication, once stored and once
// not. What the checkpoint then says is there all the same, and the next
// publication brings all of it.
func TestPublishFaults(t *testing.T) {
	down := errors.New("the disk is down")
	for _, stored := range []bool{false, true} {
		for n := 0; ; n++ {
			h := newHouse(t)
			h.grow(250)
			h.publish()
			h.grow(520)
			writes := 0
			h.fail = func(string) (bool, error) {
				writes++
				if writes == n+1 {
					return stored, down
				}
				return true, nil
			}
			err := h.Publish(t.Context())
			if writes <= n { // every write has had its turn
				if err != nil || n < 4 {
					t.Fatalf("%d writes, %v", writes, err)
				}
				break
			}
			if !errors.Is(err, down) || !errors.Is(h.Trouble(), down) {
				t.Errorf("write %d failed, and publishing says %v, and Trouble %v", n, err, h.Trouble())
			}
			h.check()
			h.publish()
			if c := h.check(); c.Size != 520 || h.Trouble() != nil {
				t.Errorf("after write %d failed the log is published at %d, %v", n, c.Size, h.Trouble())
			}
		}
	}
}

// rewritten shows a store as somebody has made it behind its back.
type rewritten struct {
	eventstore.Store
	from int // the first record that is another one
}

func (s rewritten) All(ctx context.Context, after eventstore.Position) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		for r, err := range s.Store.All(ctx, after) {
			if err == nil && r.ID >= thing(s.from).ID {
				r.Data = []byte(`{"n":"forged"}`)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// older returns a store of the first n things.
func older(t *testing.T, n int) eventstore.Store {
	t.Helper()
	st := new(memstore.Store)
	for i := range n {
		if err := st.Append(t.Context(), fmt.Sprintf("thing-%d", i), 0, thing(i)); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

// TestRefusesToOpen changes what a log rests on while it is closed.
func TestRefusesToOpen(t *testing.T) {
	for _, tt := range []struct {
		name, says string
		change     func(t *testing.T, h *house)
	}{
		{"an old backup of the store", "older backup", func(t *testing.T, h *house) { h.store = older(t, 290) }},
		{"an old backup of store and log", "only 290", func(t *testing.T, h *house) {
			h.store = older(t, 290)
			h.remove("log.db")
		}},
		{"the newest record rewritten", "index 299", func(_ *testing.T, h *house) { h.store = rewritten{h.store, 299} }},
		{"an old record rewritten, and numbered again", "rewritten", func(_ *testing.T, h *house) {
			h.store = rewritten{h.store, 5}
			h.remove("log.db")
		}},
		{"another key", "not signed by the key", func(_ *testing.T, h *house) { h.remove("key") }},
		{"a byte of the checkpoint", "checkpoint", func(t *testing.T, h *house) {
			b := h.file(checkpointFile)
			b[len(b)-10] ^= 1
			if err := os.WriteFile(filepath.Join(h.Dir, checkpointFile), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.grow(300)
			h.publish()
			h.close()
			tt.change(t, h)
			if err := h.open(); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("opening says %v, want %q", err, tt.says)
			}
		})
	}
}

// remove deletes files of the house.
func (h *house) remove(name string) {
	h.t.Helper()
	all, err := filepath.Glob(filepath.Join(h.dir, name+"*"))
	if err != nil || len(all) == 0 {
		h.t.Fatalf("%s is not there, %v", name, err)
	}
	for _, path := range all {
		if err := os.RemoveAll(path); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestLostLogIsMadeAgain deletes log.db: the same log comes out.
func TestLostLogIsMadeAgain(t *testing.T) {
	h := newHouse(t)
	h.grow(300)
	h.publish()
	was := h.check()
	h.close()
	h.remove("log.db")
	if err := h.open(); err != nil {
		t.Fatal(err)
	}
	h.grow(301)
	h.publish()
	if is := h.check(); is.Size != 301 {
		t.Errorf("published at %d", is.Size)
	}
	if root, err := h.Follower.Root(t.Context(), was.Size); err != nil || root != was.Root {
		t.Errorf("root %s, was %s, %v", root, was.Root, err)
	}
}

// TestSignerStops has another log under the signer than the one it signed.
func TestSignerStops(t *testing.T) {
	h := newHouse(t)
	h.grow(10)
	h.publish()
	forged := h.signed
	forged.Root[0] ^= 1
	h.signed = forged
	h.grow(11)
	for range 2 {
		if _, err := h.Covering(t.Context(), 10); !errors.Is(err, ErrForked) {
			t.Errorf("a fork was signed: %v", err)
		}
	}
	if h.Fault() == nil {
		t.Error("the signer goes on")
	}
	h.signed = h.published // too late: somebody has to look
	if err := h.Publish(t.Context()); !errors.Is(err, ErrForked) {
		t.Errorf("published after an incident: %v", err)
	}
}

// verify checks a receipt as its holder would, from the text and the key alone.
func (h *house) verify(text []byte) (format.Checkpoint, int64) {
	h.t.Helper()
	p, err := format.ParseProof(text)
	if err != nil {
		h.t.Fatal(err)
	}
	c, _, err := format.OpenCheckpoint(p.Checkpoint, h.Policy)
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := format.ParseDisclosure(p.Extra)
	if err != nil {
		h.t.Fatal(err)
	}
	e, err := d.Open()
	if err != nil || e.Index != p.Index {
		h.t.Fatalf("index %d, %d, %v", e.Index, p.Index, err)
	}
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, d.Entry().Leaf()); err != nil {
		h.t.Fatal(err)
	}
	return c, p.Index
}

func (h *house) receipt(index int64) (Receipt, error) {
	h.t.Helper()
	f, err := h.Follower.At(h.t.Context(), index)
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := format.Disclose(f.Record, index)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.Receipt(h.t.Context(), d)
}

// TestReceipts hands out receipts while the log grows and is published. Each
// verifies, and each head among them is continued by the log of the end.
func TestReceipts(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	var runs sync.WaitGroup
	runs.Go(func() {
		if err := h.Follower.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	h.Every = time.Millisecond
	runs.Go(func() {
		if err := h.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	const each, holders = 60, 8
	texts := make([][][]byte, holders)
	var wg sync.WaitGroup
	for w := range holders {
		wg.Go(func() {
			for n := range each {
				i := w*each + n
				if err := h.store.Append(ctx, fmt.Sprintf("thing-%d", i), 0, thing(i)); err != nil {
					t.Error(err)
					return
				}
				index, err := h.Follower.Index(ctx, thing(i).ID)
				if err != nil {
					t.Error(err)
					return
				}
				r, err := h.receipt(index)
				if err != nil {
					t.Error(err)
					return
				}
				texts[w] = append(texts[w], r.Text)
			}
		})
	}
	await.All(t, &wg, "the readers")
	cancel()
	await.All(t, &runs, "the publisher")
	seen := map[int64]bool{}
	for _, of := range texts {
		for _, text := range of {
			c, index := h.verify(text)
			if seen[index] {
				t.Errorf("two receipts for index %d", index)
			}
			seen[index] = true
			if err := h.continues(t.Context(), c); err != nil {
				t.Error(err)
			}
		}
	}
	if len(seen) != each*holders {
		t.Errorf("%d receipts, want %d", len(seen), each*holders)
	}
}

// TestReceiptPrefersWhatIsPublished keeps the number of heads small that only
// one person has seen.
func TestReceiptPrefersWhatIsPublished(t *testing.T) {
	h := newHouse(t)
	h.grow(10)
	h.publish()
	h.grow(20)
	for index, size := range map[int64]int64{3: 10, 9: 10, 10: 20, 19: 20} {
		if r, err := h.receipt(index); err != nil || r.Head.Size != size {
			t.Errorf("the receipt for %d carries the head at %d, %v; want %d", index, r.Head.Size, err, size)
		}
	}
	if p, ok := h.Published(); !ok || p.Size != 10 {
		t.Errorf("a head signed for a receipt was published: %d", p.Size)
	}
}

// TestReceiptOfAnotherRecord refuses to prove what the log does not hold.
func TestReceiptOfAnotherRecord(t *testing.T) {
	h := newHouse(t)
	h.grow(10)
	r := thing(3)
	r.Stream, r.Version, r.Data = "thing-3", 1, []byte(`{"n":"forged"}`)
	d, err := format.Disclose(r, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Receipt(t.Context(), d); err == nil {
		t.Error("a forged record has a receipt")
	}
}
