package graph_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"time"

	stock "github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// config is how a trial answers, as an auditor to everybody.
func config(tr *trial.Trial) graph.Config {
	return graph.Config{
		App: tr.App, Engine: tr.Engine, Search: tr.Search, Log: tr.Log, Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Now: tr.Now,
		Everyone: &domain.Viewer{Person: tr.Person("auditor"), Holds: []domain.Holding{{Capacity: domain.Auditor}}},
	}
}

// quiet keeps stacks out of the tests' output, where a panic is what is tested.
func quiet(t *testing.T) {
	t.Helper()
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
}

// incidents asks over everything that carries such an operation, and wants a
// fault with an incident from each, and an answer to the next question.
func incidents(t *testing.T, what, address, document string) {
	t.Helper()
	for _, c := range carriers {
		if strings.HasPrefix(document, "subscription") && !c.streams || strings.HasPrefix(document, "mutation") && !c.writes {
			continue
		}
		next, hangUp := c.open(t, address, document, "")
		var last trial.Answer
		for a, ok := next(); ok; a, ok = next() {
			last = a
			if a.Errors != nil {
				break
			}
		}
		hangUp()
		if text := fmt.Sprint(last.Errors); !strings.Contains(text, "code:INTERNAL") || !strings.Contains(text, "incident:") || strings.Contains(text, "planted") {
			t.Errorf("%s, by %s: the last answer is %+v, want INTERNAL with an incident", what, c.name, last)
		}
		next, hangUp = carriers[0].open(t, address, `{ __typename }`, "")
		if a, _ := next(); a.Errors != nil {
			t.Errorf("%s, by %s: the next answer is %+v", what, c.name, a)
		}
		hangUp()
	}
}

// TestPanicInAnyResolver plants a panic in every resolver of the schema's
// roots, and asks for each over everything that carries it.
func TestPanicInAnyResolver(t *testing.T) {
	quiet(t)
	tr := trial.New(t)
	address := serve(t, graph.Over(config(tr), struct{ generated.ResolverRoot }{})) // nil, all of it
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: rapporteur.Schema})
	asked := 0
	for word, root := range map[string]*ast.Definition{"query": schema.Query, "mutation": schema.Mutation, "subscription": schema.Subscription} {
		for _, f := range root.Fields {
			if strings.HasPrefix(f.Name, "__") || f.Type.Name() == "Query" { // which have no resolver
				continue
			}
			incidents(t, word+" "+f.Name, address, word+" { "+call(schema, f)+" }")
			asked++
		}
	}
	if asked < 100 {
		t.Errorf("asked for %d fields only: the test looks in the wrong place", asked)
	}
}

// call writes a field with the least that it takes.
func call(schema *ast.Schema, f *ast.FieldDefinition) string {
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull || a.Name == "first" {
			args = append(args, a.Name+": "+value(schema, a.Type))
		}
	}
	out := f.Name
	if len(args) > 0 {
		out += "(" + strings.Join(args, ", ") + ")"
	}
	if schema.Types[f.Type.Name()].IsCompositeType() {
		out += " { __typename }"
	}
	return out
}

