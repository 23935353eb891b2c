package projections

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// filling is a projection that writes a page and more for each record.
func filling() Projection {
	p := counting("filling", 1, -1)
	p.Schema += `CREATE TABLE filled (idx INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;`
	p.Tables = append(p.Tables, Table{"filled", "idx"})
	counts := p.Apply
	p.Apply = func(ctx context.Context, tx *Tx, f Fact) error {
		if _, err := tx.Exec(ctx, `INSERT INTO filled (idx, text) VALUES (?, ?)`, f.Index, strings.Repeat("x", 20_000)); err != nil {
			return err
		}
		return counts(ctx, tx, f)
	}
	return p
}

// TestFullDisk: on a full disk nothing is applied, and nothing set aside; once there
// is room it goes on.
func TestFullDisk(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	register(t, st, 0, 3)
	log := logOf(t, dir, st)
	e := opened(t, &Engine{Log: log, Path: filepath.Join(dir, "r.db"), All: []Projection{filling()}})
	register(t, st, 3, 40)
	if err := log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		t.Helper()
		if _, err := e.conn.ExecContext(t.Context(), `PRAGMA max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("40")
	if err := e.CatchUp(t.Context()); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("with a full disk it says %v", err)
	}
	if c := e.Certificates()[0]; c.Next != 3 || c.Failed != "" {
		t.Errorf("then the certificate is %+v", c)
	}
	limit("4294967294")
	if err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := e.Certificates()[0]; c.Next != 40 || c.Failed != "" {
		t.Errorf("with room again the certificate is %+v", c)
	}
}

// TestBlamed: what a projection cannot help is not its fault.
func TestBlamed(t *testing.T) {
	away := errors.New("the store is away")
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("a commitment of nobody"), 7},
		{unread{away}, -1},
		{errors.Join(errors.New("commitments"), unread{away}), -1},
		{unread{follower.ErrAltered}, 7},
		{coded(1), 7}, {coded(19 | 8<<8), 7}, {coded(20), 7},
		{coded(13), -1}, {coded(10 | 3<<8), -1}, {coded(11), -1}, {coded(5), -1},
	} {
		if got := blamed(7, c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

// coded is an error with a result code of SQLite.
type coded int

func (c coded) Code() int     { return int(c) }
func (c coded) Error() string { return "an error of SQLite" }
