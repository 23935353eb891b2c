// Package auth turns a bearer token into who the person is, and carries that
// in a context. What the person may do is not its business: the record says
// for whom they may act, see package domain.
//
// A [Verifier] knows its issuers by the iss of their tokens. Each has one
// canonical name, and that name, with the subject, is what a person's id is
// made of. So one issuer may be known by several addresses while its people
// stay the same people.
//
// The [DevIssuer] lives on that. A development token is written without a
// running server, which may then listen on any port, so its iss is always
// [DevName]. The discovery document must name the address it was fetched from,
// so a client that reads it expects the printed address as iss. The
// development key is therefore registered under both, with DevName canonical
// for both: a person is the same whatever the port. Nothing is lost by it,
// since both lead to one key, and only who holds that key can sign for either.
package auth

import (
	"context"
	"log/slog"
	"time"
)

// An Identity is what a verified token says about its bearer.
type Identity struct {
	Issuer  string    // canonical name of the issuer, which may differ from the token's iss
	Subject string    // 1 to 255 bytes, no control characters; unique within the issuer
	Name    string    // as the issuer calls the person; may be empty, is not verified, is at most 200 runes
	TokenID string    // the token's jti; empty when the issuer gives none
	Session string    // the token's sid, of the sitting it was issued in; empty when the issuer gives none
	Issued  time.Time // UTC, whole seconds
	Expires time.Time // UTC, whole seconds, up to 30 s ago for clocks that differ; streams end then, see Expiry
}

// LogValue keeps the person out of logs.
func (i Identity) LogValue() slog.Value {
	return slog.GroupValue(slog.String("issuer", i.Issuer), slog.Time("expires", i.Expires))
}

type contextKey int

const (
	callerKey    contextKey = iota // a caller
	actingForKey                   // a string
)

// A caller is what a request's token came to: an identity or a refusal.
type caller struct {
	identity Identity
	refused  error
}

// With returns ctx, carrying i as the one who asks.
func With(ctx context.Context, i Identity) context.Context {
	return context.WithValue(ctx, callerKey, caller{identity: i})
}

// From returns who asks. It is false when nobody signed in, and also when
// their token was refused: see [Refused].
func From(ctx context.Context) (Identity, bool) {
	c, ok := ctx.Value(callerKey).(caller)
	if !ok || c.refused != nil {
		return Identity{}, false
	}
	return c.identity, true
}

// Expiry returns when the caller's token ends, and with it every stream that
// was opened by it. It is false for a caller who has none, and never ends.
func Expiry(ctx context.Context) (time.Time, bool) {
	i, ok := From(ctx)
	return i.Expires, ok && !i.Expires.IsZero()
}

// Refused returns why the token that came with a request was not accepted, or
// nil when it was or when none came. It is a [Refusal], or another error when
// the issuer's keys could not be had, and is for logs only: whoever asked
// learns no more than that they are not signed in.
func Refused(ctx context.Context) error {
	c, _ := ctx.Value(callerKey).(caller)
	return c.refused
}

// ActingFor returns the id to which the caller narrows what they read as, or
// nothing when they read as everyone they may act for. It is as the caller
// wrote it: it may name an entity that does not exist or is not theirs.
func ActingFor(ctx context.Context) string {
	id, _ := ctx.Value(actingForKey).(string)
	return id
}
