package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestReceiptOutlives has ten thousand more contributions recorded after one.
// Its receipt verifies as before, from the file and the log's key alone; with any
// byte changed it does not; and the log is a continuation of the head in it.
func TestReceiptOutlives(t *testing.T) {
	const further = 10_000
	k := newKill(t)
	s := k.up()
	if _, err := k.submit(t.Context(), s.address, "the-first-contribution"); err != nil {
		t.Fatal(err)
	}
	if err := s.end(os.Interrupt); err != nil {
		t.Fatalf("%v\n%s", err, &s.log)
	}
	vkey := k.further(further)
	k.settle()

	receipt := filepath.Join(t.TempDir(), "receipt")
	if err := os.WriteFile(receipt, []byte(k.held[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", "receipt", receipt, "--key", vkey},
		{"verify", "log", filepath.Join(k.data, "log"), "--key", vkey, "--since", receipt},
	} {
		c := exec.Command(k.program, args...)
		c.Dir = filepath.Dir(receipt)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	key, err := format.ParseKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	for i := range k.held[0] {
		for _, bit := range []byte{1, 0x20} {
			altered := []byte(k.held[0])
			altered[i] ^= bit
			if f := verify.Receipt(altered, verify.Trust{Key: key}); f.Answer == verify.Proved {
				t.Errorf("with byte %d changed to %q it still proves: %v", i, altered[i], f.Proved)
			}
		}
	}
}

// further records n more contributions without a server, and returns the log's
// verifier key.
func (k *kill) further(n int) (vkey string) {
	k.t.Helper()
	i, err := openInstallation(k.data, "test")
	if err != nil {
		k.t.Fatal(err)
	}
	st, err := i.openStores(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	a := i.app(st)
	who := a.PersonID(auth.DevName, "ngo")
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for c := w; c < n && !k.t.Failed(); c += writers {
				text := domain.Text{Language: "en", Value: fmt.Sprint("Contribution ", c)}
				by := app.Caller{Person: who, Key: fmt.Sprintf("one-of-the-many-%06d", c)}
				if _, err := a.Submissions.Do(k.t.Context(), "", submission.Submit{Consultation: k.call, Content: submission.Input{Text: &text}}, by); err != nil {
					k.t.Error(err)
				}
			}
		})
	}
	await.All(k.t, &wg, "the senders")
	key, err := audit.ReadKey(i.path(filepath.FromSlash(logKey)))
	if err != nil {
		k.t.Fatal(err)
	}
	if err := st.close(); err != nil {
		k.t.Error(err)
	}
	if err := i.close(); err != nil {
		k.t.Error(err)
	}
	return key.VKey
}
