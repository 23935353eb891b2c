package auth_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// FuzzVerify: nothing makes Verify panic, what it accepts is signed by the
// key, and what it refuses it does not repeat.
func FuzzVerify(f *testing.F) {
	p, other := newParty(f), newParty(f)
	p.ed = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // so that saved inputs stay good
	good := sign(f, jwt.SigningMethodEdDSA, p.ed, goodHeader(), goodClaims())
	f.Add(good)
	f.Add(sign(f, jwt.SigningMethodEdDSA, other.ed, goodHeader(), goodClaims()))
	f.Add(sign(f, jwt.SigningMethodHS256, []byte(p.ed.Public().(ed25519.PublicKey)), with(goodHeader(), part{"alg": "HS256"}), goodClaims()))
	f.Add(encode(part{"alg": "none", "typ": "at+jwt", "kid": "ed"}) + "." + encode(goodClaims()) + ".")
	f.Add(good + "\n")
	f.Add("..")
	v := p.verifier()
	f.Fuzz(func(t *testing.T, token string) {
		i, err := v.Verify(t.Context(), token)
		if err != nil {
			tellsNothing(t, err, token)
			return
		}
		at := strings.LastIndexByte(token, '.')
		sig, err := base64.RawURLEncoding.Strict().DecodeString(token[at+1:])
		if err != nil || !ed25519.Verify(p.ed.Public().(ed25519.PublicKey), []byte(token[:at]), sig) {
			t.Fatalf("accepted unsigned, as %+v", i)
		}
	})
}

// FuzzSigned: a good signature alone opens nothing. What is accepted meets
// every demand, as read by another decoder.
func FuzzSigned(f *testing.F) {
	p := newParty(f)
	p.ed = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	header, _ := json.Marshal(goodHeader())
	claims, _ := json.Marshal(goodClaims())
	list, _ := json.Marshal(with(goodClaims(), part{"aud": []string{"a", "rapporteur"}, "nbf": now.Unix()}))
	f.Add(header, claims)
	f.Add(header, list)
	f.Add([]byte(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed","crit":null}`), claims)
	f.Add(header, []byte(`null`))
	f.Add(header, []byte(`{"exp":1e300,"EXP":1}`))
	v := p.verifier()
	f.Fuzz(func(t *testing.T, header, claims []byte) {
		i, err := v.Verify(t.Context(), sign(t, jwt.SigningMethodEdDSA, p.ed, header, claims))
		if err != nil {
			return
		}
		var h, c map[string]any
		if json.Unmarshal(header, &h) != nil || json.Unmarshal(claims, &c) != nil {
			t.Fatalf("accepted what is not JSON: %q %q", header, claims)
		}
		_, crit := h["crit"]
		typ, _ := h["typ"].(string)
		if crit || h["alg"] != "EdDSA" || h["kid"] != "ed" || !strings.HasSuffix(strings.ToLower(typ), "at+jwt") {
			t.Errorf("accepted header %s", header)
		}
		exp, _ := c["exp"].(float64)
		iat, dated := c["iat"].(float64)
		if int64(exp) <= now.Unix()-30 || !dated || int64(iat) > now.Unix()+30 {
			t.Errorf("accepted at %d: %s", now.Unix(), claims)
		}
		auds, _ := c["aud"].([]any)
		if c["aud"] != "rapporteur" && !slices.Contains(auds, any("rapporteur")) {
			t.Errorf("accepted audience of %s", claims)
		}
		if c["iss"] != iss || i.Issuer != "urn:example" || c["sub"] != i.Subject || i.Subject == "" || len(i.Subject) > 255 {
			t.Errorf("accepted %+v of %s", i, claims)
		}
	})
}

// FuzzVerifyLogout: what is accepted is signed, says that somebody was logged
// out, and could be no other kind of token.
func FuzzVerifyLogout(f *testing.F) {
	p := newParty(f)
	p.ed = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	f.Add(mustJSON(f, logoutHeader()), mustJSON(f, logoutClaims()))
	f.Add(mustJSON(f, goodHeader()), mustJSON(f, goodClaims()))
	f.Add([]byte(`{"alg":"EdDSA","kid":"ed"}`), mustJSON(f, with(logoutClaims(), part{"nonce": "n"})))
	f.Add([]byte(`{"alg":"EdDSA","kid":"ed"}`), mustJSON(f, with(logoutClaims(), part{"events": []string{logoutEvent}})))
	v := p.remembering(f)
	f.Fuzz(func(t *testing.T, header, claims []byte) {
		token := sign(t, jwt.SigningMethodEdDSA, p.ed, header, claims)
		l, err := v.VerifyLogout(t.Context(), token)
		if err != nil {
			return
		}
		var h, c map[string]any
		if json.Unmarshal(header, &h) != nil || json.Unmarshal(claims, &c) != nil {
			t.Fatalf("accepted what is not JSON: %q %q", header, claims)
		}
		events, _ := c["events"].(map[string]any)
		_, logout := events[logoutEvent].(map[string]any)
		if _, nonce := c["nonce"]; nonce || !logout || c["iss"] != iss || c["jti"] == "" || l.Subject == "" && l.Session == "" {
			t.Errorf("accepted %+v of %s", l, claims)
		}
		if _, err := v.Verify(t.Context(), token); err == nil {
			t.Errorf("a logout token signs in: %s", claims)
		}
	})
}
