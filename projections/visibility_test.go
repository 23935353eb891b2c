package projections

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// emptyModel returns an engine with all read models of an empty record.
func emptyModel(t *testing.T) *Engine {
	t.Helper()
	dir := t.TempDir()
	e := &Engine{Log: logOf(t, dir, &memstore.Store{}), Path: filepath.Join(dir, "readmodel.db"), All: All()}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// insert adds a row to a table of a read model. What is not named is zero.
func insert(t *testing.T, tx *sql.Tx, table string, row map[string]any) {
	t.Helper()
	columns, err := tx.QueryContext(t.Context(), `SELECT name, type, "notnull" FROM pragma_table_info(?)`, table)
	if err != nil {
		t.Fatal(err)
	}
	var names, marks []string
	var args []any
	row = maps.Clone(row)
	for columns.Next() {
		var name, kind string
		var required bool
		if err := columns.Scan(&name, &kind, &required); err != nil {
			t.Fatal(err)
		}
		v, ok := row[name]
		switch {
		case ok || !required:
		case kind == "TEXT":
			v = ""
		case name == "valid_to":
			v = int64(open)
		default:
			v = 0
		}
		delete(row, name)
		names, marks, args = append(names, name), append(marks, "?"), append(args, v)
	}
	if len(row) > 0 || columns.Err() != nil {
		t.Fatalf("table %s has no %v: %v", table, row, columns.Err())
	}
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, args...); err != nil {
		t.Fatalf("insert into %s: %v", table, err)
	}
}

