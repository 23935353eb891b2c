package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

var tested = gqlparser.MustLoadSchema(&ast.Source{Input: `
	type Query { name: String  fails: String  panics: String  broken: String  defers: String }
	type Mutation { name: String }
	type Subscription { count(to: Int!): Int  silent: Int  breaks: Int  panics: Int  bursts: Int  name: String }
`})

// newServer answers by the name of the field that is asked for.
func newServer() *Server {
	exec := executor.New(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return tested },
		ExecFunc: func(ctx context.Context) graphql.ResponseHandler {
			if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
				return produce(ctx)
			}
			return graphql.OneShot(respond(ctx))
		},
	})
	exec.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		out := graphql.DefaultErrorPresenter(ctx, err)
		if out.Extensions == nil {
			out.Extensions = map[string]any{}
		}
		if _, ok := out.Extensions["code"]; !ok || out.Err == nil {
			out.Extensions["code"] = "BAD_USER_INPUT"
		}
		return out
	})
	return &Server{Exec: exec, Fault: func(context.Context, any) *gqlerror.Error {
		return &gqlerror.Error{Message: "noted", Extensions: map[string]any{"code": "INTERNAL"}}
	}}
}

func respond(ctx context.Context) *graphql.Response {
	field := graphql.GetOperationContext(ctx).Operation.SelectionSet[0].(*ast.Field).Name
	switch field {
	case "fails":
		return &graphql.Response{Data: []byte(`{"fails":null}`), Errors: gqlerror.List{gqlerror.Wrap(errors.New("no"))}}
	case "panics":
		panic("planted")
	case "broken":
		return &graphql.Response{Data: []byte(`{"broken":`)}
	case "defers":
		return &graphql.Response{Data: []byte(`{}`), HasNext: new(true)}
	}
	return &graphql.Response{Data: []byte(fmt.Sprintf(`{%q:"it"}`, field))}
}

// produce answers a subscription, by the name of its field, from the index on
// after what its caller saw last.
func produce(ctx context.Context) graphql.ResponseHandler {
	stream := StreamOf(ctx)
	field := graphql.GetOperationContext(ctx).Operation.SelectionSet[0].(*ast.Field)
	at, _ := stream.After()
	to := int64(3)
	if a := field.Arguments.ForName("to"); a != nil {
		v, _ := a.Value.Value(graphql.GetOperationContext(ctx).Variables)
		to, _ = v.(int64)
	}
	var buf bytes.Buffer // reused, as generated code does it
	return func(ctx context.Context) *graphql.Response {
		at++
		switch {
		case ctx.Err() != nil:
			return nil
		case field.Name == "silent":
			<-ctx.Done()
			return nil
		case field.Name == "panics" && at == 2:
			panic("planted")
		case field.Name == "breaks" && at == 2:
			stream.Fail(&gqlerror.Error{Message: "no more", Extensions: map[string]any{"code": "UNAVAILABLE"}})
			return nil
		case field.Name != "bursts" && at > to:
			return nil
		}
		stream.Mark(at)
		buf.Reset()
		fmt.Fprintf(&buf, `{%q:%d`, field.Name, at)
		if field.Name == "bursts" {
			fmt.Fprintf(&buf, `,"more":%q`, strings.Repeat("x", 64<<10))
		}
		buf.WriteString("}")
		return &graphql.Response{Data: buf.Bytes()}
	}
}

// ask sends a request with headers given as "Name: value" lines.
func ask(s http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const isJSONBody = "Content-Type: application/json"

// code is the code of the first error of an answer, or empty.
func code(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var a struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("answered %q: %v", w.Body, err)
	}
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

func readAll(t *testing.T, to io.Writer, from io.Reader) {
	t.Helper()
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
}
