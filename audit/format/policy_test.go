package format

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func logLine(n byte) string { return "log " + keyOf(typeLog, "log.example", n).String() + "\n" }

// witnessLine defines a witness W<n> with a key named w<n>.example.
func witnessLine(n byte) string {
	return fmt.Sprintf("witness W%d %s\n", n, keyOf(typeWitness, fmt.Sprintf("w%d.example", n), n))
}

func witnessLines(n byte) (s string) {
	for i := range n {
		s += witnessLine(i + 1)
	}
	return s
}

// by returns signatures as they stand in a note, of the keys of witnessLine.
func by(ns ...byte) (sigs []note.Signature) {
	for _, n := range ns {
		k := keyOf(typeWitness, fmt.Sprintf("w%d.example", n), n)
		sigs = append(sigs, note.Signature{Name: k.Name(), Hash: k.KeyHash()})
	}
	return sigs
}

// two is the example of the specification: groups of groups.
var two = logLine(9) + witnessLines(6) +
	"group X 2 W1 W2 W3\ngroup Y any W4 W5 W6\ngroup X-and-Y all X Y\nquorum X-and-Y\n"

func TestPolicyAccepts(t *testing.T) {
	w := keyOf(typeWitness, "w1.example", 1).String()
	for _, tt := range []struct{ name, text string }{
		{"nothing but a quorum", "quorum none\n"},
		{"the example", two},
		{"white space", "\t quorum \t none \t\n"},
		{"comments and empty lines", "# one\n\n \t\n \t# two\nquorum none\n"},
		{"a log after the quorum", "quorum none\n" + logLine(1) + witnessLine(2)},
		{"URLs", strings.TrimSuffix(logLine(1), "\n") + " https://log.example/\nwitness W " + w + " what:ever\nquorum W\n"},
		{"names of any bytes", "witness \xe2\x84\xaa\xff " + w + " http://b\xfccher.example\ngroup #g 1 \xe2\x84\xaa\xff\nquorum #g\n"},
		{"a space of Unicode in a name", "witness a\u00a0b\u2003c " + w + "\nquorum a\u00a0b\u2003c\n"},
		{"names like keywords", "witness group " + w + "\ngroup all any group\nquorum all\n"},
		{"a name like a number", "witness 1 " + w + "\ngroup 2 1 1\nquorum 2\n"},
		{"a key that is a log's and a witness's", logLine(1) + witnessLine(1) + "quorum W1\n"},
		{"thirty-two of each", manyLines(32) + "quorum none\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePolicy([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParsePolicy(p.Text())
			if err != nil || !reflect.DeepEqual(p, again) {
				t.Errorf("written and read again it is\n%s%v", again.Text(), err)
			}
		})
	}
}

func manyLines(n byte) (s string) {
	for i := range n {
		s += logLine(100+i) + witnessLine(i+1)
	}
	for i := range n {
		s += fmt.Sprintf("group G%d all W%d\n", i, i+1)
	}
	return s
}

