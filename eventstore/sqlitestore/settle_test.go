package sqlitestore

import (
	"database/sql"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// TestOpenWhileRead opens a file that another process has been reading since
// before the last record, as a backup does: it waits for the end of that.
func TestOpenWhileRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		one := func(n string) eventstore.Record {
			return eventstore.Record{ID: "00000000-0000-8000-8000-00000000000" + n, Type: "thing.happened", Data: []byte(`{}`), Meta: []byte(`{}`)}
		}
		d, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Append(t.Context(), "thing-a", 0, one("1")); err != nil {
			t.Fatal(err)
		}
		other, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		reading, err := other.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := reading.QueryRow(`SELECT count(*) FROM events`).Scan(new(int)); err != nil {
			t.Fatal(err)
		}
		if err := d.Append(t.Context(), "thing-b", 0, one("2")); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		opened := make(chan error, 1)
		go func() {
			d, err := Open(t.Context(), path)
			if err == nil {
				err = d.Close()
			}
			opened <- err
		}()
		select {
		case err := <-opened:
			t.Fatalf("it did not wait: %v", err)
		case <-time.After(time.Minute):
		}
		if err := reading.Rollback(); err != nil {
			t.Fatal(err)
		}
		if err := <-opened; err != nil {
			t.Error(err)
		}
	})
}
