package graph

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/app"
	auditing "github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/graph/operation"
	"github.com/rapporteur-project/rapporteur/graph/scalar"
	"github.com/rapporteur-project/rapporteur/projections"
)

// A topError is an answer's error with one of the codes that the API promises.
type topError struct {
	code, msg string
	more      map[string]any // what else a program may want to know
}

func (e topError) Error() string { return e.code + ": " + e.msg }

func unauthenticated() error {
	return topError{code: "UNAUTHENTICATED", msg: "Please sign in: send a valid token as Authorization: Bearer."}
}

// retryAfter is how many seconds a client is told to wait while nothing can be
// recorded, or proved.
const retryAfter = 5

func unrecordable() error {
	return topError{
		code: "UNAVAILABLE",
		msg:  "Nothing can be recorded now: what keeps or proves the record has a fault. Send it again later with the same idempotency key. What is recorded can still be read.",
		more: map[string]any{"retryAfter": retryAfter},
	}
}

func readOnly() error {
	return topError{code: "UNAVAILABLE", msg: "This is a bundle of a record: it can be read and not added to."}
}

func badInput(msg string) error { return topError{code: "BAD_USER_INPUT", msg: msg} }

// present is the only place where an error becomes something a caller can read.
// It is nil for what is not told.
func (r *Resolver) present(ctx context.Context, err error) *gqlerror.Error {
	if errors.Is(err, errNotAnswered) {
		return nil
	}
	out := graphql.DefaultErrorPresenter(ctx, err)
	if operation.Refused(err) {
		return out
	}
	code := func(code, msg string, more map[string]any) *gqlerror.Error {
		out.Message, out.Extensions = msg, map[string]any{"code": code}
		for k, v := range more {
			out.Extensions[k] = v
		}
		return out
	}
	if e, ok := errors.AsType[topError](err); ok {
		return code(e.code, e.msg, e.more)
	}
	if e, ok := errors.AsType[scalar.Error](err); ok {
		return code("BAD_USER_INPUT", string(e), nil)
	}
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return code("BAD_USER_INPUT", e.Msg, map[string]any{"reason": e.Reason})
	}
	if e, ok := errors.AsType[projections.Stale](err); ok {
		return code("STALE", "The answer is not ready yet. Please ask again.", map[string]any{
			"have": strconv.FormatInt(r.atMost(ctx, e.Have), 10), "want": strconv.FormatInt(r.atMost(ctx, e.Want), 10), "retryAfter": 1,
		})
	}
	if e, ok := errors.AsType[projections.Unavailable](err); ok {
		return code("UNAVAILABLE", "The read models are being built. Please ask again.", map[string]any{
			"done": strconv.FormatInt(r.atMost(ctx, e.Done-1)+1, 10), "of": strconv.FormatInt(r.atMost(ctx, e.Of-1)+1, 10),
		})
	}
	if e, ok := errors.AsType[projections.Withheld](err); ok {
		return code("UNAVAILABLE", e.Error(), map[string]any{"withheld": strconv.FormatInt(e.Records, 10)})
	}
	switch {
	case errors.Is(err, auditing.ErrDamaged):
		return code("UNAVAILABLE", "This cannot be proved now: what proofs are made of is damaged, and its operators are told.", map[string]any{"retryAfter": retryAfter})
	case errors.Is(err, app.ErrOutcome): // whatever the reason, operators look at it
	case errors.Is(err, context.Canceled):
		return code("UNAVAILABLE", "The request was given up.", nil) // by whoever sent it: no incident
	case errors.Is(err, context.DeadlineExceeded):
		return code("UNAVAILABLE", "This took too long and was given up. Please ask for less, or again later.", nil)
	}
	if g, ok := errors.AsType[*gqlerror.Error](err); ok && g.Err == nil {
		return malformed(out)
	}
	return code("INTERNAL", "Something went wrong on our side. It is noted.", map[string]any{"incident": incident(ctx, err)})
}

// malformed is an error of the document itself, which gqlparser words.
func malformed(e *gqlerror.Error) *gqlerror.Error {
	if e.Extensions == nil {
		e.Extensions = map[string]any{}
	}
	e.Extensions["code"] = "BAD_USER_INPUT"
	return e
}

// incident notes a fault for operators and returns what the caller is told.
func incident(ctx context.Context, err error) string {
	id := rand.Text()
	slog.ErrorContext(ctx, "internal error", slog.String("incident", id), slog.Any("err", err))
	return id
}

// recovered turns a panic into a fault.
func recovered(ctx context.Context, panicked any) error {
	return fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
}

// refused turns a refusal into data; any other error it passes on.
func refused(err error) ([]model.UserError, error) {
	if err == nil {
		return []model.UserError{}, nil
	}
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return nil, err
	}
	path := append([]string{}, e.Path...)
	switch d := e.Data.(type) {
	case domain.Version:
		return []model.UserError{model.ConflictError{Code: e.Code, Message: e.Msg, Path: path, Reason: e.Reason, CurrentVersion: d.Current}}, nil
	case domain.Window:
		out := model.WindowClosedError{Code: e.Code, Message: e.Msg, Path: path, Reason: e.Reason, LateAllowed: d.LateAllowed}
		if !d.ClosedAt.IsZero() {
			out.ClosedAt = &d.ClosedAt
		}
		return []model.UserError{out}, nil
	}
	return []model.UserError{model.RefusedError{Code: e.Code, Message: e.Msg, Path: path, Reason: e.Reason}}, nil
}

// found turns "there is none" into null; any other error it passes on.
func found[T any](t *T, err error) (*T, error) {
	if errors.Is(err, domain.NotFound) {
		return nil, nil
	}
	return t, err
}
