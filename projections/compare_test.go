package projections

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// people is the projection of these tests: a history with a text in each row.
var people = Projection{
	Name:    "people",
	Version: 1,
	Tables:  []Table{history("people")},
	Schema: `CREATE TABLE people (id TEXT NOT NULL, name TEXT NOT NULL, text INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL) STRICT;
		CREATE INDEX people_id ON people (id, valid_from);
		CREATE INDEX people_name ON people (name);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		e, ok := f.Event.(person.Registered)
		if !ok {
			return nil
		}
		text, err := tx.text(ctx, f, 0, "en", "a text about "+e.Name.Text)
		if err != nil {
			return err
		}
		return tx.create(ctx, "people", f, f.Aggregate, set{"name", e.Name.Text, "text", text})
	},
}

// twoFiles returns a live file of read models of 30 people and a fresh one.
func twoFiles(t *testing.T) (live, fresh string) {
	t.Helper()
	store, dir := &memstore.Store{}, t.TempDir()
	for i := range 30 {
		id := domain.ID(fmt.Sprintf("per_%02d", i))
		name, data, err := person.Decider.Codec.Encode(person.Registered{Name: domain.About(id, fmt.Sprintf("name-%02d", i))})
		if err != nil {
			t.Fatal(err)
		}
		meta, err := json.Marshal(domain.Meta{Actor: domain.Actor{Person: id, Capacity: domain.Stakeholder}, Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		r := eventstore.Record{ID: fmt.Sprintf("record-%02d", i), Type: name, At: time.Date(2020, 3, 4, 0, 0, i, 0, time.UTC), Salt: make([]byte, 32), Data: data, Meta: meta}
		if err := store.Append(t.Context(), "person-"+string(id), 0, r); err != nil {
			t.Fatal(err)
		}
	}
	log, err := follower.Open(t.Context(), filepath.Join(dir, "log.db"), store)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	live, fresh = filepath.Join(dir, "live.db"), filepath.Join(dir, "fresh.db")
	e := &Engine{Log: log, Path: live, All: []Projection{people}}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again := &Engine{Log: log, All: []Projection{people}}
	if err := again.Build(t.Context(), fresh, -1); err != nil {
		t.Fatal(err)
	}
	return live, fresh
}

func TestCompareAgrees(t *testing.T) {
	live, fresh := twoFiles(t)
	if d, err := Compare(t.Context(), live, fresh, []Projection{people}); d != nil || err != nil {
		t.Errorf("got %v, %v", d, err)
	}
	certs, err := ReadCertificates(t.Context(), live)
	if err != nil || len(certs) != 1 || certs[0].Next != 30 {
		t.Errorf("certificates %+v, %v", certs, err)
	}
}

// TestCompareFindsAFlippedByte changes the file itself, as somebody would who
// goes around the engine and the database.
func TestCompareFindsAFlippedByte(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Difference
	}{
		{"name-17", Difference{"people", "people", "id=per_17 valid_from=17", 17, "column name is not what it should be"}},
		{"a text about name-08", Difference{"texts", "texts", "id=8000", 8, "column value is not what it should be"}},
	} {
		live, fresh := twoFiles(t)
		file, err := os.ReadFile(live)
		if err != nil {
			t.Fatal(err)
		}
		needle := []byte(tt.text)
		if tt.text == "name-17" {
			needle = []byte("per_17name-17") // as the row has it, and no text does
		}
		if n := bytes.Count(file, needle); n != 1 {
			t.Fatalf("%q is in the file %d times", needle, n)
		}
		file[bytes.Index(file, needle)+len(needle)-1] ^= 1
		if err := os.WriteFile(live, file, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Compare(t.Context(), live, fresh, []Projection{people})
		if err != nil || got == nil || !cmp.Equal(*got, tt.want) {
			t.Errorf("%s: got %v, %v; want %v", tt.text, got, err, tt.want)
		}
	}
}

func TestCompareFinds(t *testing.T) {
	for _, tt := range []struct {
		name, change string
		want         Difference
	}{
		{"a row removed", `DELETE FROM people WHERE id = 'per_05'`, Difference{"people", "people", "id=per_05 valid_from=5", 5, "the row is missing"}},
		{"the last row removed", `DELETE FROM people WHERE id = 'per_29'`, Difference{"people", "people", "id=per_29 valid_from=29", 29, "the row is missing"}},
		{"a row added", `INSERT INTO people VALUES ('per_05', 'X', 1, 7, 8)`, Difference{"people", "people", "id=per_05 valid_from=7", 7, "the row should not be there"}},
		{"a row twice", `INSERT INTO people SELECT * FROM people WHERE id = 'per_05'`, Difference{"people", "people", "id=per_05 valid_from=5", 5, "the row should not be there"}},
		{"the first of two", `UPDATE people SET name = 'X' WHERE id IN ('per_09', 'per_04')`, Difference{"people", "people", "id=per_04 valid_from=4", 4, "column name is not what it should be"}},
		{"a history cut short", `UPDATE people SET valid_to = 20 WHERE id = 'per_09'`, Difference{"people", "people", "id=per_09 valid_from=9", 9, "column valid_to is not what it should be"}},
		{"a text removed", `DELETE FROM texts WHERE id = 3000`, Difference{"texts", "texts", "id=3000", 3, "the row is missing"}},
		{"an index removed", `DROP INDEX people_id`, Difference{"", "", "", -1, "index people_id is not what it should be"}},
		{"an index hollowed out", `DROP INDEX people_name; CREATE INDEX people_name ON people (name) WHERE id > 'per_20'; PRAGMA writable_schema = 1;
			UPDATE sqlite_schema SET sql = 'CREATE INDEX people_name ON people (name)' WHERE name = 'people_name'`,
			Difference{"people", "people", "", -1, "its indexes do not fit its rows: wrong # of entries in index people_name"}},
		{"a trigger added", `CREATE TRIGGER x AFTER INSERT ON people BEGIN DELETE FROM texts; END`, Difference{"", "", "", -1, "trigger x is not what it should be"}},
		{"a record skipped", `UPDATE certificates SET fold = zeroblob(32)`, Difference{"people", "", "", -1, "its certificate is another: it skipped, doubled or reordered a record"}},
		{"another log", `UPDATE certificates SET root = zeroblob(32)`, Difference{"people", "", "", -1, "its certificate is another: it saw another log"}},
		{"set aside", `UPDATE certificates SET failed = 'x', next = 4`, Difference{"people", "", "", -1, "its certificate is another: it was set aside at index 4"}},
		{"no certificate", `DELETE FROM certificates`, Difference{"", "", "", -1, "there are 0 certificates, not 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			live, fresh := twoFiles(t)
			change(t, live, tt.change)
			got, err := Compare(t.Context(), live, fresh, []Projection{people})
			if err != nil || got == nil || !cmp.Equal(*got, tt.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// A table that no projection lists would be compared by nobody.
func TestCompareNeedsEveryTableListed(t *testing.T) {
	live, fresh := twoFiles(t)
	for _, path := range []string{live, fresh} {
		change(t, path, `CREATE TABLE forgotten (id TEXT) STRICT`)
	}
	if _, err := Compare(t.Context(), live, fresh, []Projection{people}); err == nil || !strings.Contains(err.Error(), "forgotten") {
		t.Errorf("got %v", err)
	}
}

// change runs a statement behind the engine's back.
func change(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestDifferenceInWords(t *testing.T) {
	for d, want := range map[Difference]string{
		{"people", "people", "id=per_17 valid_from=17", 17, "the row is missing"}: "projection people, table people, row id=per_17 valid_from=17, made by index 17: the row is missing",
		{"", "", "", -1, "trigger x is not what it should be"}:                    "the file: trigger x is not what it should be",
	} {
		if got := d.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
