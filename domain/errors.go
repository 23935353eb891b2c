package domain

import (
	"fmt"
	"time"
)

// A Code is the coarse class of a refusal, from the closed list that the API
// promises. It is itself an error, so errors.Is(err, domain.NotFound) works
// through any wrapping.
type Code string

// The codes. Anything that is not an *Error is a fault, and only operators read it.
const (
	NotFound             Code = "NOT_FOUND"
	NotOwner             Code = "NOT_OWNER"
	NotAllowed           Code = "NOT_ALLOWED"
	WindowClosed         Code = "WINDOW_CLOSED"
	VersionConflict      Code = "VERSION_CONFLICT"
	IdempotencyKeyReused Code = "IDEMPOTENCY_KEY_REUSED"
	Invalid              Code = "INVALID"
	FourEyesRequired     Code = "FOUR_EYES_REQUIRED"
	CitationsInvalid     Code = "CITATIONS_INVALID"
	DispositionMissing   Code = "DISPOSITION_MISSING"
	LabelForbidden       Code = "LABEL_FORBIDDEN"
	InsufficientBalance  Code = "INSUFFICIENT_BALANCE"
	AppealExhausted      Code = "APPEAL_EXHAUSTED"
	ReplyLimit           Code = "REPLY_LIMIT"
	Busy                 Code = "BUSY"
)

// Error implements error.
func (c Code) Error() string { return string(c) }

// An Error is a refusal whose message may be shown to the person who asked.
type Error struct {
	Code   Code
	Reason string   // stable dotted slug, such as submission.empty
	Msg    string   // plain sentence, no internals
	Path   []string // where in the input, outermost first; may be empty
	Data   any      // nil, Version or Window
}

// Version is the Data of a VersionConflict.
type Version struct{ Current int64 }

// Window is the Data of a WindowClosed.
type Window struct {
	ClosedAt    time.Time // zero when the window has not opened yet
	LateAllowed bool      // a late request with a reason may still be made
}

// Error implements error.
func (e *Error) Error() string { return e.Reason + ": " + e.Msg }

// Unwrap lets errors.Is match the code.
func (e *Error) Unwrap() error { return e.Code }

// Refuse builds an Error.
func Refuse(c Code, reason, format string, args ...any) *Error {
	return &Error{Code: c, Reason: reason, Msg: fmt.Sprintf(format, args...)}
}

// At returns e, pointing at the field of the input that it is about.
func (e *Error) At(path ...string) *Error {
	e.Path = path
	return e
}

// With returns e, carrying data.
func (e *Error) With(data any) *Error {
	e.Data = data
	return e
}

// Expect refuses a stale edit: expected is the content version the caller
// edited, or nil if the caller did not say.
func Expect(expected *int64, current int64) error {
	if expected == nil || *expected == current {
		return nil
	}
	return Refuse(VersionConflict, "version.stale",
		"This was changed since you read it: you edited version %d, it is now at version %d. Please look again.", *expected, current).
		At("expectedVersion").With(Version{Current: current})
}
