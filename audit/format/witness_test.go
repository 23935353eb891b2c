package format

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var zeros = base64.StdEncoding.EncodeToString(make([]byte, tlog.HashSize))

func TestAddCheckpoint(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       AddCheckpoint
	}{
		{"the first", "old 0\n\nlog\n", AddCheckpoint{Checkpoint: []byte("log\n")}},
		{"with a proof", "old 20852014\n" + zeros + "\n" + zeros + "\n\nlog\n\n— a b\n",
			AddCheckpoint{20852014, make(tlog.TreeProof, 2), []byte("log\n\n— a b\n")}},
		{"the longest proof", "old 1\n" + strings.Repeat(zeros+"\n", 63) + "\nlog\n",
			AddCheckpoint{1, make(tlog.TreeProof, 63), []byte("log\n")}},
	} {
		got, err := ParseAddCheckpoint([]byte(tt.body))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
		if text := tt.want.Text(); string(text) != tt.body {
			t.Errorf("%s: written as\n%s", tt.name, text)
		}
	}
}

func TestAddCheckpointRefuses(t *testing.T) {
	for _, tt := range []struct{ name, body, says string }{
		{"nothing", "", "no empty line"},
		{"no checkpoint", "old 0\n\n", "no checkpoint"},
		{"no empty line", "old 0\nlog\n", "no empty line"},
		{"no old size", "\n\nlog\n", "first line"},
		{"old size without a number", "old \n\nlog\n", "old size"},
		{"two spaces", "old  1\n\nlog\n", "old size"},
		{"leading zero", "old 01\n\nlog\n", "old size"},
		{"negative", "old -1\n\nlog\n", "old size"},
		{"too large", "old 9223372036854775808\n\nlog\n", "old size"},
		{"carriage return", "old 1\r\n\nlog\n", "old size"},
		{"short hash", "old 1\nAAAA\n\nlog\n", "proof"},
		{"hash with loose ends", "old 1\n" + strings.TrimSuffix(zeros, "A=") + "B=\n\nlog\n", "proof"},
		{"64 hashes", "old 1\n" + strings.Repeat(zeros+"\n", 64) + "\nlog\n", "64 lines"},
	} {
		if got, err := ParseAddCheckpoint([]byte(tt.body)); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %+v, %v, want: %s", tt.name, got, err, tt.says)
		}
	}
}

func TestSize(t *testing.T) {
	for _, n := range []int64{0, 7, 1<<63 - 1} {
		if got, err := ParseSize(SizeText(n)); err != nil || got != n {
			t.Errorf("%d reads as %d, %v", n, got, err)
		}
	}
	for _, body := range []string{"", "\n", "7", "07\n", "-7\n", "7\n\n", " 7\n", "7\r\n", "9223372036854775808\n"} {
		if n, err := ParseSize([]byte(body)); err == nil {
			t.Errorf("%q reads as %d", body, n)
		}
	}
}

func TestOpenCosignatures(t *testing.T) {
	text := Checkpoint{Origin: "log.example", Size: 4}.Text()
	lines := func(text string, ns ...byte) (all []note.Signature) {
		for _, n := range ns {
			c, err := NewCosigner("w.example", private(n), fourth)
			if err != nil {
				t.Fatal(err)
			}
			sig, err := c.Sign([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			sig = append(binary.BigEndian.AppendUint32(nil, c.KeyHash()), sig...)
			all = append(all, note.Signature{Name: c.Name(), Hash: c.KeyHash(), Base64: base64.StdEncoding.EncodeToString(sig)})
		}
		return all
	}
	known := note.VerifierList(keyOf(typeWitness, "w.example", 1), keyOf(typeWitness, "w.example", 2))
	want := lines(text, 1, 2)
	got, err := OpenCosignatures(SignatureLines(lines(text, 3, 1, 4, 2)...), text, known)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("of two known and two unknown keys: %v, %v", got, err)
	}
	another := Checkpoint{Origin: "log.example", Size: 5}.Text()
	for _, tt := range []struct{ name, body string }{
		{"nothing", ""},
		{"unknown keys only", string(SignatureLines(lines(text, 3, 4)...))},
		{"over another checkpoint", string(SignatureLines(lines(another, 1)...))},
		{"one good and one bad", string(SignatureLines(append(lines(text, 1), lines(another, 2)...)...))},
		{"cut off", strings.TrimSuffix(string(SignatureLines(want...)), "\n")},
		{"a checkpoint of its own", another + "\n" + string(SignatureLines(lines(another, 1)...))},
		{"garbage", "hello\n"},
		{"garbage in a line", "— hello\n"},
		{"an empty line", string(SignatureLines(lines(text, 1)...)) + "\n"},
	} {
		if got, err := OpenCosignatures([]byte(tt.body), text, known); err == nil {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	// A witness that signs what the answer pretends to be the text.
	longer := text + "\n— a AAAAAAAA\n"
	c, err := note.Sign(&note.Note{Text: longer}, blind{keyOf(typeWitness, "w.example", 1), 1})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenCosignatures(c[len(text)+1:], text, known); err == nil {
		t.Errorf("a signature of more than the checkpoint: %v", got)
	}
	if c, err = note.Sign(&note.Note{Text: text}, blind{keyOf(typeWitness, "w.example", 1), 0}); err != nil {
		t.Fatal(err)
	}
	if got, err := OpenCosignatures(c[len(text)+1:], text, known); err == nil || !strings.Contains(err.Error(), "states no time") {
		t.Errorf("a signature without a time: %v, %v", got, err)
	}
}

// blind cosigns whatever it is given, as at any time.
type blind struct {
	Key
	at byte
}

func (b blind) Sign(text []byte) ([]byte, error) {
	at := []byte{0, 0, 0, 0, 0, 0, 0, b.at}
	return append(at, ed25519.Sign(private(1), cosigned(int64(b.at), text))...), nil
}

func TestCosigned(t *testing.T) {
	signed := []byte("log\n\n— log AAAA\n")
	a, b := note.Signature{Name: "a", Base64: "BBBB"}, note.Signature{Name: "b", Base64: "CCCC"}
	const want = "log\n\n— log AAAA\n— a BBBB\n— b CCCC\n"
	if got := Cosigned(signed, a, b, a); string(got) != want {
		t.Errorf("cosigned:\n%s", got)
	}
	if got := Cosigned([]byte(want), b); string(got) != want {
		t.Errorf("cosigned again:\n%s", got)
	}
	if !bytes.Equal(signed, []byte("log\n\n— log AAAA\n")) {
		t.Error("the checkpoint itself was changed")
	}
}

func FuzzParseAddCheckpoint(f *testing.F) {
	f.Add([]byte("old 0\n\nlog\n1\n" + zeros + "\n\n— log AAAAAAAA\n"))
	f.Add([]byte("old 7\n" + zeros + "\n" + zeros + "\n\nx"))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ParseAddCheckpoint(body)
		if err != nil {
			return
		}
		if text := a.Text(); !bytes.Equal(text, body) {
			t.Fatalf("%q is written again as %q", body, text)
		}
	})
}
