package transport

import "github.com/vektah/gqlparser/v2/gqlerror"

// A refusal is a no to what never became an operation. It holds nothing of
// what was sent: whatever can be read into an answer or a log, somebody will
// put a secret into.
type refusal struct {
	is    outcome
	code  string // as in extensions
	msg   string
	allow string // the methods allowed, for wrongMethod
	wait  int    // seconds after which to ask again; 0: nothing is said
}

func refuse(is outcome, msg string) *refusal {
	return &refusal{is: is, code: "BAD_USER_INPUT", msg: msg}
}

func refuseMethod(allow, msg string) *refusal {
	return &refusal{is: wrongMethod, code: "BAD_USER_INPUT", msg: msg, allow: allow}
}

// The refusals that have nothing to do with how something was asked.
var (
	tooManyStreams    = &refusal{is: crowded, code: "RATE_LIMITED", msg: "You have too many streams open: close one."}
	tooManyOperations = &refusal{is: crowded, code: "RATE_LIMITED", msg: "This connection has too many operations under way: complete one."}
	tooManyAnswers    = &refusal{is: unready, code: "UNAVAILABLE", msg: "Too many long answers are being sent. Please ask again, or for less.", wait: 1}
	goingAway         = &refusal{is: stopping, code: "UNAVAILABLE", msg: "The server is about to stop. Please ask again."}
	tokenExpired      = &refusal{is: unsigned, code: "UNAUTHENTICATED", msg: "Your token has expired: send a new one, and go on where you were."}
)

func (r *refusal) answer() answer {
	more := map[string]any{"code": r.code}
	if r.wait > 0 {
		more["retryAfter"] = r.wait
	}
	return answer{Errors: gqlerror.List{{Message: r.msg, Extensions: more}}}
}
