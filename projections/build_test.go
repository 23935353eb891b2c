package projections_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

// A rugged log hands out batches of any size, and sees where they begin.
type rugged struct {
	projections.Log
	chance *rand.Rand
	first  int64 // index that was read first
}

func (r *rugged) From(ctx context.Context, index int64) iter.Seq2[[]follower.Fact, error] {
	r.first = index
	return func(yield func([]follower.Fact, error) bool) {
		for facts, err := range r.Log.From(ctx, index) {
			if err != nil {
				yield(nil, err)
				return
			}
			for len(facts) > 0 {
				n := min(1+r.chance.IntN(20), len(facts))
				if !yield(slices.Clone(facts[:n]), nil) {
					return
				}
				facts = facts[n:]
			}
		}
	}
}

// interrupted are projections during which cancel is called, before the n-th
// fact that one of them takes.
func interrupted(all []projections.Projection, n *int, cancel func()) []projections.Projection {
	out := slices.Clone(all)
	for i, p := range all {
		out[i].Apply = func(ctx context.Context, tx *projections.Tx, f projections.Fact) error {
			if *n--; *n == 0 {
				cancel()
			}
			return p.Apply(ctx, tx, f)
		}
	}
	return out
}

func models() map[string][]projections.Projection {
	return map[string][]projections.Projection{"read models": projections.All(), "search": projections.SearchProjections()}
}

// buildInterrupted builds at path, interrupted before the n-th fact. It returns
// the index that it began with.
func buildInterrupted(t *testing.T, log projections.Log, chance *rand.Rand, all []projections.Projection, path string, n int) (first int64, err error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &rugged{Log: log, chance: chance}
	e := &projections.Engine{Log: r, All: interrupted(all, &n, cancel)}
	err = e.Build(ctx, path, -1)
	return r.first, err
}

// A build that is interrupted anywhere, and as often as may be, goes on from
// where it was and comes to the same.
func TestInterruptedBuild(t *testing.T) {
	tr := founded(t)
	for name, all := range models() {
		t.Run(name, func(t *testing.T) {
			taken := 0
			once := filepath.Join(t.TempDir(), "once.db")
			if err := (&projections.Engine{Log: tr.Log, All: interrupted(all, &taken, nil)}).Build(t.Context(), once, -1); err != nil {
				t.Fatal(err)
			}
			resumed := 0
			for seed := range 6 {
				chance := rand.New(rand.NewPCG(uint64(seed), 3))
				path := filepath.Join(t.TempDir(), "built.db")
				var before int64
				for {
					first, err := buildInterrupted(t, tr.Log, chance, all, path, 1+chance.IntN(-taken/2))
					if first < before {
						t.Fatalf("seed %d: it went on from %d, and was at %d", seed, first, before)
					}
					if first > before {
						resumed++
					}
					before = first
					if err == nil {
						break
					}
					if !errors.Is(err, context.Canceled) {
						t.Fatal(err)
					}
					if _, err := os.Stat(path); err == nil {
						t.Fatal("half of it stands where the whole is looked for")
					}
				}
				if d, err := projections.Compare(t.Context(), path, once, all); d != nil || err != nil {
					t.Errorf("seed %d: %v, %v", seed, d, err)
				}
				if left, err := filepath.Glob(path + ".*"); len(left) > 0 || err != nil {
					t.Errorf("seed %d: left over: %v, %v", seed, left, err)
				}
			}
			if resumed < 6 {
				t.Errorf("it went on %d times only", resumed)
			}
		})
	}
}

// What was not left in order, or is of something else, is begun again.
func TestBuildBeginsAgain(t *testing.T) {
	tr := founded(t)
	other := founded(t)
	half := 2 * int(tr.Log.Size()) // of the three and more that each record gives
	for _, tt := range []struct {
		name   string
		log    projections.Log
		change func(t *testing.T, path string, all []projections.Projection)
		limit  int64
		anew   bool
	}{
		{"left in order", tr.Log, func(*testing.T, string, []projections.Projection) {}, -1, false},
		{"killed", tr.Log, func(t *testing.T, path string, _ []projections.Projection) {
			if err := os.Rename(path+".paused", path+".building"); err != nil {
				t.Fatal(err)
			}
		}, -1, true},
		{"another release", tr.Log, func(_ *testing.T, _ string, all []projections.Projection) { all[3].Version++ }, -1, true},
		{"another log", other.Log, func(*testing.T, string, []projections.Projection) {}, -1, true},
		{"past the limit", tr.Log, func(*testing.T, string, []projections.Projection) {}, 2, true},
		{"torn", tr.Log, func(t *testing.T, path string, _ []projections.Projection) {
			if err := os.Truncate(path+".paused", 100); err != nil {
				t.Fatal(err)
			}
		}, -1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, path := projections.All(), filepath.Join(t.TempDir(), "built.db")
			if _, err := buildInterrupted(t, tr.Log, rand.New(rand.NewPCG(1, 4)), all, path, half); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			tt.change(t, path, all)
			r := &rugged{Log: tt.log, chance: rand.New(rand.NewPCG(1, 5))}
			e := &projections.Engine{Log: r, All: all}
			if err := e.Build(t.Context(), path, tt.limit); err != nil {
				t.Fatal(err)
			}
			if (r.first == 0) != tt.anew {
				t.Errorf("it went on from %d", r.first)
			}
			for _, c := range e.Certificates() {
				if want := max(tt.limit, 0); c.Failed != "" || want > 0 && c.Next != want || want == 0 && c.Next != tt.log.Size() {
					t.Errorf("certificate %+v", c)
				}
			}
		})
	}
}

// The engine's own rebuild goes on too, and leaves nothing beside the file.
func TestInterruptedRebuild(t *testing.T) {
	tr := founded(t)
	path := filepath.Join(t.TempDir(), "readmodel.db")
	ctx, cancel := context.WithCancel(t.Context())
	first := &projections.Engine{Log: &rugged{Log: tr.Log, chance: rand.New(rand.NewPCG(1, 6))}, Path: path, All: interrupted(projections.All(), new(2*int(tr.Log.Size())), cancel)}
	if err := first.Run(ctx); err != nil {
		t.Fatal(err)
	}
	r := &rugged{Log: tr.Log, chance: rand.New(rand.NewPCG(1, 7))}
	e := &projections.Engine{Log: r, Path: path, All: projections.All()}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err := projections.Compare(t.Context(), path, tr.Engine.Path, e.All); r.first == 0 || d != nil || err != nil {
		t.Errorf("from %d: %v, %v", r.first, d, err)
	}
	for _, left := range []string{".paused", ".building"} {
		if err := os.WriteFile(path+left, []byte("of another release"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, left := range []string{".paused", ".building"} {
		if _, err := os.Stat(path + left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", left, err)
		}
	}
}
