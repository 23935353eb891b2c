package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/ingest"
)

// realData returns the folder of real submissions and statements, which are
// not part of the project. A test that reads it is left out where no folder is
// named; a name without a folder is a failure.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RAPPORTEUR_TEST_DATA")
	if dir == "" {
		t.Skip("RAPPORTEUR_TEST_DATA names no folder of real data")
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		t.Fatalf("RAPPORTEUR_TEST_DATA is %s, which is no folder: %v", dir, err)
	}
	return dir
}

// TestRealData imports everything twice: all is accounted for, and the second
// time adds nothing.
func TestRealData(t *testing.T) {
	folder := realData(t)
	in := func(parts ...string) string { return filepath.Join(append([]string{folder}, parts...)...) }
	a, store := installation(t)
	tests := []struct {
		format      ingest.Format
		language    string
		files       []string
		rows, items ingest.Count // of the first run
		moderation  []map[string]int64
		notes       []string
	}{
		{
			format: ingest.States, // 193 members, 2 observers, and what is neither
			files:  []string{in("ref-countries", "country-codes.csv"), in("4-funds-commitments-un", "member_states.csv")},
			rows:   ingest.Count{All: 249 + 195, Accepted: 195 + 195, New: 195 + 195, Rejected: 54},
			items:  ingest.Count{All: 195, Accepted: 195, New: 195},
		},
		{
			format: ingest.ConsultationCSV, language: "en", // one submission is nothing but an empty row
			files: []string{in("1-submissions-srai", "srai_shortened.csv"), in("1-submissions-srai", "question_lookup.csv")},
			rows:  ingest.Count{All: 4355 + 22, Accepted: 4345 + 22, New: 4345 + 22, Rejected: 10},
			items: ingest.Count{All: 446, Accepted: 445, New: 445, Rejected: 1},
		},
		{
			format: ingest.Polis,
			files:  []string{in("2-submissions-polis")},
			rows:   ingest.Count{All: 1209, Accepted: 1209, New: 1209},
			items:  ingest.Count{All: 1209, Accepted: 1209, New: 1209},
			moderation: []map[string]int64{
				{"ACCEPTED": 277, "REJECTED": 245}, {"ACCEPTED": 152, "REJECTED": 22},
				{"ACCEPTED": 154, "REJECTED": 162}, {"ACCEPTED": 99, "REJECTED": 78, "PENDING": 20},
			},
			notes: []string{"summary.csv says that there are 314 comments; there are 316"},
		},
		{
			format: ingest.Statements, language: "en",
			files: []string{in("3-statements-ungdc-s77")},
			rows:  ingest.Count{All: 193, Accepted: 193, New: 193},
			items: ingest.Count{All: 193, Accepted: 193, New: 193},
		},
	}
	for _, tt := range tests {
		t.Run(string(tt.format), func(t *testing.T) {
			for _, again := range []bool{false, true} {
				if again {
					tt.rows.New, tt.items.New = 0, 0
				}
				before := records(t, store)
				rejects := &ingest.Rejects{Path: filepath.Join(t.TempDir(), "rejects.csv")}
				sums := run(t, a, &ingest.Import{Format: tt.format, Language: tt.language, Files: tt.files, Rejects: rejects})
				if diff := cmp.Diff([]ingest.Count{tt.rows, tt.items}, []ingest.Count{sums.Rows, sums.Items}); diff != "" {
					t.Errorf("again %v: %s", again, diff)
				}
				if n := records(t, store) - before; again && n != 0 {
					t.Errorf("the second run added %d records", n)
				}
				if rejects.Count() != int(tt.rows.Rejected) {
					t.Errorf("%d rows are in the file of rejects", rejects.Count())
				}
				var moderation []map[string]int64
				var notes []string
				for _, f := range sums.Files {
					notes = append(notes, f.Notes...)
					if f.Moderation != nil {
						moderation = append(moderation, f.Moderation)
					}
				}
				if diff := cmp.Diff(tt.moderation, moderation) + cmp.Diff(tt.notes, notes); diff != "" {
					t.Error(diff)
				}
				if err := rejects.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
