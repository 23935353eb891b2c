package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

func logoutHeader() part { return part{"alg": "EdDSA", "typ": "logout+jwt", "kid": "ed"} }

func logoutClaims() part {
	return part{
		"iss": iss, "sub": "u-17", "sid": "s-1", "aud": "rapporteur", "jti": "l-1", "events": part{logoutEvent: part{}},
		"iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
	}
}

// remembering is p's verifier with a memory of what was taken back.
func (p party) remembering(t testing.TB) *auth.Verifier {
	t.Helper()
	v := p.verifier()
	store, err := memory.OpenRevocations("", v.Now)
	if err != nil {
		t.Fatal(err)
	}
	v.Revoker = &auth.Revoker{Store: store, Secret: []byte("secret"), Now: v.Now}
	return v
}

// logOut sends a provider's form.
func logOut(v *auth.Verifier, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/logout/backchannel", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	auth.BackChannelLogout(v).ServeHTTP(w, r)
	return w
}

// TestLogoutEnds the tokens that a logout is about, and no others.
func TestLogoutEnds(t *testing.T) {
	p := newParty(t)
	earlier, later := now.Add(-time.Minute).Unix(), now.Add(time.Second).Unix()
	for _, tt := range []struct {
		name          string
		logout, token part
		want          error
	}{
		{"a session", part{"sub": nil}, part{"sid": "s-1"}, auth.Revoked},
		{"a session, tokens issued later too", part{}, part{"sid": "s-1", "iat": later}, auth.Revoked},
		{"another session of the same person", part{}, part{"sid": "s-2"}, nil},
		{"a token that names no session, of the person", part{}, part{}, auth.Revoked},
		{"a token that names no session, where the logout names nobody", part{"sub": nil}, part{}, nil},
		{"a token that names no session, issued later", part{}, part{"iat": later}, nil},
		{"everything of a person", part{"sid": nil}, part{"sid": "s-2"}, auth.Revoked},
		{"everything of a person, issued in the same second", part{"sid": nil}, part{"iat": now.Unix()}, auth.Revoked},
		{"a person who signs in again", part{"sid": nil}, part{"iat": later}, nil},
		{"another person's", part{"sid": nil}, part{"sub": "u-18"}, nil},
		{"another person's of the same session", part{}, part{"sub": "u-18", "sid": "s-1"}, auth.Revoked},
		{"a token whose jti is the session's name", part{"sub": nil}, part{"jti": "s-1"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := p.remembering(t)
			claims := with(goodClaims(), part{"iat": earlier})
			token := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(claims, tt.token))
			if _, err := v.Verify(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			logout := sign(t, jwt.SigningMethodEdDSA, p.ed, logoutHeader(), with(logoutClaims(), tt.logout))
			if w := logOut(v, url.Values{"logout_token": {logout}}); w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("answered %d %s", w.Code, w.Body)
			}
			if _, err := v.Verify(t.Context(), token); err != tt.want {
				t.Errorf("the token after it: %v, want %v", err, tt.want)
			}
		})
	}
}

// TestOneIssuersLogoutsAreItsOwn: another issuer has other sessions of that name.
func TestOneIssuersLogoutsAreItsOwn(t *testing.T) {
	p, other := newParty(t), newParty(t)
	v := p.remembering(t)
	const theirs = "https://other.example.org"
	v.Issuers[theirs] = auth.Issuer{Keys: auth.KeySet{"ed": {Key: other.ed.Public(), Alg: "EdDSA"}}}
	logout := sign(t, jwt.SigningMethodEdDSA, other.ed, logoutHeader(), with(logoutClaims(), part{"iss": theirs}))
	if w := logOut(v, url.Values{"logout_token": {logout}}); w.Code != http.StatusOK {
		t.Fatalf("answered %d", w.Code)
	}
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"sid": "s-1"}))); err != nil {
		t.Errorf("ours: %v", err)
	}
}

