package transport

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// paramsOf reads what an HTTP request asks for.
func (s *Server) paramsOf(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	start := graphql.Now()
	var p *graphql.RawParams
	var no *refusal
	switch r.Method {
	case http.MethodGet:
		p, no = fromURL(r.URL.RawQuery)
	case http.MethodPost:
		p, no = s.fromBody(w, r)
	default:
		no = refuseMethod("GET, POST", "Ask by GET or POST.")
	}
	if no != nil {
		return nil, no
	}
	p.Headers = r.Header
	p.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return p, nil
}

func (s *Server) fromBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	if !isJSON(r.Header) {
		return nil, refuse(wrongMedia, "Send application/json in UTF-8, and not compressed.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, refuse(slow, "The body did not come in time.")
	case err != nil:
		if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
			return nil, refuse(malformed, "The body could not be read to its end.")
		}
		s.refused("body")
		return nil, refuse(tooLong, "A body may have 1 MiB.")
	case packed(body):
		s.refused("values")
		return nil, refuse(tooLong, "A body may hold 20,000 values.")
	}
	o, ok := readObject(body)
	if !ok {
		return nil, refuse(malformed, "The body must be one JSON object in UTF-8, with no name given twice and nothing after it; several operations take several requests.")
	}
	return o.params()
}

// isJSON is about the body: its type, and that it is as it was written.
func isJSON(h http.Header) bool {
	if types := h.Values("Content-Type"); len(types) != 1 {
		return false
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset, named := params["charset"]
	coding := h.Get("Content-Encoding")
	return err == nil && kind == string(plainJSON) &&
		(!named || strings.EqualFold(charset, "utf-8")) &&
		(coding == "" || strings.EqualFold(coding, "identity"))
}

// fromURL reads a query string, in which variables and extensions are JSON.
func fromURL(query string) (*graphql.RawParams, *refusal) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, refuse(malformed, "The query string is malformed.")
	}
	o := object{}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		switch v := values[name]; {
		case len(v) > 1:
			return nil, refuse(malformed, "The query string gives something twice.")
		case len(v) == 0, v[0] == "" && name != "query":
		case name == "query" || name == "operationName":
			text, err := json.Marshal(v[0])
			if err != nil {
				return nil, refuse(malformed, "The query string is malformed.")
			}
			o[name] = text
		default:
			o[name] = json.RawMessage(v[0])
		}
	}
	return o.params()
}

// params reads the four things that a request consists of. What else is there
// is left alone, as the specification says.
func (o object) params() (*graphql.RawParams, *refusal) {
	p := new(graphql.RawParams)
	switch {
	case !o.text("query", &p.Query):
		return nil, refuse(malformed, "query must be a text.")
	case !o.text("operationName", &p.OperationName):
		return nil, refuse(malformed, "operationName must be a text.")
	case !o.values("variables", &p.Variables):
		return nil, refuse(malformed, "variables must be a JSON object, with no name given twice.")
	case !o.values("extensions", &p.Extensions):
		return nil, refuse(malformed, "extensions must be a JSON object, with no name given twice.")
	}
	// A document that is known already is named by its hash.
	if _, known := p.Extensions["persistedQuery"]; p.Query == "" && !known {
		return nil, refuse(malformed, "There is no query.")
	}
	return p, nil
}
