package projections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// scene is a trial with people who read differently.
type scene struct {
	*trial.Trial
	t    *testing.T
	call domain.ID
}

func newScene(t *testing.T) scene {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Appoint("protection", tr.App.Secretariat(), domain.Protection)
	tr.Appoint("editor", tr.App.Secretariat(), domain.Editor)
	for _, name := range []string{"ngo", "ngo2"} {
		if err := tr.App.Register(t.Context(), tr.Person(name), name); err != nil {
			t.Fatal(err)
		}
	}
	return scene{tr, t, tr.Call("Which doors should open?")}
}

func (s scene) do(id domain.ID, c submission.Command, by string) domain.ID {
	s.t.Helper()
	res, err := s.App.Submissions.Do(s.t.Context(), id, c, s.By(by))
	if err != nil {
		s.t.Fatalf("%T by %s: %v", c, by, err)
	}
	return res.ID
}

func (s scene) submit(by, language, text string, label domain.Label) domain.ID {
	s.t.Helper()
	in := submission.Input{Text: &domain.Text{Language: language, Value: text}}
	return s.do("", submission.Submit{Consultation: s.call, Content: in, Label: label}, by)
}

func (s scene) publish(language, text string) domain.ID {
	s.t.Helper()
	id := s.submit("ngo", language, text, domain.Public)
	s.do(id, submission.Publish{}, "secretariat")
	s.Settle()
	return id
}

// found searches as a viewer and returns the ids, all pages together.
func (s scene) found(r projections.Reader, query string) []domain.ID {
	s.t.Helper()
	var ids []domain.ID
	for p := (projections.Page{First: new(2)}); ; {
		c, err := r.Search(s.t.Context(), query, nil, p)
		if err != nil {
			s.t.Fatalf("search %q: %v", query, err)
		}
		for _, h := range c.Nodes {
			ids = append(ids, idOf(h.Item))
		}
		if !c.PageInfo.HasNextPage {
			return ids
		}
		p.After = c.PageInfo.EndCursor
	}
}

func idOf(f projections.Found) domain.ID {
	switch f := f.(type) {
	case *projections.Submission:
		return f.ID
	case *projections.Consultation:
		return f.ID
	}
	panic(fmt.Sprintf("found a %T", f))
}

var nobody domain.Viewer

func TestSearchScripts(t *testing.T) {
	s := newScene(t)
	for _, c := range []struct{ language, text, query, not string }{
		{"de", "Wir fordern Klimaneutralität bis 2040.", "neutralität", "klimaneutral2"},
		{"de", "Das Asylverfahren dauert.", "asyl", "sylt"},
		{"zh-Hant", "共享單車應該善用閒置資源，方便社區居民", "閒置資源", "置閒"},
		{"zh-Hans", "移民问题", "题", "河"},
		{"ja", "外国人労働者のデータ", "労働者", "者労"},
		{"ko", "이주민의 권리", "이주민", "민이"},
		{"th", "แรงงานข้ามชาติ", "ข้ามชาติ", "ชาติข้าม"},
		{"ar", "حُقوق المهاجرين", "حقوق المهاجــرين", "اللاجئين"},
		{"ru", "Трудовые мигранты и ещё", "еще", "й"},
		{"es", "Más puertas para la migración", "mas", "menos"},
		{"en", "Ratify the \"Palermo Protocol\" now", `"palermo protocol"`, `"protocol palermo"`},
		{"hi", "प्रवासी श्रमिक", "प्रवासी", "परवासी"},
		{"el", "Δικαιώματα ΜΕΤΑΝΑΣΤΏΝ", "μεταναστων", "μεταναστης"},
		{"he", "זכויות מהגרים", "מהגרים", "מהגר"},
	} {
		id := s.publish(c.language, c.text)
		if got := s.found(s.Reader(nobody), c.query); !slices.Equal(got, []domain.ID{id}) {
			t.Errorf("%s: %q finds %v, want %v", c.language, c.query, got, id)
		}
		if got := s.found(s.Reader(nobody), c.not); len(got) > 0 {
			t.Errorf("%s: %q finds %v", c.language, c.not, got)
		}
	}
}

