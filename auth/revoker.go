package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

// DefaultLife is how long a token may be good at most. A revocation is kept
// that long, as the token that it is about may be good until then.
const DefaultLife = 30 * 24 * time.Hour

// A Revoker takes tokens back before they expire, and knows which were. A nil
// one knows of none. Set its fields before use; it is then safe for concurrent
// use.
type Revoker struct {
	Store  shared.Revocations
	Secret []byte           // the installation's: what is stored tells nothing about a person without it
	Life   time.Duration    // of tokens, at most; default DefaultLife
	Now    func() time.Time // default time.Now

	logouts sync.Mutex // one logout at a time, so that no token of one counts twice
}

// The kinds of what is taken back.
const (
	byToken       = "jti"
	bySession     = "sid"
	bySubject     = "sub"
	bySubjectOnly = "sub-only" // a subject's tokens that name no session
	byLogout      = "logout"   // a logout token that was used
)

// RevokeToken takes back the issuer's token of that jti.
func (r *Revoker) RevokeToken(ctx context.Context, issuer, jti string) error {
	return r.revoke(ctx, byToken, issuer, jti, time.Time{})
}

// RevokeSession takes back the issuer's tokens of that sid, those it has issued
// and those to come: a session that has ended does not come back.
func (r *Revoker) RevokeSession(ctx context.Context, issuer, sid string) error {
	return r.revoke(ctx, bySession, issuer, sid, time.Time{})
}

// RevokeSubject takes back all tokens of a person that the issuer issued up to
// now. They may sign in again.
func (r *Revoker) RevokeSubject(ctx context.Context, issuer, subject string) error {
	return r.revoke(ctx, bySubject, issuer, subject, clock(r.Now))
}

func (r *Revoker) revoke(ctx context.Context, kind, issuer, value string, issued time.Time) error {
	return r.Store.Revoke(ctx, shared.Revocation{ID: r.id(kind, issuer, value), Issued: issued, Until: r.until()})
}

// until is when the last token that is issued now has expired, for any clock.
func (r *Revoker) until() time.Time {
	life := r.Life
	if life == 0 {
		life = DefaultLife
	}
	return clock(r.Now).Add(life + 2*leeway)
}

// check returns Revoked for an identity whose token was taken back.
func (r *Revoker) check(ctx context.Context, i Identity) error {
	if r == nil {
		return nil
	}
	ids := []string{r.id(bySubject, i.Issuer, i.Subject)}
	if i.TokenID != "" {
		ids = append(ids, r.id(byToken, i.Issuer, i.TokenID))
	}
	if i.Session != "" {
		ids = append(ids, r.id(bySession, i.Issuer, i.Session))
	} else {
		ids = append(ids, r.id(bySubjectOnly, i.Issuer, i.Subject))
	}
	switch yes, err := r.Store.Revoked(ctx, i.Issued, ids...); {
	case err != nil:
		return fmt.Errorf("whether the token was taken back: %w", err)
	case yes:
		return Revoked
	}
	return nil
}

// id stands for a value of an issuer's.
func (r *Revoker) id(kind, issuer, value string) string {
	mac := hmac.New(sha256.New, r.Secret)
	fmt.Fprintf(mac, "%s\x00%s\x00%s", kind, issuer, value) // no kind and no issuer holds a zero
	return kind + ":" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// clock is what now says, or the system's clock.
func clock(now func() time.Time) time.Time {
	if now == nil {
		return time.Now()
	}
	return now()
}