func TestHostileLogoutTokens(t *testing.T) {
	p, other := newParty(t), newParty(t)
	ed := func(header, claims any) string { return sign(t, jwt.SigningMethodEdDSA, p.ed, header, claims) }
	h, c := logoutHeader(), logoutClaims()
	evil := func(changes part) string { return ed(h, with(c, changes)) }
	for _, tt := range []struct {
		name, token string
		want        error // nil: it is good
	}{
		{"typ logout+jwt", ed(h, c), nil},
		{"typ JWT", ed(with(h, part{"typ": "JWT"}), c), nil},
		{"typ absent", ed(with(h, part{"typ": nil}), c), nil},
		{"nobody named, but a session", evil(part{"sub": nil}), nil},
		{"no session, but somebody", evil(part{"sid": nil}), nil},
		{"more events", evil(part{"events": part{logoutEvent: part{}, "urn:x": 1}}), nil},
		{"more in the event", evil(part{"events": part{logoutEvent: part{"x": 1}}}), nil},

		{"an access token", ed(goodHeader(), goodClaims()), auth.WrongType},
		{"an access token's claims", ed(h, goodClaims()), auth.WrongEvents},
		{"an ID token", ed(with(h, part{"typ": "JWT"}), with(goodClaims(), part{"nonce": "n"})), auth.WrongEvents},
		{"typ at+jwt", ed(with(h, part{"typ": "at+jwt"}), c), auth.WrongType},
		{"a nonce", evil(part{"nonce": "n"}), auth.HasNonce},
		{"a nonce of null", ed(h, strings.Replace(string(mustJSON(t, c)), "{", `{"nonce":null,`, 1)), auth.HasNonce},
		{"no events", evil(part{"events": nil}), auth.WrongEvents},
		{"events a list", evil(part{"events": []string{logoutEvent}}), auth.WrongEvents},
		{"another event", evil(part{"events": part{"urn:x": part{}}}), auth.WrongEvents},
		{"an event that is no object", evil(part{"events": part{logoutEvent: true}}), auth.WrongEvents},
		{"an event of null", ed(h, strings.Replace(string(mustJSON(t, c)), `":{}`, `":null`, 1)), auth.WrongEvents},
		{"nobody and no session", evil(part{"sub": nil, "sid": nil}), auth.WrongSubject},
		{"a control character in the subject", evil(part{"sub": "a\x00b"}), auth.WrongSubject},
		{"an over-long session", evil(part{"sid": strings.Repeat("s", 256)}), auth.Malformed},
		{"no jti", evil(part{"jti": nil}), auth.MissingClaim},
		{"no iat", evil(part{"iat": nil}), auth.MissingClaim},
		{"no exp", evil(part{"exp": nil}), auth.MissingClaim},
		{"expired", evil(part{"exp": now.Add(-31 * time.Second).Unix()}), auth.Expired},
		{"from the future", evil(part{"iat": now.Add(31 * time.Second).Unix()}), auth.IssuedLater},
		{"good for ever", evil(part{"exp": now.Add(10 * 365 * 24 * time.Hour).Unix()}), auth.TooLasting},
		{"for another client", evil(part{"aud": "other"}), auth.WrongAudience},
		{"for nobody", evil(part{"aud": nil}), auth.MissingClaim},
		{"of another issuer", evil(part{"iss": "https://evil.example"}), auth.UnknownIssuer},
		{"another's key", sign(t, jwt.SigningMethodEdDSA, other.ed, h, c), auth.WrongSign},
		{"alg none", encode(with(h, part{"alg": "none"})) + "." + encode(c) + ".", auth.WrongMethod},
		{"HS256 by the public key", sign(t, jwt.SigningMethodHS256, []byte("key"), with(h, part{"alg": "HS256"}), c), auth.WrongMethod},
		{"crit", ed(with(h, part{"crit": []string{"b64"}, "b64": false}), c), auth.Critical},
		{"no kid", ed(with(h, part{"kid": nil}), c), auth.WrongKeyID},
		{"a claim twice", ed(h, strings.Replace(string(mustJSON(t, c)), "{", `{"sub":"u-18",`, 1)), auth.Malformed},
		{"9 KB", evil(part{"pad": strings.Repeat("a", 9<<10)}), auth.TooLong},
		{"nothing", "", auth.Malformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var counted error
			v := p.remembering(t)
			v.Refused = func(err error) { counted = err }
			if _, err := v.VerifyLogout(t.Context(), tt.token); err != tt.want {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			w := logOut(v, url.Values{"logout_token": {tt.token}})
			if tt.want == nil {
				if w.Code != http.StatusOK || counted != nil {
					t.Errorf("answered %d %s, counted %v", w.Code, w.Body, counted)
				}
				return
			}
			if w.Code != http.StatusBadRequest || w.Body.String() != `{"error":"invalid_request"}`+"\n" || counted != tt.want {
				t.Errorf("answered %d %s, counted %v", w.Code, w.Body, counted)
			}
		})
	}
}

