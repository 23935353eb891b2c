package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// bundle writes the log as a bundle and returns its folder. What is shown of a
// record is what m has.
func (m *made) bundle(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	m.publish(t, filepath.Join(dir, "log"), m.size())
	var records bytes.Buffer
	man := format.Manifest{Origin: m.Name(), Size: m.size(), MadeAt: time.Date(2020, 3, 5, 0, 0, 0, 0, time.UTC)}
	root := m.root(t, m.size())
	man.Root = fmt.Sprintf("%x", root[:])
	for _, d := range m.shown {
		text, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		records.Write(append(text, '\n'))
		if d.Data == nil {
			man.WithheldData++
		}
		if d.Meta == nil {
			man.WithheldMeta++
		}
	}
	write(t, filepath.Join(dir, "records.jsonl"), records.Bytes())
	text, err := man.Text()
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "manifest.json"), text)
	write(t, filepath.Join(dir, "vkey"), []byte(m.vkey+"\n"))
	write(t, filepath.Join(dir, "policy"), []byte("log "+m.vkey+"\nquorum none\n"))
	m.certify(t, dir, m.certificate(t, "entities", m.size()), m.certificate(t, "persons", m.size()/2), m.certificate(t, "new", 0))
	return dir
}

// certificate is what a projection has that saw the records below next.
func (m *made) certificate(t testing.TB, name string, next int64) format.Certificate {
	t.Helper()
	root := m.root(t, next)
	return format.Certificate{Name: name, Version: 1, Next: next, Root: fmt.Sprintf("%x", root[:]), Fold: foldOf(m.shown[:next])}
}

func foldOf(all []format.Disclosure) string {
	fold := make([]byte, 32)
	for _, d := range all {
		leaf := d.Entry().Leaf()
		sum := sha256.Sum256(append(fold, leaf[:]...))
		fold = sum[:]
	}
	return fmt.Sprintf("%x", fold)
}

func (m *made) certify(t testing.TB, dir string, all ...format.Certificate) {
	t.Helper()
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "certificates.json"), text)
}

func checkBundle(t testing.TB, dir string, trust Trust, since []byte) *Finding {
	t.Helper()
	folder, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	return Bundle(t.Context(), folder, trust, since, &Progress{})
}

func TestBundle(t *testing.T) {
	for _, n := range []int64{0, 1, 7, 256, 600} {
		m := makeLog(t, newKey(t, origin), n, makeRecord)
		f := checkBundle(t, m.bundle(t), Trust{Key: m.verifier(t)}, m.checkpoint(t, n/3))
		wants(t, f, Proved,
			fmt.Sprintf("proved: each of the %d records is the one that the log has at its index", n),
			fmt.Sprintf("proved: the log has all %d entries", n),
			fmt.Sprintf("proved: nothing of the first %d records was rewritten", n/3),
			fmt.Sprintf("proved: no record is there twice, and the %d streams have no gaps", min(n, 7)),
			fmt.Sprintf("proved: the data of %d records and the meta of %d are what was recorded", n, n),
			"proved: all 3 read models had seen every record",
			"not proved: that the log shows everybody the same history")
		for _, no := range []string{"withheld", "came with the bundle", "no part of"} {
			if strings.Contains(f.Text(), no) {
				t.Errorf("it says %q:\n%s", no, f.Text())
			}
		}
		wants(t, checkBundle(t, m.bundle(t), Trust{}, nil), Proved,
			"not proved: that this is the log you think it is: the key came with the bundle",
			"not proved: that nothing was rewritten before this head was signed")
	}
}

func TestBundleWithheld(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 30, makeRecord)
	for i := range 5 {
		m.shown[i] = m.shown[i].WithoutData()
	}
	m.shown[4] = m.shown[4].WithoutMeta()
	m.shown[20] = m.shown[20].WithoutMeta()
	wants(t, checkBundle(t, m.bundle(t), Trust{Key: m.verifier(t)}, nil), Proved,
		"proved: the data of 25 records and the meta of 28 are what was recorded",
		"not proved: what the data of 5 records and the meta of 2 say: they are withheld")
}

