package projections

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
)

// TestSecondedPerson compares who reads the name with the domain, over the
// product of viewers and rows, as it is and as of every moment before.
func TestSecondedPerson(t *testing.T) {
	var f feed
	const id = "sec_x"
	post := secondment.Post{Title: domain.Text{Language: "en", Value: "Adviser"}, Function: domain.Text{Language: "en", Value: "Advises."}}
	var states []secondment.State
	var s secondment.State
	for _, e := range []secondment.Event{
		secondment.Offered{Entity: portugal, Post: post, Start: "spring 2020"},
		secondment.PersonNamed{Person: domain.About("per_jo", "Jo Doe")},
		secondment.Started{OccurredOn: "2020-03-01"},
		secondment.PersonNamed{Person: domain.About("per_viewer", "Vi Ewer")},
		secondment.Acknowledged{OccurredOn: "2020-03-04"},
	} {
		f.add(t, "secondment", id, day, e)
		s = secondment.Decider.Evolve(s, e)
		states = append(states, s)
	}
	e := f.engine(t, secondments)
	all := viewers(portugal, caritas)
	all["the first person"] = domain.Viewer{Person: "per_jo"}
	for name, v := range all {
		for index, s := range states {
			got, err := Reader{Engine: e, Viewer: v, Now: day}.at(int64(index)).Secondment(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if s.SeesPerson(v) {
				want = s.Person.Text
			}
			if shown := or(got.PersonName); shown != want {
				t.Errorf("%s as of %d reads the name %q, want %q", name, index, shown, want)
			}
			if got.Title.Original.Value != "Adviser" || got.Function == nil || *got.Start != "spring 2020" || got.Version != s.Edition {
				t.Errorf("%s as of %d sees %+v", name, index, got)
			}
		}
		r := Reader{Engine: e, Viewer: v, Now: day}
		past, err := r.SecondmentHistory(t.Context(), []domain.ID{id})
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, h := range past[id] {
			if h.Change == "secondment.person_named" {
				told++
			}
		}
		want := 0
		for _, i := range []int{1, 3} {
			if states[i].SeesPerson(v) {
				want++
			}
		}
		if told != want || len(past[id]) != 3+want {
			t.Errorf("%s is told %d times of a name, want %d, in %d happenings", name, told, want, len(past[id]))
		}
	}
}

func or(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