// TestPolicyRefuses has a line for each rule. The error names the line.
func TestPolicyRefuses(t *testing.T) {
	w, l := keyOf(typeWitness, "w", 1).String(), keyOf(typeLog, "l", 1).String()
	other := strings.TrimPrefix(witnessLine(1), "witness W1 ")
	q := "quorum none\n"
	for _, tt := range []struct{ name, text, says string }{
		{"empty", "", "policy: it has no quorum line"},
		{"no quorum", logLine(1), "policy: it has no quorum line"},
		{"two quorums", q + q, "line 2: line 1 is a quorum line already"},
		{"two different quorums", witnessLine(1) + q + "quorum W1\n", "line 3: line 2 is a quorum line already"},
		{"quorum without a name", "quorum\n", "line 1: a quorum line is"},
		{"quorum with two names", "quorum none none\n", "line 1: a quorum line is"},
		{"quorum unknown", "quorum W1\n", `line 1: the quorum "W1" is not defined`},
		{"quorum defined later", "quorum W1\n" + witnessLine(1), `line 1: the quorum "W1" is not defined`},
		{"unknown keyword", q + "\nLog " + l + "\n", `line 3: "Log" is not log`},
		{"carriage return", "quorum none\r\n", "line 1: it ends as on Windows"},
		{"control character", "# a\x00b\n" + q, "line 1: it has the control character 0x00"},
		{"delete", "# a\x7fb\n" + q, "line 1: it has the control character 0x7f"},
		{"vertical tab", q + "#\v\n", "line 2: it has the control character 0x0b"},
		{"cut off", "quorum none", "line 1: the last line does not end"},
		{"cut-off comment", q + "#", "line 2: the last line does not end"},

		{"log without a key", "log\n", "line 1: a log line is"},
		{"log with too much", "log " + l + " http://a b\n", "line 1: a log line is"},
		{"log with a bad key", "log l\n", "line 1: \"l\" is not a verifier key"},
		{"log with a witness's key", "log " + w + "\n", `line 1: the key of "w" is a witness's`},
		{"log with ML-DSA-44", "log " + vkey("l", material(6, 1312)) + "\n", "line 1: the key of \"l\" is an ML-DSA-44 key (type 0x06), and those are not supported yet"},
		{"log twice", logLine(1) + logLine(2) + logLine(1), "line 3: the key of \"log.example\" stands on line 1 already"},
		{"log twice under two names", logLine(1) + "log " + l + "\n", "line 2: the key of \"l\" stands on line 1 already"},

		{"witness without a key", "witness W\n", "line 1: a witness line is"},
		{"witness with too much", "witness W " + w + " http://a b\n", "line 1: a witness line is"},
		{"witness with a bad key", "witness W w+0+0\n", "line 1: the key of \"w\" is not in base64"},
		{"witness with a log's key", "witness W " + l + "\n", `line 1: the key of "l" is a log's`},
		{"witness with ML-DSA-44", witnessLine(1) + "witness W " + vkey("w", material(6, 1312)) + "\n", "line 2: the key of \"w\" is an ML-DSA-44 key (type 0x06), and those are not supported yet"},
		{"witness twice", witnessLine(1) + "witness V " + other, "line 2: the key of \"w1.example\" stands on line 1 already"},
		{"witness twice under two names", witnessLine(1) + "witness V " + w + "\n", "line 2: the key of \"w\" stands on line 1 already"},
		{"two witnesses of one name", witnessLine(1) + strings.Replace(witnessLine(2), "W2", "W1", 1), "line 2: the name \"W1\" is defined on line 1 already"},
		{"witness none", "witness none " + w + "\n", "line 1: the name none is taken"},

		{"group without members", witnessLine(1) + "group G all\n", "line 2: a group line is"},
		{"group none", witnessLine(1) + "group none all W1\n", "line 2: the name none is taken"},
		{"group named as a witness", witnessLine(1) + "group W1 all W1\n", "line 2: the name \"W1\" is defined on line 1 already"},
		{"two groups of one name", witnessLines(2) + "group G all W1\ngroup G all W2\n", "line 4: the name \"G\" is defined on line 3 already"},
		{"member unknown", witnessLine(1) + "group G all W1 W2\n", "line 2: the member \"W2\" is not defined"},
		{"member defined later", "group G all W1\n" + witnessLine(1), "line 1: the member \"W1\" is not defined"},
		{"member itself", witnessLine(1) + "group G all W1 G\n", "line 2: the member \"G\" is not defined"},
		{"member none", witnessLine(1) + "group G any W1 none\n", "line 2: none cannot be a member"},
		{"member twice", witnessLines(2) + "group G 2 W1 W1 W2\n", "line 3: \"W1\" is a member of the group on line 3 already"},
		{"member of two groups", witnessLines(2) + "group G any W1\ngroup H any W1 W2\n", "line 4: \"W1\" is a member of the group on line 3 already"},
		{"group of two groups", witnessLines(3) + "group G any W1\ngroup H any G W2\ngroup I any G W3\n", "line 6: \"G\" is a member of the group on line 5 already"},
		{"0 needed", witnessLine(1) + "group G 0 W1\n", "line 2: a group needs at least 1"},
		{"more needed than there are", witnessLines(2) + "group G 3 W1 W2\n", "line 3: the group needs 3 members and has 2"},
		{"very many needed", witnessLine(1) + "group G 4294967297 W1\n", "line 2: the group needs 4294967297 members and has 1"},
		{"negative number needed", witnessLine(1) + "group G -1 W1\n", "line 2: how many members"},
		{"signed number needed", witnessLine(1) + "group G +1 W1\n", "line 2: how many members"},
		{"leading zero", witnessLine(1) + "group G 01 W1\n", "line 2: how many members"},
		{"hexadecimal", witnessLine(1) + "group G 0x1 W1\n", "line 2: how many members"},
		{"some needed", witnessLine(1) + "group G some W1\n", "line 2: how many members"},
		{"too large", strings.Repeat("#\n", maxPolicy/2) + q, "policy: it is larger"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if p, err := ParsePolicy([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want: %s\nread:\n%s", err, tt.says, p.Text())
			}
		})
	}
}

func TestQuorum(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		sigs       []note.Signature
		met        bool
	}{
		{"none is met by nobody", witnessLine(1) + "quorum none\n", nil, true},
		{"one witness", witnessLines(2) + "quorum W2\n", by(2), true},
		{"another witness", witnessLines(2) + "quorum W2\n", by(1), false},
		{"one witness twice", witnessLines(2) + "group G 2 W1 W2\nquorum G\n", by(1, 1), false},
		{"all", witnessLines(2) + "group G all W1 W2\nquorum G\n", by(2, 1), true},
		{"not all", witnessLines(2) + "group G all W1 W2\nquorum G\n", by(2), false},
		{"any", witnessLines(2) + "group G any W1 W2\nquorum G\n", by(2), true},
		{"not any", witnessLines(2) + "group G any W1 W2\nquorum G\n", nil, false},
		{"two of three and one of three", two, by(1, 3, 5), true},
		{"all six", two, by(1, 2, 3, 4, 5, 6), true},
		{"one of three and three of three", two, by(1, 4, 5, 6), false},
		{"three of three and none of three", two, by(1, 2, 3), false},
		{"nobody", two, nil, false},
		{"a stranger", witnessLines(2) + "group G any W1 W2\nquorum G\n", by(3), false},
		{"the zero policy", "", by(1), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p Policy
			if tt.text != "" {
				var err error
				if p, err = ParsePolicy([]byte(tt.text)); err != nil {
					t.Fatal(err)
				}
			}
			if p.Met(tt.sigs) != tt.met {
				t.Errorf("met: %t, want %t", !tt.met, tt.met)
			}
		})
	}
}

