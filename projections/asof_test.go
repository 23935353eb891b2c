package projections_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/demo"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

const (
	storiesTold = 12
	stepsEach   = 240
)

// Before anybody's rights are asked, the content as of an index is that of a
// read model built from the records up to it.
func TestAsOfIsARebuild(t *testing.T) {
	for seed := range storiesTold {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := newStory(t)
			s.play(stories(stepsEach).Example(seed))
			if s.done < stepsEach/4 {
				t.Fatalf("of %d steps only %d came about", stepsEach, s.done)
			}
			chance := rand.New(rand.NewPCG(uint64(seed), 1))
			for range 4 {
				sameAsRebuilt(t, s.Trial, chance.Int64N(s.Log.Size()))
			}
		})
	}
	t.Run("the founding example", func(t *testing.T) {
		tr := trial.New(t)
		tr.Officer("secretariat")
		if err := demo.Record(t.Context(), tr.App, tr.Person); err != nil {
			t.Fatal(err)
		}
		tr.Settle()
		chance := rand.New(rand.NewPCG(7, 1))
		for range 8 {
			sameAsRebuilt(t, tr, chance.Int64N(tr.Log.Size()))
		}
	})
}

func sameAsRebuilt(t *testing.T, tr *trial.Trial, index int64) {
	t.Helper()
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	e := &projections.Engine{Log: tr.Log, All: projections.All()}
	if err := e.Build(t.Context(), fresh, index+1); err != nil {
		t.Fatal(err)
	}
	live, rebuilt := openRows(t, tr.Engine.Path), openRows(t, fresh)
	for _, table := range tables() {
		if strings.HasPrefix(table, "figure_") {
			continue // of what the public may see now, at every index: see TestFiguresAreCounted
		}
		then := rowsOf(t, live, `SELECT `+asOf(t, live, table, index)+` `)
		columns := slices.DeleteFunc(columnsOf(t, rebuilt, table), ofNow)
		if d := cmp.Diff(rowsOf(t, rebuilt, `SELECT "`+strings.Join(columns, `", "`)+`" FROM `+table), then); d != "" {
			t.Errorf("%s as of %d of %d (-rebuilt +live):\n%s", table, index, tr.Log.Size(), d)
		}
	}
}

// ofNow names columns that tell in every row how things are now.
func ofNow(column string) bool { return column == "listed_at" }

func tables() []string {
	all := []string{"texts"}
	for _, p := range projections.All() {
		for _, t := range p.Tables {
			all = append(all, t.Name)
		}
	}
	return all
}

// asOf selects a table's rows as they were as of an index: those that began by
// then, and open again where they ended later.
func asOf(t *testing.T, db *sql.DB, table string, index int64) string {
	t.Helper()
	columns := columnsOf(t, db, table)
	has := func(c string) bool { return slices.Contains(columns, c) }
	switch {
	case table == "texts":
		return fmt.Sprintf(`* FROM texts WHERE id / 1000 <= %d`, index)
	case table == "moments": // the last row stands for the indexes up to its own
		return fmt.Sprintf(`min(idx, %[1]d), latest FROM moments WHERE idx < %[1]d OR idx = (SELECT MIN(idx) FROM moments WHERE idx >= %[1]d)`, index)
	case table == "answers":
		return fmt.Sprintf(`a.* FROM answers a JOIN editions e ON e.submission = a.submission AND e.edition = a.edition WHERE e.idx <= %d`, index)
	case table == "briefing_points": // said once and for all, with their item
		return fmt.Sprintf(`* FROM briefing_points WHERE item IN (SELECT id FROM briefing_items WHERE valid_from <= %d)`, index)
	case has("valid_from") && has("valid_to"):
		columns = slices.DeleteFunc(columns, ofNow)
		list := strings.Replace(`"`+strings.Join(columns, `", "`)+`"`, `"valid_to"`, fmt.Sprintf("CASE WHEN valid_to > %d THEN 1 << 62 ELSE valid_to END", index), 1)
		return fmt.Sprintf(`%s FROM %s WHERE valid_from <= %d`, list, table, index)
	case has("valid_from"):
		return fmt.Sprintf(`* FROM %s WHERE valid_from <= %d`, table, index)
	case has("idx"):
		return fmt.Sprintf(`* FROM %s WHERE idx <= %d`, table, index)
	}
	t.Fatalf("table %s does not say since when its rows are there: %v", table, columns)
	return ""
}

