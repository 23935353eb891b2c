package ingest_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/ingest"
)

const officer domain.ID = "per_officer"

// installation is an app on an empty store, with an officer of the secretariat.
func installation(t testing.TB) (*app.App, *memstore.Store) {
	t.Helper()
	store := new(memstore.Store)
	a := app.New(app.Config{Store: store, Secret: bytes.Repeat([]byte{7}, 32)})
	if err := a.Bootstrap(t.Context(), officer); err != nil {
		t.Fatal(err)
	}
	return a, store
}

// run imports, and checks that it comes to an end and adds up.
func run(t testing.TB, a *app.App, i *ingest.Import) ingest.Sums {
	t.Helper()
	sums, err := try(t.Context(), t, a, i)
	if err != nil {
		t.Fatal(err)
	}
	if done, of := i.Progress(); done != of || done != sums.Rows.All {
		t.Errorf("%s is at %d of %d after %d rows", i.Format, done, of, sums.Rows.All)
	}
	return sums
}

func try(ctx context.Context, t testing.TB, a *app.App, i *ingest.Import) (ingest.Sums, error) {
	t.Helper()
	i.App = a
	if i.Person == "" {
		i.Person = officer
	}
	sums, err := i.Run(ctx)
	for _, c := range []ingest.Count{sums.Rows, sums.Items} {
		if c.All != c.Accepted+c.Rejected || c.New > c.Accepted {
			t.Errorf("%s does not add up: %+v", i.Format, c)
		}
	}
	return sums, err
}

// records counts what is stored.
func records(t testing.TB, store *memstore.Store) int {
	t.Helper()
	n := 0
	for _, err := range store.All(context.WithoutCancel(t.Context()), 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// folder makes a folder of files, by name and content.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// rejected imports and returns the rejected rows, as "row: reason".
func rejected(t testing.TB, a *app.App, i *ingest.Import) (out []string, sums ingest.Sums) {
	t.Helper()
	i.Rejects = &ingest.Rejects{Path: filepath.Join(t.TempDir(), "rejects.csv")}
	sums = run(t, a, i)
	if err := i.Rejects.Close(); err != nil {
		t.Fatal(err)
	}
	if i.Rejects.Count() == 0 {
		return nil, sums
	}
	f, err := os.Open(i.Rejects.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"file", "row", "line", "reason", "original"}, lines[0]); diff != "" {
		t.Error(diff)
	}
	for _, l := range lines[1:] {
		out = append(out, l[1]+": "+l[3])
	}
	if len(out) != i.Rejects.Count() || len(out) != int(sums.Rows.Rejected) {
		t.Errorf("%d rows are in the file, %d by its count, %d in the sums", len(out), i.Rejects.Count(), sums.Rows.Rejected)
	}
	return out, sums
}

func TestOnlyOfficersImport(t *testing.T) {
	a, store := installation(t)
	before := records(t, store)
	dir := folder(t, map[string]string{"a.csv": "sub_num,sub_name,sub_label,sub_value\n1,Ann,Q1,Yes\n"})
	_, err := try(t.Context(), t, a, &ingest.Import{Person: "per_ngo", Format: ingest.ConsultationCSV, Files: []string{dir + "/a.csv"}})
	if r, ok := errors.AsType[*ingest.Refused](err); !ok || !strings.Contains(r.Msg, "secretariat") {
		t.Errorf("got %v", err)
	}
	if records(t, store) != before {
		t.Error("something was recorded")
	}
}

func TestRefusedBeforeAnythingIsRecorded(t *testing.T) {
	dir := folder(t, map[string]string{
		"good.csv":        "sub_num,sub_name,sub_label,sub_value\n1,Ann,Q1,Yes\n",
		"latin.csv":       "sub_num,sub_name,sub_label,sub_value\n1,Ann,Q1,Yes\n2,Ren\xe9,Q1,No\n",
		"semicolon.csv":   "sub_num;sub_name;sub_label;sub_value\n1;Ann;Q1;Yes\n",
		"twice.csv":       "sub_num,sub_name,sub_label,sub_value,Sub_Num\n",
		"empty.csv":       "",
		"header.csv":      "\"sub_num\n1,2,3",
		"x/comments.csv":  "timestamp,comment-id\n1,2\n",
		"SLV_77_2022.txt": "Text",
	})
	tests := []struct {
		format ingest.Format
		files  []string
		says   string
	}{
		{ingest.ConsultationCSV, nil, "no files"},
		{ingest.ConsultationCSV, []string{"absent.csv"}, "no such file"},
		{ingest.ConsultationCSV, []string{"good.csv", "latin.csv"}, "latin.csv is not UTF-8: about line 3 holds the byte 0xE9"},
		{ingest.ConsultationCSV, []string{"good.csv", "semicolon.csv"}, "separated by something else than commas"},
		{ingest.ConsultationCSV, []string{"twice.csv"}, "two columns called sub_num"},
		{ingest.ConsultationCSV, []string{"good.csv", "empty.csv"}, "empty"},
		{ingest.ConsultationCSV, []string{"header.csv"}, "the header cannot be read"},
		{ingest.Polis, []string{"x"}, "not a table of comments"},
		{ingest.Polis, []string{"absent"}, "no such file or folder"},
		{ingest.Polis, []string{"."}, "not a table of comments"},
		{ingest.States, []string{"good.csv"}, "not a table of countries"},
		{ingest.Statements, []string{"absent"}, "no such file or folder"},
		{"xml", []string{"good.csv"}, "no format"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.format, tt.files), func(t *testing.T) {
			a, store := installation(t)
			before := records(t, store)
			i := &ingest.Import{Format: tt.format}
			for _, f := range tt.files {
				i.Files = append(i.Files, filepath.Join(dir, f))
			}
			_, err := try(t.Context(), t, a, i)
			if r, ok := errors.AsType[*ingest.Refused](err); !ok || !strings.Contains(r.Msg, tt.says) {
				t.Errorf("got %v, want a refusal that says %q", err, tt.says)
			}
			if records(t, store) != before {
				t.Error("something was recorded")
			}
		})
	}
}

