package projections_test

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	search "github.com/rapporteur-project/rapporteur/internal/words"
	"github.com/rapporteur-project/rapporteur/projections"
)

// TestSearchFindsWhatIsReadable compares with a look at everything, for many
// submissions in many states and all kinds of readers.
func TestSearchFindsWhatIsReadable(t *testing.T) {
	s := newScene(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	vocabulary := []string{"alpha", "beta", "gamma", "Grenzschutzabkommen", "移民問題", "δέλτα"}
	public := map[string]bool{}
	type sent struct {
		id   domain.ID
		by   string
		mark string
	}
	var made []sent
	var moments []int64
	for i := range 60 {
		if i%15 == 14 {
			s.Settle()
			moments = append(moments, s.Engine.Index())
		}
		if i > 0 && rnd.IntN(2) == 0 { // something happens to an earlier one
			m := made[rnd.IntN(len(made))]
			text := strings.Join([]string{vocabulary[rnd.IntN(len(vocabulary))], "changed", m.mark}, " ")
			s.tries(m.id, []submission.Command{
				submission.Amend{Content: submission.Input{Text: &domain.Text{Language: "de", Value: text}}}, submission.Withdraw{}, submission.Restore{},
			}[rnd.IntN(3)], m.by)
			s.tries(m.id, submission.Publish{}, "secretariat")
		}
		var said []string
		for range 1 + rnd.IntN(3) {
			said = append(said, vocabulary[rnd.IntN(len(vocabulary))])
		}
		label := domain.Labels[rnd.IntN(len(domain.Labels))]
		own := fmt.Sprintf("mark%d", i)
		by := []string{"ngo", "ngo2"}[rnd.IntN(2)]
		want := label
		if label.NeedsGrant() {
			want = domain.Public
		}
		id := s.submit(by, "de", strings.Join(append(said, own), " "), want)
		made = append(made, sent{id, by, own})
		if label.NeedsGrant() {
			s.do(id, submission.RequestConfidentiality{Label: label}, by)
			if rnd.IntN(4) > 0 {
				s.do(id, submission.GrantConfidentiality{Reason: "asked"}, "protection")
			}
		}
		s.Settle()
		st, err := s.Reader(s.As(by)).Submission(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if st.Label != domain.Sealed && rnd.IntN(3) > 0 {
			by := "secretariat"
			if st.Label == domain.Restricted {
				by = "protection"
			}
			s.do(id, submission.Publish{}, by)
		}
		if rnd.IntN(5) == 0 {
			s.do(id, submission.Withdraw{}, by)
		}
		s.Wait(time.Second)
	}
	s.Settle()
	all, err := s.Reader(s.As("protection")).SubmissionList(t.Context(), projections.SubmissionFilter{}, projections.SubmissionOrder{}, projections.Page{First: new(100)})
	if err != nil {
		t.Fatal(err)
	}
	var ids []domain.ID
	for _, n := range all.Nodes {
		ids = append(ids, n.ID)
	}
	if len(ids) < 40 {
		t.Fatalf("only %d submissions to look at", len(ids))
	}
	for _, who := range []string{"", "ngo", "ngo2", "secretariat", "editor", "protection", "stranger"} {
		v := nobody
		if who != "" {
			v = s.As(who)
		}
		r := s.Reader(v)
		for _, query := range []string{"alpha", "alpha beta", "abkommen gamma", "移民", `"beta gamma" ΔΈΛΤΑ`, "mark7", "題 grenz", "changed alpha"} {
			want := s.looked(r, ids, query)
			if got := s.found(r, query); !slices.Equal(got, want) {
				t.Errorf("%q by %q finds %v, want %v", query, who, got, want)
			}
			for _, index := range moments {
				then, err := r.AsOfIndex(index, index)
				if err != nil {
					t.Fatal(err)
				}
				want = s.looked(then, ids, query)
				if got := s.found(then, query); !slices.Equal(got, want) {
					t.Errorf("as of %d, %q by %q finds %v, want %v", index, query, who, got, want)
				}
			}
		}
		for i := range 60 { // every submission by its own word
			mark := fmt.Sprintf("mark%d", i)
			if got := s.found(r, mark); who == "" {
				public[mark] = len(got) > 0
			}
		}
	}
	s.checkIndex(public)
	s.checkRebuilt()
}

// tries sends a command that may be refused.
func (s scene) tries(id domain.ID, c submission.Command, by string) {
	s.t.Helper()
	_, err := s.App.Submissions.Do(s.t.Context(), id, c, s.By(by))
	if _, refused := errors.AsType[*domain.Error](err); err != nil && !refused {
		s.t.Fatalf("%T by %s: %v", c, by, err)
	}
}

// looked is what a search must find, by looking at every text that r may read.
func (s scene) looked(r projections.Reader, ids []domain.ID, query string) []domain.ID {
	s.t.Helper()
	subs, err := r.Submissions(s.t.Context(), ids)
	if err != nil {
		s.t.Fatal(err)
	}
	var all []*projections.Submission
	for _, sub := range subs {
		all = append(all, sub)
	}
	editions, err := r.Editions(s.t.Context(), all)
	if err != nil {
		s.t.Fatal(err)
	}
	type place struct {
		id      domain.ID
		matches int
		at      int64
	}
	var places []place
	for _, sub := range all {
		if e := editions[sub.ID]; len(e) > 0 && sub.Shows() {
			n := matches(query, e[len(e)-1])
			for _, released := range e {
				if n == 0 && r.AsOf == nil && released.Status == "RELEASED" { // the index has it
					n = matches(query, released)
				}
			}
			at := sub.SubmittedAt
			if sub.Label == domain.Anonymised {
				at = at.Truncate(24 * time.Hour)
			}
			if n > 0 {
				places = append(places, place{sub.ID, n, at.UnixMilli()})
			}
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.matches, a.matches), cmp.Compare(b.at, a.at), cmp.Compare(b.id, a.id))
	})
	var out []domain.ID
	for _, p := range places {
		out = append(out, p.id)
	}
	return out
}

