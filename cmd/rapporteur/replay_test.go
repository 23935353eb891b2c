package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

// record makes n people known in the data folder dir; caught says whether the
// read models learn of them.
func record(t *testing.T, dir, name string, n int, caught bool) {
	t.Helper()
	i, err := createInstallation(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	a := app.New(app.Config{Store: st.events, Secret: i.secret, Keys: st.log})
	for k := range n {
		id := domain.ID(fmt.Sprintf("per_%s%d", name, k))
		if err := a.Register(t.Context(), id, fmt.Sprintf("%s-%d", name, k)); err != nil {
			t.Fatal(err)
		}
	}
	if !caught {
		return
	}
	if err := st.log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		e := &projections.Engine{Log: st.log, Path: i.path(m.file), All: m.all}
		if err := e.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if err := e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// runReplay runs replay on dir, and returns its exit code and what it printed.
func runReplay(t *testing.T, dir string, args ...string) (code int, out, complaint string) {
	t.Helper()
	var o, e bytes.Buffer
	args = append([]string{"replay", "--data", dir}, args...)
	code = run(t.Context(), args, streams{strings.NewReader(""), &o, &e, func(string) (string, bool) { return "", false }})
	if left, err := filepath.Glob(filepath.Join(dir, "replay-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	return code, o.String(), e.String()
}

// tamper runs a statement on a file behind everybody's back.
func tamper(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestReplayVerify(t *testing.T) {
	for _, tt := range []struct {
		name           string
		file, change   string // what is changed behind everybody's back
		code           int
		answer, reason string
	}{
		{"untouched", readFile, `SELECT 1`, yes, agree, ""},
		{"a row changed", readFile, `UPDATE persons SET alias = 'somebody else' WHERE id = 'per_ann7'`, no, differ,
			"projection persons, table persons, row id=per_ann7 valid_from=7, made by index 7: column alias is not what it should be"},
		{"a certificate changed", readFile, `UPDATE certificates SET fold = zeroblob(32) WHERE name = 'entities'`, no, differ, "projection entities: "},
		{"of another release", readFile, `UPDATE certificates SET version = version + 1`, unknown, untold, "another release"},
		{"of a release long ago", readFile, `ALTER TABLE certificates DROP COLUMN reached`, unknown, untold, "another release"},
		{"set aside", readFile, `UPDATE certificates SET failed = 'a fault' WHERE name = 'entities'`, unknown, untold, "entities was set aside"},
		{"a word put into the search", searchFile, `INSERT INTO words (rowid, said) VALUES (1, 'forged')`, no, differ, "projection search, table words_vocabulary, row term=forged"},
		{"a certificate of the search changed", searchFile, `UPDATE certificates SET fold = zeroblob(32)`, no, differ, "projection search: "},
		{"the search set aside", searchFile, `UPDATE certificates SET failed = 'a fault'`, unknown, untold, "search was set aside"},
		{"an event changed", eventsFile, `DROP TRIGGER events_refuse_update; UPDATE events SET data = CAST(replace(CAST(data AS TEXT), 'ann-3', 'eve-3') AS BLOB)`, no, differ, "index 3: "},
		{"an event dropped", eventsFile, `DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE stream = 'person-per_ann4'`, no, differ, "index 4: "},
		{"the last event dropped", eventsFile, `DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE stream = 'person-per_ann19'`, no, differ, "the store ends before the log does"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			record(t, dir, "ann", 20, true)
			tamper(t, filepath.Join(dir, tt.file), tt.change)
			code, out, complaint := runReplay(t, dir, "--verify", "--json")
			var f struct{ Answer, Reason string }
			if err := json.Unmarshal([]byte(out), &f); err != nil {
				t.Fatalf("%v in %q, %s", err, out, complaint)
			}
			if code != tt.code || f.Answer != tt.answer || !strings.Contains(f.Reason, tt.reason) {
				t.Errorf("got %d, %s: %q; want %d, %s: %q", code, f.Answer, f.Reason, tt.code, tt.answer, tt.reason)
			}
		})
	}
}

func TestReplayVerifyCannotTell(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, "ann", 5, false)
	if code, out, _ := runReplay(t, dir, "--verify"); code != unknown || !strings.Contains(out, "could not tell: there are no live read models in ") {
		t.Errorf("no read models: %d, %s", code, out)
	}
	record(t, dir, "bob", 5, true)
	record(t, dir, "eve", 5, false)
	if code, out, _ := runReplay(t, dir, "--verify"); code != unknown || !strings.Contains(out, "saw 10 of 15 records") {
		t.Errorf("behind: %d, %s", code, out)
	}
	// What they did see is compared all the same.
	tamper(t, filepath.Join(dir, readFile), `UPDATE persons SET alias = 'x' WHERE id = 'per_bob1'`)
	if code, out, _ := runReplay(t, dir, "--verify"); code != no || !strings.Contains(out, "row id=per_bob1 valid_from=6") {
		t.Errorf("behind and changed: %d, %s", code, out)
	}
}

// A forged record that was numbered like any other is no alteration; but
// whoever wrote it held no credential.
func TestReplayVerifyRechecksCredentials(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, "ann", 3, false)
	tamper(t, filepath.Join(dir, eventsFile), `DROP TRIGGER events_refuse_update; UPDATE events SET
		meta = CAST(json_set(CAST(meta AS TEXT), '$.entity', 'ent_x', '$.capacity', 'SECRETARIAT') AS BLOB) WHERE stream = 'person-per_ann1'`)
	record(t, dir, "bob", 1, true)
	code, out, _ := runReplay(t, dir, "--verify")
	if code != no || !strings.Contains(out, "differ: index 1, ") || !strings.Contains(out, "credential") {
		t.Errorf("got %d, %s", code, out)
	}
}

func TestReplayTo(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, "ann", 9, true)
	for _, tt := range []struct {
		args []string
		next int64
	}{{nil, 9}, {[]string{"--to", "0"}, 1}, {[]string{"--to", "6"}, 7}, {[]string{"--to", "8"}, 9}} {
		code, out, _ := runReplay(t, dir, append(tt.args, "--json")...)
		var f struct {
			Answer      string
			Size        int64
			Projections []struct {
				Next       int64
				Root, Fold string
			}
		}
		if err := json.Unmarshal([]byte(out), &f); err != nil && code == yes {
			t.Fatalf("%v in %s", err, out)
		}
		if code != yes || f.Answer != replayed || f.Size != 9 || len(f.Projections) != len(projections.All())+len(projections.SearchProjections()) {
			t.Errorf("%v: %d, %+v", tt.args, code, f)
		}
		for _, c := range f.Projections {
			if c.Next != tt.next || len(c.Root) != 64 || len(c.Fold) != 64 {
				t.Errorf("%v: %+v, want next %d", tt.args, c, tt.next)
			}
		}
	}
	if code, _, complaint := runReplay(t, dir, "--to", "9"); code != unknown || !strings.Contains(complaint, "no index 9") {
		t.Errorf("past the end: %d, %s", code, complaint)
	}
	if code, _, complaint := runReplay(t, t.TempDir()); code != unknown || !strings.Contains(complaint, "no record in it") {
		t.Errorf("an empty folder: %d, %s", code, complaint)
	}
	if code, _, complaint := runReplay(t, filepath.Join(dir, "none")); code != unknown || !strings.Contains(complaint, "data folder") {
		t.Errorf("no folder: %d, %s", code, complaint)
	}
}

func TestMeterLine(t *testing.T) {
	m := &meter{what: "replay"}
	for _, tt := range []struct {
		done, of int64
		spent    time.Duration
		want     string
	}{
		{0, 10, time.Second, "replay: 0 of 10 records"},
		{500, 2000, 2 * time.Second, "replay: 500 of 2000 records, 250/s, 6s left"},
		{2000, 2000, 8 * time.Second, "replay: 2000 of 2000 records, 250/s, 0s left"},
	} {
		if got := m.line(tt.done, tt.of, tt.spent); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