// An attack is a change to a bundle and what must be said of it.
type attack struct {
	name   string
	change func(t *testing.T, dir string)
	said   []string
}

// onRecords changes the lines of records.jsonl.
func onRecords(change func(lines []string) []string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		file := filepath.Join(dir, "records.jsonl")
		old := string(read(t, file))
		lines := strings.SplitAfter(old, "\n")
		text := strings.Join(change(lines[:len(lines)-1]), "")
		if text == old {
			t.Fatal("the attack changed nothing")
		}
		write(t, file, []byte(text))
	}
}

// onFile replaces something in a file.
func onFile(name, old, by string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		file := filepath.Join(dir, name)
		text := read(t, file)
		altered := bytes.Replace(text, []byte(old), []byte(by), 1)
		if bytes.Equal(text, altered) {
			t.Fatalf("the attack changed nothing: %s", text)
		}
		write(t, file, altered)
	}
}

func flip(name string, at int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		file := filepath.Join(dir, name)
		text := read(t, file)
		text[at] ^= 1
		write(t, file, text)
	}
}

func TestBundleAttacked(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 600, makeRecord)
	other := newKey(t, origin)
	skipped := m.certificate(t, "entities", 600)
	skipped.Fold = foldOf(append(slices.Clone(m.shown[:50]), m.shown[51:]...))
	doubled := m.certificate(t, "persons", 300)
	doubled.Fold = foldOf(append(slices.Clone(m.shown[:300]), m.shown[299]))
	evil := doubled
	evil.Name = "\nproved: all\u202e"
	forked := m.certificate(t, "persons", 300)
	forked.Root = m.certificate(t, "", 299).Root
	beyond := m.certificate(t, "persons", 600)
	beyond.Next = 601
	const records = "disproved: records.jsonl, "
	for _, a := range []attack{
		{"a byte of data", onRecords(func(l []string) []string { l[5] = strings.Replace(l[5], `{"n":5`, `{"n":6`, 1); return l }),
			[]string{records + "line 6, index 5: data of record 00000000-0000-8000-8000-000000000005 at index 5: it is not what was recorded"}},
		{"an id that writes lines of its own", onRecords(func(l []string) []string {
			l[5] = strings.NewReplacer(`{"n":5`, `{"n":6`, `"id":"`, `"id":"\n\u001b[2Jproved: all`).Replace(l[5])
			return l
		}),
			[]string{records + `line 6, index 5: data of record \n\x1b[2Jproved: all00000000`}},
		{"a byte of meta", onRecords(func(l []string) []string { l[5] = strings.Replace(l[5], `per_2`, `per_1`, 1); return l }),
			[]string{records + "line 6, index 5: meta of record"}},
		{"a key", onRecords(func(l []string) []string { l[5] = strings.Replace(l[5], `"dataKey":"`, `"dataKey":"ff`, 1); return l }),
			[]string{records + "line 6, index 5: disclosure: the key of data"}},
		{"the time", onRecords(func(l []string) []string {
			l[5] = strings.Replace(l[5], `"2020-03-04T10:00:05.000Z"`, `"2020-03-04T10:00:05.001Z"`, 1)
			return l
		}),
			[]string{records + "line 6, index 5: record 00000000-0000-8000-8000-000000000005 is not the one that the log has at this index"}},
		{"a space", onRecords(func(l []string) []string { l[5] = strings.Replace(l[5], `,"id"`, `, "id"`, 1); return l }),
			[]string{records + "line 6, index 5: canonical bytes: not in canonical form"}},
		{"a carriage return", onRecords(func(l []string) []string { l[5] = strings.TrimSuffix(l[5], "\n") + "\r\n"; return l }),
			[]string{records + "line 6, index 5: disclosure: "}},
		{"no JSON", onRecords(func(l []string) []string { l[5] = "\n"; return l }), []string{records + "line 6, index 5: disclosure: "}},
		{"a record dropped", onRecords(func(l []string) []string { return slices.Delete(l, 5, 6) }),
			[]string{records + "line 6, index 5: record 00000000-0000-8000-8000-000000000006 says that its index is 6: a record was dropped, inserted or moved"}},
		{"a record inserted", onRecords(func(l []string) []string { return slices.Insert(l, 5, l[4]) }),
			[]string{records + "line 6, index 5: record 00000000-0000-8000-8000-000000000004 says that its index is 4"}},
		{"records swapped", onRecords(func(l []string) []string { l[5], l[300] = l[300], l[5]; return l }),
			[]string{records + "line 6, index 5: record 00000000-0000-8000-8000-000000000300 says"}},
		{"records reordered", onRecords(func(l []string) []string { slices.Reverse(l); return l }), []string{records + "line 1, index 0: "}},
		{"the tail truncated", onRecords(func(l []string) []string { return l[:590] }),
			[]string{records + "line 591, index 590: the records end here, and the log has 600: the tail is missing"}},
		{"the last newline", onRecords(func(l []string) []string { l[599] = strings.TrimSpace(l[599]); return l }),
			[]string{records + "line 600, index 599: the line does not end"}},
		{"no records", onRecords(func([]string) []string { return nil }), []string{records + "line 1, index 0: the records end here"}},
		{"records at the end", onRecords(func(l []string) []string { return append(l, l[599]) }),
			[]string{records + "line 601, index 600: the records go on here, and the log has only 600"}},
		{"a line without end", onRecords(func(l []string) []string { l[5] = strings.Repeat(" ", 3<<20); return l }),
			[]string{records + "line 6, index 5: the line is longer than a record can be"}},

		{"a byte of an entry", flip("log/tile/entries/001", 34*9+10), []string{"disproved: log/tile/entries/001, index 265: the entry is neither that of the record nor that of the tree"}},
		{"a byte of an entry of a partial bundle", flip("log/tile/entries/002.p/88", 34*9+10), []string{"disproved: log/tile/entries/002.p/88, index 521: the entry is neither"}},
		{"a byte of a length", flip("log/tile/entries/001", 34*9), []string{"disproved: log/tile/entries/001: bundle of entries: "}},
		{"a byte of a hash", flip("log/tile/0/001", 32*9+10), []string{"disproved: log/tile/entries/001, index 265: the entry is not the one that log/tile/0/001 has a hash of"}},
		{"a byte of a hash above", flip("log/tile/1/000.p/2", 40), []string{"disproved: log/tile/1/000.p/2: its hash 1"}},
		{"a tile dropped", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "log/tile/0/000")) }, []string{"disproved: log/tile/0/000: it is missing"}},
		{"the head's size", onFile("log/checkpoint", "\n600\n", "\n599\n"), []string{"disproved: log/checkpoint: checkpoint: the signature of example/log+"}},
		{"another key's head", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "log/checkpoint"), (&made{other, m.shown, m.hashes}).checkpoint(t, 600))
		}, []string{"disproved: log/checkpoint: it is signed with the key " + nameOf(other.verifier(t)) + ", and the bundle's own key, in the file vkey, is " + nameOf(m.verifier(t))}},
		{"an older head", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "log/checkpoint"), m.checkpoint(t, 599)) },
			[]string{"disproved: manifest.json: it counts 600 records, and the log signed a head of 599"}},
		{"another policy", onFile("policy", "log "+m.vkey, "log "+other.vkey), []string{"disproved: policy: it does not name the log with the key in the file vkey"}},
		{"no policy", onFile("policy", "quorum none", "quorum some"), []string{"disproved: policy: policy, line 2: "}},
		{"no vkey", onFile("vkey", "+", " "), []string{"disproved: vkey: "}},
		{"another size", onFile("manifest.json", `"size": 600`, `"size": 601`), []string{"disproved: manifest.json: it counts 601 records"}},
		{"another root", onFile("manifest.json", `"root": "`, `"root": "0`), []string{"disproved: manifest.json: its root is "}},
		{"another origin", onFile("manifest.json", origin, "example/lag"), []string{"disproved: manifest.json: it is of the log \"example/lag\""}},
		{"another count", onFile("manifest.json", `"withheldData": 0`, `"withheldData": 1`), []string{"disproved: manifest.json: it counts 1 records without data"}},
		{"another format", onFile("manifest.json", "bundle/1", "bundle/9"), []string{"disproved: manifest.json: manifest: its format is"}},

		{"a record skipped", func(t *testing.T, dir string) { m.certify(t, dir, skipped) },
			[]string{"disproved: certificates.json: the projection entities skipped, doubled or reordered a record below index 600"}},
		{"a record doubled", func(t *testing.T, dir string) { m.certify(t, dir, m.certificate(t, "a", 600), doubled) },
			[]string{"disproved: certificates.json: the projection persons skipped, doubled or reordered a record below index 300"}},
		{"a name that writes lines of its own", func(t *testing.T, dir string) { m.certify(t, dir, m.certificate(t, "a\nproved: all\r", 600), evil) },
			[]string{`disproved: certificates.json: the projection \nproved: all\u202e skipped`}},
		{"another history seen", func(t *testing.T, dir string) { m.certify(t, dir, forked) },
			[]string{"disproved: certificates.json: the projection persons had seen another history"}},
		{"more seen", func(t *testing.T, dir string) { m.certify(t, dir, beyond) },
			[]string{"disproved: certificates.json: the projection persons had seen 601 records, and the bundle has 600"}},
	} {
		t.Run(a.name, func(t *testing.T) {
			dir := m.bundle(t)
			a.change(t, dir)
			f := checkBundle(t, dir, Trust{Key: m.verifier(t)}, nil)
			wants(t, f, Disproved, a.said...)
			if f.Place == nil || f.Place.File == "" {
				t.Errorf("no place: %+v", f)
			}
		})
	}
	for _, name := range []string{"manifest.json", "records.jsonl", "vkey", "log/checkpoint"} {
		dir := m.bundle(t)
		os.Remove(filepath.Join(dir, name))
		wants(t, checkBundle(t, dir, Trust{Key: m.verifier(t)}, nil), Unknown, name)
	}
	for _, name := range []string{"policy", "certificates.json"} {
		dir := m.bundle(t)
		os.Remove(filepath.Join(dir, name))
		wants(t, checkBundle(t, dir, Trust{Key: m.verifier(t)}, nil), Proved, "not proved: wh", "the bundle has no "+strings.TrimSuffix(name, ".json"))
	}
	for _, name := range []string{"notes.txt", "sub/readme", "records.jsonl.part", "log/readme"} {
		dir := m.bundle(t)
		write(t, filepath.Join(dir, name), nil)
		wants(t, checkBundle(t, dir, Trust{Key: m.verifier(t)}, nil), Proved, fmt.Sprintf("%q", name))
	}
}

