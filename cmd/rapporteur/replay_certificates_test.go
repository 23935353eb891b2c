package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/projections"
)

// A read model that once skipped, doubled or reordered a record has a fold that
// says so for ever, even if it claims the right size and root, and whatever its
// rows are. replay --verify names it among all others.
func TestReplayNamesWhoMissedARecord(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, "ann", 20, true)
	leaves := leavesOf(t, dir)
	for _, m := range models {
		path := filepath.Join(dir, m.file)
		certs, err := projections.ReadCertificates(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range certs {
			if c.Fold != folded(leaves) || c.Next != int64(len(leaves)) {
				t.Fatalf("%s: %+v is not the fold of all %d leaves", c.Name, c, len(leaves))
			}
			if !slices.Contains([]string{"moments", "persons", "briefings", "search"}, c.Name) {
				continue // one of them is named as another
			}
			for what, saw := range map[string][]tlog.Hash{
				"skipped":           slices.Delete(slices.Clone(leaves), 7, 8),
				"skipped the first": leaves[1:],
				"skipped the last":  leaves[:len(leaves)-1],
				"doubled":           slices.Insert(slices.Clone(leaves), 7, leaves[7]),
				"reordered":         slices.Concat(leaves[:7], []tlog.Hash{leaves[8], leaves[7]}, leaves[9:]),
			} {
				setFold(t, path, c.Name, folded(saw))
				code, out, complaint := runReplay(t, dir, "--verify", "--json")
				var f struct {
					Answer, Reason string
					Difference     projections.Difference
				}
				if err := json.Unmarshal([]byte(out), &f); err != nil {
					t.Fatalf("%v in %q, %s", err, out, complaint)
				}
				if code != no || f.Answer != differ || f.Difference.Projection != c.Name || !strings.Contains(f.Reason, "skipped, doubled or reordered") {
					t.Errorf("%s %s a record: %d, %s: %s, %+v", c.Name, what, code, f.Answer, f.Reason, f.Difference)
				}
			}
			setFold(t, path, c.Name, c.Fold)
		}
	}
	if code, out, _ := runReplay(t, dir, "--verify"); code != yes {
		t.Errorf("with all folds back in place: %d, %s", code, out)
	}
}

func leavesOf(t *testing.T, dir string) (leaves []tlog.Hash) {
	t.Helper()
	i, err := openInstallation(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	for facts, err := range st.log.From(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			leaves = append(leaves, f.Leaf)
		}
	}
	return leaves
}

// folded is the fold of a certificate, written out here.
func folded(leaves []tlog.Hash) (fold [32]byte) {
	for _, l := range leaves {
		fold = sha256.Sum256(append(fold[:], l[:]...))
	}
	return fold
}

func setFold(t *testing.T, file, name string, fold [32]byte) {
	t.Helper()
	tamper(t, file, fmt.Sprintf(`UPDATE certificates SET fold = x'%x' WHERE name = '%s'`, fold, name))
}
