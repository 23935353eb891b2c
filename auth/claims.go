package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

const (
	maxSubject = 255 // bytes; OpenID Connect allows 255 ASCII characters
	maxTokenID = 255 // bytes, of a jti or a sid
	maxName    = 200 // runes; a longer name is cut

	maxSeconds = 253_402_300_799 // the last second of the year 9999
)

// A header is what is used of a token's first segment.
type header struct {
	alg, typ, kid string
	critical      bool // it has a crit, whatever its value
}

func readHeader(token string) (header, error) {
	if len(token) > maxToken {
		return header{}, TooLong
	}
	if strings.Count(token, ".") != 2 || strings.ContainsFunc(token, foreign) {
		return header{}, Malformed
	}
	first, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.Strict().DecodeString(first)
	if err != nil {
		return header{}, Malformed
	}
	o, err := readObject(text)
	if err != nil {
		return header{}, err
	}
	var h header
	_, h.critical = o["crit"]
	if !o.read("alg", &h.alg) || !o.read("typ", &h.typ) || !o.read("kid", &h.kid) {
		return header{}, Malformed
	}
	return h, nil
}

// foreign reports what no token has. Go's base64 decoder passes over line
// breaks even when strict, so one token would have many spellings.
func foreign(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.')
}

// claims are what is used of a token's second segment.
type claims struct {
	jwt.RegisteredClaims
	name, session string
	events        bool // it is about something that happened, so not for signing in
}

var _ jwt.ClaimsValidator = (*claims)(nil)

// UnmarshalJSON implements json.Unmarshaler. Left to itself encoding/json
// takes ISS for iss, the last of two, and a number in quotes for a number.
func (c *claims) UnmarshalJSON(text []byte) error {
	o, err := readObject(text)
	if err != nil {
		return err
	}
	if !o.registered(&c.RegisteredClaims) || !o.read("sid", &c.session) || !o.read("name", &c.name) || len(c.session) > maxTokenID {
		return Malformed
	}
	_, c.events = o["events"]
	if r := []rune(c.name); len(r) > maxName {
		c.name = string(r[:maxName])
	}
	return nil
}

// registered reads the claims that all tokens have.
func (o object) registered(c *jwt.RegisteredClaims) bool {
	return o.read("iss", &c.Issuer) && o.read("sub", &c.Subject) && o.read("aud", &c.Audience) && o.read("jti", &c.ID) &&
		o.date("exp", &c.ExpiresAt) && o.date("nbf", &c.NotBefore) && o.date("iat", &c.IssuedAt) && len(c.ID) <= maxTokenID
}

// Validate implements jwt.ClaimsValidator: what the library does not look at.
func (c *claims) Validate() error {
	switch {
	case c.events:
		return WrongEvents
	case c.IssuedAt == nil:
		return MissingClaim
	case !subjectOK(c.Subject):
		return WrongSubject
	}
	return nil
}

// subjectOK refuses control characters, so that no joining of issuer and
// subject can be forged, and U+FFFD, which is what encoding/json makes of
// everything broken: two broken subjects would be one person.
func subjectOK(s string) bool {
	bad := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
	return s != "" && len(s) <= maxSubject && !strings.ContainsFunc(s, bad)
}

// An object is a JSON object by its exact names.
type object map[string]json.RawMessage

// readObject refuses a name given twice, bad UTF-8 and anything after the end.
func readObject(text []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') || !utf8.Valid(text) {
		return nil, Malformed
	}
	o := object{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, Malformed
		}
		var value json.RawMessage
		if _, twice := o[name]; twice || d.Decode(&value) != nil {
			return nil, Malformed
		}
		o[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, Malformed
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, Malformed
	}
	return o, nil
}

// read reports whether name is absent, null or of to's type, and sets to.
func (o object) read(name string, to any) bool {
	raw, ok := o[name]
	return !ok || json.Unmarshal(raw, to) == nil
}

// date is read for seconds since 1970. Past the year 9999 a time.Time would
// wrap around, and a token that never expires is refused with it.
func (o object) date(name string, to **jwt.NumericDate) bool {
	var seconds *float64
	if !o.read(name, &seconds) {
		return false
	}
	if seconds == nil {
		return true
	}
	if *seconds < 0 || *seconds > maxSeconds {
		return false
	}
	*to = jwt.NewNumericDate(time.Unix(int64(*seconds), 0))
	return true
}
