package transport

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// An answer is one response. A request error has no data, which is something
// else than data that is null.
type answer struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`

	index   int64 // where the payload stands, for going on after it
	indexed bool  // whether there is an index
}

// answerOf is what is sent of a response. One that wants another response
// after it, as @defer does, has no place in an answer of one piece.
func answerOf(r *graphql.Response) answer {
	if r.HasNext != nil && *r.HasNext {
		return refuse(badRequest, "Answers come in one piece: leave out @defer.").answer()
	}
	return answer{Errors: r.Errors, Data: r.Data, Extensions: r.Extensions}
}

// hold returns the text of an answer, and keeps count of long ones until they
// are sent. Where too many are being sent, the answer is another.
func (s *Server) hold(ctx context.Context, a answer) (_ answer, body []byte, sent func()) {
	long := int64(len(a.Data))
	if long < longAnswer {
		a, body = s.text(ctx, a)
		return a, body, func() {}
	}
	if s.sending.Add(long) > maxSending {
		s.sending.Add(-long)
		s.refused("sending")
		no := tooManyAnswers.answer()
		no.Extensions, no.index, no.indexed = a.Extensions, a.index, a.indexed // what is recorded is told
		a, body = s.text(ctx, no)
		return a, body, func() {}
	}
	a, body = s.text(ctx, a)
	return a, body, func() { s.sending.Add(-long) }
}

// text is an answer as JSON. What a scalar writes might not be JSON: that is a
// fault, and the answer another.
func (s *Server) text(ctx context.Context, a answer) (answer, []byte) {
	body, err := json.Marshal(a)
	if err != nil {
		a = answer{Errors: gqlerror.List{s.Fault(ctx, err)}}
		body, err = json.Marshal(a)
	}
	if err != nil {
		body = []byte(`{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]}`)
	}
	return a, body
}

// retryAfter is how many seconds a caller should wait, or empty.
func (a answer) retryAfter() string {
	if len(a.Errors) == 0 {
		return ""
	}
	if seconds, ok := a.Errors[0].Extensions["retryAfter"].(int); ok {
		return strconv.Itoa(seconds)
	}
	return ""
}

// send answers over plain HTTP. A client that hangs up is no fault of ours.
func send(w http.ResponseWriter, m media, is outcome, body []byte) {
	h := w.Header()
	h.Set("Content-Type", string(m)+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	status := is.status(m)
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
