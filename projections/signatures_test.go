package projections

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// A joint is the record of a joint submission, and the indexes of its turns.
type joint struct {
	feed
	t  *testing.T
	id domain.ID
}

func (j *joint) add(e domain.Event) int64 {
	return j.feed.add(j.t, "submission", j.id, day, e)
}

func newJoint(t *testing.T, invited ...domain.ID) *joint {
	j := &joint{t: t, id: "sub_joint"}
	words := func(s string) submission.Content {
		return submission.Content{Text: &submission.Words{Language: "en", Text: domain.About(portugal, s)}}
	}
	j.add(submission.Received{Consultation: "con_1", For: portugal, Content: words("One."), Label: domain.Public})
	for _, id := range invited {
		j.add(submission.CoSignatoryInvited{Party: id})
	}
	return j
}

func amended() submission.Amended {
	return submission.Amended{Content: submission.Content{Text: &submission.Words{Language: "en", Text: domain.About(portugal, "Two.")}}}
}

// signers is who signs what a reader reads, and who was asked and did not.
func signers(t *testing.T, r Reader) map[domain.ID]bool {
	t.Helper()
	s, err := r.Submission(t.Context(), "sub_joint")
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.CoSignatories(t.Context(), []*Submission{s})
	if err != nil {
		t.Fatal(err)
	}
	out := map[domain.ID]bool{}
	for _, c := range all[s.ID] {
		out[c.PartyID] = c.Confirmed
	}
	return out
}

// signed lists, by edition, who signs each that a reader reads.
func signed(t *testing.T, r Reader) map[int64][]domain.ID {
	t.Helper()
	s, err := r.Submission(t.Context(), "sub_joint")
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Editions(t.Context(), []*Submission{s})
	if err != nil {
		t.Fatal(err)
	}
	who, err := r.Signatories(t.Context(), all[s.ID])
	if err != nil {
		t.Fatal(err)
	}
	out := map[int64][]domain.ID{}
	for _, e := range all[s.ID] {
		out[e.Version] = nil
		for _, c := range who[e.Key()] {
			out[e.Version] = append(out[e.Version], c.PartyID)
		}
	}
	return out
}

func acting(id domain.ID) domain.Viewer {
	return domain.Viewer{Person: "per_x", Holds: []domain.Holding{{Entity: id, Capacity: domain.Stakeholder}}}
}

// A signature is of an edition: an amendment takes none from the edition that
// is released, and has none until its co-signatories sign again. This holds
// now and as of then, for the submission and for each of its editions.
func TestSignaturesBelongToAnEdition(t *testing.T) {
	j := newJoint(t, caritas, salvador)
	j.add(submission.CoSignatoryConfirmed{Party: caritas})
	released := j.add(submission.Published{Edition: 1})
	changed := j.add(amended())
	again := j.add(submission.CoSignatoryConfirmed{Party: salvador})
	both := j.add(submission.Published{Edition: 2})
	e := j.engine(t, submissions, consultations, entities)
	yes, no := map[domain.ID]bool{caritas: true}, map[domain.ID]bool{caritas: true, salvador: false}
	for _, tt := range []struct {
		at            int64
		public, owner map[domain.ID]bool
		editions      map[int64][]domain.ID // that the public reads
	}{
		{released, yes, no, map[int64][]domain.ID{1: {caritas}}},
		{changed, yes, map[domain.ID]bool{caritas: false, salvador: false}, map[int64][]domain.ID{1: {caritas}}},
		{again, yes, map[domain.ID]bool{caritas: false, salvador: true}, map[int64][]domain.ID{1: {caritas}}},
		{both, map[domain.ID]bool{salvador: true}, map[domain.ID]bool{caritas: false, salvador: true}, map[int64][]domain.ID{1: {caritas}, 2: {salvador}}},
	} {
		public, owner := Reader{Engine: e, Now: day}.at(tt.at), Reader{Engine: e, Now: day, Viewer: acting(portugal)}.at(tt.at)
		if d := cmp.Diff(tt.public, signers(t, public)); d != "" {
			t.Errorf("as of %d the public sees (-want +got):\n%s", tt.at, d)
		}
		if d := cmp.Diff(tt.owner, signers(t, owner)); d != "" {
			t.Errorf("as of %d the owner sees (-want +got):\n%s", tt.at, d)
		}
		if d := cmp.Diff(tt.editions, signed(t, public)); d != "" {
			t.Errorf("as of %d the editions that the public reads are signed by (-want +got):\n%s", tt.at, d)
		}
	}
	if d := cmp.Diff(map[domain.ID]bool{salvador: true}, signers(t, Reader{Engine: e, Now: day})); d != "" {
		t.Errorf("now the public sees (-want +got):\n%s", d)
	}
}

