// Package interop reads what package audit publishes with programs that others
// wrote: clients and verifiers of C2SP logs that share no line with it. It is a
// module of its own, so that nothing of theirs gets into ours.
package interop

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// sizes lie on both sides of where the layout changes.
var sizes = []int{0, 1, 255, 256, 257, 65_536, 70_000}

// A site is a log of ours, growing from one of the sizes to the next, and where
// it is published.
type site struct {
	log   *audit.Log
	store *memstore.Store
	url   string
	size  int
}

func newSite(t *testing.T) *site {
	t.Helper()
	dir, st := t.TempDir(), new(memstore.Store)
	f, err := follower.Open(t.Context(), filepath.Join(dir, "log.db"), st)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	key, err := audit.OpenKey(filepath.Join(dir, "key"), "interop.example/log")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{store: st, log: &audit.Log{Follower: f, Key: key, Dir: filepath.Join(dir, "log")}}
	if err := s.log.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.log.Handler())
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *site) grow(t *testing.T, size int) {
	t.Helper()
	for ; s.size < size; s.size++ {
		r := eventstore.Record{
			ID: fmt.Sprintf("00000000-0000-8000-8000-%012d", s.size), Type: "thing.happened",
			At:   time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC),
			Salt: []byte(strings.Repeat("s", 32)), Data: fmt.Appendf(nil, `{"n":%d}`, s.size), Meta: []byte(`{}`),
		}
		if err := s.store.Append(t.Context(), fmt.Sprintf("thing-%d", s.size), 0, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.log.Follower.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.log.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// indexes are records worth proving in a log of a size: the ends and a few between.
func indexes(size int) []int64 {
	var all []int64
	for _, i := range []int{0, 1, 254, 255, 256, size / 3, size / 2, size - 2, size - 1} {
		if i >= 0 && i < size {
			all = append(all, int64(i))
		}
	}
	return all
}

// receipt is for the record at index, whose entry it returns too.
func (s *site) receipt(t *testing.T, index int64) (text []byte, leaf tlog.Hash) {
	t.Helper()
	f, err := s.log.Follower.At(t.Context(), index)
	if err != nil {
		t.Fatal(err)
	}
	d, err := format.Disclose(f.Record, index)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.log.Receipt(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return r.Text, d.Entry().Leaf()
}

func TestReadByOthers(t *testing.T) {
	s := newSite(t)
	type head struct {
		size uint64
		root []byte
	}
	var heads []head
	for _, size := range sizes {
		s.grow(t, size)
		h, ok := s.log.Published()
		if !ok || h.Size != int64(size) {
			t.Fatalf("published at %d, want %d", h.Size, size)
		}
		heads = append(heads, head{uint64(h.Size), h.Root[:]})
		t.Run(fmt.Sprintf("torchwood/%d", size), func(t *testing.T) { s.torchwood(t) })
		t.Run(fmt.Sprintf("tessera/%d", size), func(t *testing.T) { s.tessera(t) })
		t.Run(fmt.Sprintf("merkle/%d", size), func(t *testing.T) {
			s.merkle(t)
			for _, was := range heads {
				s.consistency(t, was.size, uint64(size), was.root, h.Root[:])
			}
		})
	}
}

// torchwood reads every entry and verifies proofs and receipts.
func (s *site) torchwood(t *testing.T) {
	fetcher, err := torchwood.NewTileFetcher(s.url)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := torchwood.ParsePolicy([]byte("log " + s.log.Key.VKey + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := fetcher.ReadEndpoint(t.Context(), "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := torchwood.VerifyCheckpoint(signed, policy)
	if err != nil || c.N != int64(s.size) {
		t.Fatalf("checkpoint of %d: %v", c.N, err)
	}
	if c.N == 0 {
		return // there is nothing to read
	}
	reader, err := torchwood.NewClient(fetcher)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for i, e := range reader.AllEntries(t.Context(), c.Tree, 0) {
		if i != n || len(e) != 32 {
			t.Fatalf("entry %d has %d bytes; expected entry %d", i, len(e), n)
		}
		n++
	}
	if err := reader.Err(); err != nil || n != c.N {
		t.Fatalf("%d entries of %d, %v", n, c.N, err)
	}
	for _, i := range indexes(s.size) {
		e, p, err := reader.Entry(t.Context(), c.Tree, i)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, c.N, c.Hash, i, tlog.RecordHash(e)); err != nil {
			t.Error(err)
		}
		text, leaf := s.receipt(t, i)
		if err := torchwood.VerifyProof(policy, leaf, text); err != nil {
			t.Errorf("receipt for %d: %v", i, err)
		}
		leaf[0] ^= 1
		if err := torchwood.VerifyProof(policy, leaf, text); err == nil {
			t.Errorf("the receipt for %d proves another record", i)
		}
	}
}

// tessera checks every file there is.
func (s *site) tessera(t *testing.T) {
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	fetcher, err := client.NewHTTPFetcher(at, nil)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(s.log.Key.VKey)
	if err != nil {
		t.Fatal(err)
	}
	if s.size == 0 {
		if _, _, _, err := client.FetchCheckpoint(t.Context(), fetcher.ReadCheckpoint, verifier, s.log.Key.Origin); err != nil {
			t.Error(err)
		}
		return // it has nothing to check in an empty log
	}
	if err := fsck.New(s.log.Key.Origin, verifier, fetcher, hashBundle, fsck.Opts{N: 2}).Check(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

func hashBundle(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var all [][]byte
	for _, e := range b.Entries {
		all = append(all, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return all, nil
}

// merkle computes the root from the entries, and verifies inclusion proofs.
func (s *site) merkle(t *testing.T) {
	h, _ := s.log.Published()
	tree := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	entries, err := s.log.Follower.Entries(t.Context(), 0, s.size)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := tree.Append(rfc6962.DefaultHasher.HashLeaf(e[:]), nil); err != nil {
			t.Fatal(err)
		}
	}
	root, err := tree.GetRootHash(nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.size == 0 {
		root = rfc6962.DefaultHasher.EmptyRoot()
	}
	if string(root) != string(h.Root[:]) {
		t.Fatalf("root %x, want %x", h.Root, root)
	}
	for _, i := range indexes(s.size) {
		p, err := s.log.InclusionProof(t.Context(), i, h.Size)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(i), uint64(h.Size), rfc6962.DefaultHasher.HashLeaf(entries[i][:]), raw(p), h.Root[:]); err != nil {
			t.Errorf("inclusion of %d: %v", i, err)
		}
	}
}

func (s *site) consistency(t *testing.T, from, to uint64, was, is []byte) {
	t.Helper()
	if from == 0 { // every log continues the empty one: there is nothing to prove
		return
	}
	p, err := s.log.ConsistencyProof(t.Context(), int64(from), int64(to))
	if err != nil {
		t.Fatal(err)
	}
	if err := proof.VerifyConsistency(rfc6962.DefaultHasher, from, to, raw(p), was, is); err != nil {
		t.Errorf("consistency of %d with %d: %v", to, from, err)
	}
}

func raw(hashes []tlog.Hash) [][]byte {
	all := make([][]byte, len(hashes))
	for i := range hashes {
		all[i] = hashes[i][:]
	}
	return all
}

// TestOthersNotice changes one byte of a published file: who reads it with
// another program notices too.
func TestOthersNotice(t *testing.T) {
	for _, name := range []string{"tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1", "checkpoint"} {
		s := newSite(t)
		s.grow(t, 300)
		path := filepath.Join(s.log.Dir, filepath.FromSlash(name))
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		fetcher, err := client.NewHTTPFetcher(at, nil)
		if err != nil {
			t.Fatal(err)
		}
		verifier, err := note.NewVerifier(s.log.Key.VKey)
		if err != nil {
			t.Fatal(err)
		}
		if err := fsck.New(s.log.Key.Origin, verifier, fetcher, hashBundle, fsck.Opts{N: 1}).Check(context.WithoutCancel(t.Context())); err == nil {
			t.Errorf("%s: a changed byte goes unnoticed", name)
		}
	}
}