// value writes the least that a type takes.
func value(schema *ast.Schema, typ *ast.Type) string {
	if typ.Elem != nil {
		return "[" + value(schema, typ.Elem) + "]"
	}
	d := schema.Types[typ.NamedType]
	switch d.Kind {
	case ast.Enum:
		return d.EnumValues[0].Name
	case ast.InputObject:
		var fields []string
		for _, f := range d.Fields {
			one := d.Directives.ForName("oneOf") != nil
			if f.Type.NonNull || one && len(fields) == 0 {
				fields = append(fields, f.Name+": "+value(schema, f.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return map[string]string{
		"Int": "1", "Boolean": "true", "DateTime": `"2020-03-04T09:00:00Z"`, "Date": `"2020-03-04"`, "Int64": `"1"`,
		"Sha256": `"` + strings.Repeat("0", 64) + `"`, "IdempotencyKey": `"` + strings.Repeat("k", 32) + `"`, "LanguageTag": `"en"`, "JSON": "{}",
		"ID": `"sub_0000000000000000000000000"`, "String": `"x"`,
	}[d.Name]
}

// planted is the real thing but for some resolvers.
type planted struct {
	*graph.Resolver
	query      generated.QueryResolver
	submission generated.SubmissionResolver
}

func (p planted) Query() generated.QueryResolver           { return p.query }
func (p planted) Submission() generated.SubmissionResolver { return p.submission }

// A bomb goes off when it is written.
type bomb struct{}

func (bomb) IsNode()              {}
func (bomb) MarshalGQL(io.Writer) { panic("planted") }

type bombs struct{ generated.QueryResolver }

func (bombs) Node(context.Context, domain.ID) (model.Node, error) { return bomb{}, nil }

// brokenLog is a log in which something goes wrong at a record.
type brokenLog struct {
	*follower.Follower
	fail func() error
}

func (l brokenLog) From(ctx context.Context, index int64) iter.Seq2[[]follower.Fact, error] {
	return func(yield func([]follower.Fact, error) bool) {
		for facts, err := range l.Follower.From(ctx, index) {
			if err != nil || !yield(facts[:1], nil) {
				return
			}
			break
		}
		yield(nil, l.fail())
	}
}

// TestPanicsElsewhere plants them where gqlgen does not recover, or recovers in
// another goroutine.
func TestPanicsElsewhere(t *testing.T) {
	quiet(t)
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("A call")
	for range 3 {
		a := send(tr, "ngo", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "No."}`)
		id, _ := a.Get("do", "submission", "id").(string)
		send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`)
	}
	c := config(tr)
	real := &graph.Resolver{Config: c}
	over := func(p planted) string { p.Resolver = real; return serve(t, graph.Over(c, p)) }
	torn, failing := c, c
	torn.Log = brokenLog{tr.Log, func() error { panic("planted") }}
	failing.Log = brokenLog{tr.Log, func() error { return fmt.Errorf("planted") }}

	tests := []struct{ what, address, document string }{
		{"each of a list", over(planted{query: real.Query()}), `{ submissions(first: 3) { nodes { id history { __typename } } } }`},
		{"each payload", over(planted{query: real.Query()}), `subscription { submissionChanged(after: "-1") { index submission { consultation { id } } } }`},
		{"writing an answer", over(planted{query: bombs{}, submission: real.Submission()}), `{ node(id: "` + string(call) + `") { id } }`},
		{"a producer", serve(t, graph.Handler(torn)), `subscription { auditEvents(after: "-1") { index } }`},
		{"a producer's error", serve(t, graph.Handler(failing)), `subscription { auditEvents(after: "-1") { index } }`},
	}
	for _, tt := range tests {
		incidents(t, tt.what, tt.address, tt.document)
	}
}

// TestPanicAroundOperations is answered too, though nothing else can be asked.
func TestPanicAroundOperations(t *testing.T) {
	quiet(t)
	clock := config(trial.New(t))
	clock.Now = func() time.Time { panic("planted") }
	address := serve(t, graph.Handler(clock))
	for _, c := range carriers {
		next, hangUp := c.open(t, address, `{ viewer { id } }`, "")
		if a, ok := next(); !ok || !strings.Contains(fmt.Sprint(a.Errors), "code:INTERNAL") {
			t.Errorf("by %s: answered %+v", c.name, a)
		}
		hangUp()
	}
}

// TestProducers end their own stream and nothing else, however they end; one
// that uses gqlgen's own way to report an error took the process with it.
func TestProducers(t *testing.T) {
	quiet(t)
	for what, produce := range map[string]func() error{
		"a panic":     func() error { panic("planted") },
		"an error":    func() error { return fmt.Errorf("planted") },
		"gqlgen's":    func() error { stock.AddSubscriptionError(t.Context(), gqlerror.Errorf("planted")); return nil },
		"nil, called": func() error { var f func() error; return f() },
	} {
		over := make(chan struct{})
		graph.Spawn(t.Context(), func() { close(over) }, produce)
		select {
		case <-over:
		case <-time.After(time.Minute):
			t.Errorf("%s: it never ended", what)
		}
	}
}