func inTx(t *testing.T, e *Engine, f func(*sql.Tx)) {
	t.Helper()
	tx, err := e.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	f(tx)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

const (
	ownerEntity domain.ID = "ent_owner"
	coSigner    domain.ID = "ent_co_signer"
	stranger    domain.ID = "ent_stranger"
	somebody    domain.ID = "per_somebody"
)

// An access is one point of the product: what the domain judges, and the row
// that the read model has of it.
type access struct {
	id     domain.ID
	status string
	domain.Access
}

// rounds are consultations by who takes part in them.
var rounds = map[domain.ID]consultation.Audience{
	"con_nobody":   {},
	"con_stranger": {Named: []domain.ID{stranger}},
	"con_somebody": {Named: []domain.ID{somebody}},
	"con_groups":   {Groups: consultation.Groups},
	"con_states":   {Groups: []consultation.Group{consultation.MemberStates}},
	"con_others":   {Groups: []consultation.Group{consultation.Stakeholders, consultation.RegionalMechanisms}},
	"con_entity":   {},
	"con_person":   {},
}

// contributors are who contributed to rounds.
var contributors = map[domain.ID]domain.ID{"con_entity": stranger, "con_person": somebody}

// product is every submission there can be, as far as its visibility goes.
func product() []access {
	var all []access
	flags := []bool{false, true}
	for _, label := range append(slices.Clone(domain.Labels), "", "NEWER") {
		for _, status := range []string{"DRAFT", "PROPOSED", "DISCARDED", "SUBMITTED", "WITHDRAWN"} {
			for i := range 4 {
				for _, owner := range []domain.ID{ownerEntity, somebody, ""} {
					for _, signers := range [][]domain.ID{nil, {coSigner}, {somebody}} {
						for _, round := range slices.Sorted(maps.Keys(rounds)) {
							if label != domain.Participants && round != "con_groups" {
								continue // who takes part matters to one label
							}
							a := domain.Access{
								Owner: owner, CoSigners: signers, Round: round, Label: label, Published: flags[i&1], Hidden: flags[i>>1],
								Draft: status == "DRAFT" || status == "PROPOSED" || status == "DISCARDED", Withdrawn: status == "WITHDRAWN",
							}
							all = append(all, access{domain.ID(fmt.Sprintf("sub_%05d", len(all))), status, a})
						}
					}
				}
			}
		}
	}
	return all
}

func (a access) insert(t *testing.T, tx *sql.Tx, from, to int64) {
	t.Helper()
	insert(t, tx, "submissions", map[string]any{
		"id": string(a.id), "consultation": string(a.Round), "owner": string(a.Owner), "status": a.status, "label": string(a.Label),
		"released": released(a.Published), "edition": 2, "hidden": a.Hidden, "valid_from": from, "valid_to": to,
	})
	for _, s := range a.CoSigners {
		insert(t, tx, "signatories", map[string]any{"submission": string(a.id), "party": string(s), "valid_from": from, "valid_to": to})
	}
}

func released(published bool) int {
	if published {
		return 1
	}
	return 0
}

func insertRounds(t *testing.T, tx *sql.Tx) {
	t.Helper()
	for id, a := range rounds {
		for _, g := range a.Groups {
			insert(t, tx, "audiences", map[string]any{"id": string(id), "party": string(g)})
		}
		for _, n := range a.Named {
			insert(t, tx, "audiences", map[string]any{"id": string(id), "party": string(n)})
		}
		if by := contributors[id]; by != "" {
			sent{submission.State{Status: "submitted", Time: submission.OnTime, Owner: by, Round: id}}.insert(t, tx)
		}
	}
}

// sent is a submission, as far as it makes its owner a participant.
type sent struct{ submission.State }

func (s sent) insert(t *testing.T, tx *sql.Tx) {
	t.Helper()
	insert(t, tx, "submissions", map[string]any{
		"id": "sent to " + string(s.Round), "consultation": string(s.Round), "owner": string(s.Owner), "status": strings.ToUpper(string(s.Status)),
		"timeliness": string(s.Time), "recorded": s.Recorded, "confirmed": s.Confirmed, "outside": s.Outside, "label": "SEALED",
	})
}

// takingPart gives a viewer the answer of the domain on who takes part.
func takingPart(v domain.Viewer) domain.Viewer {
	v.Takes = func(round domain.ID) bool {
		kindOf := func(id domain.ID) string { return v.Kinds[id] }
		return consultation.State{Audience: rounds[round]}.Invites(v.Holds, v.Person, kindOf) || v.ActsFor(contributors[round])
	}
	return v
}

// judges are the capacities that the rule names, which may meet in one person.
var judges = []domain.Capacity{
	domain.StateMission, domain.StateFocalPoint, domain.Secretariat, domain.Editor, domain.Moderator, domain.AppealReviewer, domain.Protection, domain.Auditor,
}

// everyViewer is the public, persons without any credential, everybody who holds
// one in any capacity for anybody, and those who hold two.
func everyViewer() map[string]domain.Viewer {
	all := map[string]domain.Viewer{"the public": {}, "somebody": {Person: somebody}, "a person": {Person: "per_else"}}
	for _, c := range domain.Capacities {
		all["somebody, "+string(c)] = domain.Viewer{Person: somebody, Holds: []domain.Holding{{Entity: stranger, Capacity: c}}}
		for _, e := range []domain.ID{ownerEntity, coSigner, stranger} {
			all[fmt.Sprintf("%s of %s", c, e)] = domain.Viewer{Person: "per_else", Holds: []domain.Holding{{Entity: e, Capacity: c}}}
		}
		for _, d := range judges {
			if slices.Contains(judges, c) && c < d {
				all[fmt.Sprintf("%s and %s", c, d)] = domain.Viewer{Person: "per_else", Holds: []domain.Holding{{Entity: "ent_else", Capacity: c}, {Entity: stranger, Capacity: d}}}
			}
		}
	}
	for _, k := range entity.Kinds {
		for _, c := range credential.Suits(string(k)) {
			all[fmt.Sprintf("%s of a %s", c, k)] = domain.Viewer{Person: "per_else", Holds: []domain.Holding{{Entity: "ent_else", Capacity: c}}, Kinds: map[domain.ID]string{"ent_else": string(k)}}
		}
	}
	for name, v := range all {
		all[name] = takingPart(v)
	}
	return all
}

// A sight is what a reader sees of a submission: how much, and which edition.
type sight struct {
	level   domain.Level
	edition int64
}

// sightOf is what the domain says: of the two editions that each has, the first
// is released once anything is.
func sightOf(a domain.Access, v domain.Viewer) sight {
	s := sight{level: a.Level(v)}
	switch {
	case a.Inside(v):
		s.edition = 2
	case a.Published:
		s.edition = 1
	}
	return s
}

func sights(t *testing.T, r Reader) map[domain.ID]sight {
	t.Helper()
	type row struct {
		id domain.ID
		s  sight
	}
	rows, err := collect(t.Context(), r.Engine.reads, "levels", `SELECT s.id, `+r.level("s")+`, `+r.shownEdition("s")+` FROM submissions s WHERE `+r.valid("s"), nil, func(rows *sql.Rows) (x row, err error) {
		return x, rows.Scan(&x.id, &x.s.level, &x.s.edition)
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[domain.ID]sight{}
	for _, x := range rows {
		out[x.id] = x.s
	}
	return out
}

// The rule that reads go by, in SQL, is the domain's: over the whole product
// of what there can be and who may ask.
func TestLevelIsTheDomains(t *testing.T) {
	e, all := emptyModel(t), product()
	inTx(t, e, func(tx *sql.Tx) {
		insertRounds(t, tx)
		for _, a := range all {
			a.insert(t, tx, 0, open)
		}
	})
	seen, wrong := map[domain.Level]int{}, 0
	for name, v := range everyViewer() {
		got := sights(t, Reader{Engine: e, Viewer: v})
		for _, a := range all {
			want := sightOf(a.Access, v)
			seen[want.level]++
			if l, ok := got[a.id]; !ok || l != want {
				if wrong++; wrong < 20 {
					t.Errorf("%s: %s %+v: level and edition %d, the domain says %d", name, a.status, a.Access, l, want)
				}
			}
		}
	}
	for _, l := range []domain.Level{domain.Nothing, domain.Tombstone, domain.TextOnly, domain.Everything} {
		if seen[l] == 0 {
			t.Errorf("level %d never occurs: the product is not whole", l)
		}
	}
}

// Who contributed is the same in SQL as in the domain, whatever became of what
// they sent, and for the app, which asks by the engine.
func TestContributedIsTheDomains(t *testing.T) {
	e := emptyModel(t)
	var all []sent
	flags := []bool{false, true}
	for _, status := range []domain.Status{"draft", "proposed", "submitted", "withdrawn", "discarded"} {
		for _, timely := range []submission.Timeliness{"", submission.OnTime, submission.AcceptedLate, submission.RefusedLate} {
			for i := range 8 {
				round := domain.ID(fmt.Sprintf("con_%03d", len(all)))
				all = append(all, sent{submission.State{Status: status, Time: timely, Recorded: flags[i&1], Confirmed: flags[i>>1&1], Outside: flags[i>>2], Owner: stranger, Round: round}})
			}
		}
	}
	inTx(t, e, func(tx *sql.Tx) {
		for _, s := range all {
			s.insert(t, tx)
		}
	})
	owner := domain.Viewer{Person: "per_else", Holds: []domain.Holding{{Entity: stranger, Capacity: domain.Stakeholder}}}
	counts := map[bool]int{}
	for _, s := range all {
		want := s.Contributes()
		counts[want]++
		for name, v := range map[string]domain.Viewer{"who speaks for the owner": owner, "another": {Person: "per_else", Holds: []domain.Holding{{Entity: ownerEntity, Capacity: domain.Stakeholder}}}} {
			r, takes := Reader{Engine: e, Viewer: v}, false
			if err := e.reads.QueryRowContext(t.Context(), `SELECT `+r.participant("'"+string(s.Round)+"'", r.valid)).Scan(&takes); err != nil {
				t.Fatal(err)
			}
			asked, err := e.Contributed(t.Context(), s.Round, v.Parties())
			if want := want && v.ActsFor(s.Owner); err != nil || takes != want || asked != want {
				t.Errorf("%+v: %s takes part: %t, and by the engine %t, %v; the domain says %t", s.State, name, takes, asked, err, want)
			}
		}
	}
	if counts[true] == 0 || counts[false] == 0 {
		t.Errorf("of what was sent %v contributes", counts)
	}
}

// As of an index nobody sees more than then, nor more than now.
func TestLevelAsOfIsTheLesser(t *testing.T) {
	e, all := emptyModel(t), product()
	const chosen = 800
	chance := rand.New(rand.NewPCG(1, 2))
	then, now := make([]access, chosen), make([]access, chosen)
	inTx(t, e, func(tx *sql.Tx) {
		insertRounds(t, tx)
		for i := range chosen {
			then[i], now[i] = all[chance.IntN(len(all))], all[chance.IntN(len(all))]
			then[i].id = domain.ID(fmt.Sprintf("sub_%05d", i))
			now[i].id = then[i].id
			then[i].insert(t, tx, 3, 7)
			now[i].insert(t, tx, 7, open)
		}
	})
	wrong := 0
	for name, v := range everyViewer() {
		if strings.Contains(name, " and ") {
			continue
		}
		got := sights(t, Reader{Engine: e, Viewer: v, AsOf: new(int64(5))})
		for i := range chosen {
			was, is := sightOf(then[i].Access, v), sightOf(now[i].Access, v)
			want := sight{min(was.level, is.level), was.edition}
			if was.edition == 2 && is.edition != 2 { // an insider then, and not now
				if want.edition = 0; then[i].Published {
					want.edition = 1
				}
			}
			if want.edition == 0 {
				want.level = domain.Nothing
			}
			if got[then[i].id] != want {
				if wrong++; wrong < 20 {
					t.Errorf("%s: %+v then, %+v now: level and edition %d, want %d", name, then[i].Access, now[i].Access, got[then[i].id], want)
				}
			}
		}
	}
}

// A submission's own state says the same as the row that its events make.
func TestAccessOfAState(t *testing.T) {
	for status, want := range map[domain.Status]string{"draft": "DRAFT", "proposed": "PROPOSED", "submitted": "SUBMITTED", "withdrawn": "WITHDRAWN", "discarded": "DISCARDED"} {
		a := submission.State{Status: status, Owner: ownerEntity, Label: domain.States, Released: 1, Round: "con_states"}.Access()
		for _, b := range product() {
			if b.status == want && b.Owner == ownerEntity && b.Label == domain.States && b.Published && !b.Hidden && b.CoSigners == nil && b.Round == "con_states" {
				if a.Draft != b.Draft || a.Withdrawn != b.Withdrawn || a.Label != b.Label || a.Published != b.Published || a.Hidden {
					t.Errorf("%s: the state gives %+v, the row %+v", status, a, b.Access)
				}
			}
		}
	}
}
