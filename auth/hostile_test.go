package auth_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
)

func TestHostileTokens(t *testing.T) {
	p, other := newParty(t), newParty(t)
	h, c := goodHeader(), goodClaims()
	ed := func(header, claims any) string { return sign(t, jwt.SigningMethodEdDSA, p.ed, header, claims) }
	good := ed(h, c)
	parts := strings.Split(good, ".")
	head, body, sig := parts[0], parts[1], parts[2]
	text := func(v part) string { b, _ := json.Marshal(v); return string(b) }

	edDER, err := x509.MarshalPKIXPublicKey(p.ed.Public())
	if err != nil {
		t.Fatal(err)
	}
	rsaDER, err := x509.MarshalPKIXPublicKey(p.rsa.Public())
	if err != nil {
		t.Fatal(err)
	}
	rsaPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: rsaDER})
	hs := func(kid string, secret []byte) string {
		return sign(t, jwt.SigningMethodHS256, secret, with(h, part{"alg": "HS256", "kid": kid}), c)
	}
	evil := func(changes part) string { return ed(h, with(c, changes)) }

	for _, tt := range []struct {
		name, token string
		want        auth.Refusal
	}{
		{"nothing", "", auth.Malformed},
		{"alg none", encode(with(h, part{"alg": "none"})) + "." + body + ".", auth.WrongMethod},
		{"alg None, signed", ed(with(h, part{"alg": "None"}), c), auth.WrongMethod},
		{"alg absent", ed(with(h, part{"alg": nil}), c), auth.WrongMethod},
		{"alg a number", ed(with(h, part{"alg": 1}), c), auth.Malformed},
		{"HS256 by the public key", hs("ed", p.ed.Public().(ed25519.PublicKey)), auth.WrongMethod},
		{"HS256 by the public key as DER", hs("ed", edDER), auth.WrongMethod},
		{"HS256 by the RSA public key as DER", hs("rsa", rsaDER), auth.WrongMethod},
		{"HS256 by the RSA public key as PEM", hs("rsa", rsaPEM), auth.WrongMethod},
		{"HS256 by the RSA public key as PEM, without its last line break", hs("rsa", bytes.TrimSpace(rsaPEM)), auth.WrongMethod},
		{"HS256 by the RSA public key as PKCS #1", hs("rsa", x509.MarshalPKCS1PublicKey(&p.rsa.PublicKey)), auth.WrongMethod},
		{"HS256 by the kid", hs("rsa", []byte("rsa")), auth.WrongMethod},
		{"HS256 by nothing", hs("rsa", []byte{}), auth.WrongMethod},
		{"PS256", sign(t, jwt.SigningMethodPS256, p.rsa, with(h, part{"alg": "PS256", "kid": "rsa"}), c), auth.WrongMethod},
		{"RS512", sign(t, jwt.SigningMethodRS512, p.rsa, with(h, part{"alg": "RS512", "kid": "rsa"}), c), auth.WrongMethod},
		{"RS256 under an EdDSA key", sign(t, jwt.SigningMethodRS256, p.rsa, with(h, part{"alg": "RS256"}), c), auth.WrongMethod},
		{"ES256 said, EdDSA signed", ed(with(h, part{"alg": "ES256"}), c), auth.WrongMethod},
		{"EdDSA said of an RSA key, RS256 signed", sign(t, jwt.SigningMethodRS256, p.rsa, with(h, part{"kid": "rsa"}), c), auth.WrongMethod},
		{"another's key", sign(t, jwt.SigningMethodEdDSA, other.ed, h, c), auth.WrongSign},
		{"another's RSA key", sign(t, jwt.SigningMethodRS256, other.rsa, with(h, part{"alg": "RS256", "kid": "rsa"}), c), auth.WrongSign},
		{"another's EC key", sign(t, jwt.SigningMethodES256, other.ec, with(h, part{"alg": "ES256", "kid": "ec"}), c), auth.WrongSign},
		{"another's key, brought along", sign(t, jwt.SigningMethodEdDSA, other.ed, with(h, part{"jwk": part{"kty": "OKP", "crv": "Ed25519", "x": encode([]byte(other.ed.Public().(ed25519.PublicKey)))}}), c), auth.WrongSign},
		{"unsigned", head + "." + body + ".", auth.WrongSign},
		{"other claims under the signature", head + "." + encode(with(c, part{"sub": "admin"})) + "." + sig, auth.WrongSign},
		{"other header under the signature", encode(with(h, part{"x": 1})) + "." + body + "." + sig, auth.WrongSign},

		{"exp absent", evil(part{"exp": nil}), auth.MissingClaim},
		{"exp in quotes", evil(part{"exp": "9999999999"}), auth.Malformed},
		{"exp far ahead", evil(part{"exp": 9_999_999_999}), auth.TooLasting},
		{"exp past the calendar", evil(part{"exp": 1e300}), auth.Malformed},
		{"exp where time wraps", evil(part{"exp": 9.3e18}), auth.Malformed},
		{"exp negative", evil(part{"exp": -1}), auth.Malformed},
		{"exp null", ed(h, strings.Replace(text(with(c, part{"exp": 1})), `"exp":1`, `"exp":null`, 1)), auth.MissingClaim},
		{"expired by the leeway", evil(part{"exp": now.Add(-30 * time.Second).Unix()}), auth.Expired},
		{"expired at zero", evil(part{"exp": 0}), auth.Expired},
		{"iat absent", evil(part{"iat": nil}), auth.MissingClaim},
		{"iat ahead", evil(part{"iat": now.Add(31 * time.Second).Unix()}), auth.IssuedLater},
		{"nbf ahead", evil(part{"nbf": now.Add(31 * time.Second).Unix()}), auth.NotYet},
		{"nbf a word", evil(part{"nbf": "soon"}), auth.Malformed},
		{"aud absent", evil(part{"aud": nil}), auth.MissingClaim},
		{"aud empty", evil(part{"aud": ""}), auth.MissingClaim},
		{"aud an empty list", evil(part{"aud": []string{}}), auth.MissingClaim},
		{"aud another", evil(part{"aud": "other"}), auth.WrongAudience},
		{"aud others", evil(part{"aud": []string{"other", "", "Rapporteur"}}), auth.WrongAudience},
		{"aud of mixed kinds", evil(part{"aud": []any{"rapporteur", 1}}), auth.Malformed},
		{"aud an object", evil(part{"aud": part{"rapporteur": true}}), auth.Malformed},
		{"iss absent", evil(part{"iss": nil}), auth.UnknownIssuer},
		{"iss empty", evil(part{"iss": ""}), auth.UnknownIssuer},
		{"iss unknown", evil(part{"iss": "https://evil.example"}), auth.UnknownIssuer},
		{"iss with a slash more", evil(part{"iss": iss + "/"}), auth.UnknownIssuer},
		{"iss by another case", ed(h, strings.Replace(text(c), `"iss"`, `"ISS"`, 1)), auth.UnknownIssuer},
		{"iss a list", evil(part{"iss": []string{iss}}), auth.Malformed},
		{"iss the canonical name alone", evil(part{"iss": "urn:example"}), auth.UnknownIssuer},
		{"sub absent", evil(part{"sub": nil}), auth.WrongSubject},
		{"sub empty", evil(part{"sub": ""}), auth.WrongSubject},
		{"sub over-long", evil(part{"sub": strings.Repeat("a", 256)}), auth.WrongSubject},
		{"sub with a control character", evil(part{"sub": "a\x00b"}), auth.WrongSubject},
		{"sub a lone surrogate", ed(h, strings.Replace(text(c), "u-17", `\ud800`, 1)), auth.WrongSubject},
		{"sub not UTF-8", ed(h, strings.Replace(text(c), "u-17", "\xff", 1)), auth.Malformed},
		{"sub a number", evil(part{"sub": 17}), auth.Malformed},
		{"sub twice", ed(h, strings.Replace(text(c), "{", `{"sub":"admin",`, 1)), auth.Malformed},
		{"sub twice, once escaped", ed(h, strings.Replace(text(c), "{", `{"\u0073ub":"admin",`, 1)), auth.Malformed},
		{"sid over-long", evil(part{"sid": strings.Repeat("a", 256)}), auth.Malformed},
		{"sid a number", evil(part{"sid": 17}), auth.Malformed},
		{"jti over-long", evil(part{"jti": strings.Repeat("a", 256)}), auth.Malformed},

		{"crit unknown", ed(with(h, part{"crit": []string{"exp"}}), c), auth.Critical},
		{"crit empty", ed(with(h, part{"crit": []string{}}), c), auth.Critical},
		{"crit null", ed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed","crit":null}`, c), auth.Critical},
		{"b64 false", ed(with(h, part{"crit": []string{"b64"}, "b64": false}), c), auth.Critical},
		{"alg twice", ed(`{"alg":"none","typ":"at+jwt","kid":"ed","alg":"EdDSA"}`, c), auth.Malformed},
		{"typ twice", ed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed","typ":"JWT"}`, c), auth.Malformed},
		{"exp twice", ed(h, strings.Replace(text(c), "{", `{"exp":9999999999,`, 1)), auth.Malformed},
		{"encrypted", encode(part{"alg": "dir", "enc": "A128GCM"}) + "..AAAA.AAAA.AAAA", auth.Malformed},
		{"a nested token", ed(with(h, part{"cty": "JWT", "typ": "JWT"}), good), auth.WrongType},
		{"good for two months", evil(part{"exp": now.Add(60 * 24 * time.Hour).Unix()}), auth.TooLasting},
		{"a logout token", ed(h, with(c, part{"events": part{logoutEvent: part{}}})), auth.WrongEvents},
		{"events of null", ed(h, strings.Replace(text(c), "{", `{"events":null,`, 1)), auth.WrongEvents},
		{"typ absent", ed(with(h, part{"typ": nil}), c), auth.WrongType},
		{"typ empty", ed(with(h, part{"typ": ""}), c), auth.WrongType},
		{"typ JWT", ed(with(h, part{"typ": "JWT"}), c), auth.WrongType},
		{"typ of an ID token", ed(with(h, part{"typ": "id+jwt"}), c), auth.WrongType},
		{"kid absent", ed(with(h, part{"kid": nil}), c), auth.WrongKeyID},
		{"kid empty", ed(with(h, part{"kid": ""}), c), auth.WrongKeyID},
		{"kid over-long", ed(with(h, part{"kid": strings.Repeat("k", 129)}), c), auth.WrongKeyID},
		{"kid at its longest, unknown", ed(with(h, part{"kid": strings.Repeat("k", 128)}), c), auth.UnknownKey},
		{"kid twice", ed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed","kid":"rsa"}`, c), auth.Malformed},
		{"kid a path", ed(with(h, part{"kid": "../../etc/passwd"}), c), auth.UnknownKey},

		{"9 KB", evil(part{"pad": strings.Repeat("a", 9<<10)}), auth.TooLong},
		{"one segment", head, auth.Malformed},
		{"two segments", head + "." + body, auth.Malformed},
		{"four segments", good + "." + sig, auth.Malformed},
		{"dots", "..", auth.Malformed},
		{"many dots", strings.Repeat(".", 8000), auth.Malformed},
		{"header garbled", "AAAA." + body + "." + sig, auth.Malformed},
		{"header null", encode("null") + "." + body + "." + sig, auth.Malformed},
		{"header a list", encode("[]") + "." + body + "." + sig, auth.Malformed},
		{"header cut short", ed(`{"alg":"EdDSA"`, c), auth.Malformed},
		{"claims garbled", head + ".AAAA." + sig, auth.Malformed},
		{"claims null", ed(h, "null"), auth.UnknownIssuer},
		{"claims a list", ed(h, "[]"), auth.Malformed},
		{"data after the claims", ed(h, text(c)+`{}`), auth.Malformed},
		{"data after the header", ed(text(h)+`{}`, c), auth.Malformed},
		{"data after the token", good + "AAAA", auth.WrongSign},
		{"a space after the token", good + " ", auth.Malformed},
		{"a line break in the token", head + "." + body + ".\n" + sig, auth.Malformed},
		{"padded", good + "==", auth.Malformed},
		{"standard base64", head + "." + body + ".+/" + sig[2:], auth.Malformed},
		{"signature not canonical", head + "." + body + "." + bumped(sig), auth.Malformed},
		{"JSON serialisation", `{"payload":"` + body + `"}`, auth.Malformed},
		{"not ASCII", good + "\u00e9", auth.Malformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := p.verifier().Verify(t.Context(), tt.token)
			if err != tt.want {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if got != (auth.Identity{}) {
				t.Errorf("refused, and yet %+v", got)
			}
			tellsNothing(t, err, tt.token)
		})
	}
}

// bumped returns seg with a padding bit set, which a lax decoder passes over.
func bumped(seg string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, seg[len(seg)-1])
	return seg[:len(seg)-1] + alphabet[last+1:last+2]
}

// tellsNothing checks that no piece of token of eight bytes, encoded or
// decoded, is in the text of err.
func tellsNothing(t *testing.T, err error, token string) {
	t.Helper()
	said := err.Error()
	for seg := range strings.SplitSeq(token, ".") {
		plain, _ := base64.RawURLEncoding.DecodeString(seg)
		for _, s := range []string{seg, string(plain)} {
			for i := range len(s) - 7 {
				if strings.Contains(said, s[i:i+8]) {
					t.Fatalf("%q quotes the token: %q", said, s[i:i+8])
				}
			}
		}
	}
}
