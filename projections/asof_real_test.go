package projections_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/ingest"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// Real submissions and statements, too, are as of an index what they were when
// there was no more.
func TestAsOfIsARebuildOfRealData(t *testing.T) {
	folder := os.Getenv("RAPPORTEUR_TEST_DATA")
	if folder == "" {
		t.Skip("RAPPORTEUR_TEST_DATA names no folder of real data")
	}
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Wait(7 * 365 * 24 * time.Hour) // all of it had happened by then
	in := func(parts ...string) string { return filepath.Join(append([]string{folder}, parts...)...) }
	for _, i := range []*ingest.Import{
		{Format: ingest.States, Files: []string{in("ref-countries", "country-codes.csv"), in("4-funds-commitments-un", "member_states.csv")}},
		{Format: ingest.ConsultationCSV, Language: "en", Files: []string{in("1-submissions-srai", "srai_shortened.csv"), in("1-submissions-srai", "question_lookup.csv")}},
		{Format: ingest.Polis, Files: []string{in("2-submissions-polis")}},
		{Format: ingest.Statements, Language: "en", Files: []string{in("3-statements-ungdc-s77")}},
	} {
		i.App, i.Person = tr.App, tr.Person("secretariat")
		if _, err := i.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tr.Settle()
	if size := tr.Log.Size(); size < 2_000 {
		t.Fatalf("there are %d records of it only", size)
	}
	chance := rand.New(rand.NewPCG(2020, 3))
	for range 5 {
		sameAsRebuilt(t, tr, chance.Int64N(tr.Log.Size()))
	}
}
