package graph_test

import (
	"slices"
	"testing"
)

// A cursor says where a list goes on, and not whose list it was: with somebody
// else's one sees what one may see, and no more.
func TestCursorsOfOthersOpenNothing(t *testing.T) {
	s := everyLabel(t)
	list := func(who string, after any) (ids, cursors []string) {
		t.Helper()
		a := s.tr.Ask(who, `query($after: String) { submissions(first: 50, after: $after) { edges { cursor node { id } } } }`, map[string]any{"after": after})
		edges, ok := a.Get("submissions", "edges").([]any)
		if !ok || len(a.Errors) > 0 {
			t.Fatalf("%q after %v: %+v", who, after, a)
		}
		for n := range edges {
			ids = append(ids, a.Get("submissions", "edges", n, "node", "id").(string))
			cursors = append(cursors, a.Get("submissions", "edges", n, "cursor").(string))
		}
		return ids, cursors
	}
	its, cursors := list("ngo", nil)
	for _, who := range []string{"", "secretariat", "auditor"} {
		may, _ := list(who, nil)
		if len(may) >= len(its) {
			t.Fatalf("%q sees %d of %d: nothing is proved", who, len(may), len(its))
		}
		for n, cursor := range cursors {
			var want []string
			for _, id := range its[n+1:] {
				if slices.Contains(may, id) {
					want = append(want, id)
				}
			}
			if got, _ := list(who, cursor); !slices.Equal(got, want) {
				t.Errorf("%q with a cursor of its author sees %v, want %v", who, got, want)
			}
		}
	}
}