func openRows(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func columnsOf(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM `+table+` LIMIT 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// rowsOf renders what a query gives, a line each, in an order of their own.
func rowsOf(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%q", values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// allReads asks for pages that hold all there is and do not cost too much.
const allReads = `{ asOf(at: {index: "%d"}) { ...all } } fragment all on Query {
	submissions(first: 30) { nodes { id version number author status label requested visibility timeliness lateReason language objectives submittedAt reason recorded confirmed
		source { name item } consultation { id } entity { id name { original { value } } } text { all { value origin } } answers { questionId }
		hidden { policy code text } awaitsRelease versions { version kind status text { all { value origin } } answers { questionId } recordedAt publicFrom publicUntil } history { change recordedAt version } coSignatories { confirmed entity { id } } } }
	consultations(first: 60) { nodes { id version status kind title { original { value } } closes { at } openedAt endedAt latePolicy label audience questionnaire { id } factualSummary { original { value } } report { original { value } } reason } }
	entities(first: 60) { nodes { id version kind status name { original { value } } acronym } }
}`

var readers = []string{"", "stranger", "ngo", "ngo2", "mission", "focal", "secretariat", "protection", "moderator", "auditor"}

// What was answered then is answered as of then, but for what its reader may
// see less of by now, and nothing that they could not see.
func TestAsOfIsWhatWasAnswered(t *testing.T) {
	same, less, gone := 0, 0, 0
	for seed := range storiesTold / 2 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s, steps := newStory(t), stories(stepsEach).Example(100+seed)
			s.play(steps[:stepsEach/2])
			index := s.Log.Size() - 1
			type answer struct {
				data   map[string]any
				levels map[string]sight
			}
			then := map[string]answer{}
			for _, who := range readers {
				a := s.Ask(who, strings.Replace(allReads, `{ asOf(at: {index: "%d"}) { ...all } }`, `{ ...all }`, 1), nil)
				data := a.Data
				if n := len(nodesOf(data)); len(a.Errors) > 0 || n >= 30 {
					t.Fatalf("%q sees %d submissions, %v", who, n, a.Errors)
				}
				then[who] = answer{data, levelsOf(t, s, who, data)}
			}
			s.play(steps[stepsEach/2:])
			for _, who := range readers {
				a := s.Ask(who, fmt.Sprintf(allReads, index), nil)
				asOf, _ := a.Get("asOf").(map[string]any)
				was := then[who]
				now := levelsOf(t, s, who, was.data)
				if d := cmp.Diff(was.data["consultations"], asOf["consultations"]) + cmp.Diff(was.data["entities"], asOf["entities"]); d != "" || len(a.Errors) > 0 {
					t.Errorf("%q as of %d: %v (-then +as of then):\n%s", who, index, a.Errors, d)
				}
				before, after := nodesOf(was.data), nodesOf(asOf)
				for id, n := range before {
					got, ok := after[id]
					if now[id].atLeast(was.levels[id]) {
						same++
					} else {
						less++
					}
					switch {
					case now[id].level == 0 && ok:
						t.Errorf("%q sees %s as of %d, and not now", who, id, index)
					case now[id].atLeast(was.levels[id]) && !cmp.Equal(untaken(n, now[id]), untaken(got, now[id])):
						t.Errorf("%q, %s as of %d (-then +as of then):\n%s", who, id, index, cmp.Diff(n, got))
					case now[id].level < 3 && got != nil && got.(map[string]any)["entity"] != nil:
						t.Errorf("%q learns as of %d whose %s is, and not now", who, index, id)
					}
				}
				for id := range after {
					if before[id] == nil {
						t.Errorf("%q sees %s as of %d, and did not then", who, id, index)
					}
				}
			}
			public := s.Ask("auditor", strings.Replace(fmt.Sprintf(allReads, index), `{ ...all }`, `{ publicView { ...all } }`, 1), nil)
			view, _ := public.Get("asOf", "publicView").(map[string]any)
			gone += sameForThePublic(t, then[""].data, view, levelsOf(t, s, "", then[""].data))
			for _, who := range readers[:len(readers)-1] {
				a := s.Ask(who, strings.Replace(fmt.Sprintf(allReads, index), `{ ...all }`, `{ publicView { ...all } }`, 1), nil)
				if a.Get("asOf") != nil || len(a.Errors) == 0 {
					t.Errorf("%q is no auditor and has the public view", who)
				}
			}
		})
	}
	if same < 100 || less < 40 || gone < 5 {
		t.Errorf("the stories are too dull: %d answers compared, %d of what is seen less of now, %d of that by the public", same, less, gone)
	}
}

// kept is what the public view tells of what the public sees less of now.
var kept = []string{"id", "version", "number", "status", "label", "visibility", "timeliness", "language", "objectives", "submittedAt", "recorded", "confirmed", "consultation"}