func TestSearchOrder(t *testing.T) {
	s := newScene(t)
	var ids []domain.ID
	for _, text := range []string{"alpha", "alpha beta", "beta", "alpha gamma beta", "alpha alpha alpha"} {
		ids = append(ids, s.publish("en", text))
		s.Wait(time.Second)
	}
	want := []domain.ID{ids[3], ids[1], ids[4], ids[2], ids[0]}
	if got := s.found(s.Reader(nobody), "alpha beta"); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	back, err := s.Reader(nobody).Search(t.Context(), "alpha beta", []projections.SearchKind{projections.SearchSubmission}, projections.Page{Last: new(2)})
	if err != nil {
		t.Fatal(err)
	}
	if got := []domain.ID{idOf(back.Nodes[0].Item), idOf(back.Nodes[1].Item)}; !slices.Equal(got, want[3:]) || !back.PageInfo.HasPreviousPage {
		t.Errorf("the last two are %v, want %v", got, want[3:])
	}
	if h := back.Nodes[1]; h.Matches != 1 || h.Snippet.Value != "alpha" || h.Kind != projections.SearchSubmission {
		t.Errorf("hit %+v", h)
	}
	// What is sealed changes nothing for others, and is found by its owner.
	secret := s.submit("ngo", "en", "alpha beta gamma delta", domain.Sealed)
	s.Settle()
	if got := s.found(s.Reader(nobody), "alpha beta"); !slices.Equal(got, want) {
		t.Errorf("with a sealed one, found %v, want %v", got, want)
	}
	if got := s.found(s.Reader(s.As("ngo")), "alpha beta delta"); len(got) != 6 || got[0] != secret {
		t.Errorf("its owner finds %v, want %v first", got, secret)
	}
}

// TestSearchOrderOfOneMoment: where matches and dates are alike, the id decides,
// also for where a page goes on.
func TestSearchOrderOfOneMoment(t *testing.T) {
	s := newScene(t)
	var sealed, public []domain.ID
	for range 5 {
		sealed = append(sealed, s.submit("ngo", "en", "epsilon", domain.Sealed))
		public = append(public, s.publish("en", "zeta"))
	}
	for query, want := range map[string][]domain.ID{"epsilon": sealed, "zeta": public} {
		slices.Sort(want)
		slices.Reverse(want)
		if got := s.found(s.Reader(s.As("ngo")), query); !slices.Equal(got, want) {
			t.Errorf("%s: found %v, want %v", query, got, want)
		}
	}
}

// TestSearchComesAndGoes follows one submission; as of each step, search
// answers as it did then unless it may not be read any more.
func TestSearchComesAndGoes(t *testing.T) {
	s := newScene(t)
	id := s.submit("ngo", "fr", "une porte ouverte", domain.Public)
	steps := []struct {
		c     submission.Command
		by    string
		query string
		open  bool
	}{
		{nil, "", "porte", false},
		{submission.Publish{}, "secretariat", "porte", true},
		{submission.AttachTranslation{Text: domain.Text{Language: "en", Value: "an open door"}, Origin: domain.Human, Edition: 1}, "secretariat", "door", true},
		{submission.Amend{Content: submission.Input{Text: &domain.Text{Language: "fr", Value: "une fenêtre"}}}, "ngo", "fenetre", false},
		{nil, "", "porte", true},
		{nil, "", "door", true},
		{submission.Publish{}, "secretariat", "fenetre", true},
		{nil, "", "door", false},
		{nil, "", "porte", false},
		{submission.RequestConfidentiality{Label: domain.Restricted}, "ngo", "fenetre", false},
		{submission.LowerConfidentiality{Label: domain.Anonymised}, "ngo", "fenetre", true},
		{submission.Withdraw{}, "ngo", "fenetre", false},
		{submission.Restore{}, "ngo", "fenetre", true},
	}
	at := make([]int64, len(steps))
	for i, step := range steps {
		if step.c != nil {
			s.do(id, step.c, step.by)
		}
		s.Settle()
		at[i] = s.Engine.Index()
		if got := s.found(s.Reader(nobody), step.query); slices.Contains(got, id) != step.open {
			t.Errorf("step %d, %T: the public finds %v for %s", i, step.c, got, step.query)
		}
		open := s.found(s.Reader(s.As("ngo")), step.query)
		if want := step.open || step.query == "fenetre" || i == 0; slices.Contains(open, id) != want {
			t.Errorf("step %d, %T: its owner finds %v for %s", i, step.c, open, step.query)
		}
	}
	for i, step := range steps {
		r, err := s.Reader(nobody).AsOfIndex(at[i], at[i])
		if err != nil {
			t.Fatal(err)
		}
		if got := s.found(r, step.query); slices.Contains(got, id) != step.open {
			t.Errorf("as of step %d: the public finds %v for %s", i, got, step.query)
		}
	}
	s.do(id, submission.Withdraw{}, "ngo")
	s.Settle()
	r, err := s.Reader(nobody).AsOfIndex(at[1], at[1])
	if err != nil {
		t.Fatal(err)
	}
	if got := s.found(r, "porte"); len(got) > 0 {
		t.Errorf("withdrawn since, yet found as of then: %v", got)
	}
}

