package transport

import (
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
}

// answerOf is what is sent of a response. One that wants another response
// after it, as @defer does, has no place in an answer of one piece.
func answerOf(r *graphql.Response) answer {
	if r.HasNext != nil && *r.HasNext {
		return refuse(badRequest, "Answers come in one piece: leave out @defer.").answer()
	}
	return answer{Errors: r.Errors, Data: r.Data, Extensions: r.Extensions}
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
