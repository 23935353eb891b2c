package everybody

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/projections"
)

// twin is an id that there is not, of the shape of one that there is, and next
// to it in every order.
func twin(id string) string {
	last := "0"
	if strings.HasSuffix(id, last) {
		last = "1"
	}
	return id[:len(id)-1] + last
}

// asking are the ways to read that take an id of a submission, or something
// that was made of one.
var asking = map[string]string{
	"submission":          `query($id: ID!) { submission(id: $id) { id status text { original { value } } } }`,
	"node":                `query($id: ID!) { node(id: $id) { __typename id } }`,
	"nodes":               `query($id: ID!) { nodes(ids: [$id, $id]) { id } }`,
	"receipt":             `query($id: ID!) { receipt(id: $id) { index } }`,
	"then":                `query($id: ID!) { asOf(at: {index: "290"}) { submission(id: $id) { id } node(id: $id) { id } } }`,
	"at a time":           `query($id: ID!) { asOf(at: {time: "2020-06-20T00:00:00Z"}) { submission(id: $id) { id } receipt(id: $id) { index } } }`,
	"in public":           `query($id: ID!) { asOf(at: {index: "290"}) { publicView { submission(id: $id) { id } } } }`,
	"count":               `query($id: ID!) { submission(id: $id) { id } transparency(consultation: $id) { withdrawn others published { received } } }`,
	"late decisions":      `query($id: ID!) { lateDecisions(consultation: $id, first: 5) { nodes { decision } } }`,
	"as a consultation":   `query($id: ID!) { consultation(id: $id) { id } }`,
	"as an entity":        `query($id: ID!) { submissions(filter: {entity: $id}, first: 5) { nodes { id } } }`,
	"of a consultation":   `query($id: ID!) { submissions(filter: {consultation: $id}, first: 5) { nodes { id } } }`,
	"search for its id":   `query($id: String!) { search(query: $id, first: 5) { nodes { node { id } } } }`,
	"its text":            `query($id: String!) { submissions(filter: {text: $id}, first: 5) { nodes { id } } }`,
	"an event":            `query($id: ID!) { audit { events(filter: {actor: $id}, first: 5) { nodes { id } } } }`,
	"an error beside it":  `query($id: ID!) { submission(id: $id) { id } submissions(first: 101) { nodes { id } } }`,
	"an error inside it":  `query($id: ID!) { submission(id: $id) { nothing } }`,
	"at no moment at all": `query($id: ID!) { asOf(at: {index: "99999999"}) { submission(id: $id) { id } } }`,
}

var index = regexp.MustCompile(`"index":"\d+"`)

// sent is the answer to a document, byte by byte but for the index of the log,
// and for the id where the answer has it.
func (w *world) sent(who, document string, variables map[string]any, header http.Header) string {
	w.t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		w.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/json")
	if who != "" {
		req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: who, Name: who}))
	}
	rec := httptest.NewRecorder()
	w.API.ServeHTTP(rec, req)
	return fmt.Sprint(rec.Code, rec.Header(), index.ReplaceAllString(rec.Body.String(), `"index"`))
}

// alike checks that an answer and what was read for it are the same for two
// values of a variable.
func (w *world) alike(who, way, document string, one, other any) {
	w.t.Helper()
	var answers [2]string
	var statements [2][]string
	for i, id := range []any{one, other} {
		statements[i] = w.Statements(func() { answers[i] = w.sent(who, document, map[string]any{"id": id}, nil) })
		slices.Sort(statements[i]) // fields beside each other are answered at the same time
	}
	if answers[0] != answers[1] {
		w.t.Errorf("%s tells %q: %s\nand of what there is not: %s", way, who, answers[0], answers[1])
	}
	if d := cmp.Diff(statements[1], statements[0]); d != "" {
		w.t.Errorf("%s takes %q other reads (-nothing +sealed):\n%s", way, who, d)
	}
}

// TestNobodyLearnsOfASealedSubmission asks about a sealed submission, and about
// none, in every way there is, as everybody who may not know of it.
func TestNobodyLearnsOfASealedSubmission(t *testing.T) {
	w := newWorld(t)
	w.tellAll()
	sealed := w.names["sealed"]
	size, read := w.Log.Size(), 0
	for _, who := range readers() {
		if v := w.things()[sealed]; w.meets(who, []string{"LABEL"}, sealed, v, "") {
			if !strings.Contains(w.sent(who, asking["submission"], map[string]any{"id": sealed}, nil), "For nobody.") {
				t.Errorf("%q cannot read it", who)
			}
			continue
		}
		read++
		for way, document := range asking {
			w.alike(who, way, document, sealed, twin(sealed))
		}
		for _, words := range [][2]string{{"nobody", "xobody"}, {`"For nobody."`, `"For xobody."`}} {
			w.alike(who, "a search for its words", asking["search for its id"], words[0], words[1])
			w.alike(who, "a filter by its words", asking["its text"], words[0], words[1])
		}
		for _, document := range w.orders() {
			w.alike(who, document, document, sealed, twin(sealed))
		}
		w.cursors(who, sealed)
		w.followed(who, sealed)
		w.narrowed(who, sealed)
	}
	if n := len(w.orders()); n < 30 {
		t.Errorf("only %d commands take an id: this test looks in the wrong place", n)
	}
	if read < 15 {
		t.Errorf("only %d may not know of it", read)
	}
	w.Settle()
	if n := w.Log.Size(); n != size {
		t.Errorf("to ask recorded %d things", n-size)
	}
}

