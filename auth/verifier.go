package auth

import (
	"cmp"
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// DefaultAudience is the aud of tokens that are meant for Rapporteur.
	DefaultAudience = "rapporteur"

	leeway   = 30 * time.Second // how far an issuer's clock may be off
	maxToken = 8 << 10          // bytes
	maxKid   = 128              // bytes
)

// An Issuer is somebody whose word on who a person is counts.
type Issuer struct {
	Name string // canonical, for Identity.Issuer; empty means the name it is registered under
	Keys Keys
}

// A Verifier decides whether a token is good. Set its fields before use; it is
// then safe for concurrent use.
type Verifier struct {
	Issuers  map[string]Issuer // by the tokens' iss, byte for byte
	Audience string            // must be among a token's aud; default DefaultAudience
	Types    []string          // the typ allowed, lower case, without application/; default at+jwt alone
	Clients  []string          // one must be among a logout token's aud; default the audience
	Life     time.Duration     // how long a token may be good at most; default DefaultLife
	Revoker  *Revoker          // knows what was taken back; nil: nothing was
	Now      func() time.Time  // default time.Now

	// Refused is told of every token that is refused, and why, without anything
	// of the token; nil: nobody is. It must be quick, and safe for concurrent use.
	Refused func(why error)
}

// Verify returns what token says, if one of the issuers signed it for this
// audience, it is neither expired nor from the future, and it was not taken
// back. It follows nothing that the token points to (jku, x5u, jwk). The error
// is a [Refusal], or another one when the issuer's keys could not be had or
// cannot be used, or nobody knows what was taken back; in neither is anything
// of the token.
func (v *Verifier) Verify(ctx context.Context, token string) (Identity, error) {
	types := v.Types
	if types == nil {
		types = []string{"at+jwt"}
	}
	var c claims
	if err := v.parse(ctx, token, types, []string{cmp.Or(v.Audience, DefaultAudience)}, &c, &c.RegisteredClaims); err != nil {
		return Identity{}, err
	}
	if c.ExpiresAt.Sub(c.IssuedAt.Time) > v.life() {
		return Identity{}, TooLasting
	}
	i := Identity{
		Issuer:  cmp.Or(v.Issuers[c.Issuer].Name, c.Issuer),
		Subject: c.Subject,
		Name:    c.name,
		TokenID: c.ID,
		Session: c.session,
		Issued:  c.IssuedAt.UTC(),
		Expires: c.ExpiresAt.UTC(),
	}
	if err := v.Revoker.check(ctx, i); err != nil {
		return Identity{}, err
	}
	return i, nil
}

// parse reads token into all, of which common is a part, and verifies it.
func (v *Verifier) parse(ctx context.Context, token string, types, audiences []string, all jwt.Claims, common *jwt.RegisteredClaims) error {
	h, err := readHeader(token)
	if err != nil {
		return err
	}
	if err := h.admit(types); err != nil {
		return err
	}
	var keyErr error
	_, err = v.parser(audiences).ParseWithClaims(token, all, func(t *jwt.Token) (any, error) {
		var key crypto.PublicKey
		key, keyErr = v.key(ctx, common.Issuer, h.kid, t.Method.Alg())
		return key, keyErr
	})
	switch {
	case keyErr != nil:
		return keyErr
	case err != nil:
		return refusal(err)
	}
	return nil
}

// Standing returns nil while the caller's token is as good as when they signed
// in, and for a caller who has none. Streams ask at their start and before each
// thing they send. It is a [Refusal] once the token was taken back or has
// expired, without the leeway that clocks get when it is first shown, and
// another error when nobody knows.
func (v *Verifier) Standing(ctx context.Context) error {
	if end, ok := Expiry(ctx); ok && !v.now().Before(end) {
		return v.refused(Expired)
	}
	return v.Revoked(ctx)
}

// Revoked returns nil while the caller's token was not taken back since they
// signed in, and for a caller who has none; else what Standing returns. A
// WebSocket is signed in once, and asks before everything it is told to do.
func (v *Verifier) Revoked(ctx context.Context) error {
	i, ok := From(ctx)
	if !ok {
		return nil
	}
	return v.refused(v.Revoker.check(ctx, i))
}

// refused passes err on, and tells of it.
func (v *Verifier) refused(err error) error {
	if err != nil && v.Refused != nil {
		v.Refused(err)
	}
	return err
}

// admit looks at what a header says before anything is done because of it.
func (h header) admit(types []string) error {
	switch {
	case h.critical:
		return Critical
	case !slices.Contains(types, h.mediaType()):
		return WrongType
	case !slices.Contains(methods, h.alg):
		return WrongMethod
	case h.kid == "" || len(h.kid) > maxKid:
		return WrongKeyID
	}
	return nil
}

func (v *Verifier) parser(audiences []string) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods(methods),
		jwt.WithStrictDecoding(),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithAudience(audiences...),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(v.now),
	)
}

func (v *Verifier) now() time.Time { return clock(v.Now) }

// life is how long a token may be good. One that is good for longer could
// outlive what takes it back.
func (v *Verifier) life() time.Duration { return cmp.Or(v.Life, DefaultLife) }

// key finds the key for a token that says alg, whose say is only compared:
// the key's own algorithm decides.
func (v *Verifier) key(ctx context.Context, iss, kid, alg string) (crypto.PublicKey, error) {
	from, ok := v.Issuers[iss]
	if !ok || iss == "" {
		return nil, UnknownIssuer
	}
	key, own, err := from.Keys.Key(ctx, kid)
	switch {
	case errors.Is(err, ErrUnknownKey):
		return nil, UnknownKey
	case err != nil:
		return nil, fmt.Errorf("keys of %s: %w", iss, err)
	case !fits(own, key):
		return nil, fmt.Errorf("keys of %s: a %T does not serve %q", iss, key, own)
	case alg != own:
		return nil, WrongMethod
	}
	return key, nil
}

// mediaType returns typ in the short form, lower case: RFC 7515 lets an issuer
// leave out application/, and media types know no case.
func (h header) mediaType() string {
	return strings.TrimPrefix(strings.ToLower(h.typ), "application/")
}
