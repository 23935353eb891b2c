package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const canary = "c4n4ryWhoSings" // a name, so that it can stand anywhere

// bodies hold the canary in every place that a caller can write into, each in a
// request that is refused.
func bodies() map[string]map[string]any {
	doc := func(text string) map[string]any {
		return map[string]any{"query": strings.ReplaceAll(text, "CANARY", canary)}
	}
	with := func(text string, variables map[string]any) map[string]any {
		body := doc(text)
		body["variables"] = variables
		return body
	}
	out := map[string]map[string]any{
		"field":                     doc(`{CANARY}`),
		"field of an object":        doc(`{viewer{CANARY}}`),
		"field of an interface":     doc(`{node(id:"a"){CANARY}}`),
		"alias":                     doc(`{CANARY: viewer}`),
		"alias of another":          doc(`{CANARY: viewer{id} CANARY: node(id:"a"){id}}`),
		"argument":                  doc(`{node(CANARY:"a"){id}}`),
		"argument of a directive":   doc(`{viewer @skip(CANARY:true){id}}`),
		"argument given twice":      doc(`{node(id:"a" CANARY:1 CANARY:2){id}}`),
		"type":                      doc(`{...f} fragment f on CANARY{id}`),
		"type of an inline one":     doc(`{... on CANARY{id}}`),
		"type of a variable":        doc(`query($a:CANARY){node(id:$a){id}}`),
		"fragment":                  doc(`{...CANARY}`),
		"unused fragment":           doc(`{viewer{id}} fragment CANARY on Query{viewer{id}}`),
		"fragment of a ring":        doc(`{...CANARY} fragment CANARY on Query{...CANARY}`),
		"fragment on a scalar":      doc(`{viewer{...CANARY}} fragment CANARY on Int{id}`),
		"fragment that never fits":  doc(`{viewer{...CANARY}} fragment CANARY on Entity{id}`),
		"two fragments":             doc(`{...CANARY} fragment CANARY on Query{viewer{id}} fragment CANARY on Query{viewer{id}}`),
		"variable":                  doc(`{node(id:$CANARY){id}}`),
		"variable in an operation":  doc(`query CANARY{node(id:$CANARY){id}}`),
		"unused variable":           doc(`query CANARY($CANARY:ID){viewer{id}}`),
		"variable in a wrong place": doc(`query($CANARY:Int){node(id:$CANARY){id}}`),
		"nullable one of several":   doc(`query($CANARY:Int64){asOf(at:{index:$CANARY}){viewer{id}}}`),
		"output type as variable":   doc(`query($CANARY:Viewer){node(id:$CANARY){id}}`),
		"two variables":             doc(`query($CANARY:ID! $CANARY:ID!){node(id:$CANARY){id}}`),
		"missing variable":          doc(`query($CANARY:ID!){node(id:$CANARY){id}}`),
		"directive":                 doc(`{viewer @CANARY{id}}`),
		"directive twice":           doc(`{viewer @CANARY @CANARY{id}}`),
		"enum":                      doc(`{search(query:"a" kinds:[CANARY] first:1){nodes{kind}}}`),
		"text as enum":              doc(`{search(query:"a" kinds:["CANARY"] first:1){nodes{kind}}}`),
		"text as number":            doc(`{submissions(first:"CANARY"){nodes{id}}}`),
		"block text":                doc(`{submissions(first:"""CANARY"""){nodes{id}}}`),
		"name as text":              doc(`{search(query:CANARY first:1){nodes{kind}}}`),
		"name as id":                doc(`{node(id:CANARY){id}}`),
		"list of ids":               doc(`{node(id:["CANARY"]){id}}`),
		"field of an input":         doc(`{asOf(at:{CANARY:1}){viewer{id}}}`),
		"field of an input twice":   doc(`{asOf(at:{CANARY:1 CANARY:2}){viewer{id}}}`),
		"one of several":            doc(`{asOf(at:{index:"1" time:"CANARY"}){viewer{id}}}`),
		"comment":                   doc("{viewer # CANARY\n{idd}}"),
		"comment that is all":       doc("# CANARY"),
		"operation":                 doc(`query CANARY{viewerr}`),
		"operation twice":           doc(`query CANARY{viewer{id}} query CANARY{viewer{id}}`),
		"operation that is not":     {"query": `query a{viewer{id}}`, "operationName": canary},
		"no operation":              doc(`fragment CANARY on Query{viewer{id}}`),
		"kind of operation":         doc(`CANARY{viewer{id}}`),
		"no GraphQL":                doc(`{viewer{CANARY`),
		"after the end":             doc(`{viewer{id}} CANARY`),
		"unclosed text":             doc(`{node(id:"CANARY`),
		"escape":                    doc(`{node(id:"\CANARY"){id}}`),
		"description":               doc(`"CANARY" {viewer{id}}`),
		"control character":         doc("{node(id:\"CANARY\u0001\"){id}}"),
		"deferred":                  doc(`{... @defer(label:"CANARY"){viewer{id}}}`),
		"selection of a leaf":       doc(`{viewer{CANARY:id{id}}}`),
		"leaf that is none":         doc(`{CANARY:viewer}`),
		"extension":                 {"query": `{viewerr}`, "extensions": map[string]any{canary: map[string]any{canary: canary}}},
		"value of minIndex":         {"query": `{viewer{id}}`, "extensions": map[string]any{"minIndex": canary}},
		"nested variable key":       with(`query($a:AsOfInput!){asOf(at:$a){viewer{id}}}`, map[string]any{"a": map[string]any{canary: 1}}),
		"nested variable value":     with(`query($a:AsOfInput!){asOf(at:$a){viewer{id}}}`, map[string]any{"a": map[string]any{"index": canary}}),
		"variable of an enum":       with(`query($a:[SearchKind!]){search(query:"a" kinds:$a first:1){nodes{kind}}}`, map[string]any{"a": []any{canary}}),
		"variable of an Int":        with(`query($a:Int){submissions(first:$a){nodes{id}}}`, map[string]any{"a": canary}),
		"object as an enum":         with(`query($a:[SearchKind!]){search(query:"a" kinds:$a first:1){nodes{kind}}}`, map[string]any{"a": map[string]any{canary: canary}}),
		"text as an input":          with(`query($a:AsOfInput!){asOf(at:$a){viewer{id}}}`, map[string]any{"a": canary}),
	}
	for name, ask := range map[string]string{
		"DateTime": `asOf(at:{time:%s}){viewer{id}}`, "Int64": `asOf(at:{index:%s}){viewer{id}}`, "ID": `node(id:%s){id}`, "Date": `briefing(date:%s){id}`,
	} {
		for as, value := range map[string]any{"text": strings.Repeat(canary, 20), "list": []any{canary}, "object": map[string]any{canary: canary}} {
			out["variable "+name+" as "+as] = with(fmt.Sprintf("query($a:"+name+"!){"+ask+"}", "$a"), map[string]any{"a": value})
		}
		out["literal "+name] = doc("{" + fmt.Sprintf(ask, `"`+strings.Repeat(canary, 20)+`"`) + "}")
		out["literal "+name+" as object"] = doc("{" + fmt.Sprintf(ask, `{CANARY:"CANARY"}`) + "}")
	}
	return out
}

// TestCanary sends the canary in every place that a caller can write into, and
// finds it in no answer and in no log.
func TestCanary(t *testing.T) {
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	tr := trial.New(t)
	tr.Officer("secretariat")
	for name, body := range bodies() {
		for _, who := range []string{"", "secretariat"} {
			sent, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(sent))
			req.Header.Set("Content-Type", "application/json")
			if who != "" {
				req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: who, Name: who}))
			}
			w := httptest.NewRecorder()
			tr.API.ServeHTTP(w, req)
			if strings.Contains(w.Body.String(), canary) {
				t.Errorf("%s: the answer sings: %s", name, w.Body)
			}
			var a struct {
				Errors []struct {
					Message    string
					Extensions struct{ Code string }
				}
			}
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.Errors) == 0 {
				t.Errorf("%s: it was not refused: %s", name, w.Body)
				continue
			}
			for _, e := range a.Errors {
				if e.Extensions.Code != "BAD_USER_INPUT" {
					t.Errorf("%s: code %q: %s", name, e.Extensions.Code, e.Message)
				}
			}
		}
	}
	if strings.Contains(logged.String(), canary) {
		t.Errorf("the log sings: %s", logged.String())
	}
}
