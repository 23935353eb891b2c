package trial

import (
	"context"
	"iter"

	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

// Withholding is a log as somebody has it to whom some records are not shown.
type Withholding struct {
	projections.Log
	Hides func(follower.Fact) bool
}

func (w Withholding) shown(f follower.Fact) follower.Fact {
	if w.Hides(f) {
		f.Data, f.Meta, f.Salt, f.Withheld = nil, nil, nil, true
	}
	return f
}

// From implements projections.Log.
func (w Withholding) From(ctx context.Context, index int64) iter.Seq2[[]follower.Fact, error] {
	return func(yield func([]follower.Fact, error) bool) {
		for facts, err := range w.Log.From(ctx, index) {
			shown := make([]follower.Fact, len(facts))
			for i, f := range facts {
				shown[i] = w.shown(f)
			}
			if !yield(shown, err) {
				return
			}
		}
	}
}

// At implements projections.Log.
func (w Withholding) At(ctx context.Context, index int64) (follower.Fact, error) {
	f, err := w.Log.At(ctx, index)
	return w.shown(f), err
}

// Again implements projections.Log.
func (w Withholding) Again(ctx context.Context, index int64, stream string, version int64) (follower.Fact, error) {
	f, err := w.Log.Again(ctx, index, stream, version)
	return w.shown(f), err
}
