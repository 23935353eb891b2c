package audit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/lease"
)

// A town is several houses over one store, with one key.
type town struct {
	register *memstore.Register
	now      time.Time // every node's clock
	houses   []*house
}

// newTown opens n nodes. The witnesses of the first, if any, are all nodes'.
func newTown(t *testing.T, first *house, n int) *town {
	t.Helper()
	first.close()
	tn := &town{register: new(memstore.Register), now: time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC)}
	for i := range n {
		h := &house{t: t, dir: t.TempDir(), store: first.store, policy: first.policy}
		key, err := os.ReadFile(first.keyFile())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(h.keyFile()), 0o700), os.WriteFile(h.keyFile(), key, 0o600)); err != nil {
			t.Fatal(err)
		}
		h.shared = tn.seat(fmt.Sprint("node ", i))
		if err := h.open(); err != nil {
			t.Fatal(err)
		}
		tn.houses = append(tn.houses, h)
	}
	return tn
}

func (tn *town) seat(node string) *Shared {
	return &Shared{tn.register, &lease.Lease{Register: tn.register, Name: "publish", Node: node, Now: func() time.Time { return tn.now }}}
}

// grow has every node number records until there are size.
func (tn *town) grow(size int) {
	for _, h := range tn.houses {
		h.size = max(h.size, tn.houses[0].size)
		h.grow(size)
	}
}

// alike asks that all nodes show the same log, of a size, and that it is whole.
func (tn *town) alike(t *testing.T, size int64) {
	t.Helper()
	for i, h := range tn.houses {
		if c := h.check(); c.Size != size {
			t.Errorf("node %d shows a log of %d, want %d", i, c.Size, size)
		}
		if !bytes.Equal(h.file(checkpointFile), tn.houses[0].file(checkpointFile)) {
			t.Errorf("node %d shows another checkpoint than node 0", i)
		}
	}
}

