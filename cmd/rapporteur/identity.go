package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// logoutPath is where providers say that somebody was logged out.
const logoutPath = "/logout/backchannel"

// issuers are whose word on who a person is counts, and for how long.
type issuers struct {
	Issuer        []string      `placeholder:"URL" help:"An OpenID Connect issuer whose tokens are accepted, as its discovery document calls itself; may be given several times. Development tokens are then off. Default: none, and development tokens."`
	TokenLifetime time.Duration `default:"720h" placeholder:"DURATION" help:"How long a token may be good at most; one that is good for longer is refused. A revocation is kept that long."`
}

// problems returns what is wrong with them.
func (c issuers) problems() (errs []error) {
	for n, address := range c.Issuer {
		if err := auth.CheckIssuer(address); err != nil {
			errs = append(errs, fmt.Errorf("--issuer %s: %w", address, err))
		}
		if slices.Contains(c.Issuer[:n], address) {
			errs = append(errs, fmt.Errorf("--issuer %s: it is there twice", address))
		}
	}
	if c.TokenLifetime < time.Minute || c.TokenLifetime > 366*24*time.Hour {
		errs = append(errs, fmt.Errorf("--token-lifetime %s: must be from 1m to 8784h", c.TokenLifetime))
	}
	return errs
}

// names are those of the issuers, as persons' ids are made of them.
func (c issuers) names() []string {
	if len(c.Issuer) == 0 {
		return []string{auth.DevName}
	}
	return c.Issuer
}

// signingIn is how a server knows people, beside its issuers.
type signingIn struct {
	issuers
	Audience        string        `default:"rapporteur" placeholder:"NAME" help:"What the tokens it accepts must be meant for."`
	TokenType       []string      `default:"at+jwt" placeholder:"TYPE" help:"The types of tokens it accepts, as their header says: add jwt for an issuer that does not write at+jwt."`
	ClientID        []string      `name:"client-id" placeholder:"NAME" help:"What the issuers call Rapporteur in their logout tokens. Default: what --audience says."`
	RevocationGrace time.Duration `default:"1m" placeholder:"DURATION" help:"How long people can go on signing in while it cannot be looked up which tokens were revoked."`
}

func (c signingIn) problems() []error {
	errs := c.issuers.problems()
	if c.Audience == "" {
		errs = append(errs, errors.New("--audience must not be empty"))
	}
	if slices.Contains(c.TokenType, "") || len(c.TokenType) == 0 {
		errs = append(errs, errors.New("--token-type must not be empty: a token without a type may be one for another purpose"))
	}
	if slices.Contains(c.ClientID, "") {
		errs = append(errs, errors.New("--client-id must not be empty"))
	}
	if c.RevocationGrace < 0 || c.RevocationGrace > time.Hour {
		errs = append(errs, fmt.Errorf("--revocation-grace %s: must be from 0s to 1h", c.RevocationGrace))
	}
	return errs
}

// An identity is what a node knows people by.
type identity struct {
	dev       *auth.DevIssuer  // nil where there are providers
	providers []*auth.Provider // none where there is dev
	revoked   *memory.Revocations
	verifier  *auth.Verifier
	refusals  *prometheus.CounterVec // by reason
}

// openIdentity opens the identity of an installation that answers at address.
// Nobody is asked for keys before it runs.
func (c signingIn) openIdentity(i *installation, address string, sh *shares) (_ *identity, err error) {
	id := &identity{refusals: prometheus.NewCounterVec(tokensRefused, []string{"reason"})}
	known := map[string]auth.Issuer{}
	for _, address := range c.Issuer {
		p, err := auth.NewProvider(address, nil)
		if err != nil {
			return nil, err
		}
		id.providers = append(id.providers, p)
		known[address] = auth.Issuer{Keys: p}
	}
	if len(c.Issuer) == 0 {
		if id.dev, err = auth.OpenDevIssuer(i.dir); err != nil {
			return nil, err
		}
		known = id.dev.Issuers(address)
	}
	if id.revoked, err = memory.OpenRevocations(i.path(revokedFile), nil); err != nil {
		return nil, err
	}
	types := make([]string, len(c.TokenType))
	for n, t := range c.TokenType {
		types[n] = strings.TrimPrefix(strings.ToLower(t), "application/")
	}
	id.verifier = &auth.Verifier{
		Issuers:  known,
		Audience: c.Audience,
		Types:    types,
		Clients:  c.ClientID,
		Life:     c.TokenLifetime,
		Revoker: &auth.Revoker{
			Store:  sh.revocations(id.revoked, c.RevocationGrace),
			Secret: i.secret,
			Life:   c.TokenLifetime,
		},
		Refused: id.count,
	}
	return id, nil
}

func (id *identity) close() error { return id.revoked.Close() }

// routes adds what is answered to issuers, or in an issuer's place.
func (id *identity) routes(mux *http.ServeMux, address string) {
	if id.dev != nil {
		mux.Handle("/.well-known/", id.dev.Handler(address))
		return
	}
	mux.Handle("POST "+logoutPath, auth.BackChannelLogout(id.verifier))
}

// checks says of each part whether it is ok.
func (id *identity) checks(ctx context.Context) map[string]string {
	is := map[string]string{"revocations": "ok"}
	if _, err := id.revoked.Revoked(ctx, time.Time{}); err != nil { // without the grace, which is there to mend it
		slog.ErrorContext(ctx, "readiness", slog.Any("err", err))
		is["revocations"] = "cannot be read, and after --revocation-grace nobody can sign in; the server's own log says why"
	} else if err := id.revoked.Fault(); err != nil {
		slog.ErrorContext(ctx, "readiness", slog.Any("err", err))
		is["revocations"] = "cannot be written, so nothing can be revoked; the server's own log says why"
	}
	for _, p := range id.providers {
		name := "issuer " + p.Address()
		is[name] = "ok"
		if h := p.Health(); h.Fault != nil && h.Keys == 0 {
			is[name] = "its keys were never had, and its people cannot sign in; the server's own log says why"
		} else if h.Fault != nil {
			is[name] = "its keys are of " + h.Since.UTC().Format(time.RFC3339) + ", and cannot be had now; the server's own log says why"
		}
	}
	return is
}
