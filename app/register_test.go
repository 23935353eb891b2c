package app_test

import (
	"context"
	"iter"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// meanwhile is a store in which something happens right after a stream is read
// for the first time.
type meanwhile struct {
	eventstore.Store
	happens func()
}

func (m *meanwhile) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		for r, err := range m.Store.Stream(ctx, stream, after) {
			if !yield(r, err) {
				return
			}
		}
		if happens := m.happens; happens != nil {
			m.happens = nil
			happens()
		}
	}
}

// TestRegisterTwiceAtOnce has a person come with two tokens at the same moment,
// of which one has their name and the other not yet: neither is refused.
func TestRegisterTwiceAtOnce(t *testing.T) {
	inner := new(memstore.Store)
	st := &meanwhile{Store: inner}
	a := app.New(app.Config{Store: st, Secret: secret})
	st.happens = func() {
		if err := a.Register(t.Context(), "per_ada", ""); err != nil {
			t.Error(err)
		}
	}
	if err := a.Register(t.Context(), "per_ada", "Ada"); err != nil {
		t.Error(err)
	}
	if n := count(t, inner); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}
