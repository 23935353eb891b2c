package verify

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

const origin = "example/log"

// A key is a log's key pair.
type key struct {
	note.Signer
	vkey string
}

func newKey(t testing.TB, name string) key {
	t.Helper()
	secret, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return key{s, vkey}
}

// fixedKey is the same in every process: workers of a fuzz test must agree.
func fixedKey(t testing.TB, name string) key {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	private := ed25519.NewKeyFromSeed(seed[:])
	vkey, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	id := strings.Split(vkey, "+")[1]
	s, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...)))
	if err != nil {
		t.Fatal(err)
	}
	return key{s, vkey}
}

func (k key) verifier(t testing.TB) format.Key {
	t.Helper()
	v, err := format.ParseKey(k.vkey)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A made log is one that a test made, by other means than the server does.
type made struct {
	key
	shown  []format.Disclosure
	hashes hashes
}

// hashes are the stored hashes of a tree, in the order of package tlog.
type hashes []tlog.Hash

// ReadHashes implements tlog.HashReader.
func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, i := range indexes {
		all = append(all, h[i])
	}
	return all, nil
}

// makeRecord returns the record that makeLog puts at an index, unless told otherwise.
func makeRecord(i int64) eventstore.Record {
	salt := sha256.Sum256(fmt.Append(nil, "salt", i))
	return eventstore.Record{
		ID:     fmt.Sprintf("00000000-0000-8000-8000-%012d", i),
		Stream: fmt.Sprintf("thing-%d", i%7), Version: i/7 + 1, Type: "thing.happened",
		At:   time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Second),
		Salt: salt[:],
		Data: fmt.Appendf(nil, `{"n":%d,"said":"Grüße <b>& 你好</b>"}`, i),
		Meta: fmt.Appendf(nil, `{"person":"per_%d"}`, i%3),
	}
}

// makeLog returns a log of n records, or of those that record returns.
func makeLog(t testing.TB, k key, n int64, record func(int64) eventstore.Record) *made {
	t.Helper()
	m := &made{key: k}
	for i := range n {
		d, err := format.Disclose(record(i), i)
		if err != nil {
			t.Fatal(err)
		}
		m.add(t, d)
	}
	return m
}

func (m *made) add(t testing.TB, d format.Disclosure) {
	t.Helper()
	e := d.Entry()
	h, err := tlog.StoredHashes(int64(len(m.shown)), e[:], m.hashes)
	if err != nil {
		t.Fatal(err)
	}
	m.shown, m.hashes = append(m.shown, d), append(m.hashes, h...)
}

func (m *made) size() int64 { return int64(len(m.shown)) }

func (m *made) root(t testing.TB, size int64) tlog.Hash {
	t.Helper()
	h, err := tlog.TreeHash(size, m.hashes)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (m *made) checkpoint(t testing.TB, size int64, also ...note.Signer) []byte {
	t.Helper()
	c := format.Checkpoint{Origin: m.Name(), Size: size, Root: m.root(t, size)}
	text, err := note.Sign(&note.Note{Text: c.Text()}, append([]note.Signer{m.Signer}, also...)...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// proof returns a receipt in its parts, so that a test can alter them.
func (m *made) proof(t testing.TB, index, size int64, also ...note.Signer) format.Proof {
	t.Helper()
	p, err := tlog.ProveRecord(size, index, m.hashes)
	if err != nil {
		t.Fatal(err)
	}
	extra, err := m.shown[index].Text()
	if err != nil {
		t.Fatal(err)
	}
	return format.Proof{Extra: extra, Index: index, Hashes: p, Checkpoint: m.checkpoint(t, size, also...)}
}

// publish writes the log into a folder.
func (m *made) publish(t testing.TB, dir string, size int64) {
	t.Helper()
	for _, tile := range format.NewTiles(0, size) {
		write(t, filepath.Join(dir, tile.Path()), m.tile(t, tile))
	}
	write(t, filepath.Join(dir, "checkpoint"), m.checkpoint(t, size))
}

func (m *made) tile(t testing.TB, tile format.Tile) []byte {
	t.Helper()
	var b []byte
	for i := range int64(tile.Width) {
		n := tile.N*format.TileWidth + i
		if tile.Level == format.Entries {
			b = format.AppendEntry(b, m.shown[n].Entry())
			continue
		}
		h := m.hashes[tlog.StoredHashIndex(8*tile.Level, n)]
		b = append(b, h[:]...)
	}
	return b
}

func write(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
