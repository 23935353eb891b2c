package transport

import (
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	stock "github.com/99designs/gqlgen/graphql/handler/transport"
)

// BenchmarkPlain compares with gqlgen's transport over the same executor.
func BenchmarkPlain(b *testing.B) {
	s := newServer()
	exec, ok := s.Exec.(*executor.Executor)
	if !ok {
		b.Fatal("another executor")
	}
	theirs := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stock.POST{}.Do(w, r.WithContext(graphql.StartOperationTrace(r.Context())), exec)
	})
	for name, h := range map[string]http.Handler{"ours": s, "gqlgen's": theirs} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := ask(h, http.MethodPost, "/", `{"query":"{ name }","variables":{"a":1}}`, isJSONBody); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
