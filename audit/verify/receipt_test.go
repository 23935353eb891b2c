package verify

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// wants fails unless f has the answer, and says all of said.
func wants(t *testing.T, f *Finding, a Answer, said ...string) {
	t.Helper()
	text := f.Text()
	if f.Answer != a || (f.Reason == "") != (a == Proved) {
		t.Errorf("the answer is %s, want %s:\n%s", f.Answer, a, text)
	}
	for _, s := range said {
		if !strings.Contains(text, s) {
			t.Errorf("it does not say %q:\n%s", s, text)
		}
	}
}

func TestReceipt(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 300, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	for _, index := range []int64{0, 1, 255, 256, 298, 299} {
		for _, size := range []int64{index + 1, 300} {
			f := Receipt(m.proof(t, index, size).Text(), trust)
			wants(t, f, Proved,
				"proved: the record thing.happened, recorded at 2020-03-04T10:0",
				"proved: the data and meta of the record, which are shown below, are what was recorded",
				"not proved: that the log shows everybody the same history: no witness cosigned this head",
				"of the log example/log")
			if f.Index == nil || *f.Index != index || f.Head.Size != size || strings.Contains(f.Text(), "withheld") || f.Record == nil || f.Record.Index != index {
				t.Errorf("index %d of %d: %+v", index, size, f)
			}
		}
	}
	d := m.shown[7]
	for _, tt := range []struct {
		d    format.Disclosure
		said []string
	}{
		{d.WithoutData(), []string{"\nproved: the meta of the record, which is shown below, is what was recorded", "not proved: what its data says: is withheld"}},
		{d.WithoutMeta(), []string{"\nproved: the data of the record, which is shown below, is what was recorded", "not proved: what its meta says: is withheld"}},
		{d.WithoutMeta().WithoutData(), []string{"not proved: what its data and meta say: are withheld"}},
	} {
		p := m.proof(t, 7, 300)
		p.Extra, _ = tt.d.Text()
		wants(t, Receipt(p.Text(), trust), Proved, tt.said...)
	}
}

// A receipt with any byte changed must not verify, nor one that lost or gained
// some.
func TestReceiptAltered(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 300, makeRecord)
	text := m.proof(t, 258, 300).Text()
	everyByte(t, text, Trust{Key: m.verifier(t)})
}

func everyByte(t *testing.T, text []byte, trust Trust) {
	t.Helper()
	wants(t, Receipt(text, trust), Proved)
	signed := bytes.Index(text, []byte("\n— ")) + 1
	issued := map[string]bool{}
	for i := signed; i < len(text); i++ { // without the last lines it is another receipt, with fewer witnesses
		issued[string(text[:i+1])] = text[i] == '\n'
	}
	refused := func(what string, i int, altered []byte) {
		if issued[strings.Trim(string(altered), " \n")+"\n"] {
			return // blank lines around it are taken
		}
		if f := Receipt(altered, trust); f.Answer == Proved || f.Reason == "" {
			t.Errorf("%s at byte %d of %d verifies: %q", what, i, len(text), altered)
		}
	}
	for i := range text {
		for bit := range 8 {
			altered := bytes.Clone(text)
			altered[i] ^= 1 << bit
			refused("a flipped bit", i, altered)
		}
		for _, b := range []byte{0, ' ', '\n', '='} {
			refused("an inserted byte", i, slices.Insert(bytes.Clone(text), i, b))
			if altered := bytes.Clone(text); altered[i] != b {
				altered[i] = b
				refused("a changed byte", i, altered)
			}
		}
		refused("a doubled byte", i, slices.Insert(bytes.Clone(text), i, text[i]))
		refused("a lost byte", i, slices.Delete(bytes.Clone(text), i, i+1))
		refused("the end", i, text[:i])
		refused("the begin", i, text[i+1:])
	}
	for _, tail := range []string{"\n", " ", "=", "\x00", string(text), "\n— x", "— example/log AAAA\n"} {
		refused("what is appended", len(text), append(bytes.Clone(text), tail...))
	}
}

