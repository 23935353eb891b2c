// Package scalar maps the API's scalars to Go and back.
package scalar

import (
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/rapporteur-project/rapporteur/domain"
)

// An Error says, to the person who asked, what a scalar is written like.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }

func text(s string) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { io.WriteString(w, strconv.Quote(s)) })
}

// MarshalID writes id as a string.
func MarshalID(id domain.ID) graphql.Marshaler { return graphql.MarshalString(string(id)) }

// UnmarshalID reads an id: 1 to 128 characters.
func UnmarshalID(v any) (domain.ID, error) {
	s, ok := v.(string)
	if !ok || s == "" || len(s) > 128 {
		return "", Error("an ID is a text of 1 to 128 characters")
	}
	return domain.ID(s), nil
}

// timeLayout is RFC 3339 with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// MarshalDateTime writes t in UTC with milliseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler { return text(t.UTC().Format(timeLayout)) }

// UnmarshalDateTime reads RFC 3339 in any zone.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, Error("a DateTime is written as 2020-03-04T10:00:00.000Z")
	}
	return t.UTC(), nil
}

// MarshalDate writes a day as YYYY-MM-DD.
func MarshalDate(d domain.Day) graphql.Marshaler { return text(string(d)) }

// UnmarshalDate reads YYYY-MM-DD.
func UnmarshalDate(v any) (domain.Day, error) {
	s, _ := v.(string)
	d, err := domain.ParseDay(s)
	if err != nil {
		return d, Error("a Date is written as 2020-03-04")
	}
	return d, nil
}

// MarshalInt64 writes n as a string, for clients whose numbers are too small.
func MarshalInt64(n int64) graphql.Marshaler { return text(strconv.FormatInt(n, 10)) }

// UnmarshalInt64 reads a string of digits, or a number.
func UnmarshalInt64(v any) (int64, error) {
	var n int64
	var err error
	switch v := v.(type) {
	case string:
		n, err = strconv.ParseInt(v, 10, 64)
	case json.Number:
		n, err = strconv.ParseInt(v.String(), 10, 64)
	case int64:
		n = v
	case int:
		n = int64(v)
	default:
		err = Error("not a number")
	}
	if err != nil {
		return 0, Error("an Int64 is a whole number of 64 bits, as a text of digits")
	}
	return n, nil
}

var sha256Shape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// MarshalSha256 writes 64 hexadecimal digits.
func MarshalSha256(s string) graphql.Marshaler { return text(s) }

// UnmarshalSha256 reads 64 hexadecimal digits in lower case.
func UnmarshalSha256(v any) (string, error) {
	s, _ := v.(string)
	if !sha256Shape.MatchString(s) {
		return "", Error("a Sha256 is 64 hexadecimal digits in lower case")
	}
	return s, nil
}

var keyShape = regexp.MustCompile(`^[!-~]{16,128}$`)

// MarshalIdempotencyKey writes a key.
func MarshalIdempotencyKey(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalIdempotencyKey reads 16 to 128 visible ASCII characters.
func UnmarshalIdempotencyKey(v any) (string, error) {
	s, _ := v.(string)
	if !keyShape.MatchString(s) {
		return "", Error("an IdempotencyKey has 16 to 128 visible ASCII characters; choose a new one for each command")
	}
	return s, nil
}

// MarshalJSON writes b as it is: it must be JSON.
func MarshalJSON(b json.RawMessage) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { w.Write(b) })
}

// UnmarshalJSON reads any JSON value.
func UnmarshalJSON(v any) (json.RawMessage, error) { return json.Marshal(v) }
