// Package sharedtest holds what every implementation of the contracts in
// package shared must pass.
package sharedtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

// Revocations proves that what open returns keeps the contract. Each call of
// open begins with nothing; again opens another node's view of what the first
// one has, or is nil where nothing is shared between two. All go by now.
func Revocations(t *testing.T, open func(t *testing.T, now func() time.Time) (first shared.Revocations, again func(t *testing.T) shared.Revocations)) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	day := start.Add(24 * time.Hour)
	revoked := func(t *testing.T, r shared.Revocations, issued time.Time, ids ...string) bool {
		t.Helper()
		yes, err := r.Revoked(t.Context(), issued, ids...)
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	revoke := func(t *testing.T, r shared.Revocations, one shared.Revocation) {
		t.Helper()
		if err := r.Revoke(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}

	for _, tt := range []struct {
		name   string
		revoke []shared.Revocation
		issued time.Time
		ids    []string
		at     time.Time
		want   bool
	}{
		{"nothing", nil, start, []string{"a"}, start, false},
		{"no ids", []shared.Revocation{{ID: "a", Until: day}}, start, nil, start, false},
		{"its id", []shared.Revocation{{ID: "a", Until: day}}, start, []string{"a"}, start, true},
		{"one of its ids", []shared.Revocation{{ID: "b", Until: day}}, start, []string{"a", "b", "c"}, start, true},
		{"another id", []shared.Revocation{{ID: "a", Until: day}}, start, []string{"aa", "A", ""}, start, false},
		{"twice is quiet", []shared.Revocation{{ID: "a", Until: day}, {ID: "a", Until: day}}, start, []string{"a"}, start, true},
		{"a moment before it may be forgotten", []shared.Revocation{{ID: "a", Until: day}}, start, []string{"a"}, day.Add(-time.Second), true},
		{"issued before", []shared.Revocation{{ID: "a", Issued: start, Until: day}}, start.Add(-time.Hour), []string{"a"}, start, true},
		{"issued in the same second", []shared.Revocation{{ID: "a", Issued: start, Until: day}}, start.Add(time.Second / 2), []string{"a"}, start, true},
		{"issued after", []shared.Revocation{{ID: "a", Issued: start, Until: day}}, start.Add(time.Second), []string{"a"}, start.Add(time.Minute), false},
		{"the later of two bounds", []shared.Revocation{{ID: "a", Issued: start.Add(time.Hour), Until: day}, {ID: "a", Issued: start, Until: day}}, start.Add(time.Minute), []string{"a"}, start, true},
		{"a bound does not narrow what has none", []shared.Revocation{{ID: "a", Until: day}, {ID: "a", Issued: start, Until: day}}, start.Add(time.Hour), []string{"a"}, start, true},
		{"an early end does not shorten a late one", []shared.Revocation{{ID: "a", Until: day}, {ID: "a", Until: start.Add(time.Minute)}}, start, []string{"a"}, start.Add(time.Hour), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := start
			r, again := open(t, func() time.Time { return at })
			for _, one := range tt.revoke {
				revoke(t, r, one)
			}
			at = tt.at
			if got := revoked(t, r, tt.issued, tt.ids...); got != tt.want {
				t.Errorf("revoked %t, want %t", got, tt.want)
			}
			if again == nil {
				return
			}
			if got := revoked(t, again(t), tt.issued, tt.ids...); got != tt.want {
				t.Errorf("to another node revoked %t, want %t", got, tt.want)
			}
		})
	}

	t.Run("what is no revocation is refused", func(t *testing.T) {
		r, _ := open(t, func() time.Time { return start })
		for _, bad := range []shared.Revocation{{Until: day}, {ID: "a"}, {ID: "a b", Until: day}, {ID: "a\n", Until: day}, {ID: "é", Until: day}, {ID: strings.Repeat("a", 201), Until: day}} {
			if err := r.Revoke(t.Context(), bad); err == nil {
				t.Errorf("took %+v", bad)
			}
		}
	})

	t.Run("another node sees it within a second", func(t *testing.T) {
		r, again := open(t, func() time.Time { return start })
		if again == nil {
			return
		}
		other := again(t)
		if revoked(t, other, start, "late") {
			t.Fatal("revoked before it was")
		}
		revoke(t, r, shared.Revocation{ID: "late", Until: day})
		for begun := time.Now(); !revoked(t, other, start, "late"); {
			if time.Since(begun) > time.Second {
				t.Fatal("not seen")
			}
		}
		revoke(t, other, shared.Revocation{ID: "later", Until: day})
		for begun := time.Now(); !revoked(t, r, start, "later"); {
			if time.Since(begun) > time.Second {
				t.Fatal("not seen the other way")
			}
		}
	})

	t.Run("many at once are all kept", func(t *testing.T) {
		r, again := open(t, func() time.Time { return start })
		nodes := []shared.Revocations{r}
		if again != nil {
			nodes = append(nodes, again(t))
		}
		var all sync.WaitGroup
		for n, node := range nodes {
			for i := range 20 {
				all.Go(func() {
					if err := node.Revoke(t.Context(), shared.Revocation{ID: fmt.Sprintf("%d-%d", n, i), Until: day}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if again != nil {
			nodes = append(nodes, again(t))
		}
		last := nodes[len(nodes)-1]
		for n := range nodes[:max(1, len(nodes)-1)] {
			for i := range 20 {
				if id := fmt.Sprintf("%d-%d", n, i); !revoked(t, last, start, id) {
					t.Errorf("%s is lost", id)
				}
			}
		}
	})
}
