package graph_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// late is the log of a node that has not numbered the newest record until
// somebody waits for it.
type late struct {
	projections.Log
	waited atomic.Bool
}

func (l *late) Size() int64 {
	if l.waited.Load() {
		return l.Log.Size()
	}
	return l.Log.Size() - 1
}

func (l *late) Wait(ctx context.Context, size int64) error {
	l.waited.Store(true)
	return l.Log.Wait(ctx, size)
}

// TestResumeElsewhere goes on after an index that another node told of, which
// this one comes to number only now.
func TestResumeElsewhere(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("A call")
	seen := tr.Log.Size() - 1
	behind := &late{Log: tr.Log}
	tr.API = graph.Handler(graph.Config{App: tr.App, Engine: tr.Engine, Search: tr.Search, Log: behind, Proofs: trial.AtOnce{Log: tr.Proofs, Of: behind}, Verify: tr.Verify, Now: tr.Now, Beat: 1})
	all := tr.Stream("", `subscription($after: Int64) { submissionChanged(after: $after) { index } }`, map[string]any{"after": seen}, func(trial.Answer) bool { return true })
	if len(all) != 1 || len(all[0].Errors) > 0 {
		t.Errorf("the stream sent %+v; want a sign of life", all)
	}
}
