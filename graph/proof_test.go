package graph_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// hashOf reads a Sha256 of an answer.
func hashOf(t *testing.T, v any) tlog.Hash {
	t.Helper()
	s, _ := v.(string)
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != tlog.HashSize {
		t.Fatalf("not a hash: %v", v)
	}
	return tlog.Hash(b)
}

func hashesOf(t *testing.T, v any) []tlog.Hash {
	t.Helper()
	list, ok := v.([]any)
	if !ok {
		t.Fatalf("not hashes: %v", v)
	}
	out := make([]tlog.Hash, len(list))
	for i, h := range list {
		out[i] = hashOf(t, h)
	}
	return out
}

const (
	inclusionFields   = `{ index treeSize recordHash leafHash hashes root }`
	consistencyFields = `{ from to fromRoot toRoot hashes }`
	checkpointFields  = `{ origin size root text verifierKey witnessed }`
)

// TestProofsVerify checks what the audit proves with another library, for
// every pair of sizes that exist.
func TestProofsVerify(t *testing.T) {
	s := everyLabel(t)
	size := s.tr.Log.Size()
	for to := int64(1); to <= size; to += 7 {
		for at := int64(0); at < to; at += 5 {
			a := s.tr.Ask("auditor", fmt.Sprintf(`{ audit { event(index: "%[1]d") { recordHash }
				inclusionProof(index: "%[1]d", treeSize: "%[2]d") %[3]s consistencyProof(from: "%[4]d", to: "%[2]d") %[5]s } }`,
				at, to, inclusionFields, at+1, consistencyFields), nil)
			root, err := s.tr.Log.Root(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			in := func(name string) any { return a.Get("audit", "inclusionProof", name) }
			if in("index") != digits(at) || in("treeSize") != digits(to) || in("recordHash") != a.Get("audit", "event", "recordHash") || hashOf(t, in("root")) != root {
				t.Fatalf("record %d in %d: %+v", at, to, a)
			}
			record := hashOf(t, in("recordHash"))
			leaf := hashOf(t, in("leafHash"))
			if tlog.RecordHash(record[:]) != leaf {
				t.Errorf("record %d: its leaf is not of its hash", at)
			}
			if err := tlog.CheckRecord(hashesOf(t, in("hashes")), to, root, at, leaf); err != nil {
				t.Errorf("record %d in %d: %v", at, to, err)
			}
			con := func(name string) any { return a.Get("audit", "consistencyProof", name) }
			if con("from") != digits(at+1) || con("to") != digits(to) || hashOf(t, con("toRoot")) != root {
				t.Fatalf("%d to %d: %+v", at+1, to, a)
			}
			if err := tlog.CheckTree(hashesOf(t, con("hashes")), to, root, at+1, hashOf(t, con("fromRoot"))); err != nil {
				t.Errorf("%d to %d: %v", at+1, to, err)
			}
		}
	}
}

// TestProofsAreOfWhatIsPublished proves in the published log where that covers
// what is asked, and else in one of now.
func TestProofsAreOfWhatIsPublished(t *testing.T) {
	s := everyLabel(t)
	all := fmt.Sprintf(`{ audit { checkpoint %s inclusionProof(index: "0") %s consistencyProof(from: "1") %s } }`, checkpointFields, inclusionFields, consistencyFields)
	sizes := func(a trial.Answer, want int64) {
		t.Helper()
		for _, got := range []any{a.Get("audit", "checkpoint", "size"), a.Get("audit", "inclusionProof", "treeSize"), a.Get("audit", "consistencyProof", "to")} {
			if got != digits(want) {
				t.Fatalf("of size %v, not %d: %+v", got, want, a)
			}
		}
		key, err := note.NewVerifier(a.Get("audit", "checkpoint", "verifierKey").(string))
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := format.OpenCheckpoint([]byte(a.Get("audit", "checkpoint", "text").(string)), note.VerifierList(key))
		if err != nil || c.Size != want || c.Origin != a.Get("audit", "checkpoint", "origin") || c.Root != hashOf(t, a.Get("audit", "checkpoint", "root")) {
			t.Errorf("the checkpoint says %+v, %v: %+v", c, err, a)
		}
		if key.Name() != s.tr.Proofs.Key.Origin {
			t.Errorf("the key is of %s", key.Name())
		}
	}
	sizes(s.tr.Ask("auditor", all, nil), s.tr.Log.Size())
	if err := s.tr.Proofs.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	published := s.tr.Log.Size()
	s.submit(t, "later", "PUBLIC")
	s.tr.Settle()
	now := s.tr.Log.Size()
	sizes(s.tr.Ask("auditor", all, nil), published)
	sizes(s.tr.Ask("auditor", `{ asOf(at: {index: "0"}) { audit { checkpoint { size } } } `+all[1:], nil), published)
	a := s.tr.Ask("auditor", fmt.Sprintf(`{ audit { inclusionProof(index: "%d") { treeSize } consistencyProof(from: "%d") { to hashes } } }`, published, now), nil)
	if a.Get("audit", "inclusionProof", "treeSize") != digits(now) || a.Get("audit", "consistencyProof", "to") != digits(now) {
		t.Errorf("past what is published, now at %d: %+v", now, a)
	}

	for _, field := range []string{
		fmt.Sprintf(`inclusionProof(index: "%d") { root }`, now), `inclusionProof(index: "-1") { root }`,
		fmt.Sprintf(`inclusionProof(index: "0", treeSize: "%d") { root }`, now+1), `inclusionProof(index: "5", treeSize: "5") { root }`, `inclusionProof(index: "0", treeSize: "-9223372036854775808") { root }`,
		`consistencyProof(from: "0") { toRoot }`, fmt.Sprintf(`consistencyProof(from: "%d") { toRoot }`, now+1), `consistencyProof(from: "5", to: "4") { toRoot }`,
		fmt.Sprintf(`consistencyProof(from: "1", to: "%d") { toRoot }`, now+1), `inclusionProof(index: "9223372036854775807") { root }`, `consistencyProof(from: "9223372036854775807") { toRoot }`,
	} {
		a := s.tr.Ask("auditor", `{ audit { `+field+` } }`, nil)
		if len(a.Errors) != 1 || a.Errors[0]["extensions"].(map[string]any)["code"] != "BAD_USER_INPUT" {
			t.Errorf("%s: %+v", field, a)
		}
	}
	for _, who := range []string{"", "ngo", "secretariat", "protection"} {
		if a := s.tr.Ask(who, all, nil); a.Get("audit") != nil || a.Errors != nil {
			t.Errorf("%q gets proofs: %+v", who, a)
		}
	}
}
