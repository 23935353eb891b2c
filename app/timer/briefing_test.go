package timer_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// TestOverdueOutcomes reports an outcome once for each due date that passes.
func TestOverdueOutcomes(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	var id domain.ID
	do := func(c briefing.Command) domain.ID {
		t.Helper()
		by := tr.By("secretariat")
		id = done(t)(tr.App.Briefings.Do(t.Context(), id, c, by))
		return tr.App.Item(id, by)
	}
	words := func(s string) domain.Text { return domain.Text{Language: "en", Value: s} }
	do(briefing.Schedule{Title: words("A briefing"), Place: briefing.Place{City: "Geneva", Date: "2020-03-04"}})
	do(briefing.StartMeeting{})
	owner := briefing.Party{Office: "Secretariat"}
	late := do(briefing.RecordOutcome{Kind: briefing.Action, Owner: owner, Due: "March 2020", Text: words("Do this.")})
	settled := do(briefing.RecordOutcome{Kind: briefing.Action, Owner: owner, Due: "March 2020", Text: words("Do that.")})
	do(briefing.RecordOutcome{Kind: briefing.Ongoing, Text: words("Work goes on.")})
	do(briefing.FollowUpOutcome{Outcome: settled, Text: words("Done."), Final: true})
	fire := func(want ...string) {
		t.Helper()
		tr.Settle()
		before := tr.Log.Size()
		for range 2 {
			if err := timers(tr).Fire(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, acts(t, tr, before)); diff != "" {
			t.Fatalf("at %s (-want +got):\n%s", tr.Now(), diff)
		}
	}
	tr.Wait(27*24*time.Hour + 15*time.Hour - time.Millisecond)
	fire() // it is still 31 March
	tr.Wait(time.Millisecond)
	fire("briefing.outcome_fell_due")
	do(briefing.FollowUpOutcome{Outcome: late, Text: words("It takes longer."), Due: "April 2020"})
	tr.Wait(30*24*time.Hour - time.Millisecond)
	fire()
	tr.Wait(time.Millisecond)
	fire("briefing.outcome_fell_due")
	tr.Wait(366 * 24 * time.Hour)
	fire()
}
