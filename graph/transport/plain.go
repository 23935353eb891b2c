package transport

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// plain answers over HTTP, or hands over to a stream.
func (s *Server) plain(w http.ResponseWriter, r *http.Request) {
	takes := negotiate(r.Header.Values("Accept"))
	p, no := s.paramsOf(w, r)
	if no == nil && takes.single == "" && !takes.stream {
		no = refuse(unacceptable, "Answers are application/json, application/graphql-response+json or text/event-stream.")
	}
	if no != nil {
		s.refuse(w, r, takes.single, no)
		return
	}
	ctx := graphql.StartOperationTrace(r.Context())
	op, failed := s.operation(ctx, p)
	if failed == nil {
		no = allowed(op.kind(), r.Method, takes)
	}
	if no != nil {
		s.refuse(w, r, takes.single, no)
		return
	}
	if failed == nil {
		failed = op.answer()
	}
	s.answer(w, r, takes.single, answerOf(failed))
}

// allowed refuses an operation that does not go with how it was asked for.
func allowed(kind ast.Operation, method string, takes acceptable) *refusal {
	switch {
	case kind == ast.Mutation && method != http.MethodPost:
		return refuseMethod(http.MethodPost, "A mutation is sent by POST.")
	case kind == ast.Subscription && !takes.stream:
		return refuse(malformed, "A subscription takes a stream: accept text/event-stream, or open a WebSocket.")
	}
	return nil
}

// refuse answers what never became an operation.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, m media, no *refusal) {
	if m == "" {
		m = plainJSON
	}
	if no.allow != "" {
		w.Header().Set("Allow", no.allow)
	}
	_, body := s.text(r.Context(), no.answer())
	send(w, m, no.is, body)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, m media, a answer) {
	a, body := s.text(r.Context(), a)
	if wait := a.retryAfter(); wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	send(w, m, outcomeOf(a), body)
}
