package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/shared"
)

// logoutEvent is what a logout token says has happened (OpenID Connect
// Back-Channel Logout 1.0, section 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// logoutTypes are the typ of logout tokens. The specification only recommends
// the first, so many providers send another or none; what keeps other tokens
// out is their events.
var logoutTypes = []string{"logout+jwt", "jwt", ""}

// A Logout is what a provider says has ended: a session, or all of a person's.
type Logout struct {
	Issuer  string    // canonical name
	Subject string    // may be empty if Session is not
	Session string    // may be empty if Subject is not
	TokenID string    // of the logout token itself
	Issued  time.Time // UTC, whole seconds
	Expires time.Time // UTC, whole seconds
}

// VerifyLogout returns what a logout token says, if one of the issuers signed
// it for this client and it is fresh. Errors are as those of [Verifier.Verify].
func (v *Verifier) VerifyLogout(ctx context.Context, token string) (Logout, error) {
	clients := v.Clients
	if clients == nil {
		clients = []string{cmp.Or(v.Audience, DefaultAudience)}
	}
	var c logoutClaims
	if err := v.parse(ctx, token, logoutTypes, clients, &c, &c.RegisteredClaims); err != nil {
		return Logout{}, err
	}
	if c.ExpiresAt.Sub(c.IssuedAt.Time) > v.life() {
		return Logout{}, TooLasting
	}
	return Logout{
		Issuer:  cmp.Or(v.Issuers[c.Issuer].Name, c.Issuer),
		Subject: c.Subject,
		Session: c.session,
		TokenID: c.ID,
		Issued:  c.IssuedAt.UTC(),
		Expires: c.ExpiresAt.UTC(),
	}, nil
}

// logoutClaims are what is used of a logout token's second segment.
type logoutClaims struct {
	jwt.RegisteredClaims
	session string
	events  bool // it says that somebody was logged out
	nonce   bool // it has one, as only ID tokens do
}

var _ jwt.ClaimsValidator = (*logoutClaims)(nil)

// UnmarshalJSON implements json.Unmarshaler.
func (c *logoutClaims) UnmarshalJSON(text []byte) error {
	o, err := readObject(text)
	if err != nil {
		return err
	}
	if !o.registered(&c.RegisteredClaims) || !o.read("sid", &c.session) || len(c.session) > maxTokenID {
		return Malformed
	}
	_, c.nonce = o["nonce"]
	c.events = o.logsOut()
	return nil
}

// logsOut reports whether the events of a token say that somebody was logged
// out: a member of that name which is an object.
func (o object) logsOut() bool {
	text, ok := o["events"]
	if !ok {
		return false
	}
	events, err := readObject(text)
	if err != nil {
		return false
	}
	var said map[string]json.RawMessage
	return events.read(logoutEvent, &said) && said != nil
}

// Validate implements jwt.ClaimsValidator.
func (c *logoutClaims) Validate() error {
	switch {
	case c.IssuedAt == nil || c.ID == "":
		return MissingClaim
	case !c.events:
		return WrongEvents
	case c.nonce:
		return HasNonce
	case c.Subject != "" && !subjectOK(c.Subject) || c.Subject == "" && c.session == "":
		return WrongSubject
	}
	return nil
}

// Logout takes back what l says has ended: the tokens of its session, and of
// the person those that were issued before and name no session, as they may be
// of this one; without a session, all of the person that were issued before. A
// logout token that comes again is refused as Replayed.
func (r *Revoker) Logout(ctx context.Context, l Logout) error {
	r.logouts.Lock()
	defer r.logouts.Unlock()
	used := shared.Revocation{ID: r.id(byLogout, l.Issuer, l.TokenID), Until: l.Expires.Add(leeway + time.Second)}
	switch yes, err := r.Store.Revoked(ctx, l.Issued, used.ID); {
	case err != nil:
		return err
	case yes:
		return Replayed
	}
	whose := bySubject
	if l.Session != "" {
		if err := r.RevokeSession(ctx, l.Issuer, l.Session); err != nil {
			return err
		}
		whose = bySubjectOnly
	}
	if l.Subject != "" {
		if err := r.revoke(ctx, whose, l.Issuer, l.Subject, l.Issued); err != nil {
			return err
		}
	}
	return r.Store.Revoke(ctx, used) // last: cut off before it, the provider's next try does it all
}
