package follower

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// A broken Order fails to add, having stored what it should add or not, and to be
// settled, for as long as it is told to.
type broken struct {
	Order
	adds, settles error // what they fail with
	stored        bool  // an Add that fails stores nevertheless
	blind         int   // how often an Add was tried without being settled before
	doubt         bool
}

func (b *broken) Add(ctx context.Context, facts []Fact) (root tlog.Hash, err error) {
	if b.doubt {
		b.blind++
	}
	if b.adds != nil && !b.stored {
		b.doubt = true
		return root, b.adds
	}
	root, err = b.Order.Add(ctx, facts)
	if b.adds != nil {
		b.doubt, err = true, errors.Join(b.adds, err)
	}
	return root, err
}

func (b *broken) Settle(ctx context.Context) error {
	if b.settles != nil {
		return b.settles
	}
	b.doubt = false
	return b.Order.Settle(ctx)
}

// TestGoesOn: a follower that cannot write says so and tells whoever waits for a
// record at once, keeps what it had, and goes on by itself, with every record
// numbered once.
func TestGoesOn(t *testing.T) {
	disk := errors.New("the disk says no")
	for name, b := range map[string]*broken{
		"not stored":             {adds: disk},
		"stored all the same":    {adds: disk, stored: true},
		"and cannot be settled":  {adds: disk, settles: disk},
		"stored and not settled": {adds: disk, settles: disk, stored: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st, path := new(memstore.Store), filepath.Join(t.TempDir(), "log.db")
				log, err := openLog(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				adds, settles := b.adds, b.settles
				b.Order, b.adds, b.settles = log, nil, nil
				f, err := New(t.Context(), b, st)
				if err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- f.Run(ctx) }()
				fillStore(t, st, 0, 3)
				if err := f.Wait(ctx, 3); err != nil {
					t.Fatal(err)
				}
				b.adds, b.settles = adds, settles
				fillStore(t, st, 3, 5)
				<-time.After(time.Minute)
				resolved := b.stored && b.settles == nil // it was read back, and all of it is there
				if err := f.Fault(); resolved && (err != nil || f.Size() != 5) || !resolved && !errors.Is(err, disk) {
					t.Errorf("Fault = %v, with %d records numbered", err, f.Size())
				}
				if !b.stored {
					if _, err := f.Index(ctx, record(4).ID); !errors.Is(err, ErrBehind) {
						t.Errorf("a record that is not numbered: %v", err)
					}
				}
				if x, err := f.At(ctx, 2); err != nil || x.ID != record(2).ID {
					t.Errorf("what was numbered before: %v, %v", x, err)
				}
				if b.blind > 0 {
					t.Errorf("it added %d times without knowing what was stored", b.blind)
				}
				b.adds, b.settles = nil, nil
				fillStore(t, st, 5, 7)
				if err := f.Wait(ctx, 7); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Minute)
				if err := f.Fault(); err != nil {
					t.Errorf("with the disk well again: %v", err)
				}
				for n := range 7 {
					if i, err := f.Index(ctx, record(n).ID); err != nil || i != int64(n) {
						t.Errorf("record %d has index %d, %v", n, i, err)
					}
				}
				stop()
				if err := <-ended; err != nil {
					t.Errorf("Run ended with %v", err)
				}
				if err := errors.Join(f.CheckEdge(t.Context()), f.CheckTree(t.Context()), f.Close()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
