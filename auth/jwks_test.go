package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type member = map[string]any

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// pairs are one key of each kind, with the members that say which it is.
func pairs(t testing.TB) (edJWK, rsaJWK, ecJWK member) {
	t.Helper()
	ed, _, err := ed25519.GenerateKey(nil)
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
	point, err := ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return member{"kty": "OKP", "crv": "Ed25519", "x": b64(ed), "kid": "ed"},
		member{"kty": "RSA", "n": b64(r.N.Bytes()), "e": "AQAB", "kid": "rsa"},
		member{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:]), "kid": "ec"}
}

func changed(m, changes member) member {
	m = maps.Clone(m)
	for k, v := range changes {
		if v == nil {
			delete(m, k)
			continue
		}
		m[k] = v
	}
	return m
}

func keySet(t testing.TB, keys ...any) []byte {
	t.Helper()
	text, err := json.Marshal(member{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestReadKeys takes what can verify a token, bound to one algorithm, and
// passes over the rest key by key.
func TestReadKeys(t *testing.T) {
	ed, r, ec := pairs(t)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	other, _, _ := pairs(t)
	for _, tt := range []struct {
		name string
		key  any
		alg  string // of the key, or empty where it is passed over
	}{
		{"Ed25519", ed, "EdDSA"},
		{"RSA", r, "RS256"},
		{"P-256", ec, "ES256"},
		{"with its alg", changed(r, member{"alg": "RS256"}), "RS256"},
		{"for signatures", changed(ec, member{"use": "sig", "key_ops": []string{"verify"}}), "ES256"},
		{"with what is not used", changed(ed, member{"x5t": "a", "x5u": "https://evil.example", "x5c": []string{"AAAA"}, "exp": 1, "iat": 1}), "EdDSA"},

		{"for another algorithm of its kind", changed(r, member{"alg": "PS256"}), ""},
		{"for an algorithm of another kind", changed(r, member{"alg": "ES256"}), ""},
		{"for a shared secret's algorithm", changed(r, member{"alg": "HS256"}), ""},
		{"for none", changed(r, member{"alg": "none"}), ""},
		{"for encryption", changed(r, member{"use": "enc"}), ""},
		{"for wrapping", changed(r, member{"key_ops": []string{"wrapKey"}}), ""},
		{"for nothing", changed(r, member{"key_ops": []string{}}), ""},
		{"no kid", changed(ed, member{"kid": nil}), ""},
		{"an empty kid", changed(ed, member{"kid": ""}), ""},
		{"an over-long kid", changed(ed, member{"kid": strings.Repeat("k", maxKid+1)}), ""},
		{"a kid that is a number", changed(ed, member{"kid": 1}), ""},
		{"a shared secret", member{"kty": "oct", "k": "c2VjcmV0", "kid": "oct"}, ""},
		{"its private half", changed(ed, member{"d": b64(make([]byte, 32))}), ""},
		{"half an RSA private key", changed(r, member{"d": "AQAB"}), ""},
		{"RSA of 1024 bits", changed(r, member{"n": b64(short.N.Bytes())}), ""},
		{"RSA with exponent 1", changed(r, member{"e": "AQ"}), ""},
		{"RSA with an even exponent", changed(r, member{"e": "BA"}), ""},
		{"RSA with an exponent that wraps around", changed(r, member{"e": b64(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 64), big.NewInt(65537)).Bytes())}), ""},
		{"RSA without a modulus", changed(r, member{"n": nil}), ""},
		{"Ed25519 of 31 bytes", changed(ed, member{"x": b64(make([]byte, 31))}), ""},
		{"X25519", changed(ed, member{"crv": "X25519"}), ""},
		{"P-384", changed(ec, member{"crv": "P-384"}), ""},
		{"a point beside the curve", changed(ec, member{"x": b64(big.NewInt(5).FillBytes(make([]byte, 32)))}), ""},
		{"a kind that is unknown", changed(ed, member{"kty": "MLDSA"}), ""},
		{"no kind", changed(ed, member{"kty": nil}), ""},
		{"a text", "key", ""},
		{"null", nil, ""},
		{"a kid twice", json.RawMessage(`{"kty":"OKP","crv":"Ed25519","kid":"ed","kid":"ee","x":"` + ed["x"].(string) + `"}`), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			last := changed(other, member{"kid": "last"})
			got, err := readKeys(keySet(t, tt.key, last))
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := got["last"]; !ok {
				t.Error("one key took another with it")
			}
			delete(got, "last")
			var algs []string
			for _, k := range got {
				algs = append(algs, k.Alg)
			}
			var want []string
			if tt.alg != "" {
				want = []string{tt.alg}
			}
			if d := cmp.Diff(want, algs); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestKeysOfOneName: a key that is there twice is one, and two that differ are
// none, as which is meant cannot be told.
func TestKeysOfOneName(t *testing.T) {
	ed, r, _ := pairs(t)
	other, _, _ := pairs(t)
	for _, tt := range []struct {
		name string
		keys []any
		want []string
	}{
		{"the same twice", []any{ed, ed}, []string{"ed"}},
		{"two", []any{ed, other, r}, []string{"rsa"}},
		{"two of three", []any{ed, other, ed, r}, []string{"rsa"}},
		{"of another kind", []any{ed, changed(r, member{"kid": "ed"}), r}, []string{"rsa"}},
		{"of which one is for encryption", []any{ed, changed(other, member{"use": "enc"})}, []string{"ed"}},
	} {
		got, err := readKeys(keySet(t, tt.keys...))
		if err != nil || !slices.Equal(slices.Sorted(maps.Keys(got)), tt.want) {
			t.Errorf("%s: %v, %v", tt.name, got, err)
		}
	}
}

// TestSetsThatAreNone leave the last good one where it is.
func TestSetsThatAreNone(t *testing.T) {
	for _, text := range []string{``, `null`, `[]`, `{}`, `{"keys":null}`, `{"keys":{}}`, `{"keys":[]}`, `{"keys":[{}]}`, `{"keys":[]`, `{"keys":[]}{}`, `<html>`, `{"keys":[],"keys":[]}`} {
		if set, err := readKeys([]byte(text)); err == nil {
			t.Errorf("%s: %v", text, set)
		}
	}
}

// FuzzReadKeys: whatever an issuer publishes, what is taken of it can verify
// one allowed method and has a name.
func FuzzReadKeys(f *testing.F) {
	ed, r, ec := pairs(f)
	f.Add(keySet(f, ed, r, ec))
	f.Add(keySet(f, changed(r, member{"e": "AQ", "alg": "RS256"})))
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"","y":"","kid":"a"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := readKeys(text)
		if (err == nil) != (len(set) > 0) {
			t.Fatalf("%d keys, %v", len(set), err)
		}
		for kid, k := range set {
			if kid == "" || len(kid) > maxKid || !slices.Contains(methods, k.Alg) || !fits(k.Alg, k.Key) {
				t.Errorf("took %q for %s: %T", kid, k.Alg, k.Key)
			}
			var _ crypto.PublicKey = k.Key
		}
	})
}

// FuzzReadDiscovery: no document makes us ask anywhere but by https, or on this
// machine for an issuer on this machine.
func FuzzReadDiscovery(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://id.example.org","jwks_uri":"https://id.example.org/keys"}`))
	f.Add([]byte(`{"issuer":"https://id.example.org","jwks_uri":"http://127.0.0.1/keys"}`))
	f.Add([]byte(`{"issuer":"https://id.example.org","jwks_uri":"file:///etc/passwd"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		at, err := readDiscovery(text, "https://id.example.org")
		if err == nil && !strings.HasPrefix(strings.ToLower(at), "https://") {
			t.Errorf("would ask %q", at)
		}
	})
}
