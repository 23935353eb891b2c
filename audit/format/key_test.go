package format

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// private returns the nth key of these tests.
func private(n byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return ed25519.NewKeyFromSeed(seed)
}

func keyOf(kind byte, name string, n byte) Key {
	return Key{name, kind, string(private(n).Public().(ed25519.PublicKey))}
}

func fourth() time.Time { return time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC) }

// vkey writes a verifier key by the specification, whether or not it is a good one.
func vkey(name string, material []byte) string {
	h := sha256.Sum256(append([]byte(name+"\n"), material...))
	return fmt.Sprintf("%s+%x+%s", name, h[:4], base64.StdEncoding.EncodeToString(material))
}

func material(kind byte, size int) []byte { return append([]byte{kind}, make([]byte, size)...) }

// TestCosignature checks a cosignature that another program made (Python's
// cryptography), and that ours is the same.
func TestCosignature(t *testing.T) {
	const (
		text   = "consultation.example/log\n7\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
		line   = "— witness.example/w1 519lMgAAAABeX3wgR8+AiDx5UfTm5M3B4Cj81x7SFhKW9hczSL4rLCUQt0Bxg9oUz51lqPaAmhkZInsrThjl/v8jy+/JLAngVrgPBA==\n"
		public = "witness.example/w1+e75f6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
	)
	k, err := ParseKey(public)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(text+"\n"+line), note.VerifierList(k))
	if err != nil {
		t.Fatal(err)
	}
	if at, err := CosignedAt(n.Sigs[0]); err != nil || !at.Equal(fourth()) {
		t.Errorf("cosigned at %s, %v", at, err)
	}
	if _, err := note.Open([]byte(strings.Replace(text, "7", "8", 1)+"\n"+line), note.VerifierList(k)); err == nil {
		t.Error("a cosignature is good for another checkpoint")
	}
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	c, err := NewCosigner("witness.example/w1", ed25519.NewKeyFromSeed(seed), fourth)
	if err != nil {
		t.Fatal(err)
	}
	if c.Key() != k {
		t.Errorf("the cosigner's key is %s, want %s", c.Key(), k)
	}
	got, err := note.Sign(&note.Note{Text: text}, c)
	if err != nil || string(got) != text+"\n"+line {
		t.Errorf("cosigned\n%s\nwant\n%s\n%v", got, line, err)
	}
}

// TestCosignatureFlipped flips every bit of a cosignature, its time included.
func TestCosignatureFlipped(t *testing.T) {
	c, err := NewCosigner("w", private(1), fourth)
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(Checkpoint{Origin: "log", Size: 3}.Text())
	sig, err := c.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Key().Verify(text, sig) {
		t.Fatal("the cosignature does not verify")
	}
	for i := range 8 * len(sig) {
		bad := bytes.Clone(sig)
		bad[i/8] ^= 1 << (i % 8)
		if c.Key().Verify(text, bad) {
			t.Errorf("bit %d may be another", i)
		}
	}
	if c.Key().Verify(text, sig[:71]) || c.Key().Verify(text, append(sig, 0)) {
		t.Error("a cosignature of another length verifies")
	}
	if (Key{}).Verify(text, sig) || keyOf(typeLog, "w", 1).Verify(text, sig[8:]) {
		t.Error("a cosignature verifies as another signature")
	}
	for _, time := range []string{"9223372036854775808", "-9223372036854775808"} {
		late := binary.BigEndian.AppendUint64(nil, 1<<63)
		late = append(late, ed25519.Sign(private(1), append([]byte("cosignature/v1\ntime "+time+"\n"), text...))...)
		if c.Key().Verify(text, late) {
			t.Errorf("a time past 2^63-1, signed as %s, is accepted", time)
		}
	}
}

func TestCosignerRefuses(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b", "a\nb", "a\x01b", "a\u00a0b", "\xff"} {
		if _, err := NewCosigner(name, private(1), fourth); err == nil {
			t.Errorf("a cosigner may be called %q", name)
		}
	}
	if _, err := NewCosigner("w", private(1)[:32], fourth); err == nil {
		t.Error("a short key is taken")
	}
	c, err := NewCosigner("w", private(1), fourth)
	if err != nil {
		t.Fatal(err)
	}
	head := Checkpoint{Origin: "log", Size: 3}.Text()
	for _, text := range []string{"", "hello\n", head + "\n", head + "a\n\nb\n", head + "a", strings.TrimSuffix(head, "\n")} {
		if _, err := c.Sign([]byte(text)); err == nil {
			t.Errorf("%q is cosigned", text)
		}
	}
	for _, text := range []string{head, head + "extension\n", head + "one\ntwo\n"} {
		if _, err := c.Sign([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	c.now = func() time.Time { return time.Unix(0, 0) }
	if _, err := c.Sign([]byte(head)); err == nil {
		t.Error("a cosignature without a time is made")
	}
}

// TestKeyLikeNote compares keys of logs with the library that others use.
func TestKeyLikeNote(t *testing.T) {
	secret, public, err := note.GenerateKey(nil, "consultation.example/log")
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKey(public)
	if err != nil {
		t.Fatal(err)
	}
	if k.String() != public || k.IsWitness() || k.Name() != s.Name() || k.KeyHash() != s.KeyHash() {
		t.Errorf("the key reads as %s, want %s", k, public)
	}
	sig, err := s.Sign([]byte("text\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !k.Verify([]byte("text\n"), sig) || k.Verify([]byte("test\n"), sig) {
		t.Error("the key verifies another text than was signed")
	}
}

func TestParseKeyRefuses(t *testing.T) {
	good := keyOf(typeWitness, "w", 1).String()
	id := strings.Split(good, "+")[1]
	for _, tt := range []struct{ name, vkey, says string }{
		{"nothing", "", "not a verifier key"},
		{"no key", "w+" + id, "not a verifier key"},
		{"no name", strings.TrimPrefix(good, "w"), "not a key's name"},
		{"space in name", vkey("a\u2003b", material(4, 32)), "not a key's name"},
		{"name is not UTF-8", vkey("a\xff", material(4, 32)), "not a key's name"},
		{"not base64", good[:len(good)-1] + "!", "not in base64"},
		{"base64 with loose ends", "w+" + id + "+BB", "not in base64"},
		{"empty key", vkey("w", nil), "not in base64"},
		{"short key", vkey("w", material(4, 31)), "has 31 bytes"},
		{"long key", vkey("w", material(1, 33)), "has 33 bytes"},
		{"ML-DSA-44", vkey("w", material(6, 1312)), "ML-DSA-44"},
		{"ECDSA", vkey("w", material(2, 91)), "unknown type 0x02"},
		{"name changed", "v" + good[1:], "has the ID"},
		{"ID in capitals", strings.Replace(good, id, strings.ToUpper(id), 1), "has the ID"},
	} {
		_, err := ParseKey(tt.vkey)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want: %s", tt.name, err, tt.says)
		}
	}
	if strings.ToUpper(id) == id {
		t.Fatal("the ID of this test's key has no letters")
	}
}
