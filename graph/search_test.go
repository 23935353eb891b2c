package graph_test

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const search = `query($q: String!, $kinds: [SearchKind!], $first: Int, $after: String) { search(query: $q, kinds: $kinds, first: $first, after: $after) {
	edges { cursor node { kind matches date snippet { language value } node { id ... on Submission { text { original { value } } entity { id } } ... on Consultation { title { original { value } } } } } }
	nodes { kind } pageInfo { hasNextPage endCursor }
} }`

func TestSearch(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("Klima und Migration")
	send := func(text string) any {
		a := tr.Ask("ngo", submit, map[string]any{"key": tr.Key(), "call": call, "text": text})
		return a.Get("submitSubmission", "submission", "id")
	}
	public, kept := send("移民問題不是問題。"), send("移民問題：只有我們知道。")
	a := tr.Ask("secretariat", `mutation($id: ID!) { publishSubmission(input: {idempotencyKey: "publish-the-first-one", id: $id}) { index userErrors { code } } }`, map[string]any{"id": public})
	index := a.Get("publishSubmission", "index")
	if index == nil {
		t.Fatalf("not published: %+v", a)
	}

	for who, want := range map[string]int{"": 1, "stranger": 1, "ngo": 2, "secretariat": 2} {
		a := tr.Ask(who, search, map[string]any{"q": "移民問題", "first": 10})
		edges, _ := a.Get("search", "edges").([]any)
		if len(edges) != want || len(a.Errors) > 0 {
			t.Errorf("%q finds %d, want %d: %+v", who, len(edges), want, a)
		}
	}
	a = tr.Ask("", search, map[string]any{"q": `移民問題 "und migration"`, "first": 1})
	if a.Get("search", "pageInfo", "hasNextPage") != true {
		t.Errorf("two things match: %+v", a)
	}
	b := tr.Ask("", search, map[string]any{"q": `移民問題 "und migration"`, "first": 1, "after": a.Get("search", "pageInfo", "endCursor")})
	if a.Get("search", "nodes", 0, "kind") == b.Get("search", "nodes", 0, "kind") || b.Get("search", "pageInfo", "hasNextPage") != false {
		t.Errorf("pages %+v and %+v", a, b)
	}
	a = tr.Ask("", search, map[string]any{"q": "移民問題", "kinds": []string{"CONSULTATION"}, "first": 1})
	if got, _ := a.Get("search", "edges").([]any); len(got) != 0 {
		t.Errorf("a consultation found: %+v", a)
	}
	a = tr.Ask("", search, map[string]any{"q": "問題", "first": 5})
	if got := a.Get("search", "edges", 0, "node", "node", "id"); got != public {
		t.Errorf("found %v, want %v", got, public)
	}
	if got := a.Get("search", "edges", 0, "node", "snippet", "value"); got != "移民問題不是問題。" {
		t.Errorf("snippet %v", got)
	}
	a = tr.Ask("", `{ asOf(at: {index: "0"}) { search(query: "移民問題", first: 5) { nodes { kind } } } }`, nil)
	if got, ok := a.Get("asOf", "search", "nodes").([]any); !ok || len(got) != 0 {
		t.Errorf("as of the beginning: %+v", a)
	}
	a = tr.Ask("", `query($at: Int64!) { asOf(at: {index: $at}) { search(query: "移民問題", first: 5) { nodes { kind } } } }`, map[string]any{"at": index})
	if got, _ := a.Get("asOf", "search", "nodes").([]any); len(got) != 1 {
		t.Errorf("as of the publication: %+v", a)
	}
	a = tr.Ask("ngo", `{ viewer { submissions(filter: {text: "知道"}, first: 5) { nodes { id } } } submissions(filter: {text: "問題 移民"}, first: 5) { nodes { id } } }`, nil)
	if got, _ := a.Get("submissions", "nodes").([]any); a.Get("viewer", "submissions", "nodes", 0, "id") != kept || len(got) != 2 {
		t.Errorf("lists by text: %+v", a)
	}
	if a := tr.Ask("", search, map[string]any{"q": "x"}); len(a.Errors) != 1 {
		t.Errorf("a page of no size: %+v", a)
	}
}
