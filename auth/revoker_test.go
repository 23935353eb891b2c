package auth_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// TestRevoke takes back one token, a session's, or a person's up to now.
func TestRevoke(t *testing.T) {
	p := newParty(t)
	for _, tt := range []struct {
		name   string
		revoke func(r *auth.Revoker) error
		token  part
		want   error
	}{
		{"a token", func(r *auth.Revoker) error { return r.RevokeToken(t.Context(), "urn:example", "t-1") }, part{}, auth.Revoked},
		{"another token", func(r *auth.Revoker) error { return r.RevokeToken(t.Context(), "urn:example", "t-2") }, part{}, nil},
		{"of another issuer", func(r *auth.Revoker) error { return r.RevokeToken(t.Context(), "urn:other", "t-1") }, part{}, nil},
		{"a session", func(r *auth.Revoker) error { return r.RevokeSession(t.Context(), "urn:example", "s-1") }, part{"sid": "s-1"}, auth.Revoked},
		{"a session named as the token", func(r *auth.Revoker) error { return r.RevokeSession(t.Context(), "urn:example", "t-1") }, part{}, nil},
		{"a person's", func(r *auth.Revoker) error { return r.RevokeSubject(t.Context(), "urn:example", "u-17") }, part{"sid": "s-1"}, auth.Revoked},
		{"a person's, issued later", func(r *auth.Revoker) error { return r.RevokeSubject(t.Context(), "urn:example", "u-17") }, part{"iat": now.Add(time.Second).Unix()}, nil},
		{"another person's", func(r *auth.Revoker) error { return r.RevokeSubject(t.Context(), "urn:example", "u-18") }, part{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := p.remembering(t)
			token := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), tt.token))
			i, err := v.Verify(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			ctx := auth.With(t.Context(), i)
			if err := v.Standing(ctx); err != nil {
				t.Fatal(err)
			}
			if err := tt.revoke(v.Revoker); err != nil {
				t.Fatal(err)
			}
			if _, err := v.Verify(t.Context(), token); err != tt.want {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if err := v.Standing(ctx); err != tt.want {
				t.Errorf("a stream: %v, want %v", err, tt.want)
			}
		})
	}
}

// TestRevocationOutlivesTheToken: it is kept for as long as any token that it
// is about might be accepted, and such a one is good no longer than that.
func TestRevocationOutlivesTheToken(t *testing.T) {
	p := newParty(t)
	at := now
	v := p.verifier()
	v.Now = func() time.Time { return at }
	v.Life = time.Hour
	store, err := memory.OpenRevocations("", v.Now)
	if err != nil {
		t.Fatal(err)
	}
	v.Revoker = &auth.Revoker{Store: store, Life: time.Hour, Now: v.Now}
	if err := v.Revoker.RevokeToken(t.Context(), "urn:example", "t-1"); err != nil {
		t.Fatal(err)
	}
	longest := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"iat": now.Add(30 * time.Second).Unix(), "exp": now.Add(30*time.Second + time.Hour).Unix()}))
	for _, after := range []time.Duration{0, time.Hour, time.Hour + 59*time.Second} {
		at = now.Add(after)
		if _, err := v.Verify(t.Context(), longest); err != auth.Revoked {
			t.Errorf("after %s: %v", after, err)
		}
	}
	at = now.Add(time.Hour + time.Minute)
	if _, err := v.Verify(t.Context(), longest); err != auth.Expired {
		t.Errorf("after all: %v", err)
	}
	at = now
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"jti": "t-2", "iat": now.Unix(), "exp": now.Add(time.Hour + time.Second).Unix()}))); err != auth.TooLasting {
		t.Errorf("good for longer: %v", err)
	}
}

// TestWhatIsStoredTellsNothing about a person or a token.
func TestWhatIsStoredTellsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "revoked.jsonl")
	store, err := memory.OpenRevocations(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r := &auth.Revoker{Store: store, Secret: []byte("secret")}
	for _, err := range []error{
		r.RevokeToken(t.Context(), iss, "token-17"), r.RevokeSession(t.Context(), iss, "session-17"), r.RevokeSubject(t.Context(), iss, "ann@example.org"),
		r.Logout(t.Context(), auth.Logout{Issuer: iss, Subject: "bob@example.org", Session: "session-18", TokenID: "logout-17", Issued: now, Expires: time.Now().Add(time.Hour)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), "\n") < 6 {
		t.Fatalf("stored %s", text)
	}
	for _, secret := range []string{"token-17", "session-1", "ann", "bob", "example", "logout-17", "secret"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("stored %s: %s", secret, text)
		}
	}
}
