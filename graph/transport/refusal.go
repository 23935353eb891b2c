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
}

// Error implements error.
func (r *refusal) Error() string { return r.msg }

func refuse(is outcome, msg string) *refusal {
	return &refusal{is: is, code: "BAD_USER_INPUT", msg: msg}
}

func refuseMethod(allow, msg string) *refusal {
	return &refusal{is: wrongMethod, code: "BAD_USER_INPUT", msg: msg, allow: allow}
}

func (r *refusal) answer() answer {
	return answer{Errors: gqlerror.List{{Message: r.msg, Extensions: map[string]any{"code": r.code}}}}
}
