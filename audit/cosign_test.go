package audit

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness"
	"github.com/rapporteur-project/rapporteur/audit/witness/witnesstest"
)

// A post is a witness behind a door that can be shut.
type post struct {
	*witnesstest.Witness
	shut bool
	url  string
}

func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.shut {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	p.Witness.ServeHTTP(w, r)
}

func newPost(t *testing.T, name string) *post {
	t.Helper()
	w, err := witnesstest.New(name)
	if err != nil {
		t.Fatal(err)
	}
	p := &post{Witness: w}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

// watched is a house whose log two witnesses know. It takes both.
func watched(t *testing.T) (*house, [2]*post) {
	t.Helper()
	h := newHouse(t)
	h.close()
	both := [2]*post{newPost(t, "one.example"), newPost(t, "two.example")}
	p := format.Policy{Quorum: "both", Groups: []format.PolicyGroup{{Name: "both", Need: 2, Members: []string{"one", "two"}}}}
	for i, name := range []string{"one", "two"} {
		if err := both[i].Trust(h.Key.VKey); err != nil {
			t.Fatal(err)
		}
		p.Witnesses = append(p.Witnesses, format.PolicyWitness{Name: name, Key: both[i].Key(), URL: both[i].url})
	}
	h.policy = p
	if err := h.open(); err != nil {
		t.Fatal(err)
	}
	return h, both
}

// heads returns whether the published head is witnessed, and up to where the
// newest that is covers the log.
func (h *house) heads() (witnessed bool, size int64) {
	h.t.Helper()
	p, _ := h.Published()
	c, err := h.Covering(h.t.Context(), 0)
	if err != nil {
		h.t.Fatal(err)
	}
	if !c.Witnessed {
		return p.Witnessed, 0
	}
	return p.Witnessed, c.Size
}

// TestWitnesses publishes while witnesses come and go. A receipt becomes
// witnessed once a head that covers it is, also after a restart.
func TestWitnesses(t *testing.T) {
	h, both := watched(t)
	for _, tt := range []struct {
		name      string
		size      int
		shut      bool // the second
		published bool // witnessed
		newest    int64
	}{
		{"both cosign", 10, false, true, 10},
		{"one is away", 20, true, false, 10},
		{"still away", 30, true, false, 10},
		{"back again, and asked about the same size", 30, false, true, 30},
		{"and on", 300, false, true, 300},
	} {
		both[1].shut = tt.shut
		h.grow(tt.size)
		h.publish()
		if c := h.check(); c.Size != int64(tt.size) {
			t.Errorf("%s: published at %d", tt.name, c.Size)
		}
		for range 2 { // as it is, and after a restart
			if witnessed, newest := h.heads(); witnessed != tt.published || newest != tt.newest {
				t.Errorf("%s: the published head is witnessed: %v, the newest that is is of %d", tt.name, witnessed, newest)
			}
			for index, want := range map[int64]bool{0: true, tt.newest - 1: true, tt.newest: false} {
				if index >= int64(tt.size) {
					continue
				}
				if r, err := h.receipt(index); err != nil || r.Head.Witnessed != want {
					t.Errorf("%s: the receipt for %d is witnessed: %v, %v", tt.name, index, r.Head.Witnessed, err)
				}
			}
			h.close()
			if err := h.open(); err != nil {
				t.Fatal(err)
			}
		}
		_, n, err := format.OpenCheckpoint(h.file(checkpointFile), h.Policy)
		if want := map[bool]int{true: 2, false: 3}[tt.shut]; err != nil || len(n.Sigs) != want {
			t.Errorf("%s: %d signatures on the published head, want %d, %v", tt.name, len(n.Sigs), want, err)
		}
	}
	for _, s := range h.Witnesses() {
		if s.Name == "" {
			t.Errorf("a witness without a name: %+v", s)
		}
	}
}

// TestWitnessesCatchAnOldBackup puts back all that the log rests on, so that
// nothing here could tell. The witnesses can.
func TestWitnessesCatchAnOldBackup(t *testing.T) {
	h, both := watched(t)
	h.grow(20)
	h.publish()
	h.close()
	h.store, h.size = older(t, 10), 10
	h.remove("log")
	if err := h.open(); err != nil {
		t.Fatal(err)
	}
	both[1].shut = true
	h.grow(11)
	h.publish() // one of two is not believed alone
	if h.Fault() != nil || !errors.Is(h.Witnesses()[0].Err, witness.ErrAhead) {
		t.Errorf("one witness stopped the signer: %v; or is not heard: %v", h.Fault(), h.Witnesses()[0].Err)
	}
	both[1].shut = false
	if err := h.Publish(t.Context()); !errors.Is(err, ErrForked) || h.Fault() == nil {
		t.Errorf("a log that was rolled back is published: %v, %v", err, h.Fault())
	}
	if _, err := h.Covering(t.Context(), 10); err == nil && h.Fault() == nil {
		t.Error("and signed")
	}
}

// TestCosigningFaults fails every write of a publication with cosignatures.
func TestCosigningFaults(t *testing.T) {
	down := errors.New("the disk is down")
	for _, stored := range []bool{false, true} {
		for n := range 5 { // entries, a tile, the checkpoint, it again, and the witnessed one
			h, _ := watched(t)
			h.grow(20)
			writes := 0
			h.fail = func(string) (bool, error) {
				writes++
				if writes == n+1 {
					return stored, down
				}
				return true, nil
			}
			if err := h.Publish(t.Context()); !errors.Is(err, down) {
				t.Errorf("write %d failed, and publishing says %v", n, err)
			}
			h.fail = nil
			h.publish()
			h.check()
			if witnessed, newest := h.heads(); !witnessed || newest != 20 {
				t.Errorf("write %d failed: then witnessed: %v, %d", n, witnessed, newest)
			}
			if string(h.file(witnessedFile)) != string(h.file(checkpointFile)) {
				t.Errorf("write %d failed: the two files differ in the end", n)
			}
		}
	}
}

// TestPolicyMayNameTheLog and nothing is listed twice.
func TestPolicyMayNameTheLog(t *testing.T) {
	h, _ := watched(t)
	h.policy = h.Policy
	h.close()
	if err := h.open(); err != nil {
		t.Fatal(err)
	}
	if n := len(h.Policy.Logs); n != 1 {
		t.Errorf("%d logs in %s", n, h.Policy.Text())
	}
}
