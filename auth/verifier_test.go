package auth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/auth"
)

func TestGoodTokens(t *testing.T) {
	p := newParty(t)
	ed := func(header, claims any) string { return sign(t, jwt.SigningMethodEdDSA, p.ed, header, claims) }
	h, c := goodHeader(), goodClaims()
	for _, tt := range []struct{ name, token string }{
		{"EdDSA", ed(h, c)},
		{"RS256", sign(t, jwt.SigningMethodRS256, p.rsa, with(h, part{"alg": "RS256", "kid": "rsa"}), c)},
		{"ES256", sign(t, jwt.SigningMethodES256, p.ec, with(h, part{"alg": "ES256", "kid": "ec"}), c)},
		{"aud among others", ed(h, with(c, part{"aud": []string{"other", "rapporteur"}}))},
		{"typ in full", ed(with(h, part{"typ": "application/AT+jwt"}), c)},
		{"expired within leeway", ed(h, with(c, part{"exp": now.Add(-29 * time.Second).Unix()}))},
		{"iat ahead within leeway", ed(h, with(c, part{"iat": now.Add(30 * time.Second).Unix()}))},
		{"nbf ahead within leeway", ed(h, with(c, part{"nbf": now.Add(30 * time.Second).Unix()}))},
		{"points to other keys, unfollowed", ed(with(h, part{"jku": "https://evil.example", "x5u": "https://evil.example", "jwk": part{"kty": "OKP"}}), c)},
		{"unknown claims", ed(h, with(c, part{"scope": "x", "ISS": "https://evil.example"}))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := p.verifier().Verify(t.Context(), tt.token)
			if err != nil {
				t.Fatal(err)
			}
			got.Issued, got.Expires = time.Time{}, time.Time{}
			if d := cmp.Diff(auth.Identity{Issuer: "urn:example", Subject: "u-17", Name: "Ada", TokenID: "t-1"}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestIdentityTimes(t *testing.T) {
	p := newParty(t)
	got, err := p.verifier().Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"sid": "s-1"})))
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Identity{Issuer: "urn:example", Subject: "u-17", Name: "Ada", TokenID: "t-1", Session: "s-1", Issued: now.Add(-time.Minute), Expires: now.Add(time.Hour)}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestLongNameIsCut(t *testing.T) {
	p := newParty(t)
	token := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"name": strings.Repeat("é", 201)}))
	got, err := p.verifier().Verify(t.Context(), token)
	if err != nil || got.Name != strings.Repeat("é", 200) {
		t.Errorf("name of %d bytes, %v", len(got.Name), err)
	}
}

func TestSettings(t *testing.T) {
	p := newParty(t)
	v := p.verifier()
	v.Types, v.Audience = []string{"jwt"}, "elsewhere"
	v.Issuers[iss] = auth.Issuer{Keys: v.Issuers[iss].Keys}
	h, c := with(goodHeader(), part{"typ": "JWT"}), with(goodClaims(), part{"aud": "elsewhere"})
	got, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, h, c))
	if err != nil || got.Issuer != iss {
		t.Errorf("issuer %q, %v", got.Issuer, err)
	}
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), c)); err != auth.WrongType {
		t.Errorf("at+jwt where jwt alone is allowed: %v", err)
	}
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, h, goodClaims())); err != auth.WrongAudience {
		t.Errorf("audience of another: %v", err)
	}
}

type brokenKeys struct{ err error }

func (b brokenKeys) Key(context.Context, string) (crypto.PublicKey, string, error) {
	return nil, "", b.err
}

func TestKeysThatCannotBeHad(t *testing.T) {
	p := newParty(t)
	down := errors.New("connection refused")
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	weak := &rsa.PublicKey{N: new(big.Int).Rsh(p.rsa.N, 1), E: p.rsa.E} // 2047 bits
	for _, tt := range []struct {
		name string
		keys auth.Keys
		is   error
	}{
		{"down", brokenKeys{down}, down},
		{"a curve that is not the method's", auth.KeySet{"ed": {Key: p384.Public(), Alg: "ES256"}}, nil},
		{"an RSA key too short", auth.KeySet{"ed": {Key: weak, Alg: "RS256"}}, nil},
		{"a key of another kind", auth.KeySet{"ed": {Key: p.ed.Public(), Alg: "RS256"}}, nil},
		{"a shared secret", auth.KeySet{"ed": {Key: []byte("secret"), Alg: "HS256"}}, nil},
		{"no key", auth.KeySet{"ed": {Alg: "EdDSA"}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := p.verifier()
			v.Issuers[iss] = auth.Issuer{Keys: tt.keys}
			token := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), goodClaims())
			_, err := v.Verify(t.Context(), token)
			if err == nil {
				t.Fatal("accepted")
			}
			if r, ok := errors.AsType[auth.Refusal](err); ok {
				t.Errorf("blames the token: %v", r)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %v", err, tt.is)
			}
		})
	}
}

func TestOneIssuersKeysSignForNoOther(t *testing.T) {
	p, other := newParty(t), newParty(t)
	v := p.verifier()
	const theirs = "https://other.example.org"
	v.Issuers[theirs] = auth.Issuer{Keys: auth.KeySet{"theirs": {Key: other.ed.Public(), Alg: "EdDSA"}}}
	h := with(goodHeader(), part{"kid": "theirs"})
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, other.ed, h, with(goodClaims(), part{"iss": theirs}))); err != nil {
		t.Errorf("own people: %v", err)
	}
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, other.ed, h, goodClaims())); err != auth.UnknownKey {
		t.Errorf("another's people: %v", err)
	}
}

// An issuer registered under nothing by mistake takes no token without iss.
func TestNoIssuerIsNobody(t *testing.T) {
	p := newParty(t)
	v := p.verifier()
	v.Issuers[""] = v.Issuers[iss]
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"iss": nil}))); err != auth.UnknownIssuer {
		t.Errorf("got %v", err)
	}
}
