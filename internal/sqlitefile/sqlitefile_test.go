package sqlitefile

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestWhileWritten copies a file into which pairs of rows are written meanwhile:
// every copy has both of a pair or none, and more than the one before.
func TestWhileWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	db := open(t, path)
	if _, err := db.Exec(`CREATE TABLE pairs (n INTEGER) STRICT; PRAGMA user_version = 7; PRAGMA application_id = 9`); err != nil {
		t.Fatal(err)
	}
	const pairs = 300
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := range pairs {
			if _, err := db.Exec(`INSERT INTO pairs VALUES (?), (?)`, n, n); err != nil {
				t.Error(err)
				return
			}
		}
	})
	before := 0
	for i := range 5 {
		to := filepath.Join(dir, fmt.Sprint("copy", i))
		if err := Copy(t.Context(), path, to); err != nil {
			t.Fatal(err)
		}
		var rows, odd, version, application int
		if err := open(t, to).QueryRow(`SELECT (SELECT COUNT(*) FROM pairs), (SELECT COUNT(*) FROM (SELECT n FROM pairs GROUP BY n HAVING COUNT(*) <> 2)), (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id)`).Scan(&rows, &odd, &version, &application); err != nil {
			t.Fatal(err)
		}
		if odd != 0 || rows < before || version != 7 || application != 9 {
			t.Errorf("%d rows, %d pairs torn, version %d, application %d", rows, odd, version, application)
		}
		before = rows
		if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	await.All(t, &wg, "all who remove the file")
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	if err := Copy(t.Context(), path, to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("this is not a database, and long enough to see it"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), path, to); err == nil {
		t.Error("of no database: no error")
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it left something: %v", err)
	}
	if err := os.WriteFile(to, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), path, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("over another file: %v", err)
	}
	if text, _ := os.ReadFile(to); string(text) != "x" {
		t.Error("the other file was changed")
	}
}