func matches(query string, e *projections.Edition) int {
	if e.Text == nil {
		return 0
	}
	text := e.Text.Original
	return search.Parse(query).Matches([]search.Text{search.NewText(text.Language, text.Value)})
}

// checkIndex opens the file: it has the words of what is public, and no others.
func (s scene) checkIndex(public map[string]bool) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.Search.Path+"?mode=ro")
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	hidden := 0
	for mark, open := range public {
		var n int
		if err := db.QueryRow(`SELECT (SELECT COUNT(*) FROM words_vocabulary WHERE term = ?) + (SELECT COUNT(*) FROM texts)`, mark).Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		if open != (n > 0) { // once for each state that the public read
			s.t.Errorf("%s, public %v, is in the index %d times", mark, open, n)
		}
		if !open {
			hidden++
		}
	}
	if hidden == 0 || hidden == len(public) {
		s.t.Errorf("%d of %d are not public: nothing is proved", hidden, len(public))
	}
}

// checkRebuilt compares the live file with one that is built anew.
func (s scene) checkRebuilt() {
	s.t.Helper()
	fresh := filepath.Join(s.t.TempDir(), "fresh.db")
	e := &projections.Engine{Log: s.Log, All: projections.SearchProjections()}
	if err := e.Build(s.t.Context(), fresh, -1); err != nil {
		s.t.Fatal(err)
	}
	d, err := projections.Compare(s.t.Context(), s.Search.Path, fresh, projections.SearchProjections())
	if err != nil || d != nil {
		s.t.Errorf("the live index is not as a rebuild makes it: %v, %v", d, err)
	}
	db, err := sql.Open("sqlite", fresh)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	for _, forged := range []struct{ change, table string }{
		{`UPDATE words_idx SET term = x'307a7a7a'`, "words"}, // every word is there, and no search finds it
		{`INSERT INTO words (rowid, said) VALUES (999999999, 'forged')`, "words_vocabulary"},
	} {
		if _, err := db.Exec(forged.change); err != nil {
			s.t.Fatal(err)
		}
		d, err = projections.Compare(s.t.Context(), fresh, s.Search.Path, projections.SearchProjections())
		if err != nil || d == nil || d.Table != forged.table {
			s.t.Errorf("%s gave %v, %v", forged.change, d, err)
		}
	}
}

// TestSealedWordsAreNowhere: what was never public is in no byte of the file.
func TestSealedWordsAreNowhere(t *testing.T) {
	s := newScene(t)
	s.publish("en", "something everybodymayread")
	s.submit("ngo", "en", "something nobodymayread", domain.Sealed)
	s.submit("ngo", "en", "something notpublishedyet", domain.Public)
	s.Settle()
	if got := s.found(s.Reader(s.As("ngo")), "nobodymayread"); len(got) != 1 {
		t.Fatalf("its owner finds %v", got)
	}
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(s.Search.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"nobodymay", "notpublished"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s%s holds %q", s.Search.Path, suffix, word)
			}
		}
	}
}

func FuzzSearch(f *testing.F) {
	tr := trial.New(f)
	tr.Officer("secretariat")
	tr.Call("Which doors should open?")
	for _, q := range []string{`"doors open"`, `NEAR("a" b, 3)`, "words : x", `" OR 1`, "^a* AND NOT b", "\x00", "計", `"""`, "{a b}: c", "a + b", "-a", "'"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, v := range []domain.Viewer{{}, {Person: "per_x"}} {
			c, err := tr.Reader(v).Search(t.Context(), query, nil, projections.Page{First: new(5)})
			if err != nil {
				t.Fatalf("%q: %v", query, err)
			}
			if len(search.Parse(query)) == 0 && len(c.Nodes) > 0 {
				t.Errorf("%q finds %v", query, c.Nodes)
			}
		}
	})
}
