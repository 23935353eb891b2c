package verify

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

func newWitness(t *testing.T, name string) *format.Cosigner {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := format.NewCosigner(name, private, func() time.Time { return time.Unix(1_600_000_000, 0) })
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// policyOf returns a policy that knows the logs and the witnesses, named w1,
// w2 and so on, and wants the quorum.
func policyOf(t *testing.T, logs []key, witnesses []*format.Cosigner, quorum string) *format.Policy {
	t.Helper()
	var b strings.Builder
	for _, l := range logs {
		fmt.Fprintln(&b, "log", l.vkey)
	}
	all := ""
	for i, w := range witnesses {
		name := fmt.Sprintf("w%d", i+1)
		fmt.Fprintln(&b, "witness", name, w.Key())
		all += " " + name
	}
	if all != "" {
		fmt.Fprintln(&b, "group any-of-them any"+all)
	}
	fmt.Fprintln(&b, "quorum", quorum)
	p, err := format.ParsePolicy([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

func TestPolicy(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 30, makeRecord)
	other := newKey(t, "other/log")
	a, b, c := newWitness(t, "witness.example/a"), newWitness(t, "witness.example/b"), newWitness(t, "witness.example/c")
	two := []*format.Cosigner{a, b}
	by := func(signers ...note.Signer) []byte { return m.proof(t, 3, 30, signers...).Text() }
	forged := newWitness(t, "witness.example/a")
	for name, tt := range map[string]struct {
		text   []byte
		trust  Trust
		answer Answer
		said   string
	}{
		"the log by the policy":     {by(), Trust{Policy: policyOf(t, []key{other, m.key}, nil, "none")}, Proved, "no witness cosigned this head, and the policy wants none"},
		"another log in the policy": {by(), Trust{Policy: policyOf(t, []key{other}, nil, "none")}, Unknown, "no key is known for that log"},
		"the key comes first":       {by(), Trust{Key: other.verifier(t), Policy: policyOf(t, []key{m.key}, nil, "none")}, Unknown, "no key is known for that log"},
		"both":                      {by(a, b), Trust{Key: m.verifier(t), Policy: policyOf(t, nil, two, "any-of-them")}, Proved, "proved: the witnesses w1, w2 cosigned this head, which meets the quorum \"any-of-them\""},
		"one of two":                {by(b), Trust{Policy: policyOf(t, []key{m.key}, two, "any-of-them")}, Proved, "proved: the witnesses w2 cosigned"},
		"the wrong one":             {by(b), Trust{Policy: policyOf(t, []key{m.key}, two, "w1")}, Disproved, "only w2 cosigned this head, which does not meet the quorum \"w1\""},
		"none":                      {by(), Trust{Policy: policyOf(t, []key{m.key}, two, "w1")}, Disproved, "no witness of the policy cosigned this head"},
		"one with the same name":    {by(forged), Trust{Policy: policyOf(t, []key{m.key}, two, "w1")}, Unknown, "knows: \"" + nameOf(forged.Key()) + "\": the head is cosigned with the key " + nameOf(forged.Key()) + ", and the policy has " + nameOf(a.Key()) + " for the witness w1"},
		"one nobody named":          {by(a, c), Trust{Policy: policyOf(t, []key{m.key}, two, "w1")}, Unknown, "witness.example/c"},
		"unknown without a policy":  {by(a, c), Trust{Key: m.verifier(t)}, Proved, "not proved: what 2 further signatures on this head say"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, Receipt(tt.text, tt.trust), tt.answer, tt.said) })
	}
	// A cosignature of another head.
	p := m.proof(t, 3, 30)
	cosigned := m.checkpoint(t, 29, a)
	p.Checkpoint = append(p.Checkpoint, cosigned[bytes.Index(cosigned, []byte("— witness")):]...)
	wants(t, Receipt(p.Text(), Trust{Policy: policyOf(t, []key{m.key}, two, "w1")}), Disproved, "the signature of witness.example/a+")
	// More than the quorum wants; each byte counts all the same.
	everyByte(t, by(a, b), Trust{Policy: policyOf(t, []key{m.key}, two, "any-of-them")})

	dir := t.TempDir()
	m.publish(t, dir, 30)
	write(t, filepath.Join(dir, "checkpoint"), m.checkpoint(t, 30, a, c))
	wants(t, checkLog(t, dir, Trust{Policy: policyOf(t, []key{m.key}, two, "w1")}, nil), Proved, "the witnesses w1 cosigned", "not proved: what 1 further signatures")
	wants(t, checkLog(t, dir, Trust{Policy: policyOf(t, []key{m.key}, two, "w2")}, nil), Disproved, "checkpoint: only w1 cosigned this head")
}
