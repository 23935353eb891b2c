package format

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func thing() eventstore.Record {
	return eventstore.Record{
		ID: "00000000-0000-8000-8000-000000000007", Stream: "thing-7", Version: 1, Type: "thing.happened",
		At:   time.Date(2020, 3, 4, 10, 0, 0, 7*int(time.Millisecond), time.UTC),
		Salt: []byte(strings.Repeat("s", 32)),
		Data: []byte(`{"n":7}`),
		Meta: []byte(`{"person":"per_1","key":"k7"}`),
	}
}

// TestCanonicalBytes pins the bytes that the log commits to for ever. The
// commitments were computed by another program (openssl dgst -mac HMAC).
func TestCanonicalBytes(t *testing.T) {
	r := thing()
	got, err := Canonical(r, 12)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"at":"2020-03-04T10:00:00.007Z","data":"DATA","id":"00000000-0000-8000-8000-000000000007","index":12,"meta":"META","stream":"thing-7","type":"thing.happened","v":1,"version":1}`
	data := "9056c2532b330507ec0999630533c91ae2a466d6acecf18e7afa9296a033e5bf"
	meta := "d54351d93f6b40cd14f6f9ced6bbfc5d1c2d6482656540a2f836c984bf9ba3ac"
	if w := strings.NewReplacer("DATA", data, "META", meta).Replace(want); string(got) != w {
		t.Errorf("canonical bytes\n%s\nwant\n%s", got, w)
	}
	e, err := NewEntry(r, 12)
	if err != nil {
		t.Fatal(err)
	}
	if e != sha256.Sum256(got) {
		t.Error("the entry is not the SHA-256 of the canonical bytes")
	}
	if want := sha256.Sum256(append([]byte{0}, e[:]...)); e.Leaf() != tlog.Hash(want) {
		t.Errorf("the leaf is %s, want SHA-256 of 0x00 and the entry: %s", e.Leaf(), hex.EncodeToString(want[:]))
	}
}
