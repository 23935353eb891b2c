package verify

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// each is how many records there are under each key, the rotation not counted.
const each = 100

// A rotatedLog is a log that had several keys. Every step may be altered.
type rotatedLog struct {
	keys []key
	// alter changes what is recorded of a rotation; nil changes nothing.
	alter func(r *rotationData, m *made)
	// record changes the record of a rotation; nil changes nothing.
	record func(r *eventstore.Record)
}

type rotationData struct {
	Old        string `json:"old"`
	New        string `json:"new"`
	Checkpoint string `json:"checkpoint"`
}

func (x rotatedLog) make(t *testing.T) *made {
	t.Helper()
	m := &made{key: x.keys[0]}
	things, rotations := int64(0), int64(0)
	add := func(r eventstore.Record) {
		d, err := format.Disclose(r, m.size())
		if err != nil {
			t.Fatal(err)
		}
		m.add(t, d)
	}
	for n, k := range x.keys {
		for range each {
			add(makeRecord(things))
			things++
		}
		if n == len(x.keys)-1 {
			break
		}
		next := x.keys[n+1]
		said := rotationData{k.vkey, next.vkey, string(m.checkpoint(t, m.size()))}
		if x.alter != nil {
			x.alter(&said, m)
		}
		data, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		rotations++
		r := makeRecord(10_000 + rotations)
		r.Stream, r.Version, r.Type, r.Data = "log_key-lgk_1", rotations, "log_key.rotated", data
		if x.record != nil {
			x.record(&r)
		}
		add(r)
		m.key = next
	}
	return m
}

func newKeys(t *testing.T, n int) (all []key) {
	t.Helper()
	for range n {
		all = append(all, newKey(t, origin))
	}
	return all
}

// under returns a head, and a receipt, that the log signed with an earlier key.
func (m *made) under(t *testing.T, k key, size int64) (checkpoint, receipt []byte) {
	t.Helper()
	was := &made{k, m.shown, m.hashes}
	return was.checkpoint(t, size), was.proof(t, size-1, size).Text()
}

