package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// sent are the submissions of one story, by what became of them.
type sent struct {
	tr   *trial.Trial
	call domain.ID
	ngo  domain.ID
	ids  map[string]domain.ID
}

// everyLabel is an installation with an auditor, and one submission of the
// same entity under every label.
func everyLabel(t *testing.T) sent {
	t.Helper()
	tr := trial.New(t)
	tr.Officer("secretariat")
	sec := tr.App.Secretariat()
	tr.Appoint("auditor", sec, domain.Auditor)
	tr.Appoint("protection", sec, domain.Protection)
	s := sent{tr: tr, ngo: tr.Entity(entity.Stakeholder, "Many Doors", ""), ids: map[string]domain.ID{}}
	tr.Appoint("ngo", s.ngo, domain.Stakeholder)
	s.call = tr.Call("What should the report say?")
	for _, l := range domain.Labels {
		id := s.submit(t, string(l), l)
		if l == domain.Anonymised || l == domain.Restricted {
			s.do(t, "protection", id, submission.GrantConfidentiality{Reason: "Ayşe is in danger."})
		}
		if l != domain.Sealed {
			s.do(t, "secretariat", id, s.publish(l))
		}
	}
	s.submit(t, "unpublished", domain.Public)
	draft := submission.SaveDraft{Consultation: s.call, Content: saying("never sent")}
	s.ids["draft"] = s.do(t, "ngo", "", draft)
	tr.Settle()
	return s
}

// publish is by the protection officer where the secretariat cannot see it.
func (s sent) publish(domain.Label) submission.Command { return submission.Publish{} }

func saying(text string) submission.Input {
	return submission.Input{Text: &domain.Text{Language: "en", Value: text}}
}

func (s sent) submit(t *testing.T, name string, l domain.Label) domain.ID {
	t.Helper()
	s.ids[name] = s.do(t, "ngo", "", submission.Submit{Consultation: s.call, Content: saying("the words of " + name), Label: l})
	return s.ids[name]
}

func (s sent) do(t *testing.T, who string, id domain.ID, c submission.Command) domain.ID {
	t.Helper()
	if _, ok := c.(submission.Publish); ok {
		who = "protection" // who sees everything that may be published
	}
	res, err := s.tr.App.Submissions.Do(t.Context(), id, c, s.tr.By(who))
	if err != nil {
		t.Fatalf("%T by %s: %v", c, who, err)
	}
	return res.ID
}

const auditAll = `query($filter: AuditEventFilter, $after: String) { audit { events(filter: $filter, first: 100, after: $after) {
	nodes { id index stream version type recordedAt actor actingFor capacity idempotencyKey data recordHash } pageInfo { hasNextPage endCursor }
} } }`

// audited lists all events that fit a filter, as the auditor gets them.
func (s sent) audited(t *testing.T, filter map[string]any) []map[string]any {
	t.Helper()
	a := s.tr.Ask("auditor", auditAll, map[string]any{"filter": filter})
	nodes, ok := a.Get("audit", "events", "nodes").([]any)
	if !ok || a.Get("audit", "events", "pageInfo", "hasNextPage") != false {
		t.Fatalf("the audit answers %+v", a)
	}
	out := make([]map[string]any, len(nodes))
	for i, n := range nodes {
		out[i] = n.(map[string]any)
	}
	return out
}

func TestAuditShowsByLabel(t *testing.T) {
	s := everyLabel(t)
	for _, tt := range []struct {
		name      string
		who, data bool
	}{
		{"PUBLIC", true, true}, {"PARTICIPANTS", true, true}, {"STATES", true, true},
		{"RESTRICTED", true, false}, {"ANONYMISED", false, false}, {"SEALED", false, false},
		{"unpublished", true, false}, {"draft", false, false},
	} {
		events := s.audited(t, map[string]any{"stream": "submission-" + s.ids[tt.name]})
		if len(events) == 0 {
			t.Errorf("%s: no envelope", tt.name)
		}
		for _, e := range events {
			if who := e["actor"] != nil && e["actingFor"] != nil && e["idempotencyKey"] != nil; who != tt.who || e["capacity"] == nil {
				t.Errorf("%s: who did it is shown: %v; %v", tt.name, who, e)
			}
			if data := e["data"] != nil; data != tt.data {
				t.Errorf("%s: the payload is shown: %v; %v", tt.name, data, e)
			}
		}
		all, err := json.Marshal(events)
		if err != nil {
			t.Fatal(err)
		}
		for what, secret := range map[string]string{"the author": string(s.ngo), "their person": string(s.tr.Person("ngo")), "a reason": "Ayşe"} {
			if strings.Contains(string(all), secret) && (!tt.who || what == "a reason") {
				t.Errorf("%s: %s stands in %s", tt.name, what, all)
			}
		}
		if got := strings.Contains(string(all), "the words of "+tt.name); got != tt.data {
			t.Errorf("%s: its words are shown: %v", tt.name, got)
		}
	}
}

