package storetest

import (
	"context"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func appendWakes(t *testing.T, ctx context.Context, s eventstore.Store) {
	wakes := []<-chan struct{}{s.Wake(ctx), s.Wake(ctx), s.Wake(ctx)}
	for version := range 3 {
		mustAppend(t, ctx, s, "a-1", int64(version), record())
		for i, wake := range wakes {
			select {
			case _, open := <-wake:
				if !open {
					t.Fatalf("channel %d closed before its context ended", i)
				}
			case <-ctx.Done():
				t.Fatalf("append %d did not wake channel %d", version+1, i)
			}
		}
	}
}

func wakeEnds(t *testing.T, ctx context.Context, s eventstore.Store) {
	mortal, cancel := context.WithCancel(ctx)
	ending, staying := s.Wake(mortal), s.Wake(ctx)
	cancel()
	for open := true; open; {
		select {
		case _, open = <-ending:
		case <-ctx.Done():
			t.Fatal("the channel stays open after its context ended")
		}
	}
	mustAppend(t, ctx, s, "a-1", 0, record())
	select {
	case _, open := <-staying:
		if !open {
			t.Error("a channel closed with the context of another")
		}
	case <-ctx.Done():
		t.Error("the append did not wake the channel that stays")
	}
}
