package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
)

// token is about what people sign in with.
type token struct {
	Issue  tokenIssue  `cmd:"" default:"withargs" help:"Print a development token: what rapporteur token does alone."`
	Revoke tokenRevoke `cmd:"" help:"Refuse tokens before they expire, also while a server runs."`
}

// Help implements kong.HelpProvider.
func (*token) Help() string {
	return `Example:

    rapporteur token --as secretariat`
}

// tokenIssue prints a development token.
type tokenIssue struct {
	folder
	As       string        `required:"" placeholder:"NAME" help:"Who the token says its bearer is; any name will do."`
	TTL      time.Duration `name:"ttl" default:"12h" placeholder:"DURATION" help:"How long the token is good, such as 30m."`
	Audience string        `default:"rapporteur" placeholder:"NAME" help:"Whom the token is meant for, as the server's own --audience says."`
}

// Help implements kong.HelpProvider.
func (*tokenIssue) Help() string {
	return `Anyone who can read the data folder can print tokens and so be anyone: a development token proves nothing more. It needs no running server, and a server on the same data folder accepts it, unless it has issuers of its own (serve --issuer). To refuse a token before it expires: rapporteur token revoke.

Example:

    curl -H "Authorization: Bearer $(rapporteur token --as secretariat)" \
         -H 'Content-Type: application/json' \
         -d '{"query":"{ viewer { id } }"}' http://127.0.0.1:8080/graphql`
}

// Validate implements kong.Validatable.
func (t *tokenIssue) Validate() error {
	var errs []error
	if t.As == "" {
		errs = append(errs, errors.New("--as must name somebody"))
	}
	if t.TTL < time.Second {
		errs = append(errs, errors.New("--ttl must be a second or more"))
	}
	return errors.Join(errs...)
}

func (t *tokenIssue) run(ctx context.Context, s streams) (int, error) {
	if err := createFolder(t.Data); err != nil {
		return unknown, err
	}
	if err := checkKeys(ctx, t.Data); err != nil {
		return unknown, err
	}
	d, err := auth.OpenDevIssuer(t.Data)
	if err != nil {
		return unknown, err
	}
	d.Audience = t.Audience
	text, err := d.Token(t.As, t.As, t.TTL)
	if err != nil {
		return unknown, err
	}
	if _, err := fmt.Fprintln(s.out, text); err != nil {
		return unknown, fmt.Errorf("print the token: %w", err)
	}
	return yes, nil
}
