package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// counting is a projection that counts what it sees, and fails at an index.
func counting(name string, version int, failsAt int64) Projection {
	return Projection{
		Name: name, Version: version, Tables: []Table{{name, "idx"}},
		Schema: `CREATE TABLE ` + name + ` (idx INTEGER PRIMARY KEY, type TEXT NOT NULL) STRICT;`,
		Apply: func(ctx context.Context, tx *Tx, f Fact) error {
			if f.Index == failsAt {
				return errors.New("this projection has a mistake")
			}
			_, err := tx.Exec(ctx, `INSERT INTO `+name+` (idx, type) VALUES (?, ?)`, f.Index, f.Type)
			return err
		},
	}
}

func logOf(t *testing.T, dir string, st eventstore.Store) *follower.Follower {
	t.Helper()
	log, err := follower.Open(t.Context(), filepath.Join(dir, "log.db"), st)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	if err := log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return log
}

func register(t *testing.T, st eventstore.Store, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		id := fmt.Sprintf("per_%d", n)
		err := st.Append(t.Context(), "person-"+id, 0, eventstore.Record{
			ID: fmt.Sprintf("00000000-0000-8000-8000-%012d", n), Type: "person.registered", At: time.UnixMilli(int64(n)).UTC(), Salt: make([]byte, 32),
			Data: fmt.Appendf(nil, `{"name":{"of":%q,"text":"Ada"}}`, id), Meta: fmt.Appendf(nil, `{"person":%q,"capacity":"STAKEHOLDER","key":"k","hash":"h"}`, id),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func opened(t *testing.T, e *Engine) *Engine {
	t.Helper()
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestFailingProjection sets one aside alone: the others go on, and its tables
// answer STALE, also after a restart.
func TestFailingProjection(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	register(t, st, 0, 3)
	log := logOf(t, dir, st)
	all := []Projection{counting("good", 1, -1), counting("bad", 1, 4)}
	e := opened(t, &Engine{Log: log, Path: filepath.Join(dir, "r.db"), All: all})
	register(t, st, 3, 6)
	if err := errors.Join(log.CatchUp(t.Context()), e.CatchUp(t.Context())); err != nil {
		t.Fatal(err)
	}
	check := func(e *Engine) {
		t.Helper()
		c := e.Certificates()
		if c[0].Next != 6 || c[0].Failed != "" || c[1].Next != 3 || !strings.Contains(c[1].Failed, "index 4") {
			t.Errorf("certificates %+v", c)
		}
		if _, err := e.reading("good"); err != nil {
			t.Errorf("the good one: %v", err)
		}
		if _, err := e.reading("good", "bad"); err == nil || !errors.As(err, new(Stale)) {
			t.Errorf("the bad one: %v", err)
		}
	}
	check(e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	check(opened(t, &Engine{Log: log, Path: e.Path, All: all}))
	mended := []Projection{all[0], counting("bad", 2, -1)}
	if c := opened(t, &Engine{Log: log, Path: filepath.Join(dir, "r.db"), All: mended}).Certificates(); c[1].Next != 6 || c[1].Failed != "" {
		t.Errorf("mended in a new version: %+v", c)
	}
}

// TestSynchronous: what is built is not synced before it is whole, and what is
// live is. Pages have 8 KiB.
func TestSynchronous(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	register(t, st, 0, 1)
	log := logOf(t, dir, st)
	var was []string
	asking := counting("asking", 1, -1)
	asking.Apply = func(ctx context.Context, tx *Tx, f Fact) error {
		var sync, page string
		err := tx.conn.QueryRowContext(ctx, "SELECT s.synchronous, p.page_size FROM pragma_synchronous s, pragma_page_size p").Scan(&sync, &page)
		was = append(was, sync+" "+page)
		return err
	}
	e := opened(t, &Engine{Log: log, Path: filepath.Join(dir, "r.db"), All: []Projection{asking}})
	register(t, st, 1, 2)
	if err := errors.Join(log.CatchUp(t.Context()), e.CatchUp(t.Context())); err != nil {
		t.Fatal(err)
	}
	if want := []string{"0 8192", "1 8192"}; !slices.Equal(was, want) { // OFF and NORMAL
		t.Errorf("it was %q, want %q", was, want)
	}
}

// TestRebuildEqualsLive compares read models that followed step by step with
// ones that were built at once (G14): the same facts give the same certificates.
func TestRebuildEqualsLive(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	log := logOf(t, dir, st)
	live := opened(t, &Engine{Log: log, Path: filepath.Join(dir, "live.db"), All: All()})
	for n := 0; n < 40; n += 10 {
		register(t, st, n, n+10)
		if err := errors.Join(log.CatchUp(t.Context()), live.CatchUp(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	fresh := opened(t, &Engine{Log: log, Path: filepath.Join(dir, "fresh.db"), All: All()})
	for i, c := range live.Certificates() {
		if c != fresh.Certificates()[i] {
			t.Errorf("G14: live %+v, rebuilt %+v", c, fresh.Certificates()[i])
		}
	}
	if c := live.Certificates()[0]; c.Next != 40 || c.Fold == [32]byte{} {
		t.Errorf("certificate %+v", c)
	}
}

// TestAnotherLog rebuilds read models that were made from another log.
func TestAnotherLog(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "r.db")
	one, two := new(memstore.Store), new(memstore.Store)
	register(t, one, 0, 5)
	register(t, two, 5, 10)
	first := opened(t, &Engine{Log: logOf(t, dir, one), Path: path, All: All()})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	log := logOf(t, t.TempDir(), two)
	e := opened(t, &Engine{Log: log, Path: path, All: All()})
	root, err := log.Root(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	if c := e.Certificates()[0]; c.Root != root {
		t.Errorf("still the other log's read models: %+v", c)
	}
}

// TestUnknownEvent stops rather than skip what a newer release wrote.
func TestUnknownEvent(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	err := st.Append(t.Context(), "person-per_1", 0, eventstore.Record{ID: "1", Type: "person.levitated", Salt: make([]byte, 32), Data: []byte(`{}`), Meta: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	e := &Engine{Log: logOf(t, dir, st), Path: filepath.Join(dir, "r.db"), All: All()}
	if err := e.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "newer release") {
		t.Errorf("opening gave %v", err)
	}
}

// doctored is a log that hands out other facts than it has.
type doctored struct {
	Log
	change func([]follower.Fact) []follower.Fact
}

func (d doctored) From(ctx context.Context, index int64) iter.Seq2[[]follower.Fact, error] {
	return func(yield func([]follower.Fact, error) bool) {
		for facts, err := range d.Log.From(ctx, index) {
			if err == nil {
				facts = d.change(slices.Clone(facts))
			}
			if !yield(facts, err) {
				return
			}
		}
	}
}

// TestLogOutOfOrder stops at the first record that is not the next one.
func TestLogOutOfOrder(t *testing.T) {
	st := new(memstore.Store)
	register(t, st, 0, 9)
	log := logOf(t, t.TempDir(), st)
	for name, tt := range map[string]struct {
		says   string
		change func([]follower.Fact) []follower.Fact
	}{
		"skipped":   {"index 5 came where 4 should", func(f []follower.Fact) []follower.Fact { return slices.Delete(f, 4, 5) }},
		"the first": {"index 1 came where 0 should", func(f []follower.Fact) []follower.Fact { return f[1:] }},
		"doubled":   {"index 4 came where 5 should", func(f []follower.Fact) []follower.Fact { return slices.Insert(f, 5, f[4]) }},
		"reordered": {"index 5 came where 4 should", func(f []follower.Fact) []follower.Fact { f[4], f[5] = f[5], f[4]; return f }},
		"in order":  {"", func(f []follower.Fact) []follower.Fact { return f }},
	} {
		e := &Engine{Log: doctored{log, tt.change}, All: All()}
		err := e.Build(t.Context(), filepath.Join(t.TempDir(), "r.db"), -1)
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}