func TestSearchConsultations(t *testing.T) {
	s := newScene(t)
	if got := s.found(s.Reader(nobody), "doors"); !slices.Equal(got, []domain.ID{s.call}) {
		t.Errorf("found %v, want %v", got, s.call)
	}
	s.Wait(48 * time.Hour)
	c := consultation.PublishFactualSummary{Text: domain.Text{Language: "en", Value: "Many answered about windows."}}
	for _, c := range []consultation.Command{consultation.Close{}, c} {
		if _, err := s.App.Consultations.Do(t.Context(), s.call, c, s.By("secretariat")); err != nil {
			t.Fatal(err)
		}
	}
	s.Settle()
	c2, err := s.Reader(nobody).Search(t.Context(), "windows", nil, projections.Page{First: new(1)})
	if err != nil {
		t.Fatal(err)
	}
	if len(c2.Nodes) != 1 || c2.Nodes[0].Snippet.Value != "Many answered about windows." {
		t.Errorf("found %+v", c2.Nodes)
	}
}

func TestSubmissionsHoldingText(t *testing.T) {
	s := newScene(t)
	public := s.publish("en", "open doors and windows")
	own := s.submit("ngo", "en", "open windows", domain.Public)
	draft := s.do("", submission.SaveDraft{Consultation: s.call, Content: submission.Input{Text: &domain.Text{Language: "en", Value: "windows half open"}}}, "ngo")
	s.Settle()
	index := s.Engine.Index()
	list := func(who, text string, mine bool, asOf *int64) []domain.ID {
		v := nobody
		if who != "" {
			v = s.As(who)
		}
		r := s.Reader(v)
		r.AsOf = asOf
		c, err := r.SubmissionList(t.Context(), projections.SubmissionFilter{Text: &text, Mine: mine}, projections.SubmissionOrder{}, projections.Page{First: new(10)})
		if err != nil {
			t.Fatal(err)
		}
		ids := []domain.ID{}
		for _, n := range c.Nodes {
			ids = append(ids, n.ID)
		}
		slices.Sort(ids)
		return ids
	}
	for _, c := range []struct {
		who, text string
		mine      bool
		want      []domain.ID
	}{
		{"", "open windows", false, []domain.ID{public}},
		{"", "open gates", false, nil},
		{"", " * ", false, []domain.ID{public}},
		{"ngo", "windows open", false, []domain.ID{public, own}},
		{"ngo", `"open windows"`, false, []domain.ID{own}},
		{"ngo", "open windows", true, []domain.ID{public, own, draft}},
		{"secretariat", "open windows", false, []domain.ID{public, own}},
		{"editor", "doors windows", false, []domain.ID{public}},
		{"protection", `"half open"`, false, nil},
	} {
		slices.Sort(c.want)
		for _, asOf := range []*int64{nil, &index} {
			if d := gocmp.Diff(append([]domain.ID{}, c.want...), list(c.who, c.text, c.mine, asOf)); d != "" {
				t.Errorf("%q by %q, mine %v: %s", c.text, c.who, c.mine, d)
			}
		}
	}
}

// TestSearchGoesByTheIndex: the public's search, now or as of an index, reads no
// submissions but those that the index names.
func TestSearchGoesByTheIndex(t *testing.T) {
	s := newScene(t)
	id := s.publish("en", "open doors")
	s.publish("en", "open windows")
	index := s.Engine.Index()
	text := "doors"
	for _, asOf := range []*int64{nil, &index} {
		r := s.Reader(nobody)
		r.AsOf = asOf
		var listed *projections.Connection[projections.Submission]
		asked := s.Statements(func() {
			if got := s.found(r, "doors"); !slices.Contains(got, id) {
				t.Errorf("found %v", got)
			}
			var err error
			listed, err = r.SubmissionList(t.Context(), projections.SubmissionFilter{Text: &text}, projections.SubmissionOrder{}, projections.Page{First: new(10)})
			if err != nil {
				t.Fatal(err)
			}
		})
		if len(listed.Nodes) != 1 || listed.Nodes[0].ID != id {
			t.Errorf("listed %+v", listed.Nodes)
		}
		seen := 0
		for _, statement := range asked {
			if !strings.Contains(strings.ReplaceAll(statement, "\n", " "), "FROM submissions s ") {
				continue
			}
			seen++
			if !strings.Contains(statement, "s.id IN (SELECT value FROM json_each(") {
				t.Errorf("as of %v it goes through all submissions: %s", asOf, statement)
			}
		}
		if seen < 2 {
			t.Errorf("only %d statements of %d read submissions", seen, len(asked))
		}
	}
}
