package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
)

func TestMiddleware(t *testing.T) {
	p := newParty(t)
	good := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), goodClaims())
	stale := sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), with(goodClaims(), part{"exp": 1}))
	for _, tt := range []struct {
		name    string
		headers []string
		subject string
		refused error
	}{
		{"none passes as nobody", nil, "", nil},
		{"good", []string{"Bearer " + good}, "u-17", nil},
		{"the scheme knows no case", []string{"bEARER " + good}, "u-17", nil},
		{"spaces", []string{"Bearer   " + good}, "u-17", nil},
		{"expired", []string{"Bearer " + stale}, "", auth.Expired},
		{"no token", []string{"Bearer"}, "", auth.Malformed},
		{"two tokens", []string{"Bearer " + good + " " + good}, "", auth.Malformed},
		{"empty", []string{""}, "", auth.WrongScheme},
		{"Basic", []string{"Basic dTpw"}, "", auth.WrongScheme},
		{"no scheme", []string{good}, "", auth.WrongScheme},
		{"two headers, both good", []string{"Bearer " + good, "Bearer " + good}, "", auth.Several},
		{"two headers, one empty", []string{"Bearer " + good, ""}, "", auth.Several},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := through(t, p.verifier(), http.Header{"Authorization": tt.headers})
			i, ok := auth.From(ctx)
			if i.Subject != tt.subject || ok != (tt.subject != "") {
				t.Errorf("from %q, %t", i.Subject, ok)
			}
			if err := auth.Refused(ctx); err != tt.refused {
				t.Errorf("refused %v, want %v", err, tt.refused)
			}
		})
	}
}

// through sends a request with h through the middleware and returns the
// context that arrives.
func through(t *testing.T, v *auth.Verifier, h http.Header) context.Context {
	t.Helper()
	var ctx context.Context
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r.Header = h
	w := httptest.NewRecorder()
	auth.Middleware(v, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ctx = r.Context() })).ServeHTTP(w, r)
	if ctx == nil || w.Body.Len() > 0 {
		t.Fatalf("not handed on, answered %d %s", w.Code, w.Body)
	}
	return ctx
}

func TestMiddlewareTellsFaultsFromRefusals(t *testing.T) {
	p := newParty(t)
	v, down := p.verifier(), errors.New("connection refused")
	v.Issuers[iss] = auth.Issuer{Keys: brokenKeys{down}}
	ctx := through(t, v, http.Header{"Authorization": {"Bearer " + sign(t, jwt.SigningMethodEdDSA, p.ed, goodHeader(), goodClaims())}})
	if _, ok := auth.From(ctx); ok || !errors.Is(auth.Refused(ctx), down) {
		t.Errorf("signed in %t, refused %v", ok, auth.Refused(ctx))
	}
}

func TestActingFor(t *testing.T) {
	v := newParty(t).verifier()
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"none", nil, ""},
		{"one", []string{"ent_1"}, "ent_1"},
		{"two name nobody, rather than either or everyone", []string{"ent_1", "ent_2"}, "ent_1,ent_2"},
		{"over-long is cut, not dropped", []string{strings.Repeat("e", 1000)}, strings.Repeat("e", 128)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := auth.ActingFor(through(t, v, http.Header{auth.ActingForHeader: tt.values})); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestContext(t *testing.T) {
	if i, ok := auth.From(t.Context()); ok || auth.Refused(t.Context()) != nil || auth.ActingFor(t.Context()) != "" {
		t.Errorf("an empty context knows %+v", i)
	}
	refused := through(t, newParty(t).verifier(), http.Header{"Authorization": {"Basic dTpw"}})
	ctx := auth.With(refused, auth.Identity{Subject: "u-17"})
	if i, ok := auth.From(ctx); !ok || i.Subject != "u-17" || auth.Refused(ctx) != nil {
		t.Errorf("With leaves %+v, %t, %v", i, ok, auth.Refused(ctx))
	}
}

func TestExpiry(t *testing.T) {
	if end, ok := auth.Expiry(t.Context()); ok {
		t.Errorf("nobody's token ends at %s", end)
	}
	ctx := auth.With(t.Context(), auth.Identity{Subject: "u-17", Expires: now})
	if end, ok := auth.Expiry(ctx); !ok || !end.Equal(now) {
		t.Errorf("got %s, %t", end, ok)
	}
	for _, tt := range []struct {
		name string
		at   time.Duration
		want error
	}{
		{"a moment before", -time.Millisecond, nil},
		{"then, without leeway", 0, auth.Expired},
	} {
		v := &auth.Verifier{Now: func() time.Time { return now.Add(tt.at) }}
		if err := v.Standing(ctx); err != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if err := v.Standing(t.Context()); err != nil {
			t.Errorf("nobody: %v", err)
		}
	}
}

func TestIdentityIsNotLogged(t *testing.T) {
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("signed in", slog.Any("who", auth.Identity{Issuer: "urn:example", Subject: "u-17", Name: "Ada", TokenID: "t-1"}))
	if s := out.String(); !strings.Contains(s, "urn:example") || strings.Contains(s, "u-17") || strings.Contains(s, "Ada") {
		t.Errorf("logged %s", s)
	}
}
