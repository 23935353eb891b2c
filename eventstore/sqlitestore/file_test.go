package sqlitestore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

// foreign opens the file as any other program could.
func foreign(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestEventsAreNeverChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	d := open(t, path)
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(1, 1)}, eventstore.Record{ID: id(1, 2)}); err != nil {
		t.Fatal(err)
	}
	before := read(t, d)
	db := foreign(t, path)
	const columns = "(position, stream, version, id, type, at, salt, data, meta)"
	for _, c := range []struct{ name, query, want string }{
		{"update", "UPDATE events SET data = x'00'", "events are never changed"},
		{"update of one", "UPDATE events SET position = 9 WHERE position = 1", "events are never changed"},
		{"delete", "DELETE FROM events", "events are never deleted"},
		{"replace a position", "REPLACE INTO events " + columns + " VALUES (1, 'b', 1, zeroblob(16), 't', 0, x'', x'', x'')", "events are never replaced"},
		{"replace an id", "REPLACE INTO events " + columns + " SELECT 9, 'b', 1, id, 't', 0, x'', x'', x'' FROM events", "events are never replaced"},
		{"replace a version", "REPLACE INTO events " + columns + " VALUES (9, 'a-1', 1, zeroblob(16), 't', 0, x'', x'', x'')", "events are never replaced"},
		{"upsert", "INSERT INTO events " + columns + " SELECT * FROM events WHERE true ON CONFLICT DO UPDATE SET data = x'00'", "events are never"},
	} {
		if _, err := db.Exec(c.query); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %v; want %q", c.name, err, c.want)
		}
	}
	if d := cmp.Diff(before, read(t, d)); d != "" {
		t.Errorf("records (-before +after):\n%s", d)
	}
}

func TestReopenKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a name? with #odd %41 characters", "events.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	var before []eventstore.Record
	for n := range 3 {
		d, err := sqlitestore.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, read(t, d)); d != "" {
			t.Errorf("records (-before +after):\n%s", d)
		}
		recs := []eventstore.Record{{ID: id(n, 1), Salt: []byte{0, 255}, Data: []byte("{}")}, {ID: id(n, 2), Meta: []byte("{}")}}
		for range 2 { // the second time is a repeat
			if err := d.Append(t.Context(), "a-1", int64(2*n), recs...); err != nil {
				t.Fatal(err)
			}
		}
		before = read(t, d)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(before) != 6 {
		t.Errorf("%d records after three runs, want 6", len(before))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v; want -rw-------", info.Mode(), err)
	}
}

// A commit is on the disk before it is acknowledged, and a column holds what it says.
func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	d := open(t, path)
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal"} { // 2 is FULL
		if is, err := d.Setting(t.Context(), pragma); is != want || err != nil {
			t.Errorf("%s is %s, %v; want %s", pragma, is, err, want)
		}
	}
	strict := 0
	if err := foreign(t, path).QueryRow("SELECT strict FROM pragma_table_list WHERE name = 'events'").Scan(&strict); strict != 1 || err != nil {
		t.Errorf("strict is %d, %v", strict, err)
	}
}

// What is in the log when a process dies is there when the next opens the file.
func TestOpenAfterDeath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	d := open(t, path)
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(1, 1)}); err != nil {
		t.Fatal(err)
	}
	// A copy of the files as they lie there now is what death leaves.
	after := filepath.Join(t.TempDir(), "events.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(after+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := open(t, after)
	if d := cmp.Diff(read(t, d), read(t, again)); d != "" {
		t.Errorf("records (-before +after):\n%s", d)
	}
	// And it is in the file itself: the log may read well and not be on the disk.
	b, err := os.ReadFile(after)
	if err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(t.TempDir(), "events.db")
	if err := os.WriteFile(alone, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(read(t, d), read(t, open(t, alone))); d != "" {
		t.Errorf("records without the log (-before +after):\n%s", d)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"another program's file", "CREATE TABLE t (x); INSERT INTO t VALUES (1)", "not written by Rapporteur"},
		{"another program's stamp", "PRAGMA application_id = 7", "not written by Rapporteur"},
		{"a newer schema", "PRAGMA application_id = 0x52707472; PRAGMA user_version = 2", "newer release"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.db")
			db := foreign(t, path)
			if _, err := db.Exec(c.query); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			refused(t, path, c.want)
		})
	}
	t.Run("no SQLite file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		if err := os.WriteFile(path, []byte(strings.Repeat("no database at all\n", 100)), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, path, "not an SQLite file")
	})
	t.Run("no folder", func(t *testing.T) {
		if _, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "none", "events.db")); err == nil {
			t.Error("Open in a folder that is not there succeeded")
		}
	})
}

// refused asks that Open refuses the file, naming it, and leaves it as it was.
func refused(t *testing.T, path, want string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sqlitestore.Open(t.Context(), path)
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open = %v; want the path and %q", err, want)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("Open changed the file it refused")
	}
}

func read(t *testing.T, d *sqlitestore.DB) []eventstore.Record {
	t.Helper()
	var recs []eventstore.Record
	for r, err := range d.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, r)
	}
	return recs
}

// Whoever copies the file of a server that has stopped copies every record.
func TestCloseLeavesOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	for n := range 2 {
		d, err := sqlitestore.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Append(t.Context(), "a-1", int64(n), eventstore.Record{ID: id(1, n)}); err != nil {
			t.Fatal(err)
		}
		if got := len(read(t, d)); got != n+1 {
			t.Errorf("%d records, want %d", got, n+1)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(files) != 1 {
			t.Errorf("beside the file: %v, %v", files, err)
		}
	}
}
