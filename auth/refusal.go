package auth

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

// A Refusal is why a token is not accepted: a stable slug for logs and
// counters. It holds nothing of the token.
type Refusal string

// The refusals.
const (
	TooLong       Refusal = "token.long"      // more than 8 KiB
	Malformed     Refusal = "token.malformed" // segments, encoding, JSON, a name given twice, a claim of the wrong type
	WrongMethod   Refusal = "token.alg"       // a method never allowed, or not the key's own
	WrongType     Refusal = "token.typ"
	Critical      Refusal = "token.crit" // demands an extension, and none is supported
	WrongKeyID    Refusal = "token.kid"  // missing, or over 128 bytes
	UnknownIssuer Refusal = "token.iss"
	UnknownKey    Refusal = "token.key" // the issuer has no key of that kid
	WrongSign     Refusal = "token.signature"
	MissingClaim  Refusal = "token.claim" // exp, aud or iat
	WrongSubject  Refusal = "token.sub"   // missing, over 255 bytes, or with control characters
	WrongAudience Refusal = "token.aud"
	Expired       Refusal = "token.exp"
	NotYet        Refusal = "token.nbf"
	IssuedLater   Refusal = "token.iat"     // in the future
	WrongScheme   Refusal = "token.scheme"  // Authorization is something other than Bearer
	Several       Refusal = "token.several" // more than one Authorization header
	TooLasting    Refusal = "token.life"    // good for longer than any token may be
	Revoked       Refusal = "token.revoked" // taken back before it expired
	WrongEvents   Refusal = "token.events"  // a logout token that tells of no logout, or any other that tells of events
	HasNonce      Refusal = "token.nonce"   // a logout token with a nonce may be an ID token
	Replayed      Refusal = "token.replay"  // a logout token that was used before
)

// Error implements error.
func (r Refusal) Error() string { return "refused " + string(r) }

// refusal says in our words what the JWT library found. Its own words are
// dropped, as they may quote the token.
func refusal(err error) Refusal {
	if r, ok := errors.AsType[Refusal](err); ok {
		return r
	}
	for _, m := range []struct {
		is error
		r  Refusal
	}{
		{jwt.ErrTokenSignatureInvalid, WrongSign},
		{jwt.ErrTokenRequiredClaimMissing, MissingClaim},
		{jwt.ErrTokenInvalidAudience, WrongAudience},
		{jwt.ErrTokenExpired, Expired},
		{jwt.ErrTokenNotValidYet, NotYet},
		{jwt.ErrTokenUsedBeforeIssued, IssuedLater},
	} {
		if errors.Is(err, m.is) {
			return m.r
		}
	}
	return Malformed
}