// TestInterrupted stops an import at every point by a store that fails, lying
// both ways about what it stored, then by a signal. Importing again completes
// it, and all is recorded once.
func TestInterrupted(t *testing.T) {
	var text strings.Builder
	text.WriteString("timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n")
	const comments = 40
	for n := range comments {
		fmt.Fprintf(&text, "1583312400000,,%d,%d,1,2,%d,Comment number %d\n", n, n%7, n%3-1, n)
	}
	dir := folder(t, map[string]string{"talk/comments.csv": text.String()})
	job := func() *ingest.Import { return &ingest.Import{Format: ingest.Polis, Files: []string{dir}} }
	a, whole := installation(t)
	run(t, a, job())
	want := records(t, whole)

	for _, stop := range []int64{1, 2, 3, 10, 25, comments} {
		t.Run(fmt.Sprint("cancelled at ", stop), func(t *testing.T) {
			a, store := installation(t)
			ctx, cancel := context.WithCancel(t.Context())
			var n atomic.Int64
			store.Fault = func() (bool, error) {
				if n.Add(1) == stop {
					cancel()
				}
				return true, nil
			}
			i := job()
			if _, err := try(ctx, t, a, i); stop < comments && !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
			store.Fault = nil
			sums := run(t, a, job())
			if got := records(t, store); got != want || sums.Rows.Accepted != comments {
				t.Errorf("%d records of %d; %+v", got, want, sums.Rows)
			}
		})
	}
	for _, stored := range []bool{false, true} {
		t.Run(fmt.Sprint("the store lies, stored ", stored), func(t *testing.T) {
			a, store := installation(t)
			var n atomic.Int64
			store.Fault = func() (bool, error) {
				if n.Add(1)%5 == 0 {
					return stored, errors.New("the disk is gone for a moment")
				}
				return true, nil
			}
			sums := run(t, a, job())
			store.Fault = nil
			if got := records(t, store); got != want || sums.Rows.New != comments {
				t.Errorf("%d records of %d; %+v", got, want, sums.Rows)
			}
		})
	}
}

// FuzzImport imports any text as answers: whatever it is, it is refused as a
// whole, or every row is accounted for, twice alike, and the second time adds
// nothing.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		"1,Ann,Q1,Yes\n", "1,Ann,Q01 Costs,\"a\nb\"\r2,,Own words,x\r\n", "1,,,\n,,,\n1,a,Q1,b\n1,b,Q1,c\n", "\"", "1,2,3\n\n", "9,,Q9,\x00\n", "1,é,Q1,\ufeff\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := folder(t, map[string]string{"a.csv": "sub_num,sub_name,sub_label,sub_value\n" + text})
		a, store := installation(t)
		job := func() *ingest.Import {
			return &ingest.Import{Format: ingest.ConsultationCSV, Files: []string{filepath.Join(dir, "a.csv")}}
		}
		i := job()
		sums, err := try(t.Context(), t, a, i)
		if err != nil {
			if _, ok := errors.AsType[*ingest.Refused](err); !ok {
				t.Fatal(err)
			}
			return
		}
		if done, of := i.Progress(); done != of || of != sums.Rows.All {
			t.Fatalf("%d of %d; %+v", done, of, sums.Rows)
		}
		before := records(t, store)
		again := run(t, a, job())
		if again.Rows.New != 0 || records(t, store) != before || again.Rows.Accepted != sums.Rows.Accepted {
			t.Fatalf("first %+v, then %+v", sums.Rows, again.Rows)
		}
	})
}
