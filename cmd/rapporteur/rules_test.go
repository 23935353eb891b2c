package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

// A forger owns a data folder with the demo on record: the file of the events,
// and the secret. So what they append is well-formed, but for what it says.
type forger struct {
	t      *testing.T
	dir    string
	db     *sql.DB
	app    *app.App
	ids    app.IDs
	latest time.Time
}

// newForger copies the data folder of a demo.
func newForger(t *testing.T, demo string) *forger {
	t.Helper()
	c := &custody{scene: &scene{t: t, dir: t.TempDir()}, whole: demo}
	f := &forger{t: t, dir: c.place()}
	i := &installation{dir: f.dir}
	var err error
	if i.secret, err = readSecret(f.dir); err != nil {
		t.Fatal(err)
	}
	if f.db, err = sql.Open("sqlite", i.path(eventsFile)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.db.Close() })
	f.ids = app.IDs{Secret: i.secret}
	f.app = app.New(app.Config{Store: peeked{path: i.path(eventsFile)}, Secret: i.secret})
	var ms int64
	if err := f.db.QueryRowContext(t.Context(), `SELECT max(at) FROM events`).Scan(&ms); err != nil {
		t.Fatal(err)
	}
	f.latest = time.UnixMilli(ms).UTC()
	return f
}

// demoFolder records the demo in a data folder.
func demoFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	i, err := createInstallation(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = i.openWhole(t.Context(), st, "", witnesses{})
	if err == nil {
		err = recordDemo(t.Context(), i.app(st), st.events)
	}
	if err := errors.Join(err, st.close(), i.close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (f *forger) person(name string) domain.ID { return f.app.PersonID(auth.DevName, name) }

// version returns how many records a stream has.
func (f *forger) version(stream string) (v int64) {
	f.t.Helper()
	if err := f.db.QueryRowContext(f.t.Context(), `SELECT coalesce(max(version), 0) FROM events WHERE stream = ?`, stream).Scan(&v); err != nil {
		f.t.Fatal(err)
	}
	return v
}

// streamOf returns a stream of a category with a record by a person.
func (f *forger) streamOf(kind string, who domain.ID) (stream string) {
	f.t.Helper()
	if err := f.db.QueryRowContext(f.t.Context(), `SELECT stream FROM events WHERE type = ? AND instr(meta, ?) ORDER BY position LIMIT 1`, kind, string(who)).Scan(&stream); err != nil {
		f.t.Fatal(kind, err)
	}
	return stream
}

// own is the meta of a person's act in their own name or for an entity.
func (f *forger) own(who domain.ID, a domain.Actor) domain.Meta {
	a.Person = who
	if a.Capacity == "" {
		a.Capacity = domain.Stakeholder
	}
	pin := func(category string) domain.Pin {
		s := category + "-" + string(who)
		return domain.Pin{Stream: s, Version: f.version(s)}
	}
	return domain.Meta{Actor: a, Key: "a-key-of-the-forger", Hash: strings.Repeat("0a", 16), Pins: []domain.Pin{pin("person"), pin("credential")}}
}

// holding is what a person of the demo acts with.
func (f *forger) holding(name string) domain.Meta {
	f.t.Helper()
	who := f.person(name)
	s, err := f.app.Credentials.State(f.t.Context(), who)
	if err != nil {
		f.t.Fatal(err)
	}
	h := s.Live(f.latest)[0]
	return f.own(who, domain.Actor{Entity: h.Entity, Capacity: h.Capacity})
}

func (f *forger) system(key string) domain.Meta {
	return domain.Meta{Actor: domain.Actor{Capacity: domain.System}, Key: key, Hash: strings.Repeat("0b", 16)}
}

// A forgery is one batch of records, before it is written.
type forgery struct {
	stream string
	meta   domain.Meta
	rows   []row

	more string // put into meta, before its end
	gap  int64  // in versions
	at   time.Time
	salt int
	id   string
}

// A row is one record: its type and its data.
type row struct{ kind, data string }

// write appends a forgery behind everybody's back, and returns its index.
func (f *forger) write(x forgery) (index int64) {
	f.t.Helper()
	if err := f.db.QueryRowContext(f.t.Context(), `SELECT count(*) FROM events`).Scan(&index); err != nil {
		f.t.Fatal(err)
	}
	meta, err := json.Marshal(x.meta)
	if err != nil {
		f.t.Fatal(err)
	}
	meta = []byte(strings.TrimSuffix(string(meta), "}") + x.more + "}")
	at, salt := f.latest, 32
	if !x.at.IsZero() {
		at = x.at
	}
	if x.salt > 0 {
		salt = x.salt
	}
	scope := string(x.meta.Person)
	if x.meta.Capacity == domain.System {
		scope = string(domain.System)
	}
	v := f.version(x.stream) + x.gap
	for n, r := range x.rows {
		id := f.ids.Record(x.stream, scope, x.meta.Key, n)
		if x.id != "" {
			id = x.id
		}
		bytes, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
		if err != nil {
			f.t.Fatal(err)
		}
		if _, err := f.db.ExecContext(f.t.Context(), `INSERT INTO events (position, stream, version, id, type, at, salt, data, meta) VALUES ((SELECT max(position) + 1 FROM events), ?, ?, ?, ?, ?, zeroblob(?), ?, ?)`,
			x.stream, v+int64(n)+1, bytes, r.kind, at.UnixMilli(), salt, []byte(r.data), meta); err != nil {
			f.t.Fatal(err)
		}
	}
	return index
}

// judge replays the folder's record against the rules.
func (f *forger) judge() []rules.Breach {
	f.t.Helper()
	st, err := sqlitestore.Open(f.t.Context(), filepath.Join(f.dir, eventsFile))
	if err != nil {
		f.t.Fatal(err)
	}
	defer st.Close()
	return breaches(f.t, st, f.ids)
}

func breaches(t *testing.T, st eventstore.Store, ids rules.IDs) []rules.Breach {
	t.Helper()
	h := &rules.History{IDs: ids, Now: time.Now()}
	for r, err := range st.All(context.WithoutCancel(t.Context()), 0) {
		if err != nil {
			t.Fatal(err)
		}
		h.Next(r, true)
	}
	h.End()
	return h.Breaches
}

// TestForgedRecordsAreNamed appends, one at a time, what nobody could have
// appended. The replay names the rule and the index of each; and nothing of the
// demo as it was recorded.
func TestForgedRecordsAreNamed(t *testing.T) {
	t.Parallel()
	demo := demoFolder(t)
	if is := newForger(t, demo).judge(); len(is) > 0 {
		t.Fatalf("of an honest record it says %v", is)
	}
	tried := []string{"record.once"} // which SQLite does not take
	for _, tt := range forgeries {
		t.Run(tt.name, func(t *testing.T) {
			f := newForger(t, demo)
			at := f.write(tt.forge(f))
			is := f.judge()
			if !slices.ContainsFunc(is, func(b rules.Breach) bool { return b.Rule == tt.rule && b.Index == at }) {
				t.Errorf("it does not name %s at index %d: %v", tt.rule, at, is)
			}
			for _, b := range is {
				if b.Index != at {
					t.Errorf("it also says %s", b)
				}
			}
		})
		tried = append(tried, tt.rule)
	}
	for _, r := range rules.All {
		if !slices.Contains(tried, r.Name) {
			t.Errorf("nothing is forged that breaks %s", r.Name)
		}
	}
}

// text is content of somebody's words.
func text(of domain.ID) string {
	return fmt.Sprintf(`{"text":{"language":"en","text":{"of":%q,"text":"forged"}}}`, of)
}

func granted(person, entity domain.ID, c domain.Capacity) row {
	return row{"credential.granted", fmt.Sprintf(`{"person":%q,"entity":%q,"capacity":%q}`, person, entity, c)}
}

// withdrawal is the honest act that most forgeries begin as: the forum withdraws
// what it sent.
func withdrawal(f *forger) forgery {
	who := f.person("ngo")
	m := f.holding("ngo")
	return forgery{stream: f.streamOf(submission.Received{}.EventType(), who), meta: m,
		rows: []row{{"submission.withdrawn", fmt.Sprintf(`{"reason":{"of":%q,"text":"forged"}}`, m.Entity)}}}
}

// but changes the withdrawal.
func but(change func(f *forger, x *forgery)) func(*forger) forgery {
	return func(f *forger) forgery {
		x := withdrawal(f)
		change(f, &x)
		return x
	}
}

var forgeries = []struct {
	name, rule string
	forge      func(f *forger) forgery
}{
	{"SYSTEM grants PROTECTION after the genesis", "system.genesis", func(f *forger) forgery {
		who := f.person("ngo")
		return forgery{stream: "credential-" + string(who), meta: f.system("configuration: grant"), rows: []row{granted(who, f.app.Secretariat(), domain.Protection)}}
	}},
	{"SYSTEM hides what no import brought", "import.retracted", but(func(f *forger, x *forgery) {
		x.meta = f.system("timer: import.hide")
		x.rows = []row{{"submission.hidden", `{"reason":{"policy":"interim","code":"IMPORT_RETRACTED","text":"x"}}`}}
	})},
	{"SYSTEM withdraws what somebody sent", "actor.capacity", but(func(f *forger, x *forgery) { x.meta = f.system("timer: submission") })},
	{"words by a person in another's stream", "actor.capacity", but(func(f *forger, x *forgery) {
		x.meta = f.holding("ngo2")
		x.rows = []row{{"submission.amended", `{"content":` + text(x.meta.Entity) + `}`}}
	})},
	{"the owner's amendment holds another's words", "words.owner", but(func(f *forger, x *forgery) {
		x.rows = []row{{"submission.amended", `{"content":` + text(f.person("ngo2")) + `}`}}
	})},
	{"a contribution for somebody else", "words.owner", func(f *forger) forgery {
		m, forum := f.holding("ngo2"), f.holding("ngo").Entity
		id := f.ids.Aggregate("sub_", "submission", string(m.Person), m.Key)
		return forgery{stream: "submission-" + string(id), meta: m, rows: []row{{"submission.received", fmt.Sprintf(`{"consultation":"con_x","for":%q,"content":%s,"label":"PUBLIC"}`, forum, text(forum))}}}
	}},
	{"one key twice", "key.once", but(func(f *forger, x *forgery) {
		var meta []byte
		if err := f.db.QueryRowContext(f.t.Context(), `SELECT meta FROM events WHERE stream = ? ORDER BY version LIMIT 1`, x.stream).Scan(&meta); err != nil {
			f.t.Fatal(err)
		}
		var m domain.Meta
		if err := json.Unmarshal(meta, &m); err != nil {
			f.t.Fatal(err)
		}
		x.meta.Key, x.id = m.Key, "01234567-89ab-8def-8123-456789abcdef"
	})},
	{"of 1970", "record.at", but(func(_ *forger, x *forgery) { x.at = time.Unix(0, 0) })},
	{"of a week before the last", "record.at", but(func(f *forger, x *forgery) { x.at = f.latest.Add(-7 * 24 * time.Hour) })},
	{"of the year 2100", "record.at", but(func(_ *forger, x *forgery) { x.at = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) })},
	{"a gap in the versions", "stream.version", but(func(_ *forger, x *forgery) { x.gap = 1 })},
	{"an id drawn by lot", "record.id", but(func(_ *forger, x *forgery) { x.id = "01234567-89ab-8def-8123-456789abcdef" })},
	{"an id of another kind", "record.id", but(func(_ *forger, x *forgery) { x.id = "01234567-89ab-4def-8123-456789abcdef" })},
	{"a short salt", "record.salt", but(func(_ *forger, x *forgery) { x.salt = 16 })},
	{"more than a command may record", "record.size", but(func(_ *forger, x *forgery) {
		x.rows[0].data = strings.Replace(x.rows[0].data, "forged", strings.Repeat("forged", eventstore.MaxAppend/6), 1)
	})},
	{"a stream of nothing", "stream.name", but(func(_ *forger, x *forgery) { x.stream = "donation-don_x" })},
	{"an aggregate with another's prefix", "stream.name", but(func(_ *forger, x *forgery) { x.stream = "submission-con_x" })},
	{"an event of another category", "event.known", but(func(_ *forger, x *forgery) { x.rows = []row{{"consultation.archived", `{}`}} })},
	{"an event that does not decode", "event.known", but(func(_ *forger, x *forgery) { x.rows[0].data = `{"reason": 7}` })},
	{"a field that the event has not", "event.fields", but(func(_ *forger, x *forgery) {
		x.rows[0].data = strings.Replace(x.rows[0].data, "{", `{"approvedBy":"per_x",`, 1)
	})},
	{"a field that meta has not", "meta.form", but(func(_ *forger, x *forgery) { x.more = `,"approvedBy":"per_x"` })},
	{"no hash of the command", "meta.form", but(func(_ *forger, x *forgery) { x.meta.Hash = "" })},
	{"no key", "meta.form", but(func(_ *forger, x *forgery) { x.meta.Key = "" })},
	{"a capacity that there is not", "meta.form", but(func(_ *forger, x *forgery) { x.meta.Capacity = "EMPEROR" })},
	{"a capacity in one's own name", "meta.form", but(func(_ *forger, x *forgery) { x.meta.Entity, x.meta.Capacity = "", domain.Auditor })},
	{"SYSTEM for somebody", "meta.form", but(func(_ *forger, x *forgery) { x.meta.Capacity = domain.System })},
	{"resting on what is to come", "meta.pins", but(func(f *forger, x *forgery) {
		x.meta.Pins = append(x.meta.Pins, domain.Pin{Stream: "consultation-con_x", Version: 1})
	})},
	{"by a person who is not registered", "actor.person", func(f *forger) forgery {
		m := f.own(f.person("nobody"), domain.Actor{})
		id := f.ids.Aggregate("sub_", "submission", string(m.Person), m.Key)
		return forgery{stream: "submission-" + string(id), meta: m, rows: []row{{"submission.received", fmt.Sprintf(`{"consultation":"con_x","for":%q,"content":%s,"label":"PUBLIC"}`, m.Person, text(m.Person))}}}
	}},
	{"without a credential", "actor.credential", but(func(f *forger, x *forgery) {
		entity := x.meta.Entity
		x.meta = f.own(f.person("auditor"), domain.Actor{Entity: entity, Capacity: domain.Stakeholder})
	})},
	{"by a credential that is not said", "actor.credential", but(func(_ *forger, x *forgery) { x.meta.Pins = x.meta.Pins[:1] })},
	{"two events that no command records", "event.made", but(func(_ *forger, x *forgery) {
		x.rows = append(x.rows, row{"submission.published", `{}`})
	})},
	{"published before it is there", "stream.transition", func(f *forger) forgery {
		m := f.holding("secretariat")
		id := f.ids.Aggregate("con_", "consultation", string(m.Person), m.Key)
		return forgery{stream: "consultation-" + string(id), meta: m, rows: []row{{"consultation.opened", `{}`}}}
	}},
	{"a grant in the stream of somebody else", "subject.stream", func(f *forger) forgery {
		m := f.holding("secretariat")
		return forgery{stream: "credential-" + string(f.person("ngo")), meta: m, rows: []row{granted(f.person("ngo2"), m.Entity, domain.Editor)}}
	}},
	{"one officer grants what takes two", "eyes.four", func(f *forger) forgery {
		m, who := f.holding("secretariat"), f.person("ngo")
		return forgery{stream: "credential-" + string(who), meta: m, rows: []row{granted(who, m.Entity, domain.Auditor)}}
	}},
	{"an officer grants to themselves", "eyes.four", func(f *forger) forgery {
		m := f.holding("secretariat")
		return forgery{stream: "credential-" + string(m.Person), meta: m, rows: []row{granted(m.Person, m.Entity, domain.Editor)}}
	}},
	{"an aggregate with an id of one's own choice", "aggregate.id", func(f *forger) forgery {
		m := f.own(f.person("ngo"), domain.Actor{})
		return forgery{stream: "submission-sub_00000000000000000000000000", meta: m, rows: []row{{"submission.received", fmt.Sprintf(`{"consultation":"con_x","for":%q,"content":%s,"label":"PUBLIC"}`, m.Person, text(m.Person))}}}
	}},
}

// TestForgedRecordsAreNamedByReplay has the program itself find a forged record
// that it numbered and exported like any other.
func TestForgedRecordsAreNamedByReplay(t *testing.T) {
	t.Parallel()
	f := newForger(t, demoFolder(t))
	at := f.write(forgeries[0].forge(f))
	if err := f.db.Close(); err != nil {
		t.Fatal(err)
	}
	record(t, f.dir, "ann", 1, true) // numbers it, and has the read models take it
	if err := startOn(t, f.dir); err != nil {
		t.Fatal(err)
	}
	code, out, complaint := runReplay(t, f.dir, "--verify", "--json")
	var is finding
	if err := json.Unmarshal([]byte(out), &struct{ Breaches *[]rules.Breach }{&is.Breaches}); err != nil {
		t.Fatal(err, out, complaint)
	}
	if code != no || len(is.Breaches) != 1 || is.Breaches[0].Rule != "system.genesis" || is.Breaches[0].Index != at {
		t.Errorf("it ends with %d and says %s%s", code, out, complaint)
	}
	s := &scene{t: t, dir: t.TempDir()}
	history := filepath.Join(s.dir, "history")
	s.must("export", "--data", f.dir, "--out", history)
	if code, said := s.ask("verify", "bundle", history); code != no || !strings.Contains(said, fmt.Sprintf("index %d", at)) || !strings.Contains(said, "system.genesis") {
		t.Errorf("of the bundle it ends with %d and says %s", code, said)
	}
}