// TestReceiptForged shows receipts that are well-formed and not true.
func TestReceiptForged(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 300, makeRecord)
	other := makeLog(t, newKey(t, origin), 300, func(i int64) eventstore.Record {
		r := makeRecord(i)
		r.Data = []byte(`{"n":-1}`)
		return r
	})
	foreign := makeLog(t, newKey(t, "foreign/log"), 300, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	with := func(change func(*format.Proof)) []byte {
		p := m.proof(t, 258, 300)
		change(&p)
		return p.Text()
	}
	extra := func(d format.Disclosure) func(*format.Proof) {
		text, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		return func(p *format.Proof) { p.Extra = text }
	}
	data := m.shown[258]
	data.Data = []byte(`{"n":259}`)
	meta := m.shown[258]
	meta.Meta = []byte(`{"person":"per_9"}`)
	meta.MetaKey = m.shown[257].MetaKey
	moved := makeRecord(258)
	moved.Version = 0
	unborn, err := format.Disclose(moved, 258)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		text   []byte
		answer Answer
		said   string
	}{
		"another record":      {with(extra(other.shown[258])), Disproved, "the proof does not lead from the record to the head"},
		"another index":       {with(extra(m.shown[257])), Disproved, "the record is of index 257, and the proof of index 258"},
		"another index twice": {with(func(p *format.Proof) { p.Index = 257; extra(m.shown[257])(p) }), Disproved, "index 257: the proof does not lead"},
		"other data":          {with(extra(data)), Disproved, "data of record 00000000-0000-8000-8000-000000000258 at index 258: it is not what was recorded"},
		"other meta":          {with(extra(meta)), Disproved, "meta of record 00000000-0000-8000-8000-000000000258 at index 258: it is not what was recorded"},
		"no version":          {with(extra(unborn)), Disproved, "versions count from 1"},
		"no extra":            {with(func(p *format.Proof) { p.Extra = nil }), Unknown, "does not say what was recorded"},
		"no hashes":           {with(func(p *format.Proof) { p.Hashes = nil }), Disproved, "the proof does not lead"},
		"a hash too many":     {with(func(p *format.Proof) { p.Hashes = append(p.Hashes, p.Hashes[0]) }), Disproved, "the proof does not lead"},
		"an older head":       {with(func(p *format.Proof) { p.Checkpoint = m.checkpoint(t, 200) }), Disproved, "the proof does not lead"},
		"an empty log":        {with(func(p *format.Proof) { p.Checkpoint = m.checkpoint(t, 0) }), Disproved, "the proof does not lead"},
		"another history":     {with(func(p *format.Proof) { p.Checkpoint = other.checkpoint(t, 300) }), Unknown, "it is signed with the key " + nameOf(other.verifier(t)) + ", and you gave " + nameOf(m.verifier(t))},
		"all of another key":  {other.proof(t, 258, 300).Text(), Unknown, "it is signed with the key " + nameOf(other.verifier(t)) + ", and you gave " + nameOf(m.verifier(t))},
		"another log":         {foreign.proof(t, 258, 300).Text(), Unknown, "no key is known for that log: you gave"},
		"no head":             {with(func(p *format.Proof) { p.Checkpoint = []byte("\n— x\n") }), Disproved, "malformed note"},
		"signed twice": {with(func(p *format.Proof) {
			p.Checkpoint = append(p.Checkpoint, bytes.SplitAfter(p.Checkpoint, []byte("\n"))[4]...)
		}), Disproved, "signed twice with one key"},
		"another log's head under this log's signature": {with(func(p *format.Proof) {
			p.Checkpoint = bytes.Replace(p.Checkpoint, []byte(origin+"\n"), []byte("foreign/log\n"), 1)
		}), Disproved, "the head was altered"},
		"a page":      {[]byte("<!DOCTYPE html>\n"), Unknown, "this file is no receipt"},
		"nothing":     {nil, Unknown, "this file is no receipt"},
		"too much":    {bytes.Repeat([]byte("c2sp.org/tlog-proof@v1\n"), 1<<18), Unknown, "and this one has more"},
		"a newer one": {bytes.Replace(with(func(*format.Proof) {}), []byte("@v1"), []byte("@v2"), 1), Unknown, "does not begin with c2sp.org/tlog-proof@v1"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, Receipt(tt.text, trust), tt.answer, tt.said) })
	}
	wants(t, Receipt(with(func(*format.Proof) {}), Trust{}), Unknown, "no key is known")
}

// A cosignature by a key that is not known is said and not believed.
func TestReceiptStrangers(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 30, makeRecord)
	f := Receipt(m.proof(t, 3, 30, newKey(t, "w1"), newKey(t, "w2")).Text(), Trust{Key: m.verifier(t)})
	wants(t, f, Proved, "not proved: what 2 further signatures on this head say", "no witness cosigned this head")
}

// FuzzReceipt shows that nothing but a receipt that was issued is proved.
func FuzzReceipt(f *testing.F) {
	m := makeLog(f, fixedKey(f, origin), 300, makeRecord)
	trust := Trust{Key: m.verifier(f)}
	issued := map[string]bool{}
	for _, i := range []int64{0, 5, 258} {
		text := m.proof(f, i, 300).Text()
		issued[string(text)] = true
		f.Add(text)

	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if got := Receipt(text, trust); got.Answer == Proved {
			if is, _, err := receiptIn(text); err != nil || !issued[string(is)] {
				t.Errorf("proved: %q", text)
			}
		}
	})
}

// FuzzReceiptParts puts anything below a head that is signed: what is proved
// then is what was recorded.
func FuzzReceiptParts(f *testing.F) {
	m := makeLog(f, fixedKey(f, origin), 300, makeRecord)
	trust := Trust{Key: m.verifier(f)}
	for _, i := range []int64{0, 5, 258, 299} {
		p := m.proof(f, i, 300)
		var hashes []byte
		for _, h := range p.Hashes {
			hashes = append(hashes, h[:]...)
		}
		f.Add(p.Extra, i, hashes)
		f.Add(p.Extra, i+1, hashes)
	}
	head := m.checkpoint(f, 300)
	f.Fuzz(func(t *testing.T, extra []byte, index int64, hashes []byte) {
		p := format.Proof{Extra: extra, Index: index, Checkpoint: head}
		for c := range slices.Chunk(hashes, 32) {
			if len(c) == 32 {
				p.Hashes = append(p.Hashes, [32]byte(c))
			}
		}
		if got := Receipt(p.Text(), trust); got.Answer != Proved {
			return
		}
		d, err := format.ParseDisclosure(extra)
		if err != nil || index < 0 || index >= 300 {
			t.Fatalf("proved: index %d, %q, %v", index, extra, err)
		}
		was := m.shown[index]
		if !bytes.Equal(d.Canonical, was.Canonical) || d.Data != nil && !bytes.Equal(d.Data, was.Data) || d.Meta != nil && !bytes.Equal(d.Meta, was.Meta) {
			t.Errorf("proved: index %d, %q", index, extra)
		}
	})
}
