package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
)

const iss = "https://id.example.org"

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A party is an issuer with one key of each kind, all under its kid.
type party struct {
	ed  ed25519.PrivateKey
	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey
}

func newParty(t testing.TB) party {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return party{ed: ed, rsa: r, ec: ec}
}

func (p party) verifier() *auth.Verifier {
	return &auth.Verifier{
		Issuers: map[string]auth.Issuer{iss: {Name: "urn:example", Keys: auth.KeySet{
			"ed":  {Key: p.ed.Public(), Alg: "EdDSA"},
			"rsa": {Key: p.rsa.Public(), Alg: "RS256"},
			"ec":  {Key: p.ec.Public(), Alg: "ES256"},
		}}},
		Now: func() time.Time { return now },
	}
}

type part = map[string]any

func goodHeader() part { return part{"alg": "EdDSA", "typ": "at+jwt", "kid": "ed"} }

func goodClaims() part {
	return part{
		"iss": iss, "sub": "u-17", "aud": "rapporteur", "name": "Ada", "jti": "t-1",
		"iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
	}
}

// with returns p with changes; nil takes a member away.
func with(p part, changes part) part {
	p = maps.Clone(p)
	for k, v := range changes {
		if v == nil {
			delete(p, k)
			continue
		}
		p[k] = v
	}
	return p
}

func encode(v any) string {
	var text []byte
	switch v := v.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		text, _ = json.Marshal(v)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// sign joins header and claims, each a part or JSON text, and signs them.
func sign(t testing.TB, m jwt.SigningMethod, key, header, claims any) string {
	t.Helper()
	text := encode(header) + "." + encode(claims)
	sig, err := m.Sign(text, key)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(sig)
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
