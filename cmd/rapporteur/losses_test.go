package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// startOn does with a data folder what serve does before it listens, and returns
// what it refuses.
func startOn(t *testing.T, dir string, accepts ...onrecord.Loss) (err error) {
	t.Helper()
	i, err := createInstallation(dir, "test", accepts...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	st, err := i.openStores(t.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	log, err := i.openWhole(t.Context(), st, "", witnesses{})
	if err != nil {
		return err
	}
	return errors.Join(st.log.CatchUp(t.Context()), log.Publish(t.Context()))
}

// A custody is a data folder that a server ran on, a backup from before its last
// records, and the folder of another installation.
type custody struct {
	*scene
	whole, older, other string
}

func newCustody(t *testing.T) *custody {
	t.Helper()
	c := &custody{scene: &scene{t: t, dir: t.TempDir()}}
	c.whole, c.older, c.other = filepath.Join(c.dir, "whole"), filepath.Join(c.dir, "older"), filepath.Join(c.dir, "other")
	for _, dir := range []string{c.whole, c.other} {
		c.grow(dir, "ann")
		if dir == c.whole {
			c.copy(dir, c.older)
		}
		c.grow(dir, "bob")
	}
	return c
}

// grow records eight people in a folder that a server runs on before and after.
func (c *custody) grow(dir, name string) {
	c.t.Helper()
	err := startOn(c.t, dir)
	record(c.t, dir, name, 8, true)
	if err = errors.Join(err, startOn(c.t, dir)); err != nil {
		c.t.Fatal(err)
	}
	record(c.t, dir, name, 0, true) // the read models see all of it
}

// place copies the whole folder for a test to change.
func (c *custody) place() (dir string) {
	c.t.Helper()
	dir, err := os.MkdirTemp(c.dir, "changed-")
	if err != nil {
		c.t.Fatal(err)
	}
	c.copy(c.whole, dir)
	return dir
}

// A damage is done to one thing in a data folder.
type damage struct {
	what, how string
	refused   bool     // by the next start
	names     []string // any of which the refusal has
}

func (d damage) String() string { return d.what + " " + d.how }

// The ways in which a thing may have been damaged.
const (
	removed    = "removed"
	exchanged  = "exchanged for another installation's"
	rolledBack = "rolled back to the backup's"
	cutOff     = "cut off at the end"
	altered    = "with another word"
)

// damages lists what can happen to each thing in a data folder, and whether a
// start refuses it. What can be made again from the record is.
var damages = []damage{
	{"log", removed, true, []string{"log/checkpoint is missing"}},
	{"log", exchanged, true, []string{"log/checkpoint"}},
	{"log", rolledBack, false, nil},
	{logFile, removed, false, nil},
	{logFile, exchanged, true, []string{"is not what was numbered"}},
	{logFile, rolledBack, false, nil},
	{readFile, removed, false, nil},
	{readFile, exchanged, true, []string{readFile}},
	{readFile, rolledBack, false, nil},
	{searchFile, removed, false, nil},
	{searchFile, exchanged, true, []string{searchFile}},
	{searchFile, rolledBack, false, nil},
	{logKey, removed, true, []string{logKey}},
	{logKey, exchanged, true, []string{logKey}},
	{logKey, rolledBack, false, nil}, // the same key
	{"keys/installation", removed, true, []string{"keys/installation"}},
	{"keys/installation", exchanged, true, []string{"keys/installation"}},
	{"keys/installation", rolledBack, false, nil},
	{eventsFile, removed, true, []string{"older backup", "only 0"}},
	{eventsFile, exchanged, true, []string{"keys/installation", logKey}},
	{eventsFile, rolledBack, true, []string{"older backup", "old backup"}},
	{eventsFile, cutOff, true, []string{"older backup", "old backup"}},
	{eventsFile, altered, true, []string{"is not what was numbered", "the record was rewritten"}},
}

// do damages what is in dir.
func (d damage) do(c *custody, dir string) {
	c.t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(d.what))
	switch d.how {
	case cutOff:
		tamper(c.t, path, `DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE position > (SELECT max(position) - 4 FROM events)`)
		return
	case altered:
		tamper(c.t, path, `DROP TRIGGER events_refuse_update; UPDATE events SET data = CAST(replace(CAST(data AS TEXT), 'ann-5', 'eve-5') AS BLOB)`)
		return
	}
	all, err := filepath.Glob(path + "*")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, p := range all { // a database has files beside it
		if p == path || strings.HasPrefix(p, path+"-") {
			if err := os.RemoveAll(p); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	if from, ok := map[string]string{exchanged: c.other, rolledBack: c.older}[d.how]; ok {
		c.copy(filepath.Join(from, filepath.FromSlash(d.what)), path)
	}
}

// TestNothingIsLostWithoutAWord does every damage, and every two at once, to a
// data folder. A start goes on only where the record, its keys and what was
// published are as they were; it names one of the damages otherwise. What it
// goes on with is the whole record.
func TestNothingIsLostWithoutAWord(t *testing.T) {
	t.Parallel()
	c := newCustody(t)
	want := c.root(c.whole)
	for n, one := range damages {
		for _, two := range append([]damage{{}}, damages[n+1:]...) {
			if two.what == one.what {
				continue
			}
			done := []damage{one}
			if two.what != "" {
				done = append(done, two)
			}
			dir := c.place()
			for _, d := range done {
				d.do(c, dir)
			}
			c.judge(fmt.Sprint(done), dir, done, want)
			c.remove(dir)
		}
	}
}

// judge starts on a damaged folder.
func (c *custody) judge(name, dir string, done []damage, want string) {
	c.t.Helper()
	err := startOn(c.t, dir)
	refused := slices.ContainsFunc(done, func(d damage) bool { return d.refused })
	switch {
	case refused && err == nil:
		c.t.Errorf("%s: it starts, and says nothing", name)
	case !refused && err != nil:
		c.t.Errorf("%s: everything can be made again, and it does not start: %v", name, err)
	case !refused && c.root(dir) != want:
		c.t.Errorf("%s: it goes on with another record", name)
	case refused && !slices.ContainsFunc(done, func(d damage) bool {
		return slices.ContainsFunc(d.names, func(s string) bool { return strings.Contains(err.Error(), s) })
	}):
		c.t.Errorf("%s: it says %v", name, err)
	}
}

// root returns what the log of a folder is signed as.
func (c *custody) root(dir string) string {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(checkpoint)))
	if err != nil {
		c.t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(text), "\n\n")
	return head
}

// incidents returns what the record in a folder says was accepted as lost.
func (c *custody) incidents(dir string) (said []string) {
	c.t.Helper()
	a := app.New(app.Config{Store: peeked{path: filepath.Join(dir, eventsFile)}, Secret: make([]byte, secretSize)})
	for r, err := range (peeked{path: filepath.Join(dir, eventsFile)}).Stream(c.t.Context(), "installation-"+string(onrecord.ID), 0) {
		if err != nil {
			c.t.Fatal(err)
		}
		if e, err := a.Installation.Codec.Decode(r.Type, r.Data); err != nil {
			c.t.Fatal(err)
		} else if l, ok := e.(onrecord.LossAccepted); ok {
			said = append(said, string(l.Loss))
		}
	}
	return said
}

// TestAcceptedLoss goes on without what is lost where the operator says so, once,
// and the record says it for ever.
func TestAcceptedLoss(t *testing.T) {
	t.Parallel()
	c := newCustody(t)
	for _, tt := range []struct {
		name    string
		done    []damage
		accepts []onrecord.Loss
		refuses string // what it says all the same
	}{
		{"the published log", []damage{{what: "log", how: removed}}, []onrecord.Loss{onrecord.PublishedLog}, ""},
		{"another loss than that", []damage{{what: "log", how: removed}}, []onrecord.Loss{onrecord.Records}, "log/checkpoint is missing"},
		{"a changed record, with what would tell gone", []damage{{what: "log", how: removed}, {what: logFile, how: removed}, {what: eventsFile, how: altered}},
			[]onrecord.Loss{onrecord.PublishedLog}, "has seen other records"},
		{"and that accepted too", []damage{{what: "log", how: removed}, {what: logFile, how: removed}, {what: eventsFile, how: altered}},
			[]onrecord.Loss{onrecord.PublishedLog, onrecord.Records}, ""},
		{"a lost end", []damage{{what: "log", how: removed}, {what: logFile, how: removed}, {what: eventsFile, how: cutOff}},
			[]onrecord.Loss{onrecord.PublishedLog, onrecord.Records}, ""},
		{"an end that the published log still has", []damage{{what: logFile, how: removed}, {what: eventsFile, how: cutOff}}, []onrecord.Loss{onrecord.Records}, "old backup"},
		{"another secret", []damage{{what: "keys/installation", how: exchanged}}, []onrecord.Loss{onrecord.Secret}, ""},
		{"no secret", []damage{{what: "keys/installation", how: removed}}, []onrecord.Loss{onrecord.Secret}, ""},
		{"the log's key cannot be lost", []damage{{what: logKey, how: removed}}, onrecord.Losses, "keys/log is missing"},
		{"nothing", nil, []onrecord.Loss{onrecord.PublishedLog}, "nothing of the kind is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &custody{scene: &scene{t: t, dir: c.dir}, whole: c.whole, older: c.older, other: c.other}
			dir := c.place()
			for _, d := range tt.done {
				d.do(c, dir)
			}
			err := startOn(t, dir, tt.accepts...)
			if tt.refuses != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refuses) {
					t.Errorf("it says %v, want %s", err, tt.refuses)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, l := range tt.accepts {
				want = append(want, string(l))
			}
			if got := c.incidents(dir); !slices.Equal(got, want) {
				t.Errorf("the record says that %q was lost, want %q", got, want)
			}
			if err := startOn(t, dir, tt.accepts...); err == nil || !strings.Contains(err.Error(), "nothing of the kind is missing") {
				t.Errorf("with the flag left behind it says %v", err)
			}
			if slices.Contains(tt.accepts, onrecord.Records) {
				record(t, dir, "ann", 0, true) // as serve does: the read models are made again
			}
			if err := startOn(t, dir); err != nil {
				t.Errorf("after that it says %v", err)
			}
		})
	}
}

