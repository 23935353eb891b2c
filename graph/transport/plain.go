package transport

import (
	"context"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
)

// plain answers over HTTP: in one piece, or by a stream of events.
func (s *Server) plain(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel() // who answers a stream may end with it
	r = r.WithContext(ctx)
	takes := negotiate(r.Header.Values("Accept"))
	p, no := s.paramsOf(w, r)
	if no == nil && takes.single == "" && !takes.stream {
		no = refuse(unacceptable, "Answers are application/json, application/graphql-response+json or text/event-stream.")
	}
	stream := new(Stream)
	if no == nil && takes.stream {
		no = stream.resume(r.Header)
	}
	if no != nil {
		s.refuse(w, r, takes.single, no)
		return
	}
	op, failed := s.operation(ctx, p, stream)
	if failed == nil {
		no = allowed(op.kind(), r.Method, takes)
	}
	switch {
	case no != nil:
		s.refuse(w, r, takes.single, no)
	case takes.single == "" || failed == nil && op.kind() == ast.Subscription:
		s.events(w, r, op, failed)
	case failed != nil:
		s.answer(w, r, takes.single, *failed)
	default:
		a, _ := op.answer()
		s.answer(w, r, takes.single, a)
	}
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
	a, body, sent := s.hold(r.Context(), a)
	defer sent()
	if wait := a.retryAfter(); wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	send(w, m, outcomeOf(a), body)
}
