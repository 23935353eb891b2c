package audit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// TestReceiptAgainTellsNothingNew asks for the receipts of records again while
// others are recorded: their heads stay what they were, until one that everybody
// is shown has them.
func TestReceiptAgainTellsNothingNew(t *testing.T) {
	h := newHouse(t)
	sized := func(when string, index, size int64) {
		t.Helper()
		r, err := h.receipt(index)
		if err != nil || r.Head.Size != size {
			t.Errorf("%s, the receipt of %d has a head of %d, %v; want %d", when, index, r.Head.Size, err, size)
		}
		if c, _ := h.verify(r.Text); c.Size != size {
			t.Errorf("%s, the receipt of %d proves it in a log of %d, want %d", when, index, c.Size, size)
		}
	}
	h.grow(5)
	sized("at once", 4, 5)
	h.grow(9)
	sized("after four more records", 4, 5)
	sized("at once", 7, 9)
	h.grow(12)
	sized("after three more", 7, 9)
	sized("after seven more", 2, 5)
	h.publish()
	for _, index := range []int64{2, 4, 7, 11} {
		sized("once the log is published", index, 12)
	}
	h.grow(20)
	sized("after it is published", 4, 12)
	sized("at once, after it is published", 13, 20)
	sized("again", 13, 20)
}

// TestKeptHeads bounds the heads that are kept while the log is not published.
func TestKeptHeads(t *testing.T) {
	l := new(Log)
	for size := range int64(3 * keptHeads) {
		l.give(Head{Checkpoint: format.Checkpoint{Size: size + 1}, Note: []byte{1}})
	}
	if n := len(l.given); n > keptHeads || n < keptHeads/2 {
		t.Errorf("%d heads are kept, want %d to %d", n, keptHeads/2, keptHeads)
	}
	if h, ok := l.shown(3*keptHeads - 5); !ok || h.Size != 3*keptHeads-4 {
		t.Errorf("a head of %d is shown, want the smallest that has the record", h.Size)
	}
	if h, ok := l.shown(3 * keptHeads); ok {
		t.Errorf("a head of %d is shown for a record that it has not", h.Size)
	}
	l.show(Head{Checkpoint: format.Checkpoint{Size: 3 * keptHeads}, Note: []byte{1}})
	if len(l.given) > 0 {
		t.Errorf("%d heads are kept that the published one covers", len(l.given))
	}
}

// TestAwaitPublished waits for the head that everybody is shown, and not for what
// is only numbered.
func TestAwaitPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := new(Log)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := l.AwaitPublished(ctx, 1); err == nil {
			t.Error("a record counts as published that is not")
		}
		reached := make(chan error)
		go func() { reached <- l.AwaitPublished(t.Context(), 5) }()
		for _, size := range []int64{1, 4, 5} {
			synctest.Wait()
			select {
			case err := <-reached:
				t.Errorf("it waits no longer before %d are published: %v", size, err)
			default:
			}
			l.mu.Lock()
			l.show(Head{Checkpoint: format.Checkpoint{Size: size}, Note: []byte{1}})
			l.mu.Unlock()
		}
		if err := <-reached; err != nil || l.PublishedSize() != 5 {
			t.Errorf("%v, with %d published", err, l.PublishedSize())
		}
	})
}

// TestNodesShowOneHead has a node show what another has published, before it is
// time for its own next publication.
func TestNodesShowOneHead(t *testing.T) {
	tn := newTown(t, newHouse(t), 2)
	a, b := tn.houses[0], tn.houses[1]
	tn.grow(10)
	a.publish()
	if n := b.PublishedSize(); n != 0 {
		t.Errorf("%d records are published where nobody looked", n)
	}
	b.look(t.Context())
	tn.alike(t, 10)
	if a.PublishedSize() != 10 || b.PublishedSize() != 10 {
		t.Errorf("%d and %d records are published, want 10", a.PublishedSize(), b.PublishedSize())
	}
	tn.grow(12)
	b.look(t.Context())
	if n := b.PublishedSize(); n != 10 {
		t.Errorf("a node that looks publishes %d records itself", n)
	}
}

// TestReplacedKeyStaysPublished keeps to what was published before the log's key
// was replaced, until the new one has signed a head.
func TestReplacedKeyStaysPublished(t *testing.T) {
	l := &Log{before: format.Checkpoint{Size: 7}}
	if n := l.PublishedSize(); n != 7 {
		t.Errorf("%d records are published, and 7 were under the replaced key", n)
	}
	if err := l.AwaitPublished(t.Context(), 7); err != nil {
		t.Error(err)
	}
	l.show(Head{Checkpoint: format.Checkpoint{Size: 9}, Note: []byte{1}})
	if n := l.PublishedSize(); n != 9 {
		t.Errorf("%d records are published, want 9", n)
	}
}