// No byte of what a bundle proves may be changed. The manifest and the
// certificates are JSON for others to read, and hold the time and names that
// prove nothing.
func TestBundleEveryByte(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 3, makeRecord)
	m.shown[1] = m.shown[1].WithoutData()
	dir := m.bundle(t)
	trust := Trust{Key: m.verifier(t)}
	wants(t, checkBundle(t, dir, trust, nil), Proved)
	for _, name := range []string{"records.jsonl", "vkey", "policy", "log/checkpoint", "log/tile/entries/000.p/3", "log/tile/0/000.p/3"} {
		file := filepath.Join(dir, name)
		text := read(t, file)
		for i := range text {
			for _, bit := range []byte{1, 0x20} {
				altered := bytes.Clone(text)
				altered[i] ^= bit
				write(t, file, altered)
				if f := checkBundle(t, dir, trust, nil); f.Answer == Proved || !strings.Contains(f.Reason, name) {
					t.Errorf("%s: byte %d of %d: %s", name, i, len(text), f.Text())
				}
			}
			if i%5 != 0 && i+1 < len(text) {
				continue
			}
			write(t, file, text[:i])
			if f := checkBundle(t, dir, trust, nil); f.Answer == Proved {
				t.Errorf("%s: cut to %d bytes of %d: %s", name, i, len(text), f.Text())
			}
		}
		write(t, file, text)
	}
}

