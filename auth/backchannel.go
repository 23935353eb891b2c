package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

const maxLogout = 16 << 10 // bytes of a request; a token has at most 8, and a form makes it no longer

// BackChannelLogout takes logout tokens from providers (OpenID Connect
// Back-Channel Logout 1.0, section 2.5) and takes back what they say has ended.
// Whoever sends one that is not good learns nothing but that.
func BackChannelLogout(v *Verifier) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		r.Body = http.MaxBytesReader(w, r.Body, maxLogout)
		err := r.ParseForm()
		tokens := r.PostForm["logout_token"]
		if err != nil || len(tokens) != 1 {
			err = Malformed
		} else {
			var l Logout
			if l, err = v.VerifyLogout(r.Context(), tokens[0]); err == nil {
				err = carryOut(r.Context(), v.Revoker, l)
			}
		}
		if v.refused(err) == nil {
			w.WriteHeader(http.StatusOK)
			return
		}
		// The specification knows one status for all that goes wrong.
		code := "invalid_request"
		if _, ok := errors.AsType[Refusal](err); !ok {
			code = "temporarily_unavailable"
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"` + code + `"}` + "\n"))
	})
}

// carryOut logs what only operators can mend: somebody stays signed in.
func carryOut(ctx context.Context, to *Revoker, l Logout) error {
	err := to.Logout(ctx, l)
	if _, refused := errors.AsType[Refusal](err); err != nil && !refused {
		slog.ErrorContext(ctx, "a logout could not be carried out", slog.String("issuer", l.Issuer), slog.Any("err", err))
	}
	return err
}