// TestNodesPublishOneLog has three nodes take turns.
func TestNodesPublishOneLog(t *testing.T) {
	tn := newTown(t, newHouse(t), 3)
	for _, size := range []int{0, 3, 255, 256, 700} {
		tn.grow(size)
		for _, h := range tn.houses {
			h.publish()
		}
		tn.alike(t, int64(size))
	}
	// The first is away: nothing new is published until its turn has lapsed.
	tn.grow(900)
	tn.houses[1].publish()
	tn.houses[2].publish()
	if c := tn.houses[1].check(); c.Size != 700 {
		t.Errorf("a node published %d records out of its turn", c.Size)
	}
	tn.now = tn.now.Add(lease.Lasts)
	for _, h := range []*house{tn.houses[1], tn.houses[2], tn.houses[0]} {
		h.publish()
	}
	tn.alike(t, 900)
	// One that gives its turn back is followed at once.
	if err := tn.houses[1].release(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn.grow(901)
	for _, h := range []*house{tn.houses[2], tn.houses[0], tn.houses[1]} {
		h.publish()
	}
	tn.alike(t, 901)
}

// TestNodeThatIsLate shows a head only once it has numbered what it covers.
func TestNodeThatIsLate(t *testing.T) {
	tn := newTown(t, newHouse(t), 2)
	a, b := tn.houses[0], tn.houses[1]
	a.grow(10)
	a.publish()
	b.publish()
	if _, shown := b.Published(); shown {
		t.Error("a node shows what it has not numbered")
	}
	b.size = 10
	b.grow(10)
	b.publish()
	tn.alike(t, 10)
}

// TestTwoBelieve has two nodes believe that it is their turn. What the register
// says decides, and it never goes back.
func TestTwoBelieve(t *testing.T) {
	tn := newTown(t, newHouse(t), 2)
	a, b := tn.houses[0], tn.houses[1]
	b.Shared = &Shared{tn.register, &lease.Lease{Register: new(memstore.Register), Name: "publish", Node: "b"}}
	a.grow(10)
	a.publish()
	b.size = 10
	b.grow(12)
	b.publish()
	if c := b.check(); c.Size != 12 {
		t.Errorf("b published %d records", c.Size)
	}
	was, err := a.agreed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.grow(13)
	b.publish()
	if _, err := a.agree(t.Context(), was.version, was.Head); err == nil {
		t.Error("a head was put over one that this node has not seen")
	}
	a.publish() // it has numbered 10: nothing to add, nothing to show
	a.size = 13
	a.grow(13)
	a.publish()
	tn.alike(t, 13)
}

// TestAgreeFaults loses the answer of the register. The next publication goes on
// from whatever became of it, and so does another node.
func TestAgreeFaults(t *testing.T) {
	down := errors.New("down")
	for _, stored := range []bool{false, true} {
		for _, next := range []int{0, 1} {
			tn := newTown(t, newHouse(t), 2)
			tn.grow(5)
			tn.houses[0].publish()
			tn.grow(9)
			tn.register.Fault = func() (bool, error) { return stored, down }
			if err := tn.houses[0].Publish(t.Context()); !errors.Is(err, down) {
				t.Fatalf("stored %v: %v", stored, err)
			}
			tn.register.Fault = nil
			tn.now = tn.now.Add(lease.Lasts)
			tn.houses[next].publish()
			tn.houses[1-next].publish()
			tn.houses[next].publish()
			tn.alike(t, 9)
		}
	}
}

// TestNodeOfAnotherRecord stops when the nodes agreed on another history.
func TestNodeOfAnotherRecord(t *testing.T) {
	tn := newTown(t, newHouse(t), 2)
	a, b := tn.houses[0], tn.houses[1]
	b.close()
	b.store = new(memstore.Store)
	if err := b.store.Append(t.Context(), "thing-x", 0, thing(77)); err != nil {
		t.Fatal(err)
	}
	if err := b.open(); err != nil { // nothing is published yet
		t.Fatal(err)
	}
	a.grow(1)
	a.publish()
	if err := b.Publish(t.Context()); !errors.Is(err, ErrForked) {
		t.Errorf("Publish = %v; want ErrForked", err)
	}
	if !errors.Is(b.Fault(), ErrForked) {
		t.Error("the signer goes on")
	}
	if _, err := b.sign(t.Context()); err == nil {
		t.Error("it signs")
	}
	// Nor does it start again, nor over a record that ends too early.
	b.close()
	if err := b.open(); !errors.Is(err, ErrForked) {
		t.Errorf("opening gave %v; want ErrForked", err)
	}
	b.close()
	b.store = new(memstore.Store)
	os.Remove(filepath.Join(b.dir, "log.db"))
	if err := b.open(); !errors.Is(err, ErrForked) {
		t.Errorf("opening over an empty store gave %v; want ErrForked", err)
	}
}

// TestForeignHead refuses a head in the register that another key signed.
func TestForeignHead(t *testing.T) {
	tn := newTown(t, newHouse(t), 1)
	stranger := newHouse(t)
	stranger.publish()
	if err := tn.register.Set(t.Context(), signerName, 0, stranger.file(checkpointFile)); err != nil {
		t.Fatal(err)
	}
	if err := tn.houses[0].Publish(t.Context()); err == nil {
		t.Error("it was published")
	}
	if _, shown := tn.houses[0].Published(); shown {
		t.Error("it is shown")
	}
}

// TestHeadOfMoreThanThereIs says that nothing is published when the nodes agreed on
// more than the record has, and goes on once that is put right.
func TestHeadOfMoreThanThereIs(t *testing.T) {
	tn := newTown(t, newHouse(t), 1)
	h := tn.houses[0]
	tn.grow(5)
	h.publish()
	good, version, err := tn.register.Get(t.Context(), signerName)
	if err != nil {
		t.Fatal(err)
	}
	more, err := format.Checkpoint{Origin: h.Key.Origin, Size: 50}.Sign(h.Key.signer)
	if err != nil {
		t.Fatal(err)
	}
	if err := tn.register.Set(t.Context(), signerName, version, more); err != nil {
		t.Fatal(err)
	}
	tn.grow(6)
	if err := h.Publish(t.Context()); err == nil || h.Trouble() == nil {
		t.Errorf("Publish = %v, and the trouble is %v", err, h.Trouble())
	}
	if h.Fault() != nil {
		t.Errorf("it stopped for good: %v", h.Fault())
	}
	if err := tn.register.Set(t.Context(), signerName, version+1, good); err != nil {
		t.Fatal(err)
	}
	h.publish()
	tn.alike(t, 6)
}

// TestNodesShowCosignatures has one node ask the witnesses, and all show what
// they say.
func TestNodesShowCosignatures(t *testing.T) {
	first, both := watched(t)
	tn := newTown(t, first, 2)
	tn.grow(4)
	both[1].shut = true
	tn.houses[0].publish()
	tn.houses[1].publish()
	tn.alike(t, 4)
	if witnessed, _ := tn.houses[1].heads(); witnessed {
		t.Error("witnessed by one of two")
	}
	both[1].shut = false
	tn.houses[0].publish()
	tn.houses[1].publish()
	tn.alike(t, 4)
	for i, h := range tn.houses {
		if witnessed, size := h.heads(); !witnessed || size != 4 {
			t.Errorf("node %d: witnessed %v, up to %d", i, witnessed, size)
		}
	}
	if !bytes.Equal(tn.houses[1].file(witnessedFile), tn.houses[0].file(witnessedFile)) {
		t.Error("the nodes keep different witnessed heads")
	}
}
