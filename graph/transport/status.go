package transport

import (
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// An outcome is how a request ended, as HTTP sees it.
type outcome int

const (
	whole        outcome = iota // data and no errors
	partial                     // data, with errors beside it
	badRequest                  // a request error: the document, its variables, or what it asks for
	unsigned                    // a request error: not signed in
	tooMany                     // a request error: a limit
	unready                     // a request error: not now
	fault                       // a request error: ours
	malformed                   // no GraphQL request can be read from it
	tooLong                     // a body over the cap
	wrongMedia                  // a body of another type
	unacceptable                // no answer has a type that the caller takes
	wrongMethod                 // another method than the ones in Allow
	wrongOrigin                 // a WebSocket from another site's page
	wrongUpgrade                // a WebSocket of another kind
	slow                        // a body that did not come in time
	crowded                     // too many streams of one caller
	stopping                    // the server is about to stop
)

// statuses are all status codes, under application/json and under
// application/graphql-response+json. The specification's draft of August 2026
// moves the second one of badRequest to 422, and that of partial to 294.
var statuses = map[outcome]struct{ json, graphql int }{
	whole:        {http.StatusOK, http.StatusOK},
	partial:      {http.StatusOK, http.StatusOK},
	badRequest:   {http.StatusOK, http.StatusBadRequest},
	unsigned:     {http.StatusOK, http.StatusUnauthorized},
	tooMany:      {http.StatusOK, http.StatusTooManyRequests},
	unready:      {http.StatusOK, http.StatusServiceUnavailable},
	fault:        {http.StatusOK, http.StatusInternalServerError},
	malformed:    {http.StatusBadRequest, http.StatusBadRequest},
	tooLong:      {http.StatusRequestEntityTooLarge, http.StatusRequestEntityTooLarge},
	wrongMedia:   {http.StatusUnsupportedMediaType, http.StatusUnsupportedMediaType},
	unacceptable: {http.StatusNotAcceptable, http.StatusNotAcceptable},
	wrongMethod:  {http.StatusMethodNotAllowed, http.StatusMethodNotAllowed},
	wrongOrigin:  {http.StatusForbidden, http.StatusForbidden},
	wrongUpgrade: {http.StatusUpgradeRequired, http.StatusUpgradeRequired},
	slow:         {http.StatusRequestTimeout, http.StatusRequestTimeout},
	crowded:      {http.StatusTooManyRequests, http.StatusTooManyRequests},
	stopping:     {http.StatusServiceUnavailable, http.StatusServiceUnavailable},
}

func (o outcome) status(m media) int {
	if m == graphqlResponse {
		return statuses[o].graphql
	}
	return statuses[o].json
}

// outcomes are the request errors that a caller can tell by the status, by
// their code in extensions.
var outcomes = map[string]outcome{
	"UNAUTHENTICATED": unsigned,
	"RATE_LIMITED":    tooMany,
	"STALE":           unready,
	"UNAVAILABLE":     unready,
	"INTERNAL":        fault,
}

// outcomeOf judges an answer of the executor.
func outcomeOf(a answer) outcome {
	switch {
	case a.Data != nil && len(a.Errors) == 0:
		return whole
	case a.Data != nil:
		return partial
	case len(a.Errors) == 0:
		return fault
	}
	if o, ok := outcomes[codeOf(a.Errors[0])]; ok {
		return o
	}
	return badRequest
}

func codeOf(e *gqlerror.Error) string {
	code, _ := e.Extensions["code"].(string)
	return code
}