// What is withheld is not found by looking for it either.
func TestAuditFiltersTellNothing(t *testing.T) {
	s := everyLabel(t)
	hidden := map[any]bool{}
	for _, name := range []string{"ANONYMISED", "SEALED", "draft"} {
		hidden["submission-"+string(s.ids[name])] = true
	}
	for _, filter := range []map[string]any{
		{"actor": s.tr.Person("ngo")}, {"actingFor": s.ngo}, {"actor": s.tr.Person("ngo"), "capacity": "STAKEHOLDER"},
	} {
		events := s.audited(t, filter)
		if len(events) < 5 {
			t.Errorf("%v finds only %d", filter, len(events))
		}
		for _, e := range events {
			if hidden[e["stream"]] {
				t.Errorf("%v finds %v", filter, e)
			}
		}
	}
	for filter, want := range map[string]int{"submission.received": 7, "submission.draft_saved": 1, "submission.nothing": 0} {
		if got := len(s.audited(t, map[string]any{"type": filter})); got != want {
			t.Errorf("type %s: %d events, want %d", filter, got, want)
		}
	}
	if got := s.audited(t, map[string]any{"recordedBetween": map[string]any{"before": "2020-03-04T09:00:00.000Z"}}); len(got) != 0 {
		t.Errorf("before everything: %v", got)
	}
}

func TestAuditIsTheRecord(t *testing.T) {
	s := everyLabel(t)
	events := s.audited(t, nil)
	if int64(len(events)) != s.tr.Log.Size() {
		t.Fatalf("%d events of %d", len(events), s.tr.Log.Size())
	}
	i := int64(0)
	for r, err := range s.tr.Store.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		b, err := format.Canonical(r, i)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		want := map[string]any{
			"id": "evt_" + r.ID, "index": fmt.Sprint(i), "stream": r.Stream, "version": fmt.Sprint(r.Version), "type": r.Type,
			"recordedAt": r.At.Format("2006-01-02T15:04:05.000Z07:00"), "recordHash": hex.EncodeToString(sum[:]),
		}
		got := map[string]any{}
		for k := range want {
			got[k] = events[i][k]
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("event %d (-want +got):\n%s", i, d)
		}
		if d := events[i]["data"]; d != nil {
			var stored any
			if err := json.Unmarshal(r.Data, &stored); err != nil || !cmp.Equal(stored, d) {
				t.Errorf("event %d: payload %v, stored %s", i, d, r.Data)
			}
			if strings.HasPrefix(r.Type, "person.") || strings.HasPrefix(r.Type, "credential.") {
				t.Errorf("event %d: the payload of %s is shown", i, r.Type)
			}
		}
		i++
	}
}

func TestAuditPagesBothWays(t *testing.T) {
	s := everyLabel(t)
	want := s.audited(t, map[string]any{"type": "submission.received"})
	var forth, back []any
	var after, before any
	for range len(want) {
		a := s.tr.Ask("auditor", `query($after: String) { audit { events(filter: {type: "submission.received"}, first: 2, after: $after) { nodes { index } pageInfo { hasNextPage endCursor } } } }`, map[string]any{"after": after})
		for _, n := range a.Get("audit", "events", "nodes").([]any) {
			forth = append(forth, n.(map[string]any)["index"])
		}
		after = a.Get("audit", "events", "pageInfo", "endCursor")
		if a.Get("audit", "events", "pageInfo", "hasNextPage") == false {
			break
		}
	}
	for range len(want) {
		a := s.tr.Ask("auditor", `query($before: String) { audit { events(filter: {type: "submission.received"}, last: 2, before: $before) { nodes { index } pageInfo { hasPreviousPage startCursor } } } }`, map[string]any{"before": before})
		page := []any{}
		for _, n := range a.Get("audit", "events", "nodes").([]any) {
			page = append(page, n.(map[string]any)["index"])
		}
		back = append(page, back...)
		before = a.Get("audit", "events", "pageInfo", "startCursor")
		if a.Get("audit", "events", "pageInfo", "hasPreviousPage") == false {
			break
		}
	}
	var all []any
	for _, e := range want {
		all = append(all, e["index"])
	}
	if !cmp.Equal(all, forth) || !cmp.Equal(all, back) {
		t.Errorf("all %v, forward %v, backward %v", all, forth, back)
	}
}

