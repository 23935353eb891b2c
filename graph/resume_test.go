package graph_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// TestResume hangs up at random moments and goes on after the last index seen,
// over everything that carries a subscription, while more is recorded: nothing
// is missed and nothing comes twice.
func TestResume(t *testing.T) {
	for _, c := range carriers {
		if !c.streams {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr := trial.New(t)
			tr.Officer("secretariat")
			address := serve(t, tr.API)
			call := tr.Call("A call")
			var want []string // the indexes that the public sees, in order
			record := func() {
				a := send(tr, "ngo", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "No."}`)
				id, _ := a.Get("do", "submission", "id").(string)
				b := send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`)
				index, _ := b.Get("do", "index").(string) // before that there was nothing to see
				want = append(want, index)
			}
			for range 20 {
				record()
			}
			rapid.Check(t, func(rt *rapid.T) {
				var got []string
				for last := "-1"; len(got) < len(want); last = got[len(got)-1] {
					next, hangUp := c.open(t, address, `subscription($after: Int64) { submissionChanged(after: $after) { index submission { id } } }`, last)
					for range rapid.IntRange(1, len(want)-len(got)).Draw(rt, "payloads until it hangs up") {
						a, ok := next()
						index, is := a.Get("submissionChanged", "index").(string)
						if !ok || !is || a.Get("submissionChanged", "submission") == nil {
							rt.Fatalf("after %s comes %+v, %t", last, a, ok)
						}
						got = append(got, index)
					}
					hangUp()
					if len(want) < 80 { // a few minutes of a busy day, and no longer test
						record()
					}
				}
				if !slices.Equal(got, want) {
					rt.Fatalf("got %v, want %v", got, want)
				}
			})
			if !slices.IsSortedFunc(want, func(a, b string) int { x, _ := strconv.Atoi(a); y, _ := strconv.Atoi(b); return x - y }) {
				t.Errorf("the test expects another order: %v", want)
			}
		})
	}
}

// TestLaterOfBoth goes on after the later of what the document says and what a
// browser saw.
func TestLaterOfBoth(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("A call")
	address := serve(t, tr.API)
	document := func(after string) string {
		return `subscription { consultationChanged(after: "` + after + `") { index } }`
	}
	first := func(after, seen string) any {
		req := request(t, "GET", address, document(after), "")
		req.Header.Set("Accept", "text/event-stream")
		req.Header.Set("Last-Event-ID", seen)
		next, hangUp := events(t, req)
		defer hangUp()
		a, _ := next()
		return a.Get("consultationChanged", "index")
	}
	planned, _ := first("-1", "").(string)
	announced, _ := first(planned, "").(string)
	opened, _ := first("-1", announced).(string)
	if got := first(announced, planned); got != opened {
		t.Errorf("after %s, having seen %s, comes %v; want %s", announced, planned, got, opened)
	}
	if got := first(planned, announced); got != opened {
		t.Errorf("after %s, having seen %s, comes %v; want %s", planned, announced, got, opened)
	}
}