// TestALogoutTokenIsUsedOnce, and no other one is needed to sign in again.
func TestALogoutTokenIsUsedOnce(t *testing.T) {
	p := newParty(t)
	v := p.remembering(t)
	form := url.Values{"logout_token": {sign(t, jwt.SigningMethodEdDSA, p.ed, logoutHeader(), logoutClaims())}}
	if w := logOut(v, form); w.Code != http.StatusOK {
		t.Fatalf("answered %d", w.Code)
	}
	if w := logOut(v, form); w.Code != http.StatusBadRequest {
		t.Errorf("again: %d", w.Code)
	}
	form.Set("logout_token", sign(t, jwt.SigningMethodEdDSA, p.ed, logoutHeader(), with(logoutClaims(), part{"jti": "l-2"})))
	if w := logOut(v, form); w.Code != http.StatusOK {
		t.Errorf("another: %d", w.Code)
	}
}

// TestLogoutRequestsThatAreNone tell nothing of what was wrong.
func TestLogoutRequestsThatAreNone(t *testing.T) {
	p := newParty(t)
	token := sign(t, jwt.SigningMethodEdDSA, p.ed, logoutHeader(), logoutClaims())
	for _, tt := range []struct{ name, contentType, target, body string }{
		{"empty", "application/x-www-form-urlencoded", "/", ""},
		{"JSON", "application/json", "/", `{"logout_token":"` + token + `"}`},
		{"in the address", "application/x-www-form-urlencoded", "/?logout_token=" + token, ""},
		{"two", "application/x-www-form-urlencoded", "/", "logout_token=" + token + "&logout_token=" + token},
		{"large", "application/x-www-form-urlencoded", "/", "logout_token=" + token + "&pad=" + strings.Repeat("a", 16<<10)},
		{"broken", "application/x-www-form-urlencoded", "/", "%zz&logout_token=" + token},
	} {
		v := p.remembering(t)
		r := httptest.NewRequest(http.MethodPost, tt.target, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.contentType)
		w := httptest.NewRecorder()
		auth.BackChannelLogout(v).ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || w.Body.String() != `{"error":"invalid_request"}`+"\n" {
			t.Errorf("%s: %d %s", tt.name, w.Code, w.Body)
		}
	}
}

// failing is a store that is away.
type failing struct{ err error }

func (f failing) Revoke(context.Context, shared.Revocation) error { return f.err }

func (f failing) Revoked(context.Context, time.Time, ...string) (bool, error) { return false, f.err }

// TestNobodyKnows: where it is not known what was taken back, nobody signs in,
// and it is not the token's fault.
func TestNobodyKnows(t *testing.T) {
	p, away := newParty(t), errors.New("connection refused")
	v := p.verifier()
	v.Revoker = &auth.Revoker{Store: failing{away}}
	i, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), goodClaims()))
	if _, refused := errors.AsType[auth.Refusal](err); refused || !errors.Is(err, away) || i != (auth.Identity{}) {
		t.Errorf("%+v, %v", i, err)
	}
	if err := v.Standing(auth.With(t.Context(), auth.Identity{Subject: "u-17"})); !errors.Is(err, away) {
		t.Errorf("standing: %v", err)
	}
	if err := v.Standing(t.Context()); err != nil {
		t.Errorf("nobody's standing: %v", err)
	}
	w := logOut(v, url.Values{"logout_token": {sign(t, jwt.SigningMethodEdDSA, p.ed, logoutHeader(), logoutClaims())}})
	if w.Code != http.StatusBadRequest || w.Body.String() != `{"error":"temporarily_unavailable"}`+"\n" {
		t.Errorf("logout: %d %s", w.Code, w.Body)
	}
}