// tellAll records the whole story.
func (w *world) tellAll() {
	w.t.Helper()
	for i, s := range told() {
		w.Wait(max(s.wait, time.Minute))
		w.tell(s, w.document(s, fmt.Sprintf("step-%d-of-the-story", i)))
	}
}

// orders are the commands that take the id of a submission, if only they may,
// and those that take another's and are given one: as the story has them, and
// with the key that its author used.
func (w *world) orders() []string {
	var all []string
	seen := map[string]bool{}
	for i, s := range told() {
		f := w.schema.Mutation.Fields.ForName(s.does)
		at := strings.Index(s.in, `id: "${`)
		if input := w.schema.Types[f.Arguments[0].Type.Name()]; at < 0 && input.Fields.ForName("id") != nil {
			s.in, at = `id: "${sealed}", `+s.in, 0 // the story creates by it
		}
		if seen[s.does] || at < 0 || !strings.HasPrefix(f.Type.Name(), "Submission") && at > 0 {
			continue
		}
		seen[s.does] = true
		end := strings.Index(s.in[at:], `}"`) + at + 2
		in := w.named(s.in[:at]) + "id: $id" + w.named(s.in[end:])
		for _, key := range []string{"a-key-that-nobody-used", fmt.Sprintf("step-%d-of-the-story", i)} {
			all = append(all, fmt.Sprintf(`mutation($id: ID!) { out: %s(input: {idempotencyKey: "%s", %s}) { index userErrors { code message path reason } } }`, s.does, key, in))
		}
	}
	return all
}

// cursors asks for what follows the submission in lists, in which it is not.
func (w *world) cursors(who, sealed string) {
	w.t.Helper()
	const list = `query($id: String!) { submissions(first: 20, after: $id) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
	const found = `query($id: String!) { search(query: "say", first: 20, after: $id) { edges { cursor } } }`
	const back = `query($id: String!) { submissions(last: 20, before: $id, orderBy: {field: ENTITY_NAME}) { edges { cursor } pageInfo { hasNextPage hasPreviousPage } } }`
	for _, k := range []any{1583317800000, "The ngo", 0, "", -1, 1e300, "\x00", nil, []any{}} {
		var made [2]string
		for i, id := range []string{sealed, twin(sealed)} {
			b, err := json.Marshal([]any{k, id})
			if err != nil {
				w.t.Fatal(err)
			}
			made[i] = base64.RawURLEncoding.EncodeToString(b)
		}
		w.alike(who, fmt.Sprintf("a cursor at %v", k), list, made[0], made[1])
		w.alike(who, fmt.Sprintf("a cursor before %v", k), back, made[0], made[1])
		w.alike(who, fmt.Sprintf("a search from %v", k), found, made[0], made[1])
	}
}

// narrowed asks as somebody who says that they act for its owner.
func (w *world) narrowed(who, sealed string) {
	w.t.Helper()
	header := http.Header{"Rapporteur-Acting-For": {w.names["ngo"]}}
	one := w.sent(who, asking["submission"], map[string]any{"id": sealed}, header)
	other := w.sent(who, asking["submission"], map[string]any{"id": twin(sealed)}, header)
	if one != other {
		w.t.Errorf("%q, acting for its owner, hears %s\nand of what there is not %s", who, one, other)
	}
}

// An ended log is one that nothing comes to any more, so that a stream of it
// ends where others send signs of life.
type ended struct{ projections.Log }

func (ended) Wait(context.Context, int64) error { return errors.New("it has ended") }

// followed follows it from the beginning of the record to the end.
func (w *world) followed(who, sealed string) {
	w.t.Helper()
	api := graph.Handler(graph.Config{Engine: w.Engine, Search: w.Search, Log: ended{w.Log}, Proofs: w.Proofs, Verify: w.Verify, Now: w.Now, App: w.App, ReadOnly: true})
	var streams [2]string
	for i, id := range []string{sealed, twin(sealed)} {
		streams[i] = w.stream(api, who, fmt.Sprintf(`subscription { submissionChanged(id: %q, after: "-1") { index change submission { id } } }`, id))
	}
	if streams[0] != streams[1] || strings.Contains(streams[0], sealed) {
		w.t.Errorf("a stream tells %q: %s\nand of what there is not: %s", who, streams[0], streams[1])
	}
	if all := w.stream(api, who, `subscription { submissionChanged(after: "-1") { index change submission { id } } }`); strings.Contains(all, sealed) || !strings.Contains(all, w.names["public"]) {
		w.t.Errorf("%q is sent %s", who, all)
	}
}

// stream is all that a subscription sends.
func (w *world) stream(api http.Handler, who, document string) string {
	w.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if who != "" {
			req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: who, Name: who}))
		}
		api.ServeHTTP(rw, req)
	}))
	defer server.Close()
	body, err := json.Marshal(map[string]any{"query": document})
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, server.URL, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := server.Client().Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(all)
}
