package verify

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// TestWhichKey goes over every way on which a signature is judged. One of a key
// that is not known can be anybody's: that is not told, and both keys are named.
// One of the right key that does not fit is disproved, of whatever is checked.
func TestWhichKey(t *testing.T) {
	keys := newKeys(t, 3)
	old, today, stranger := keys[0], keys[1], newKey(t, origin)
	m := rotatedLog{keys: keys[:2]}.make(t)
	before := &made{old, m.shown, m.hashes}
	foreign := newKey(t, "foreign/log")
	w, same, also := newWitness(t, "witness.example/a"), newWitness(t, "witness.example/a"), newWitness(t, "witness.example/b")
	only := func(all ...key) Trust {
		x := Trust{Key: all[0].verifier(t), From: "the file k"}
		for _, k := range all[1:] {
			x.Older = append(x.Older, k.verifier(t))
		}
		return x
	}
	byPolicy := func(logs ...key) Trust {
		return Trust{Policy: policyOf(t, logs, nil, "none"), PolicyFrom: "the file p"}
	}
	witnessed := func(quorum string, all ...*format.Cosigner) Trust {
		x := only(today)
		x.Policy, x.PolicyFrom = policyOf(t, nil, all, quorum), "the file p"
		return x
	}
	name := func(k key) string { return nameOf(k.verifier(t)) }
	// A head is made by whoever signs, and bent by who has no key.
	type made1 struct {
		by   *made
		also []note.Signer
		bend bool
	}
	genuine := made1{by: m}
	for what, tt := range map[string]struct {
		head   made1
		trust  Trust
		answer Answer // of a receipt, a log and a bundle alike
		said   []string
	}{
		"today's key":                     {genuine, only(today), Proved, []string{"believed: the key " + name(today) + ", from the file k", "with the key " + name(today) + ", which is from the file k"}},
		"today's and the one before":      {genuine, only(today, old), Proved, []string{"believed: the key " + name(old) + ", from the file k"}},
		"only the one before":             {genuine, only(old), Unknown, []string{"it is signed with the key " + name(today) + ", and you gave " + name(old) + ", from the file k"}},
		"the one before, as today's":      {genuine, only(old, today), Proved, []string{"not proved: that the key " + name(today) + " is the log's today"}},
		"a stranger's":                    {genuine, only(stranger), Unknown, []string{"it is signed with the key " + name(today) + ", and you gave " + name(stranger)}},
		"two strangers'":                  {genuine, only(stranger, old), Unknown, []string{"you gave " + name(stranger) + ", " + name(old)}},
		"another log's":                   {genuine, only(foreign), Unknown, []string{"it is of the log \"example/log\", it is signed with the key " + name(today) + ", and no key is known for that log: you gave " + name(foreign)}},
		"none":                            {genuine, Trust{}, Unknown, []string{"no key is known for that log: give its key with --key"}},
		"a policy's":                      {genuine, byPolicy(today), Proved, []string{"believed: the key " + name(today) + ", from the file p"}},
		"a policy of the one before":      {genuine, byPolicy(old), Unknown, []string{"it is signed with the key " + name(today) + ", and you gave " + name(old) + ", from the file p"}},
		"a policy of both":                {genuine, byPolicy(old, today), Proved, nil},
		"a policy of another log":         {genuine, byPolicy(foreign), Unknown, []string{"you gave " + name(foreign)}},
		"by a stranger":                   {made1{by: &made{stranger, m.shown, m.hashes}}, only(today), Unknown, []string{"it is signed with the key " + name(stranger) + ", and you gave " + name(today)}},
		"altered":                         {made1{by: m, bend: true}, only(today), Disproved, []string{"the signature of " + name(today) + " does not fit"}},
		"altered, with two keys":          {made1{by: m, bend: true}, only(old, today), Disproved, []string{"the signature of " + name(today) + " does not fit"}},
		"altered, under an unknown key":   {made1{by: m, bend: true}, only(old), Unknown, []string{"it is signed with the key " + name(today) + ", and you gave " + name(old)}},
		"altered, by a policy":            {made1{by: m, bend: true}, byPolicy(today), Disproved, []string{"does not fit"}},
		"cosigned":                        {made1{by: m, also: []note.Signer{w}}, witnessed("w1", w), Proved, []string{"the witnesses w1 cosigned this head, which meets the quorum \"w1\" of the policy, from the file p"}},
		"cosigned by nobody":              {genuine, witnessed("w1", w), Disproved, []string{"no witness of the policy cosigned this head"}},
		"cosigned with a witness's other": {made1{by: m, also: []note.Signer{same}}, witnessed("w1", w), Unknown, []string{"the head is cosigned with the key " + nameOf(same.Key()) + ", and the policy has " + nameOf(w.Key()) + " for the witness w1"}},
		"cosigned with one other of two":  {made1{by: m, also: []note.Signer{also, same}}, witnessed("w1", w, also), Unknown, []string{"the head is cosigned with the key " + nameOf(same.Key()) + ", and the policy has " + nameOf(w.Key())}},
	} {
		t.Run(what, func(t *testing.T) {
			head := tt.head.by.checkpoint(t, m.size(), tt.head.also...)
			if tt.head.bend {
				head = []byte(strings.Replace(string(head), "\n"+root64(t, m)+"\n", "\n"+root64(t, makeLog(t, old, 3, makeRecord))+"\n", 1))
			}
			said := append([]string{}, tt.said...)
			proof := m.proof(t, 5, m.size())
			proof.Checkpoint = head
			wants(t, Receipt(proof.Text(), tt.trust), tt.answer, said...)

			dir := t.TempDir()
			m.publish(t, dir, m.size())
			write(t, filepath.Join(dir, "checkpoint"), head)
			wants(t, checkLog(t, dir, tt.trust, nil), tt.answer, said...)

			dir = tt.head.by.bundle(t)
			write(t, filepath.Join(dir, "log/checkpoint"), head)
			switch f := checkBundle(t, dir, tt.trust, nil); {
			case tt.trust.Key == format.Key{} && tt.trust.Policy == nil: // it falls back on the key that came with it
				wants(t, f, Proved, "not proved: that this is the log you think it is: the key came with the bundle", "believed: the key "+name(today)+", from the bundle itself")
			case tt.head.bend: // the bundle's own key is the right one
				wants(t, f, Disproved, "log/checkpoint: checkpoint: the signature of "+name(today)+" does not fit")
			default:
				wants(t, f, tt.answer, said...)
			}
		})
	}

	// What was signed before the rotation, judged with the keys of today.
	receipt := before.proof(t, 5, 50).Text()
	wants(t, Receipt(receipt, only(today)), Unknown, "it is signed with the key "+name(old)+", and you gave "+name(today))
	wants(t, Receipt(receipt, only(today, old)), Proved, "with the key "+name(old)+", which is from the file k", "not proved: that the key "+name(old)+" is the log's today")
	wants(t, Receipt(receipt, only(old)), Proved)

	// The bundle says what became of the key that was given.
	dir := m.bundle(t)
	write(t, filepath.Join(dir, "vkey.replaced"), []byte(old.vkey+"\n"))
	wants(t, checkBundle(t, dir, only(old), nil), Unknown, "The bundle says that the key "+name(old)+" was replaced since")
	wants(t, checkBundle(t, dir, only(stranger), nil), Unknown, "and you gave "+name(stranger))

	// A bundle that is another's throughout agrees with itself, and is not told.
	forged := (&made{stranger, before.shown[:50], m.hashes}).bundle(t)
	wants(t, checkBundle(t, forged, only(today), nil), Unknown, "it is signed with the key "+name(stranger)+", and you gave "+name(today))
	if err := os.WriteFile(filepath.Join(forged, "vkey"), []byte(today.vkey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, checkBundle(t, forged, only(today), nil), Disproved, "policy: it does not name the log with the key in the file vkey")

	// An older head: what another key signed is not told, and one that is altered
	// says nothing about the log.
	log := filepath.Join(m.bundle(t), "log")
	for _, since := range [][]byte{before.checkpoint(t, 50), receipt} {
		wants(t, checkLog(t, log, only(today), since), Unknown, "the older head: it is signed with the key "+name(old)+", and you gave "+name(today))
		wants(t, checkLog(t, log, only(today, old), since), Proved, "nothing of the first 50 records was rewritten")
	}
	bent := strings.Replace(string(before.checkpoint(t, 50)), "\n50\n", "\n51\n", 1)
	wants(t, checkLog(t, log, only(today, old), []byte(bent)), Unknown, "it says nothing about the log, since it is not what the log signed: the older head: checkpoint: the signature of "+name(old)+" does not fit")
}

func root64(t *testing.T, m *made) string {
	t.Helper()
	return strings.Split(string(m.checkpoint(t, m.size())), "\n")[2]
}

// TestOlderHeadCarried gives an older head in a file that programs changed.
func TestOlderHeadCarried(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 30, makeRecord)
	trust := Trust{Key: m.verifier(t), From: "the test"}
	dir := t.TempDir()
	m.publish(t, dir, 30)
	checkpoint, receipt := string(m.checkpoint(t, 9)), string(m.proof(t, 3, 9).Text())
	for _, file := range []string{checkpoint + "\n", "\ufeff" + strings.ReplaceAll(checkpoint, "\n", "\r\n"), strings.TrimSpace(checkpoint), answerWith(receipt), receipt + "\n"} {
		f := checkLog(t, dir, trust, []byte(file))
		wants(t, f, Proved, "nothing of the first 9 records was rewritten", "note: the older head: ")
	}
}