// sameForThePublic compares what the public was answered with the public view
// of that moment, given how much of each submission it may see now. It returns
// how many are seen less of.
func sameForThePublic(t *testing.T, was, view map[string]any, now map[string]sight) (gone int) {
	t.Helper()
	if d := cmp.Diff(was["consultations"], view["consultations"]) + cmp.Diff(was["entities"], view["entities"]); d != "" {
		t.Errorf("the public view (-then +view):\n%s", d)
	}
	before, after := nodesOf(was), nodesOf(view)
	if len(before) != len(after) {
		t.Errorf("the public saw %d submissions, and its view has %d", len(before), len(after))
	}
	for id, n := range before {
		was, is := untaken(n, now[id]), untaken(after[id], now[id])
		if now[id].level == 3 || was["text"] == nil && len(was["versions"].([]any)) == 0 {
			if d := cmp.Diff(was, is); d != "" {
				t.Errorf("the public view of %s (-then +view):\n%s", id, d)
			}
			continue
		}
		gone++
		for _, field := range kept {
			if !cmp.Equal(was[field], is[field]) {
				t.Errorf("the public view of %s: %s was %v and is %v", id, field, was[field], is[field])
			}
		}
		if entity := is["entity"]; entity != nil && !cmp.Equal(entity, was["entity"]) {
			t.Errorf("the public view of %s says whose it is: %v, and it was %v", id, entity, was["entity"])
		}
		switch {
		case now[id].level < 2 && (is["text"] != nil || fmt.Sprint(is["answers"], is["versions"]) != "[] []" || is["reason"] != nil || is["lateReason"] != nil):
			t.Errorf("the public view of %s shows its text, which is not to be seen now: %v", id, is)
		case now[id].level == 2 && !cmp.Equal(was["text"], is["text"]):
			t.Errorf("the public view of %s keeps its text back: %v", id, is)
		}
	}
	return gone
}

func nodesOf(data map[string]any) map[string]any {
	out := map[string]any{}
	list, _ := data["submissions"].(map[string]any)
	nodes, _ := list["nodes"].([]any)
	for _, n := range nodes {
		out[n.(map[string]any)["id"].(string)] = n
	}
	return out
}

// A sight is how much somebody may see of a submission: 0 nothing, 1 that it is
// there, 2 its words, 3 everything.
type sight struct {
	level  int
	inside bool         // they read editions before their release
	taken  map[int]bool // editions that nobody reads any more
}

func (s sight) atLeast(t sight) bool { return s.level >= t.level && (s.inside || !t.inside) }

// untaken is a submission as it was answered, without the words of editions
// that were taken back since.
func untaken(answered any, now sight) map[string]any {
	full, _ := answered.(map[string]any)
	if full == nil {
		return nil
	}
	out := maps.Clone(full)
	gone := func(version any) bool {
		n, _ := strconv.Atoi(fmt.Sprint(version))
		return now.taken[n]
	}
	if gone(out["version"]) {
		for _, words := range []string{"text", "answers", "language", "objectives"} {
			delete(out, words)
		}
	}
	versions := []any{}
	for _, v := range out["versions"].([]any) {
		if v := v.(map[string]any); gone(v["version"]) {
			versions = append(versions, v["version"])
		} else {
			versions = append(versions, v)
		}
	}
	out["versions"] = versions
	return out
}

// levelsOf says how much who may see now of the submissions in an answer.
func levelsOf(t *testing.T, s *story, who string, data map[string]any) map[string]sight {
	t.Helper()
	v := domain.Viewer{}
	if who != "" {
		v = s.As(who)
	}
	out := map[string]sight{}
	for id := range nodesOf(data) {
		sub, err := s.Reader(v).Submission(t.Context(), domain.ID(id))
		switch {
		case errors.Is(err, domain.NotFound):
		case err != nil:
			t.Fatal(err)
		default:
			out[id] = s.sight(t, sub)
		}
	}
	return out
}

func (s *story) sight(t *testing.T, sub *projections.Submission) sight {
	t.Helper()
	out := sight{level: 1, inside: sub.AwaitsRelease != nil, taken: map[int]bool{}}
	switch {
	case sub.Whole():
		out.level = 3
	case sub.Shows():
		out.level = 2
	}
	all, err := s.Reader(domain.Viewer{Person: sub.OwnerID, Holds: []domain.Holding{{Entity: sub.OwnerID, Capacity: domain.StateMission}}}).Editions(t.Context(), []*projections.Submission{sub})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all[sub.ID] {
		if e.RetractedAt != nil {
			out.taken[int(e.Version)] = true
		}
	}
	return out
}