func TestAuditAsOfShowsWhatMayBeSeenNow(t *testing.T) {
	s := everyLabel(t)
	then := s.tr.Log.Size() - 1
	id := s.ids["PUBLIC"]
	s.do(t, "ngo", id, submission.RequestConfidentiality{Label: domain.Restricted})
	s.do(t, "ngo", s.ids["SEALED"], submission.LowerConfidentiality{Label: domain.Public})
	s.do(t, "protection", s.ids["SEALED"], submission.Publish{})
	s.tr.Settle()
	ask := func(id domain.ID) map[string]any {
		t.Helper()
		a := s.tr.Ask("auditor", `query($at: Int64!, $stream: String!) { asOf(at: {index: $at}) { audit { events(first: 1, filter: {stream: $stream}) { nodes { actor data } } } }
			audit { events(last: 1) { nodes { index } } } }`, map[string]any{"at": fmt.Sprint(then), "stream": "submission-" + id})
		e, ok := a.Get("asOf", "audit", "events", "nodes", 0).(map[string]any)
		if !ok {
			t.Fatalf("%+v", a)
		}
		return e
	}
	if e := ask(id); e["actor"] != nil || e["data"] != nil {
		t.Errorf("public then, sealed now: %v", e)
	}
	if e := ask(s.ids["SEALED"]); e["actor"] != nil || e["data"] != nil {
		t.Errorf("sealed then, public now: %v", e)
	}
	if e := ask(s.ids["STATES"]); e["actor"] == nil || e["data"] == nil {
		t.Errorf("readable then and now: %v", e)
	}
	late := s.tr.Ask("auditor", `query($at: Int64!) { asOf(at: {index: $at}) { audit { event(index: "0") { index } events(last: 1) { nodes { index } } } } }`, map[string]any{"at": fmt.Sprint(then)})
	if got := late.Get("asOf", "audit", "events", "nodes", 0, "index"); got != fmt.Sprint(then) || late.Get("asOf", "audit", "event", "index") != "0" {
		t.Errorf("as of %d the last event is %v", then, got)
	}
}

func TestAuditIsForAuditors(t *testing.T) {
	s := everyLabel(t)
	first := s.audited(t, nil)[0]["id"]
	for _, who := range []string{"", "ngo", "secretariat", "protection"} {
		a := s.tr.Ask(who, `query($id: ID!) { audit { events(first: 1) { nodes { id } } } node(id: $id) { id } asOf(at: {index: "3"}) { audit { certificates { name } } } }`, map[string]any{"id": first})
		if a.Get("audit") != nil || a.Get("node") != nil || a.Get("asOf", "audit") != nil || len(a.Errors) > 0 {
			t.Errorf("%q sees %+v", who, a)
		}
	}
	a := s.tr.Ask("auditor", `query($id: ID!) { node(id: $id) { ... on AuditEvent { id index } } audit { certificates { name version index root fold follows } event(index: "100000") { id } } }`, map[string]any{"id": first})
	if a.Get("node", "index") != "0" || a.Get("audit", "event") != nil {
		t.Errorf("%+v", a)
	}
	s.tr.Settle()
	certs := append(s.tr.Engine.Certificates(), s.tr.Search.Certificates()...)
	for i, c := range certs {
		got := a.Get("audit", "certificates", i)
		want := map[string]any{"name": c.Name, "version": float64(c.Version), "index": fmt.Sprint(c.Next - 1), "root": hex.EncodeToString(c.Root[:]), "fold": hex.EncodeToString(c.Fold[:]), "follows": true}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("certificate %d (-want +got):\n%s", i, d)
		}
	}
}

const auditStream = `subscription($filter: AuditEventFilter, $after: Int64) { auditEvents(filter: $filter, after: $after) { index event { index type actor data } } }`

func TestAuditStream(t *testing.T) {
	s := everyLabel(t)
	want := s.audited(t, map[string]any{"type": "submission.received"})
	n := 0
	got := s.tr.Stream("auditor", auditStream, map[string]any{"filter": map[string]any{"type": "submission.received"}, "after": "-1"}, func(trial.Answer) bool {
		n++
		return n == len(want)
	})
	for i, a := range got {
		e := map[string]any{}
		for _, k := range []string{"index", "type", "actor", "data"} {
			e[k] = want[i][k]
		}
		if d := cmp.Diff(e, a.Get("auditEvents", "event")); d != "" {
			t.Errorf("event %d (-listed +streamed):\n%s", i, d)
		}
	}
	after := want[4]["index"]
	resumed := s.tr.Stream("auditor", auditStream, map[string]any{"filter": map[string]any{"type": "submission.received"}, "after": after}, func(trial.Answer) bool { return true })
	if resumed[0].Get("auditEvents", "index") != want[5]["index"] {
		t.Errorf("after %v comes %v, want %v", after, resumed[0].Get("auditEvents", "index"), want[5]["index"])
	}
}
