package projections_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

// publicSteps are the steps of a story that change what the public sees, as
// often as they should come.
var publicSteps = []int{0, 1, 2, 3, 0, 1, 2, 7, 7, 10, 11, 12, 13, 14, 14, 16, 17, 17, 18, 18, 20, 20, 21, 24, 24, 25, 26, 26, 27, 33, 34, 35, 36, 37, 39}

// The figures that are kept are what counting comes to: now, after every few
// steps of a story, and as of every index once it is told.
func TestFiguresAreCounted(t *testing.T) {
	seen := projections.Transparency{Published: &projections.TransparencyFigures{}, Late: &projections.TransparencyFigures{}}
	for seed := range storiesTold / 2 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s, steps := newStory(t), stories(stepsEach).Example(200+seed)
			s.most = 40
			for i := range steps {
				steps[i].what = publicSteps[steps[i].what%len(publicSteps)]
				steps[i].who = steps[i].item ^ steps[i].who // or the same few do everything
			}
			for n := 0; n < len(steps); n += 12 {
				s.play(steps[n:min(n+12, len(steps))])
				s.sameAsCounted(s.Reader(nobody), &seen)
			}
			for index := range s.Log.Size() {
				r, err := s.Reader(nobody).AsOfIndex(index, index)
				if err != nil {
					t.Fatal(err)
				}
				s.sameAsCounted(r, &seen)
				s.sameAsCounted(r.PublicView(), &seen)
			}
		})
	}
	p, l := seen.Published, seen.Late
	if p.Received < 3 || p.Recorded == 0 || p.DistinctTexts < 2 || p.VerifiedEntities == 0 || l.Received == 0 || l.DistinctTexts == 0 || seen.Withdrawn == 0 {
		t.Errorf("the stories are too dull: at most %+v, late %+v, withdrawn %d, others %v", *p, *l, seen.Withdrawn, seen.Others)
	}
}

func (s *story) sameAsCounted(r projections.Reader, most *projections.Transparency) {
	s.t.Helper()
	for _, id := range append([]domain.ID{""}, s.calls...) {
		of := &id
		if id == "" {
			of = nil
		}
		want, failed := r.Counted(s.t.Context(), of)
		got, err := r.Transparency(s.t.Context(), of)
		if (failed == nil) != (err == nil) {
			s.t.Fatalf("%v, and counting %v", err, failed)
		}
		if err != nil {
			continue // no such consultation then
		}
		if d := cmp.Diff(want, got); d != "" {
			at := s.Log.Size() - 1
			if r.AsOf != nil {
				at = *r.AsOf
			}
			s.t.Fatalf("figures of %q as of %d, public view %v (-counted +kept):\n%s", id, at, r.Public, d)
		}
		most.Withdrawn = max(most.Withdrawn, got.Withdrawn)
		if got.Others != nil {
			most.Others = got.Others
		}
		for _, x := range [][2]*projections.TransparencyFigures{{most.Published, got.Published}, {most.Late, got.Late}} {
			x[0].Received, x[0].Recorded = max(x[0].Received, x[1].Received), max(x[0].Recorded, x[1].Recorded)
			x[0].DistinctTexts, x[0].VerifiedEntities = max(x[0].DistinctTexts, x[1].DistinctTexts), max(x[0].VerifiedEntities, x[1].VerifiedEntities)
		}
	}
}
