package graph_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// A world is an installation with a fixed story and one thing in which it may
// differ from another. Keys are chosen by name, so that what is the same in
// two worlds has the same id in both.
type world struct {
	t    *testing.T
	tr   *trial.Trial
	call domain.ID
	ids  map[string]domain.ID
}

// bystanders see what their capacity lets them see, and own nothing that
// differs between worlds.
var bystanders = []string{"", "stranger", "ngo2", "mission", "team", "secretariat", "moderator", "coordinator", "auditor"}

// newWorld tells the story; between its first and its last submission, extra
// adds what makes the difference.
func newWorld(t *testing.T, extra func(world)) world {
	t.Helper()
	w := world{t: t, tr: trial.New(t), ids: map[string]domain.ID{}}
	w.tr.Officer("secretariat")
	sec := w.tr.App.Secretariat()
	for who, c := range map[string]domain.Capacity{
		"protection": domain.Protection, "moderator": domain.Moderator, "coordinator": domain.Coordinator, "auditor": domain.Auditor,
	} {
		w.tr.Appoint(who, sec, c)
	}
	for _, v := range vocabulary.GCM() {
		if _, err := w.tr.App.Vocabularies.Do(t.Context(), w.tr.App.VocabularyTarget(v.Name), v, w.by("secretariat", "publish "+v.Name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []string{"ngo", "ngo2", "ngo3"} {
		w.ids[who] = w.tr.Entity(entity.Stakeholder, "Association "+who, "")
		w.tr.Appoint(who, w.ids[who], domain.Stakeholder)
		classify := entity.Classify{Vocabulary: vocabulary.Categories, Term: "civil-society"}
		if who == "ngo3" {
			classify.Term = "media"
		}
		if _, err := w.tr.App.Entities.Do(t.Context(), w.ids[who], classify, w.by("secretariat", "classify "+who)); err != nil {
			t.Fatal(err)
		}
	}
	w.ids["mission"] = w.tr.Entity(entity.Country, "Freedonia", "FRD")
	w.tr.Appoint("mission", w.ids["mission"], domain.StateMission)
	w.ids["team"] = w.tr.Entity(entity.CountryTeam, "Country team", "")
	w.tr.Appoint("team", w.ids["team"], domain.CountryTeam)
	w.call = w.tr.Call("What should the report say?")
	w.submit("ngo", "first", domain.Public, true)
	w.submit("mission", "of a State", domain.States, true)
	w.tr.Wait(time.Minute)
	extra(w)
	w.submit("ngo2", "second", domain.Public, true)
	w.submit("ngo3", "third", domain.Participants, true)
	w.submit("ngo", "unpublished", domain.Public, false)
	w.submit("ngo3", "last", domain.Public, true)
	w.tr.Settle()
	return w
}

func (w world) by(who, key string) app.Caller {
	return app.Caller{Person: w.tr.Person(who), Key: "the key of " + key}
}

func (w world) do(who, key string, id domain.ID, c submission.Command) domain.ID {
	w.t.Helper()
	res, err := w.tr.App.Submissions.Do(w.t.Context(), id, c, w.by(who, key))
	if err != nil {
		w.t.Fatalf("%T by %s: %v", c, who, err)
	}
	return res.ID
}

// submit sends, grants the label and publishes.
func (w world) submit(who, name string, l domain.Label, publish bool) {
	w.t.Helper()
	if name != "extra" {
		w.tr.Wait(time.Minute) // worlds keep the same time
	}
	in := submission.Input{Text: &domain.Text{Language: "en", Value: "words of " + name}, Objectives: []string{"8"}}
	id := w.do(who, name, "", submission.Submit{Consultation: w.call, Content: in, Label: l})
	w.ids[name] = id
	if l == domain.Anonymised || l == domain.Restricted {
		w.do("protection", name+" granted", id, submission.GrantConfidentiality{Reason: "in danger"})
	}
	if publish {
		w.do("protection", name+" published", id, submission.Publish{})
	}
}

const lists = `query($call: ID!, $filter: SubmissionFilter, $order: SubmissionOrder, $after: String, $before: String, $first: Int, $last: Int, $at: DateTime!) {
	submissions(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before) { ...page }
	consultation(id: $call) { submissions(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before) { ...page } }
	asOf(at: {time: $at}) { submissions(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before) { ...page } }
	entities(first: 50) { nodes { id name { original { value } } } }
	consultations(first: 50) { nodes { id status } }
	transparency(consultation: $call) { published { received recorded distinctTexts verifiedEntities } late { received } withdrawn others }
	everywhere: transparency { published { received recorded distinctTexts verifiedEntities } late { received } withdrawn others }
	lateDecisions(consultation: $call, first: 50) { edges { cursor node { decision reason } } }
}
fragment page on SubmissionConnection {
	edges { cursor node { id version number author status label requested visibility timeliness lateReason language objectives submittedAt reason
		entity { id } text { original { value } } answers { questionId } versions { version kind } history { change } coSignatories { entity { id } } } }
	pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}`

// told is everything that who can ask for of submissions, page by page.
func (w world) told(who string) map[string]any {
	w.t.Helper()
	filters := []map[string]any{
		{}, {"entity": w.ids["ngo"]}, {"entity": w.ids["ngo2"]}, {"category": "civil-society"}, {"category": "media"}, {"objective": "8"},
		{"language": "en"}, {"timeliness": "ON_TIME"}, {"submittedBetween": map[string]any{"before": w.tr.Now().Format(time.RFC3339)}},
	}
	for _, l := range domain.Labels {
		filters = append(filters, map[string]any{"label": string(l)})
	}
	out := map[string]any{}
	for _, field := range []string{"SUBMITTED_AT", "ENTITY_NAME"} {
		for _, direction := range []string{"ASC", "DESC"} {
			vars := map[string]any{"call": w.call, "order": map[string]any{"field": field, "direction": direction}, "at": w.tr.Now().Format(time.RFC3339)}
			out[field+direction] = w.pages(who, vars)
		}
	}
	for _, f := range filters {
		out[fmt.Sprint(f)] = w.ask(who, map[string]any{"call": w.call, "filter": f, "first": 50, "at": w.tr.Now().Format(time.RFC3339)}).Data
	}
	return out
}

func (w world) ask(who string, vars map[string]any) trial.Answer {
	w.t.Helper()
	a := w.tr.Ask(who, lists, vars)
	if len(a.Errors) > 0 {
		w.t.Fatalf("%q: %v", who, a.Errors)
	}
	return a
}

// pages walks through a list forward and backward, three at a time.
func (w world) pages(who string, vars map[string]any) (all []any) {
	w.t.Helper()
	for _, way := range [][4]string{{"first", "after", "endCursor", "hasNextPage"}, {"last", "before", "startCursor", "hasPreviousPage"}} {
		for _, name := range []string{"after", "before", "first", "last"} {
			delete(vars, name)
		}
		vars[way[0]] = 3
		for more := any(true); more == true; {
			a := w.ask(who, vars)
			all = append(all, a.Data)
			more, vars[way[1]] = a.Get("submissions", "pageInfo", way[3]), a.Get("submissions", "pageInfo", way[2])
		}
	}
	return all
}

// spoken renders what was told, with cursors as what stands in them, and an id
// that differs between worlds by its name.
func spoken(t *testing.T, told any, id domain.ID) string {
	t.Helper()
	b, err := json.MarshalIndent(told, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	for i, l := range lines {
		name, value, ok := strings.Cut(l, `ursor": "`)
		value, _, _ = strings.Cut(value, `"`)
		if c, err := base64.RawURLEncoding.DecodeString(value); ok && err == nil {
			lines[i] = name + "ursor: " + string(c)
		}
	}
	s := strings.Join(lines, "\n")
	if id != "" {
		s = strings.ReplaceAll(s, string(id), "THE ONE")
	}
	return s
}

// Two worlds in which a bystander must not see a difference give the same
// answers to everything they can ask.
func TestNothingTellsOfWhatIsNotShown(t *testing.T) {
	without := newWorld(t, func(world) {})
	before := map[string]string{}
	for _, who := range bystanders {
		before[who] = spoken(t, without.told(who), "")
	}
	for name, extra := range map[string]func(world){
		"a sealed one":                         func(w world) { w.submit("ngo", "extra", domain.Sealed, false) },
		"a restricted one":                     func(w world) { w.submit("ngo", "extra", domain.Restricted, true) },
		"an anonymous one that is not granted": func(w world) { w.submit("ngo", "extra", domain.Anonymised, false); w.seal("extra") },
		"a draft": func(w world) {
			w.ids["extra"] = w.do("ngo", "extra", "", submission.SaveDraft{Consultation: w.call, Content: submission.Input{Text: &domain.Text{Language: "en", Value: "words of extra"}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with := newWorld(t, extra)
			if before[""] == "" || !strings.Contains(spoken(t, with.told("ngo"), ""), "words of") {
				t.Fatal("nothing is told at all")
			}
			for _, who := range bystanders {
				if d := cmp.Diff(before[who], spoken(t, with.told(who), "")); d != "" {
					t.Errorf("%s is told of it (-without +with):\n%s", who, d)
				}
				with.refusesAlike(who, with.ids["extra"])
				with.streamsAlike(without, who)
			}
		})
	}
}

// seal asks for another label, so that the submission is sealed again.
func (w world) seal(name string) {
	w.t.Helper()
	w.do("ngo", name+" sealed", w.ids[name], submission.RequestConfidentiality{Label: domain.Sealed})
}

// refusesAlike checks that reading and changing answer as for an id that
// there is not.
func (w world) refusesAlike(who string, id domain.ID) {
	w.t.Helper()
	const random = "sub_0123456789abcdefghjkmnpqrs"
	about := func(id domain.ID) string {
		a := w.tr.Ask(who, `query($id: ID!, $ids: [ID!]!) { submission(id: $id) { id } node(id: $id) { id } nodes(ids: $ids) { id } asOf(at: {index: "5"}) { submission(id: $id) { id } } }`,
			map[string]any{"id": id, "ids": []domain.ID{id}})
		all := []any{a.Data, a.Errors}
		for i, m := range []string{
			`amendSubmission(input: {idempotencyKey: $key, id: $id, text: {language: "en", value: "mine"}})`,
			`withdrawSubmission(input: {idempotencyKey: $key, id: $id})`,
			`restoreSubmission(input: {idempotencyKey: $key, id: $id})`,
			`discardDraft(input: {idempotencyKey: $key, id: $id})`,
			`proposeForAuthorisation(input: {idempotencyKey: $key, id: $id})`,
			`authoriseSubmission(input: {idempotencyKey: $key, id: $id})`,
			`publishSubmission(input: {idempotencyKey: $key, id: $id, expectedVersion: "9"})`,
			`requestConfidentiality(input: {idempotencyKey: $key, id: $id, label: SEALED})`,
			`lowerConfidentiality(input: {idempotencyKey: $key, id: $id, label: PUBLIC})`,
			`grantConfidentiality(input: {idempotencyKey: $key, id: $id})`,
			`confirmCoSignature(input: {idempotencyKey: $key, id: $id})`,
			`leaveJointSubmission(input: {idempotencyKey: $key, id: $id})`,
			`acceptLateSubmission(input: {idempotencyKey: $key, id: $id})`,
		} {
			a := w.tr.Ask(who, `mutation($id: ID!, $key: IdempotencyKey!) { m: `+m+` { submission { id } index userErrors { code message path reason } } }`,
				map[string]any{"id": id, "key": fmt.Sprintf("a-mutation-that-is-refused-%02d", i)})
			all = append(all, a.Data, a.Errors)
		}
		return spoken(w.t, all, "")
	}
	hidden, unknown := about(id), about(random)
	if d := cmp.Diff(unknown, hidden); d != "" {
		w.t.Errorf("%q learns that %s is there (-unknown +hidden):\n%s", who, id, d)
	}
	if who != "" && strings.Count(hidden, "submission.unknown") != 13 {
		w.t.Errorf("%q is not refused: %s", who, hidden)
	}
}

// streamsAlike checks that a stream says the same in two worlds.
func (w world) streamsAlike(other world, who string) {
	w.t.Helper()
	streamed := func(w world) string {
		seen := 0
		all := w.tr.Stream(who, `subscription { submissionChanged(after: "-1") { change submission { id number status } } }`, nil, func(a trial.Answer) bool {
			if a.Get("submissionChanged", "submission", "id") == string(w.ids["last"]) {
				seen++
			}
			return seen == 1 // once it is published: what came before it was nothing to see
		})
		data := []any{}
		for _, a := range all {
			data = append(data, a.Data)
		}
		return spoken(w.t, data, "")
	}
	if d := cmp.Diff(streamed(other), streamed(w)); d != "" {
		w.t.Errorf("the stream tells %q (-without +with):\n%s", who, d)
	}
}

// Who wrote an anonymised submission makes no difference to what anybody is
// told, by any filter, order or cursor.
func TestNothingTellsWhoWroteAnAnonymisedOne(t *testing.T) {
	t.Parallel()
	told := map[string]map[string]string{}
	for _, author := range []string{"ngo", "ngo3"} {
		w := newWorld(t, func(w world) { w.submit(author, "extra", domain.Anonymised, true) })
		told[author] = map[string]string{}
		for _, who := range bystanders {
			told[author][who] = spoken(t, w.told(who), w.ids["extra"])
			if !strings.Contains(told[author][who], "words of extra") {
				t.Errorf("%q cannot read the words", who)
			}
		}
	}
	for _, who := range bystanders {
		if d := cmp.Diff(told["ngo"][who], told["ngo3"][who]); d != "" {
			t.Errorf("%q can tell who wrote it (-one +another):\n%s", who, d)
		}
	}
}

// What was drafted before it was sent stays its owner's.
func TestDraftsStayTheOwners(t *testing.T) {
	w := newWorld(t, func(w world) {
		draft := submission.SaveDraft{Consultation: w.call, Content: submission.Input{Text: &domain.Text{Language: "en", Value: "never meant to be read"}}}
		w.ids["extra"] = w.do("ngo", "drafted", "", draft)
		w.do("ngo", "sent", w.ids["extra"], submission.Submit{Content: submission.Input{Text: &domain.Text{Language: "en", Value: "words of extra"}}})
		w.do("protection", "published", w.ids["extra"], submission.Publish{})
	})
	const read = `query($id: ID!) { submission(id: $id) { text { original { value } } versions { kind text { original { value } } } history { change } } }`
	for _, who := range append(bystanders, "protection") {
		a := w.tr.Ask(who, read, map[string]any{"id": w.ids["extra"]})
		got := spoken(t, a.Data, "")
		if strings.Contains(got, "never meant") || strings.Contains(strings.ToLower(got), "draft") || !strings.Contains(got, "words of extra") {
			t.Errorf("%q reads %s", who, got)
		}
	}
	if got := spoken(t, w.tr.Ask("ngo", read, map[string]any{"id": w.ids["extra"]}).Data, ""); !strings.Contains(got, "never meant") {
		t.Errorf("its owner reads %s", got)
	}
}
