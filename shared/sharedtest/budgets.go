package sharedtest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

// Budgets proves that what open returns keeps the contract. Each call of open
// begins with nobody having spent anything. wait lets time pass for it.
func Budgets(t *testing.T, open func(t *testing.T) (b shared.Budgets, wait func(time.Duration))) {
	minute := shared.Budget{Points: 60, Per: time.Minute}
	spend := func(t *testing.T, b shared.Budgets, who string, points int) shared.Balance {
		t.Helper()
		got, err := b.Spend(t.Context(), who, points, minute)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	// about allows for the time that a store itself takes.
	about := func(t *testing.T, what string, got, want, within int) {
		t.Helper()
		if got < want-within || got > want+within {
			t.Errorf("%s: %d, want about %d", what, got, want)
		}
	}

	t.Run("spends what is there", func(t *testing.T) {
		b, wait := open(t)
		for _, left := range []int{40, 20, 0} {
			got := spend(t, b, "a", 20)
			if !got.Spent {
				t.Fatalf("%+v, want it spent", got)
			}
			about(t, "left", got.Left, left, 1)
		}
		got := spend(t, b, "a", 30)
		if got.Spent {
			t.Fatalf("%+v, want it refused", got)
		}
		about(t, "seconds to wait", int(got.Retry.Seconds()+0.5), 30, 1)
		wait(got.Retry + time.Second/10)
		if got := spend(t, b, "a", 30); !got.Spent {
			t.Errorf("%+v, want it spent after the wait it asked for", got)
		}
	})
	t.Run("takes nothing where it refuses", func(t *testing.T) {
		b, _ := open(t)
		spend(t, b, "a", 50)
		for range 10 {
			if got := spend(t, b, "a", 20); got.Spent {
				t.Fatalf("%+v, want it refused", got)
			}
		}
		if got := spend(t, b, "a", 9); !got.Spent {
			t.Errorf("%+v, want it spent: what was refused cost nothing", got)
		}
	})
	t.Run("keeps budgets apart", func(t *testing.T) {
		b, _ := open(t)
		spend(t, b, "a", 60)
		if got := spend(t, b, "b", 60); !got.Spent {
			t.Errorf("%+v, want it spent: it is another's", got)
		}
	})
	t.Run("fills up, and not beyond", func(t *testing.T) {
		b, wait := open(t)
		spend(t, b, "a", 60)
		wait(5 * time.Minute)
		if got := spend(t, b, "a", 60); !got.Spent {
			t.Errorf("%+v, want it spent: it was full again", got)
		}
		if got := spend(t, b, "a", 30); got.Spent {
			t.Errorf("%+v, want it refused: five minutes fill one budget", got)
		}
	})
	t.Run("takes more than all as all", func(t *testing.T) {
		b, _ := open(t)
		if got := spend(t, b, "a", 600); !got.Spent || got.Left > 1 {
			t.Errorf("%+v, want the whole budget spent", got)
		}
	})
	t.Run("asking for nothing takes nothing", func(t *testing.T) {
		b, _ := open(t)
		if got := spend(t, b, "a", 0); !got.Spent || got.Left != 60 {
			t.Errorf("%+v, want a full budget", got)
		}
	})
	t.Run("two never spend the same", func(t *testing.T) {
		b, _ := open(t)
		var spent atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 20 {
					if got, err := b.Spend(t.Context(), "a", 1, minute); err == nil && got.Spent {
						spent.Add(1)
					}
				}
			})
		}
		all.Wait()
		about(t, "spent of 160 that were asked for", int(spent.Load()), 60, 2)
	})
}
