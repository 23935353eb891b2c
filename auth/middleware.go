package auth

import (
	"context"
	"net/http"
	"strings"
)

// ActingForHeader narrows what a request reads to what one of the entities
// the person acts for may read.
const ActingForHeader = "Rapporteur-Acting-For"

const maxActingFor = 128 // bytes; no id is nearly as long

// Middleware hands requests to next with who asks in their context: nobody
// when there is no Authorization header, the [Identity] of a good token, or
// what [Refused] returns of a bad one. It answers nothing itself, as only next
// knows how.
func Middleware(v *Verifier, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if headers := r.Header.Values("Authorization"); len(headers) > 0 {
			ctx = v.SignIn(ctx, headers)
		}
		if id := actingFor(r.Header.Values(ActingForHeader)); id != "" {
			ctx = context.WithValue(ctx, actingForKey, id)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// SignIn returns ctx knowing whom the token in these Authorization headers says
// it is, or that it was refused.
func (v *Verifier) SignIn(ctx context.Context, headers []string) context.Context {
	token, err := bearer(headers)
	var i Identity
	if err == nil {
		i, err = v.Verify(ctx, token)
	}
	if err != nil {
		return context.WithValue(ctx, callerKey, caller{refused: v.refused(err)})
	}
	return With(ctx, i)
}

func bearer(headers []string) (string, error) {
	if len(headers) > 1 {
		return "", Several
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", WrongScheme
	}
	return strings.Trim(token, " "), nil
}

// actingFor makes of repeated or over-long headers an id that is nobody's:
// dropping them would widen what was meant to be narrowed.
func actingFor(headers []string) string {
	id := strings.Join(headers, ",")
	return id[:min(len(id), maxActingFor)]
}