// TestBundleRewritten makes bundles that fit together in every way, signed with
// the right key.
func TestBundleRewritten(t *testing.T) {
	k := newKey(t, origin)
	m := makeLog(t, k, 600, makeRecord)
	rebuilt := func(n int64, which func(i int64) int64) *made {
		return makeLog(t, k, n, func(i int64) (r eventstore.Record) { return makeRecord(which(i)) })
	}
	trust := Trust{Key: k.verifier(t)}
	older := m.checkpoint(t, 400)
	newer := makeLog(t, k, 600, func(i int64) (r eventstore.Record) {
		if r = makeRecord(i); i == 399 {
			r.At = time.Date(2020, 3, 5, 0, 0, 0, 0, time.UTC) // as the bundle's manifest has it
		}
		return r
	})
	unproven := newer.proof(t, 399, 400)
	unproven.Extra = m.proof(t, 399, 400).Extra
	shorter := &made{key: k}
	for _, d := range m.shown[:390] {
		shorter.add(t, d)
	}
	altered := makeLog(t, k, 600, func(i int64) (r eventstore.Record) {
		if r = makeRecord(i); i == 77 {
			r.Data = []byte(`{"n":0}`)
		}
		return r
	})
	for _, tt := range []struct {
		name   string
		log    *made
		since  []byte
		answer Answer
		said   string
	}{
		{"altered and signed anew", altered, older, Disproved, "history was rewritten: the first 400 records had the root"},
		{"altered and signed anew, nothing to compare", altered, nil, Proved, "not proved: that nothing was rewritten before this head was signed"},
		{"the tail truncated and signed anew", shorter, older, Disproved, "index 390: history was rewritten: the log signed a head of 400 records before, and now it has only 390"},
		{"the tail truncated, by a receipt from before", shorter, m.proof(t, 395, 400).Text(), Disproved, "index 390: history was rewritten: the log signed a head of 400 records before, and now it has only 390; the receipt's record, of index 395, was recorded at 2020-03-04T10:06:35.000Z, and the bundle without it was made later, at 2020-03-05T00:00:00Z"},
		{"a bundle from before the record", shorter, newer.proof(t, 399, 400).Text(), Unknown, "the receipt's head has 400 records, and the bundle has 390: the receipt may have been given after the bundle was made"},
		{"a bundle from before the receipt", shorter, m.proof(t, 389, 400).Text(), Unknown, "have a newer bundle, or give an older head"},
		{"a receipt that proves no record", shorter, unproven.Text(), Unknown, "have a newer bundle, or give an older head"},
		{"a version doubled", rebuilt(100, func(i int64) int64 { return i - i/50*7 }), nil, Disproved, "line 51, index 50: record 00000000-0000-8000-8000-000000000043 is there twice"},
		{"a stream with a gap", rebuilt(100, func(i int64) int64 { return i + i/50 }), nil, Disproved, "line 57, index 56: record 00000000-0000-8000-8000-000000000057 is version 9 of the stream thing-1, and version 8 is due"},
	} {
		t.Run(tt.name, func(t *testing.T) { wants(t, checkBundle(t, tt.log.bundle(t), trust, tt.since), tt.answer, tt.said) })
	}
}

// FuzzLine shows that a line is what a record is written as, or refused.
func FuzzLine(f *testing.F) {
	m := makeLog(f, fixedKey(f, origin), 3, makeRecord)
	for _, d := range append(m.shown, m.shown[0].WithoutData(), m.shown[0].WithoutMeta()) {
		text, err := d.Text()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, e, err := parseLine(text)
		if err != nil {
			return
		}
		again, err := d.Text()
		if err == nil && !bytes.Equal(again, text) || e.Index < 0 || e.Version < 1 {
			t.Errorf("%q is read as %q, %v", text, again, err)
		}
		if e.Index < m.size() && d.Entry() == m.shown[e.Index].Entry() {
			if d.Data != nil && !bytes.Equal(d.Data, m.shown[e.Index].Data) || d.Meta != nil && !bytes.Equal(d.Meta, m.shown[e.Index].Meta) {
				t.Errorf("%q shows what was not recorded", text)
			}
		}
	})
}
