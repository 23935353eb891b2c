package bell

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

func TestRingsBeforeATakeMakeOne(t *testing.T) {
	var b Bell
	ear := b.Listen(t.Context())
	for range 3 {
		b.Ring()
	}
	await.Value(t, ear, "the bell")
	select {
	case <-ear:
		t.Error("three rings made two wake-ups with no take between them")
	default:
	}
	b.Ring()
	await.Value(t, ear, "the bell")
}

func TestEveryListenerHears(t *testing.T) {
	var b Bell
	one, two := b.Listen(t.Context()), b.Listen(t.Context())
	b.Ring()
	await.Value(t, one, "the bell, heard by one")
	await.Value(t, two, "the bell, heard by the other")
}

func TestTheChannelClosesWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b Bell
		ctx, cancel := context.WithCancel(t.Context())
		ear := b.Listen(ctx)
		cancel()
		synctest.Wait()
		b.Ring() // must not send on what is closed
		if _, open := <-ear; open {
			t.Error("the channel received a ring after its context ended")
		}
		if len(b.ears) != 0 {
			t.Errorf("the bell still keeps %d listeners", len(b.ears))
		}
	})
}
