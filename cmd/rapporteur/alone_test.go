package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestAlone wants all turns, beside nodes that have them, that are about to take
// one, that were killed, and none.
func TestAlone(t *testing.T) {
	for _, tt := range []struct {
		name  string
		node  func(t *testing.T, other *nodes) // what another does, at first
		runs  bool                             // and then asks for its turn every five seconds
		alone bool
	}{
		{"nobody else", func(*testing.T, *nodes) {}, false, true},
		{"another has the turns", hold, true, false},
		{"another was killed", hold, false, true},
		{"another stopped", func(t *testing.T, other *nodes) { hold(t, other); giveBack(t, other) }, false, true},
		{"one stopped, and another is about to take its turn", func(t *testing.T, other *nodes) { hold(t, other); giveBack(t, other) }, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := new(memstore.Register)
				other := newNodes(r)
				tt.node(t, other)
				if tt.runs {
					tick := time.NewTicker(5 * time.Second)
					defer tick.Stop()
					go func() {
						for {
							select {
							case <-t.Context().Done():
								return
							case <-tick.C:
								_, _ = other.acting()(t.Context())
							}
						}
					}()
				}
				err := newNodes(r).alone(t.Context())
				if tt.alone && err != nil || !tt.alone && (err == nil || !strings.Contains(err.Error(), "stop them first")) {
					t.Errorf("it says %v", err)
				}
			})
		})
	}
	if err := (*nodes)(nil).alone(t.Context()); err != nil {
		t.Error(err)
	}
}

func hold(t *testing.T, n *nodes) {
	t.Helper()
	for _, turn := range []func() (bool, error){
		func() (bool, error) { return n.acting()(t.Context()) },
		func() (bool, error) { return n.publishing.Hold(t.Context()) },
	} {
		if mine, err := turn(); err != nil || !mine {
			t.Fatalf("a turn that is free: %v, %v", mine, err)
		}
	}
}

func giveBack(t *testing.T, n *nodes) {
	t.Helper()
	if err := n.release(t.Context()); err != nil {
		t.Fatal(err)
	}
}
