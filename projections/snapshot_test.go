package projections_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// snapshot copies the live read models of a trial.
func snapshot(t *testing.T, path string, all []projections.Projection) (string, []projections.Digest) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	digests, err := projections.Snapshot(t.Context(), path, to, all)
	if err != nil {
		t.Fatal(err)
	}
	return to, digests
}

// joiner is an engine over a trial's log, with no file yet.
func joiner(t *testing.T, tr *trial.Trial, all []projections.Projection) *projections.Engine {
	t.Helper()
	return &projections.Engine{Log: tr.Log, Path: filepath.Join(t.TempDir(), "readmodel.db"), All: all}
}

// TestJoin has a node begin with another's read models, go on from there, and
// come to what a rebuild comes to.
func TestJoin(t *testing.T) {
	tr := founded(t)
	for name, all := range models() {
		t.Run(name, func(t *testing.T) {
			live := tr.Engine.Path
			if name == "search" {
				live = tr.Search.Path
			}
			from, digests := snapshot(t, live, all)
			if len(digests) < 3 {
				t.Fatalf("digests of %d tables", len(digests))
			}
			tr.Entity(entity.Stakeholder, "Came later "+name, "")
			tr.Settle()
			e := joiner(t, tr, all)
			if joined, err := e.Join(t.Context(), from, digests); !joined || err != nil {
				t.Fatalf("Join = %v, %v", joined, err)
			}
			if err := errors.Join(e.Open(t.Context()), e.CatchUp(t.Context()), e.Close()); err != nil {
				t.Fatal(err)
			}
			fresh := filepath.Join(t.TempDir(), "fresh.db")
			if err := (&projections.Engine{Log: tr.Log, All: all}).Build(t.Context(), fresh, -1); err != nil {
				t.Fatal(err)
			}
			if d, err := projections.Compare(t.Context(), e.Path, fresh, all); d != nil || err != nil {
				t.Errorf("it differs from a rebuild: %v, %v", d, err)
			}
			again, err := e.Join(t.Context(), from, digests)
			if again || err != nil {
				t.Errorf("joining twice = %v, %v", again, err)
			}
		})
	}
}

// TestJoinRefuses shows copies that are not what was said of them.
func TestJoinRefuses(t *testing.T) {
	tr, all := founded(t), projections.All()
	from, digests := snapshot(t, tr.Engine.Path, all)
	whole, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	word := []byte("UNICEF") // in a row of the founded trial
	if !bytes.Contains(whole, word) {
		t.Fatal("the copy does not hold what this test changes")
	}
	forgotten := append([]projections.Digest(nil), digests[1:]...)
	for name, tt := range map[string]struct {
		file    []byte
		digests []projections.Digest
	}{
		"a byte of a row changed":  {bytes.Replace(whole, word, []byte("UNICEX"), 1), digests},
		"cut off":                  {whole[:len(whole)/2], digests},
		"no database":              {[]byte("x"), digests},
		"empty":                    {nil, digests},
		"a table that is not told": {whole, forgotten},
		"a table too many":         {whole, append([]projections.Digest{{Table: "more"}}, digests...)},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "copy.db")
			if err := os.WriteFile(path, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			e := joiner(t, tr, all)
			if joined, err := e.Join(t.Context(), path, tt.digests); joined || !errors.Is(err, projections.ErrSnapshot) {
				t.Errorf("Join = %v, %v", joined, err)
			}
			if left, _ := filepath.Glob(e.Path + "*"); len(left) > 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
	t.Run("any place of a word", func(t *testing.T) { // in a row, in an index, or in a text
		path, places := filepath.Join(t.TempDir(), "copy.db"), 0
		for at := range whole {
			if !bytes.HasPrefix(whole[at:], word) {
				continue
			}
			places++
			altered := bytes.Clone(whole)
			altered[at] ^= 1
			if err := os.WriteFile(path, altered, 0o600); err != nil {
				t.Fatal(err)
			}
			if joined, err := joiner(t, tr, all).Join(t.Context(), path, digests); joined || !errors.Is(err, projections.ErrSnapshot) {
				t.Errorf("changed at byte %d: Join = %v, %v", at, joined, err)
			}
		}
		if places < 3 {
			t.Errorf("the word is in %d places", places)
		}
	})
	t.Run("an index hollowed out", func(t *testing.T) { // of which no digest tells
		path := filepath.Join(t.TempDir(), "copy.db")
		untold := func(n int) bool {
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			rows := hollowOut(t, path, n)
			is, err := projections.Digests(t.Context(), path, all)
			return rows > 0 && err == nil && slices.Equal(is, digests)
		}
		for n := 0; !untold(n); n++ {
		}
		if joined, err := joiner(t, tr, all).Join(t.Context(), path, digests); joined || !errors.Is(err, projections.ErrSnapshot) {
			t.Errorf("Join = %v, %v", joined, err)
		}
	})
	t.Run("of another log", func(t *testing.T) {
		other := trial.New(t)
		other.Entity(entity.Stakeholder, "Another", "")
		other.Settle()
		if joined, err := joiner(t, other, all).Join(t.Context(), from, digests); joined || !errors.Is(err, projections.ErrSnapshot) {
			t.Errorf("Join = %v, %v", joined, err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		if joined, err := joiner(t, tr, all).Join(t.Context(), from+"x", digests); joined || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Join = %v, %v", joined, err)
		}
	})
	t.Run("there is one already", func(t *testing.T) {
		if _, err := projections.Snapshot(t.Context(), tr.Engine.Path, from, all); err == nil {
			t.Error("it was written over")
		}
	})
}

// hollowOut takes all rows out of the n-th index of histories, which stays what it
// was by its name and its statement, and returns how many rows its table has.
func hollowOut(t *testing.T, path string, n int) (rows int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var name, table, was string
	if err := db.QueryRow(`SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%valid_to%' AND sql NOT LIKE '% WHERE %' ORDER BY name LIMIT 1 OFFSET ?`, n).Scan(&name, &table, &was); err != nil {
		t.Fatal(err)
	}
	for _, do := range []string{
		"DROP INDEX " + name, was + " WHERE valid_from < 0", "PRAGMA writable_schema = 1",
		"UPDATE sqlite_schema SET sql = '" + was + "' WHERE name = '" + name + "'",
	} {
		if _, err := db.Exec(do); err != nil {
			t.Fatalf("%s: %v", do, err)
		}
	}
	if err := db.QueryRow(`SELECT COUNT(*) FROM ` + table + ` NOT INDEXED`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}