func TestBundleOfARotatedLog(t *testing.T) {
	keys := newKeys(t, 3)
	m := rotatedLog{keys: keys}.make(t)
	dir := m.bundle(t)
	trust := Trust{Key: m.verifier(t)}
	write(t, filepath.Join(dir, "vkey.replaced"), []byte(keys[1].vkey+"\n"+keys[0].vkey+"\n"))
	for n, index := range []int64{each, 2*each + 1} {
		for _, size := range []int64{1, 50, index} {
			checkpoint, receipt := m.under(t, keys[n], size)
			for _, since := range [][]byte{checkpoint, receipt} {
				f := checkBundle(t, dir, trust, since)
				wants(t, f, Proved,
					fmt.Sprintf("proved: nothing of the first %d records was rewritten since the older head was signed, by the key that was replaced at index %d, %s+%08x", size, index, origin, keys[n].KeyHash()),
					fmt.Sprintf("proved: the key %s+%08x of the log was replaced at index %d by %s+%08x, after a last head of %d records", origin, keys[n].KeyHash(), index, origin, keys[n+1].KeyHash(), index))
				if strings.Contains(f.Text(), "no part of") {
					t.Errorf("it says\n%s", f.Text())
				}
			}
		}
	}
	wants(t, checkBundle(t, dir, trust, m.checkpoint(t, 250)), Proved, "nothing of the first 250 records was rewritten since the older head was signed\n")
	// A log without its records cannot know.
	checkpoint, _ := m.under(t, keys[0], 50)
	wants(t, checkLog(t, filepath.Join(dir, "log"), trust, checkpoint), Unknown,
		fmt.Sprintf("it is signed with the key %s+%08x, and you gave %s+%08x", origin, keys[0].KeyHash(), origin, m.KeyHash()),
		"Check a bundle with this --since, or give both keys")
	p, err := format.ParsePolicy([]byte("log " + keys[0].vkey + "\nlog " + m.vkey + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, checkLog(t, filepath.Join(dir, "log"), Trust{Policy: &p}, checkpoint), Proved, "nothing of the first 50 records was rewritten")
}

// TestOlderHeadOfAReplacedKey gives older heads that must not be believed, or
// that show what was done.
func TestOlderHeadOfAReplacedKey(t *testing.T) {
	keys := newKeys(t, 2)
	m := rotatedLog{keys: keys}.make(t)
	trust := Trust{Key: m.verifier(t)}
	rewritten := makeLog(t, keys[0], each, func(i int64) (r eventstore.Record) {
		if r = makeRecord(i); i == 7 {
			r.Data = []byte(`{"n":0}`)
		}
		return r
	})
	after, _ := m.under(t, keys[0], each+1)
	wants(t, checkBundle(t, m.bundle(t), trust, after), Unknown, fmt.Sprintf("covers %d records, and the key that signed it", each+1), "somebody else has that key")
	wants(t, checkBundle(t, m.bundle(t), trust, rewritten.checkpoint(t, 50)), Disproved, "history was rewritten: the first 50 records had the root")
	stranger, _ := m.under(t, newKey(t, origin), 50)
	wants(t, checkBundle(t, m.bundle(t), trust, stranger), Unknown, "No record of this bundle says that the key")
	// One that names a replaced key and is not signed by it says nothing.
	checkpoint, _ := m.under(t, keys[0], 50)
	forged := append([]byte{}, checkpoint...)
	forged[len(forged)-20] ^= 1
	wants(t, checkBundle(t, m.bundle(t), trust, forged), Unknown, "the older head")
	// Nor is there anything to go by where the rotation is not shown.
	m.shown[each] = m.shown[each].WithoutData()
	wants(t, checkBundle(t, m.bundle(t), trust, checkpoint), Unknown, "No record of this bundle says that the key", "not proved: which key the log has had since when")
	wants(t, checkBundle(t, m.bundle(t), trust, nil), Proved, "not proved: which key the log has had since when")
}

// TestFalseRotations has records say of the key what no log would record.
func TestFalseRotations(t *testing.T) {
	keys := newKeys(t, 3)
	stranger := newKey(t, origin)
	altering := func(alter func(r *rotationData, m *made)) *made { return rotatedLog{keys: keys, alter: alter}.make(t) }
	resigned := rotatedLog{keys: keys}.make(t)
	resigned.key = keys[1] // by whoever has the key before
	for _, tt := range []struct {
		name string
		log  *made
		said string
	}{
		{"the head of today under a replaced key", resigned, "log/checkpoint: it is signed with the key"},
		{"the same key again", altering(func(r *rotationData, _ *made) { r.New = r.Old }), "is not another key of the same log"},
		{"the key of another log", altering(func(r *rotationData, _ *made) { r.New = newKey(t, "other/log").vkey }), "is not another key of the same log"},
		{"no key", altering(func(r *rotationData, _ *made) { r.New = "" }), "is not a verifier key"},
		{"a last head that the old key did not sign", altering(func(r *rotationData, m *made) {
			_, text := m.under(t, stranger, 5)
			p, err := format.ParseProof(text)
			if err != nil {
				t.Fatal(err)
			}
			r.Checkpoint = string(p.Checkpoint)
		}), "the last head under the old key: it is signed with the key"},
		{"a last head of another history", altering(func(r *rotationData, m *made) {
			other := makeLog(t, m.key, m.size(), func(i int64) eventstore.Record { return makeRecord(i + 1) })
			r.Checkpoint = string(other.checkpoint(t, m.size()))
		}), "history was rewritten: the first 100 records"},
		{"a last head of more than there was", altering(func(r *rotationData, m *made) {
			longer := makeLog(t, m.key, m.size()+1, makeRecord)
			r.Checkpoint = string(longer.checkpoint(t, m.size()+1))
		}), "covers 101 records, and it was replaced after 100"},
		{"a key that was not the log's", altering(func(r *rotationData, m *made) {
			if m.size() > 2*each {
				r.Old = stranger.vkey
				r.Checkpoint = string((&made{stranger, m.shown, m.hashes}).checkpoint(t, m.size()))
			}
		}), "it replaces the key " + stranger.vkey},
		{"a rotation in another's stream", rotatedLog{keys: keys, record: func(r *eventstore.Record) { r.Stream = "entity-1" }}.make(t), "the stream entity-1 is not for that"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wants(t, checkBundle(t, tt.log.bundle(t), Trust{Key: tt.log.verifier(t)}, nil), Disproved, tt.said)
		})
	}
	m := rotatedLog{keys: keys}.make(t)
	dir := m.bundle(t)
	write(t, filepath.Join(dir, "vkey.replaced"), []byte(stranger.vkey+"\n"))
	wants(t, checkBundle(t, dir, Trust{Key: m.verifier(t)}, nil), Disproved, "vkey.replaced: these are not the keys")
}