// The words of the edition before the one that waits are not gone, nor is who
// signed them: the case that was wrong.
func TestAmendingKeepsTheSignaturesOfWhatIsReleased(t *testing.T) {
	j := newJoint(t, caritas)
	j.add(submission.CoSignatoryConfirmed{Party: caritas})
	j.add(submission.Published{Edition: 1})
	j.add(amended())
	e := j.engine(t, submissions, consultations, entities)
	if d := cmp.Diff(map[domain.ID]bool{caritas: true}, signers(t, Reader{Engine: e, Now: day})); d != "" {
		t.Errorf("the public sees (-want +got):\n%s", d)
	}
}

// Nobody but the owner, officers and those who were asked hears who left, or
// that anybody did: not by the list, the editions or the history, now or as of
// any date.
func TestNobodyHearsWhoLeft(t *testing.T) {
	j := newJoint(t, caritas, salvador)
	j.add(submission.CoSignatoryConfirmed{Party: caritas})
	j.add(submission.CoSignatoryConfirmed{Party: salvador})
	then := j.add(submission.Published{Edition: 1})
	j.add(submission.CoSignatoryLeft{Party: caritas})
	e := j.engine(t, submissions, consultations, entities)
	for name, v := range viewers(portugal, caritas, salvador) {
		inside := v.ActsFor(portugal) || v.ActsFor(salvador) || v.Is(submission.Officers...)
		for when, r := range map[string]Reader{"now": {Engine: e, Now: day, Viewer: v}, "then": Reader{Engine: e, Now: day, Viewer: v}.at(then)} {
			changes := toldOf(t, r)
			if left := slices.Contains(changes, "submission.co_signatory_left"); left != (inside && when == "now") {
				t.Errorf("%s, %s, is told that somebody left: %t", name, when, left)
			}
			signings := 0
			for _, c := range changes {
				if c == "submission.co_signatory_confirmed" {
					signings++
				}
			}
			if want := map[bool]int{true: 2, false: 1}[inside]; signings != want {
				t.Errorf("%s, %s, is told of %d who signed, want %d", name, when, signings, want)
			}
			all, of := slices.Sorted(maps.Keys(signers(t, r))), signed(t, r)[1]
			want := []domain.ID{salvador}
			if when == "then" && (v.ActsFor(portugal) || v.Is(submission.Officers...)) || v.ActsFor(caritas) && when == "then" {
				want = []domain.ID{caritas, salvador}
			}
			slices.Sort(want)
			if !slices.Equal(all, want) || !slices.Equal(of, want) {
				t.Errorf("%s, %s, sees %v sign, and the edition signed by %v, want %v", name, when, all, of, want)
			}
		}
	}
}

// What somebody is asked to sign is what the domain lets them sign and they have
// not: over a story of every turn, of everybody, as of every index.
func TestAskedIsTheDomains(t *testing.T) {
	j := newJoint(t, caritas, salvador)
	turns := []domain.Event{
		submission.CoSignatoryConfirmed{Party: caritas}, submission.Published{Edition: 1}, amended(), submission.CoSignatoryConfirmed{Party: salvador},
		submission.Withdrawn{}, submission.Restored{}, submission.CoSignatoryLeft{Party: caritas}, submission.Published{Edition: 2}, amended(), submission.CoSignatoryLeft{Party: salvador},
	}
	for _, e := range turns {
		j.add(e)
	}
	e := j.engine(t, submissions, consultations, entities, moments)
	var s submission.State
	asked := 0
	for index := range j.next {
		f, err := j.log.At(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		event, err := submission.Decider.DecodeEvent(f.Type, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		s = submission.Decider.Evolve(submission.Decider.Copy(s), event.(submission.Event))
		for name, v := range viewers(portugal, caritas, salvador) {
			want := 0
			for party := range s.CoSigners { // all of them have left since: what was not public then they see no more
				if s.Status == "submitted" && slices.Contains(v.SpeaksFor(), party) && !s.Signed(party) && s.Released > 0 {
					want = 1
				}
			}
			list, err := Reader{Engine: e, Now: day, Viewer: v}.at(index).CoSignaturesAsked(t.Context(), Page{First: new(5)})
			if err != nil {
				t.Fatal(err)
			}
			if len(list.Nodes) != want {
				t.Errorf("as of %d %s is asked to sign %d, want %d", index, name, len(list.Nodes), want)
			}
			asked += want
		}
	}
	if asked == 0 {
		t.Error("nobody is asked")
	}
}

// toldOf lists what a reader is told of the joint submission's history.
func toldOf(t *testing.T, r Reader) (changes []string) {
	t.Helper()
	s, err := r.Submission(t.Context(), "sub_joint")
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.History(t.Context(), []*Submission{s})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all[s.ID] {
		changes = append(changes, e.Change)
	}
	return changes
}
