package projections_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/demo"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

func ofCategory(name string) func(follower.Fact) bool {
	return func(f follower.Fact) bool { return strings.HasPrefix(f.Stream, name+"-") }
}

// founded is an installation with the founding example in it.
func founded(t *testing.T) *trial.Trial {
	t.Helper()
	tr := trial.New(t)
	tr.Officer("secretariat")
	if err := demo.Record(t.Context(), tr.App, tr.Person); err != nil {
		t.Fatal(err)
	}
	tr.Settle()
	return tr
}

func built(t *testing.T, log projections.Log) *projections.Engine {
	t.Helper()
	e := &projections.Engine{Log: log, Path: filepath.Join(t.TempDir(), "readmodel.db"), All: projections.All()}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// What was withheld is missing only where it is said to be: everything else is
// as it is for those who see it all, and what was seen is proven all the same.
func TestWithheldReachesWhatItSays(t *testing.T) {
	tr := founded(t)
	full := built(t, tr.Log)
	count := map[string]int64{}
	for facts, err := range tr.Log.From(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			category, _, _ := strings.Cut(f.Stream, "-")
			count[category]++
		}
	}
	if len(count) < 8 {
		t.Fatalf("the founding example is of %v only", count)
	}
	check := func(name string, hides func(follower.Fact) bool, reached map[string]int64, n int64) {
		t.Helper()
		e := built(t, trial.Withholding{Log: tr.Log, Hides: hides})
		seen := full.Certificates()
		for i, c := range e.Certificates() {
			if c.Reached != reached[c.Name] || c.Withheld != n {
				t.Errorf("%s: %s misses %d of %d, want %d of %d", name, c.Name, c.Reached, c.Withheld, reached[c.Name], n)
			}
			if c.Reached, c.Withheld = 0, 0; c != seen[i] {
				t.Errorf("%s: certificate %+v, want %+v", name, c, seen[i])
			}
		}
		for _, files := range [][2]string{{full.Path, e.Path}, {e.Path, full.Path}} {
			d, err := projections.Compare(t.Context(), files[0], files[1], e.All)
			if d != nil || !errors.As(err, new(projections.Withheld)) {
				t.Errorf("%s: compared: %v, %v", name, d, err)
			}
		}
	}
	for category, n := range count {
		reached := map[string]int64{}
		for _, p := range projections.All() {
			if !p.Envelope && (p.Reads == nil || slices.Contains(p.Reads, category)) {
				reached[p.Name] = n
			}
		}
		check(category, ofCategory(category), reached, n)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	for range 6 {
		index := chance.Int64N(tr.Log.Size())
		f, err := tr.Log.At(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		category, _, _ := strings.Cut(f.Stream, "-")
		reached := map[string]int64{}
		for _, p := range projections.All() {
			if !p.Envelope && (p.Reads == nil || slices.Contains(p.Reads, category)) {
				reached[p.Name] = 1
			}
		}
		check(fmt.Sprintf("index %d", index), func(f follower.Fact) bool { return f.Index == index }, reached, 1)
	}
}

// Where something is withheld the rest is compared all the same.
func TestWithheldHidesNoDifference(t *testing.T) {
	tr := founded(t)
	e := built(t, trial.Withholding{Log: tr.Log, Hides: ofCategory("person")})
	for _, change := range []string{
		`UPDATE entities SET acronym = 'XX' WHERE rowid = 1`,
		`UPDATE texts SET value = 'X' WHERE rowid = (SELECT max(rowid) FROM texts)`,
		`UPDATE certificates SET fold = zeroblob(32) WHERE name = 'persons'`,
	} {
		full := built(t, tr.Log)
		if err := full.Close(); err != nil {
			t.Fatal(err)
		}
		exec(t, full.Path, change)
		if d, err := projections.Compare(t.Context(), full.Path, e.Path, e.All); d == nil || err != nil {
			t.Errorf("%s: %v, %v", change, d, err)
		}
	}
}

// Reads of what was reached say so, also through a join, also after the file
// was closed and opened again, and others go on.
func TestReadsOfTheWithheld(t *testing.T) {
	tr := founded(t)
	log := trial.Withholding{Log: tr.Log, Hides: ofCategory("consultation")}
	e := built(t, log)
	check := func(e *projections.Engine) {
		t.Helper()
		rd := projections.Reader{Engine: e, Now: tr.Now()}
		if _, err := rd.EntityList(t.Context(), projections.EntityFilter{}, projections.Page{First: new(5)}); err != nil {
			t.Errorf("entities: %v", err)
		}
		if index, err := rd.IndexAt(t.Context(), tr.Now()); err != nil || index != tr.Log.Size()-1 {
			t.Errorf("the moment: %d, %v", index, err)
		}
		for name, read := range map[string]func() error{
			"consultations": func() error {
				_, err := rd.ConsultationList(t.Context(), projections.ConsultationFilter{}, projections.Page{First: new(5)})
				return err
			},
			"submissions, whose visibility depends on them": func() error { _, err := rd.Submission(t.Context(), domain.ID("sub_x")); return err },
		} {
			w, ok := errors.AsType[projections.Withheld](read())
			if !ok || w.Projection != "consultations" || w.Records < 1 || !strings.Contains(w.Error(), "could not tell") {
				t.Errorf("%s: %+v, %v", name, w, ok)
			}
		}
	}
	check(e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again := &projections.Engine{Log: noRebuild{log, t}, Path: e.Path, All: e.All}
	if err := again.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	check(again)
}

// noRebuild is a log that nothing is built from.
type noRebuild struct {
	projections.Log
	t *testing.T
}

func (n noRebuild) From(context.Context, int64) iter.Seq2[[]follower.Fact, error] {
	n.t.Error("the read models were made anew")
	return func(func([]follower.Fact, error) bool) {}
}

// exec changes a file behind the engine's back.
func exec(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%s changed %d rows, %v", statement, n, err)
	}
}