// TestOldRecordsCommit opens a record from before records named their keys: it
// does from the next start on.
func TestOldRecordsCommit(t *testing.T) {
	t.Parallel()
	s := newScene(t) // as an earlier release left it
	for range 2 {
		if err := startOn(t, s.data); err != nil {
			t.Fatal(err)
		}
	}
	var all []eventstore.Record
	for r, err := range (peeked{path: filepath.Join(s.data, eventsFile)}).Stream(t.Context(), "installation-"+string(onrecord.ID), 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if len(all) != 1 || !strings.Contains(string(all[0].Data), "logKey") {
		t.Errorf("of its keys it has %d records: %v", len(all), all)
	}
	s.remove(filepath.Join(s.data, "log"))
	if err := startOn(t, s.data); err == nil || !strings.Contains(err.Error(), "--accept-loss published-log") {
		t.Errorf("without what was published it says %v", err)
	}
}

// TestEveryCommandAsksForTheKeys exchanges the keys: whatever uses them refuses.
func TestEveryCommandAsksForTheKeys(t *testing.T) {
	t.Parallel()
	c := newCustody(t)
	table := filepath.Join(c.dir, "answers.csv")
	c.write(table, func([]byte) []byte { return []byte("sub_num,sub_name,sub_label,sub_value\n1,Ann,Q1,Yes\n") })
	c.data = c.whole
	archive := filepath.Join(c.dir, "whole.tar")
	c.must("backup", "--data", c.whole, "--out", archive)
	for _, d := range []damage{{what: "keys/installation", how: exchanged}, {what: logKey, how: exchanged}} {
		dir := c.place()
		d.do(c, dir)
		for _, args := range [][]string{
			{"serve", "--listen", "127.0.0.1:0"}, {"import", "--format", "consultation-csv", table}, {"token", "--as", "ngo"},
			{"token", "revoke", "--jti", "x"}, {"backup", "--out", filepath.Join(dir, "new.tar")}, {"export", "--out", filepath.Join(dir, "bundle")},
			{"keys", "vkey"}, {"keys", "rotate"}, {"replay", "--verify"},
		} {
			if code, said := c.ask(append(args, "--data", dir)...); code != unknown || !strings.Contains(said, d.what) {
				t.Errorf("with %s, %v ends with %d and says %s", d, args, code, said)
			}
		}
	}
}
