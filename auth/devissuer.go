package auth

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// DevName is the development issuer's canonical name and the iss of its
// tokens. It is part of what the ids of development persons are made of.
const DevName = "urn:rapporteur:development"

// A DevIssuer signs tokens for whoever asks, to try things out: a server that
// trusts it trusts everyone who can read its key. Set its fields before use;
// it is then safe for concurrent use, and safe to print and log.
type DevIssuer struct {
	Audience string           // of its tokens; default DefaultAudience
	Now      func() time.Time // default time.Now

	kid    string
	public ed25519.PublicKey
	sign   func(*jwt.Token) (string, error) // closes over the private key, where no printing reaches it
}

// OpenDevIssuer returns the development issuer of the data folder dir, whose
// key is dir/keys/dev-issuer.pem. The first to open it creates the key. A key
// that others than its owner may read or write is refused.
func OpenDevIssuer(dir string) (*DevIssuer, error) {
	private, err := openKey(filepath.Join(dir, "keys", "dev-issuer.pem"))
	if err != nil {
		return nil, fmt.Errorf("development issuer: %w", err)
	}
	public := private.Public().(ed25519.PublicKey)
	return &DevIssuer{
		kid:    thumbprint(public),
		public: public,
		sign:   func(t *jwt.Token) (string, error) { return t.SignedString(private) },
	}, nil
}

// Issuers returns the issuer under DevName and under address, the printed
// address of the server, for [Verifier.Issuers]; address may be empty. Both
// have DevName as their canonical name.
func (d *DevIssuer) Issuers(address string) map[string]Issuer {
	i := Issuer{Name: DevName, Keys: KeySet{d.kid: {Key: d.public, Alg: "EdDSA"}}}
	all := map[string]Issuer{DevName: i}
	if address != "" {
		all[address] = i
	}
	return all
}

// Token returns a token that says its bearer is subject, for at least one
// second; name may be empty.
func (d *DevIssuer) Token(subject, name string, ttl time.Duration) (string, error) {
	if !subjectOK(subject) {
		return "", fmt.Errorf("subject: must be 1 to %d bytes without control characters", maxSubject)
	}
	if ttl < time.Second {
		return "", errors.New("lifetime: must be a second or more")
	}
	now := time.Now
	if d.Now != nil {
		now = d.Now
	}
	at := now()
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss":       DevName,
		"sub":       subject,
		"aud":       cmp.Or(d.Audience, DefaultAudience),
		"iat":       at.Unix(),
		"exp":       at.Add(ttl).Unix(),
		"jti":       rand.Text(),
		"client_id": "rapporteur", // RFC 9068 asks for one
		"name":      name,
	})
	t.Header["typ"] = "at+jwt"
	t.Header["kid"] = d.kid
	token, err := d.sign(t)
	if err != nil {
		return "", fmt.Errorf("sign development token: %w", err)
	}
	return token, nil
}

// Handler serves /.well-known/openid-configuration and
// /.well-known/jwks.json for the server at address, such as
// http://127.0.0.1:8080. It is to be served on loopback only.
func (d *DevIssuer) Handler(address string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /.well-known/openid-configuration", published(map[string]any{
		"issuer":                                address,
		"jwks_uri":                              address + "/.well-known/jwks.json",
		"response_types_supported":              []string{}, // tokens come from the command line alone
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"EdDSA"},
	}))
	mux.Handle("GET /.well-known/jwks.json", published(map[string]any{
		"keys": []map[string]string{{
			"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
			"kid": d.kid, "x": base64.RawURLEncoding.EncodeToString(d.public),
		}},
	}))
	return mux
}

// published serves v as JSON. A client that hangs up is no fault of ours, and
// nothing else can fail.
func published(v map[string]any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_ = json.NewEncoder(w).Encode(v)
	})
}

// String names the key by its public thumbprint.
func (d *DevIssuer) String() string { return DevName + " " + d.kid }

// LogValue implements slog.LogValuer.
func (d *DevIssuer) LogValue() slog.Value { return slog.StringValue(d.String()) }

// thumbprint is the kid: RFC 7638, so that it is the same wherever it is made.
func thumbprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":"Ed25519","kty":"OKP","x":"%s"}`, base64.RawURLEncoding.EncodeToString(public)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
