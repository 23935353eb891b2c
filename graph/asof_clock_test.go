package graph_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// A time means the last index up to which nothing was recorded later: what was
// recorded after a clock was set back is not there before what it followed.
func TestAsOfATimeWhenTheClockStepsBack(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Wait(time.Hour)
	first := tr.Now()
	tr.Call("one")
	tr.Wait(2 * time.Hour)
	second := tr.Now()
	tr.Call("two")
	tr.Wait(-time.Hour)
	third := tr.Now()
	tr.Call("three")
	tr.Wait(3 * time.Hour)
	fourth := tr.Now()
	tr.Call("four")
	tr.Settle()
	for _, tt := range []struct {
		name string
		at   time.Time
		want []string
	}{
		{"before all", first.Add(-time.Minute), nil},
		{"the first", first, []string{"one"}},
		{"when the third was recorded, by its clock", third, []string{"one"}},
		{"after that, by its clock", second.Add(-time.Minute), []string{"one"}},
		{"the second, which the third followed", second, []string{"one", "two", "three"}},
		{"before the fourth", fourth.Add(-time.Minute), []string{"one", "two", "three"}},
		{"the fourth", fourth, []string{"one", "two", "three", "four"}},
	} {
		a := tr.Ask("", fmt.Sprintf(`{ asOf(at: {time: %q}) { consultations(first: 9) { nodes { title { original { value } } } } } }`, tt.at.Format(time.RFC3339Nano)), nil)
		nodes, ok := a.Get("asOf", "consultations", "nodes").([]any)
		if !ok {
			t.Fatalf("%s: %+v", tt.name, a)
		}
		got := map[string]bool{}
		for n := range nodes {
			got[a.Get("asOf", "consultations", "nodes", n, "title", "original", "value").(string)] = true
		}
		want := map[string]bool{}
		for _, title := range tt.want {
			want[title] = true
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}
}
