package projections

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestStatements runs more statements than are kept, from many sides, so that
// some are dropped while others still run them.
func TestStatements(t *testing.T) {
	db, err := openSQLite(filepath.Join(t.TempDir(), "read.db"), "NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// One connection makes the file, as in the program. Where several do it at once,
	// all but one may be told that it is locked.
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := newStatements(db, nil, func([]string) error { return nil })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range 3 * keptStatements {
				var got, again int
				if err := s.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT ? + %d`, n), 1).Scan(&got); err != nil || got != n+1 {
					t.Errorf("SELECT 1 + %d gave %d, %v", n, got, err)
				}
				rows, err := s.QueryContext(t.Context(), fmt.Sprintf(`SELECT ? + %d`, n%5), 1)
				if err != nil {
					t.Error(err)
					return
				}
				for rows.Next() {
					err = rows.Scan(&again)
				}
				if rows.Close(); err != nil || rows.Err() != nil || again != n%5+1 {
					t.Errorf("SELECT 1 + %d gave %d, %v, %v", n%5, again, err, rows.Err())
				}
			}
		})
	}
	await.All(t, &wg, "the readers")
	if n := s.kept.Len(); n != keptStatements {
		t.Errorf("%d statements are kept, want %d", n, keptStatements)
	}
}

func TestStatementThatIsWrong(t *testing.T) {
	db, err := openSQLite(filepath.Join(t.TempDir(), "read.db"), "NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := newStatements(db, nil, func([]string) error { return nil })
	var n int
	if err := s.QueryRowContext(t.Context(), `SELECT nothing`).Scan(&n); err == nil {
		t.Error("a wrong statement gave a row")
	}
	if _, err := s.QueryContext(t.Context(), `SELECT nothing`); err == nil {
		t.Error("a wrong statement gave rows")
	}
	if s.kept.Len() != 0 {
		t.Error("a wrong statement is kept")
	}
}

// TestHeavyReadsApart: what goes through much has its own few connections, and
// everything else none of them.
func TestHeavyReadsApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "read.db")
	db, err := openSQLite(path, "NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	few, err := connect(openDriver, path, "NORMAL", HeavyConnections())
	if err != nil {
		t.Fatal(err)
	}
	defer few.Close()
	told := func([]string) error { return nil }
	s := newStatements(db, nil, told)
	s.heavy = newStatements(few, nil, told)
	var held []interface{ Close() error }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range HeavyConnections() {
		rows, err := s.QueryContext(Heavy(ctx), `SELECT 1 UNION SELECT 2`)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, rows)
	}
	if one, err := s.QueryContext(ctx, `SELECT 1 UNION SELECT 2`); err != nil {
		t.Error(err)
	} else {
		held = append(held, one)
	}
	gone, leave := context.WithCancel(ctx)
	leave()
	if _, err := s.QueryContext(Heavy(gone), `SELECT 3`); err == nil {
		t.Error("one more heavy read than there are connections is under way")
	}
	if is, others := few.Stats().InUse, db.Stats().InUse; is != HeavyConnections() || others != 1 {
		t.Errorf("%d heavy and %d other connections are in use", is, others)
	}
	for _, rows := range held {
		rows.Close()
	}
}
