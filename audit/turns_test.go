package audit

import (
	"context"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/lease"
)

// overtaken is a register by which somebody acts just after a head is put there.
type overtaken struct {
	eventstore.Register
	by func()
}

func (o overtaken) Set(ctx context.Context, name string, version int64, value []byte) error {
	err := o.Register.Set(ctx, name, version, value)
	if err == nil && name == signerName {
		o.by()
	}
	return err
}

// TestWitnessesSawMore suspends a node between agreeing on a head and asking the
// witnesses, for so long that another takes its turn: what the witnesses have
// cosigned since is no other history.
func TestWitnessesSawMore(t *testing.T) {
	first, _ := watched(t)
	tn := newTown(t, first, 2)
	a, b := tn.houses[0], tn.houses[1]
	a.Shared = &Shared{overtaken{tn.register, func() {
		b.size = a.size
		b.grow(9)
		b.publish()
		tn.now = tn.now.Add(lease.Lasts)
		b.publish()
	}}, a.Shared.Lease}
	a.grow(5)
	a.publish()
	if err := a.Fault(); err != nil {
		t.Errorf("the signer stopped: %v", err)
	}
	a.size = b.size
	a.grow(9)
	a.publish()
	b.publish()
	tn.alike(t, 9)
}

// TestLateNodeTakesItsTurn has a node take over, before it has numbered as much,
// from one that had not been cosigned yet: it shows nothing until it has.
func TestLateNodeTakesItsTurn(t *testing.T) {
	first, both := watched(t)
	tn := newTown(t, first, 2)
	a, b := tn.houses[0], tn.houses[1]
	a.grow(10)
	both[1].shut = true
	a.publish()
	both[1].shut = false
	b.publish()
	tn.now = tn.now.Add(lease.Lasts)
	b.publish()
	if h, shown := b.Published(); shown {
		t.Errorf("it shows %d records of 0", h.Size)
	}
	b.size = 10
	b.grow(10)
	b.publish()
	a.publish()
	tn.alike(t, 10)
	if witnessed, _ := b.heads(); !witnessed {
		t.Error("nobody asked the witnesses")
	}
}

// TestRotateAfterTheLastNode has the last node record and publish before it stops,
// while the rotation of the key waits for just that.
func TestRotateAfterTheLastNode(t *testing.T) {
	tn := newTown(t, newHouse(t), 2)
	a, b := tn.houses[0], tn.houses[1]
	a.grow(10)
	a.publish()
	if err := a.release(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := b.Key.VKey
	b.rotate()
	b.checkKey(first)
}