// TestNoWitnessIsALog has a witness that bears the name and the key of a log,
// and a signature of a log that counts for no witness.
func TestNoWitnessIsALog(t *testing.T) {
	text := logLine(9) + "witness W " + keyOf(typeWitness, "log.example", 9).String() + "\nquorum W\n"
	p, err := ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	k := p.Logs[0].Key
	if p.Met([]note.Signature{{Name: k.Name(), Hash: k.KeyHash()}}) {
		t.Error("the log is its own witness")
	}
	c, err := NewCosigner("log.example", private(9), fourth)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Checkpoint{Origin: "log.example", Size: 1}.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.OpenCheckpoint(signed); err == nil || !strings.Contains(err.Error(), "no log of the policy") {
		t.Errorf("a checkpoint that only a witness signed: %v", err)
	}
}

func TestPolicyOpensCheckpoint(t *testing.T) {
	secret, public, err := note.GenerateKey(nil, "other.example")
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePolicy([]byte(logLine(9) + witnessLines(2) + "group G all W1 W2\nquorum G\n"))
	if err != nil {
		t.Fatal(err)
	}
	head := Checkpoint{Origin: "other.example", Size: 4}
	sign := func(witnesses ...byte) []byte {
		signers := []note.Signer{s}
		for _, n := range witnesses {
			c, err := NewCosigner(fmt.Sprintf("w%d.example", n), private(n), fourth)
			if err != nil {
				t.Fatal(err)
			}
			signers = append(signers, c)
		}
		b, err := note.Sign(&note.Note{Text: head.Text()}, signers...)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if _, _, err := p.OpenCheckpoint(sign(1, 2)); err == nil {
		t.Error("a log that is not in the policy is believed")
	}
	k, err := ParseKey(public)
	if err != nil {
		t.Fatal(err)
	}
	more, err := p.WithLog(k)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := more.WithLog(k); err != nil || len(more.Logs) != 2 || !reflect.DeepEqual(again, more) || len(p.Logs) != 1 {
		t.Errorf("with the log twice: %v, %v", again.Logs, err)
	}
	if c, n, err := more.OpenCheckpoint(sign(1, 2, 3)); err != nil || c != head || len(n.Sigs) != 3 || len(n.UnverifiedSigs) != 1 {
		t.Errorf("cosigned by all and a stranger: %v, %v, %v", c, n, err)
	}
	for _, tt := range []struct {
		witnesses []byte
		says      string
	}{{nil, "no witness"}, {[]byte{2}, "cosigned by W2, which"}, {[]byte{3}, "no witness"}} {
		if _, _, err := more.OpenCheckpoint(sign(tt.witnesses...)); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("cosigned by %v: %v, want: %s", tt.witnesses, err, tt.says)
		}
	}
	if _, err := p.WithLog(Key{name: "other.example", kind: typeLog, public: p.Logs[0].Key.public}); err == nil {
		t.Error("a log of one key and two names is taken")
	}
}

func TestPolicyKnowsItsKeys(t *testing.T) {
	p, err := ParsePolicy([]byte(two))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []Key{p.Logs[0].Key, p.Witnesses[0].Key, p.Witnesses[5].Key} {
		if v, err := p.Verifier(k.Name(), k.KeyHash()); err != nil || v != k {
			t.Errorf("%s: %v, %v", k, v, err)
		}
		_, err := p.Verifier(k.Name(), k.KeyHash()+1)
		if _, ok := errors.AsType[*note.UnknownVerifierError](err); !ok {
			t.Errorf("%s with another ID: %v", k, err)
		}
	}
	if got := p.Cosigners(by(6, 9, 1, 6)); !slices.Equal(got, []string{"W1", "W6"}) {
		t.Errorf("cosigners: %v", got)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(two))
	f.Add([]byte("# c\n\n\tquorum  none\n" + logLine(1)))
	f.Add([]byte("witness \xff " + keyOf(typeWitness, "w", 1).String() + " http://x\ngroup g 1 \xff\nquorum g\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePolicy(text)
		if err != nil {
			return
		}
		again, err := ParsePolicy(p.Text())
		if err != nil {
			t.Fatalf("%v, of\n%s", err, p.Text())
		}
		if !reflect.DeepEqual(p, again) {
			t.Fatalf("%+v\nreads again as\n%+v", p, again)
		}
	})
}
