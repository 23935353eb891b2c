package auth_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
)

func openDev(t *testing.T, dir string) *auth.DevIssuer {
	t.Helper()
	d, err := auth.OpenDevIssuer(dir)
	if err != nil {
		t.Fatal(err)
	}
	d.Now = func() time.Time { return now }
	return d
}

// devKey reads the private key that a development issuer left in dir.
func devKey(t *testing.T, dir string) ed25519.PrivateKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "keys", "dev-issuer.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(ed25519.PrivateKey)
}

func TestDevTokensOutliveThePort(t *testing.T) {
	dir := t.TempDir()
	token, err := openDev(t, dir).Token("ngo", "A network", time.Hour) // one process
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"http://127.0.0.1:8080", "http://127.0.0.1:41234", ""} {
		v := &auth.Verifier{Issuers: openDev(t, dir).Issuers(address), Now: func() time.Time { return now }} // another
		got, err := v.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if got.Issuer != auth.DevName || got.Subject != "ngo" || got.Name != "A network" || got.TokenID == "" || !got.Expires.Equal(now.Add(time.Hour)) {
			t.Errorf("at %q: %+v", address, got)
		}
	}
}

func TestDevAddressAndNameAreOneIssuer(t *testing.T) {
	dir := t.TempDir()
	const address = "http://127.0.0.1:8080"
	d := openDev(t, dir)
	v := &auth.Verifier{Issuers: d.Issuers(address), Now: func() time.Time { return now }}
	token, err := d.Token("ngo", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	claims := with(part(parsed.Claims.(jwt.MapClaims)), part{"iss": address})
	got, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, devKey(t, dir), parsed.Header, claims))
	if err != nil || got.Issuer != auth.DevName {
		t.Errorf("as %q, %v", got.Issuer, err)
	}
	claims["iss"] = "http://127.0.0.1:9090"
	if _, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, devKey(t, dir), parsed.Header, claims)); err != auth.UnknownIssuer {
		t.Errorf("at another address: %v", err)
	}
}

func TestDevTokenRefusesWhatNobodyWouldAccept(t *testing.T) {
	d := openDev(t, t.TempDir())
	for _, tt := range []struct {
		name, subject string
		ttl           time.Duration
	}{
		{"no subject", "", time.Hour},
		{"a long subject", strings.Repeat("a", 256), time.Hour},
		{"a control character", "a\nb", time.Hour},
		{"broken UTF-8", "\xff", time.Hour},
		{"no lifetime", "ngo", 0},
		{"a negative lifetime", "ngo", -time.Hour},
	} {
		if token, err := d.Token(tt.subject, "", tt.ttl); err == nil || token != "" {
			t.Errorf("%s: %q, %v", tt.name, token, err)
		}
	}
}

func TestDevTokensDiffer(t *testing.T) {
	d := openDev(t, t.TempDir())
	a, err := d.Token("ngo", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := d.Token("ngo", "", time.Hour); err != nil || a == b {
		t.Errorf("the same token twice, %v", err)
	}
}

func TestDevAudience(t *testing.T) {
	d := openDev(t, t.TempDir())
	d.Audience = "elsewhere"
	token, err := d.Token("ngo", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	v := &auth.Verifier{Issuers: d.Issuers(""), Now: func() time.Time { return now }}
	if _, err := v.Verify(t.Context(), token); err != auth.WrongAudience {
		t.Errorf("at another audience: %v", err)
	}
	v.Audience = "elsewhere"
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Error(err)
	}
}

// A client that knows the address alone finds the key and can verify a token.
func TestDiscovery(t *testing.T) {
	d := openDev(t, t.TempDir())
	const address = "http://127.0.0.1:8080"
	h := d.Handler(address)
	var config struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	get(t, h, "/.well-known/openid-configuration", &config)
	if config.Issuer != address || config.JWKS != address+"/.well-known/jwks.json" {
		t.Fatalf("configuration %+v", config)
	}
	var set struct {
		Keys []map[string]string `json:"keys"`
	}
	get(t, h, strings.TrimPrefix(config.JWKS, address), &set)
	if len(set.Keys) != 1 {
		t.Fatalf("keys %v", set.Keys)
	}
	k := set.Keys[0]
	if _, private := k["d"]; private || k["kty"] != "OKP" || k["crv"] != "Ed25519" || k["alg"] != "EdDSA" {
		t.Fatalf("key %v", k)
	}
	x, err := base64.RawURLEncoding.DecodeString(k["x"])
	if err != nil {
		t.Fatal(err)
	}
	token, err := d.Token("ngo", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	v := &auth.Verifier{
		Issuers: map[string]auth.Issuer{auth.DevName: {Keys: auth.KeySet{k["kid"]: {Key: ed25519.PublicKey(x), Alg: k["alg"]}}}},
		Now:     func() time.Time { return now },
	}
	if _, err := v.Verify(t.Context(), token); err != nil {
		t.Error(err)
	}
}

func get(t *testing.T, h http.Handler, path string, to any) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
	}
	if err := json.Unmarshal(w.Body.Bytes(), to); err != nil {
		t.Fatal(err)
	}
}

func TestDevKeyIsNeverPrinted(t *testing.T) {
	dir := t.TempDir()
	d := openDev(t, dir)
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", d)
		fmt.Fprintf(&out, verb+"\n", *d)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("open", slog.Any("issuer", d), slog.Any("value", *d))
	}
	seed := devKey(t, dir).Seed()
	numbers := strings.Trim(fmt.Sprint(seed), "[]")
	golang := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", seed), "[]byte{"), "}")
	for _, secret := range []string{string(seed), hex.EncodeToString(seed), base64.StdEncoding.EncodeToString(seed)[:42], base64.RawURLEncoding.EncodeToString(seed)[:42], numbers, golang} {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(secret)) {
			t.Errorf("printed: %s", out.String())
		}
	}
}
