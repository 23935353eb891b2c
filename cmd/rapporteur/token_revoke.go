package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// tokenRevoke takes tokens back before they expire.
type tokenRevoke struct {
	folder
	issuers
	JTI []string `name:"jti" placeholder:"ID" help:"The token of this jti; may be given several times."`
	SID []string `name:"sid" placeholder:"ID" help:"All tokens of the session that has this sid."`
	Sub []string `name:"sub" placeholder:"ID" help:"All tokens of this sub that were issued until now. Whoever it is can sign in again."`
}

// Help implements kong.HelpProvider.
func (*tokenRevoke) Help() string {
	return `Refuses tokens that were leaked, or that somebody has who should not. A server on the same data folder may run: it refuses them within a second, and a stream that was opened with one ends with the next thing it would send.

The issuer says which jti, sid and sub a token has; so does the middle part of the token itself. They are those of the issuers that --issuer names, written as the token's iss is, or of the development issuer. A revocation is kept for --token-lifetime, which is to be what the server has.

To keep a person from acting for an entity, revoke their credential instead: that is on the record.

Examples:

    rapporteur token revoke --data ./data --issuer https://id.example.org --jti 5f1c0e
    rapporteur token revoke --data ./data --issuer https://id.example.org --sub ann --sid 8d2f`
}

// Validate implements kong.Validatable.
func (c *tokenRevoke) Validate() error {
	errs := c.issuers.problems()
	all := append(append(append([]string{}, c.JTI...), c.SID...), c.Sub...)
	if len(all) == 0 {
		errs = append(errs, errors.New("say which: --jti, --sid or --sub"))
	}
	for _, id := range all {
		if id == "" || len(id) > 255 {
			errs = append(errs, errors.New("a jti, sid or sub has 1 to 255 bytes"))
		}
	}
	return errors.Join(errs...)
}

func (c *tokenRevoke) run(ctx context.Context, s streams) (code int, err error) {
	key, err := readSecret(c.Data)
	if err != nil {
		return unknown, err
	}
	if err := checkKeys(ctx, c.Data); err != nil {
		return unknown, err
	}
	store, err := memory.OpenRevocations(filepath.Join(c.Data, revokedFile), nil)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	r := &auth.Revoker{Store: store, Secret: key, Life: c.TokenLifetime}
	for _, issuer := range c.names() {
		for _, kind := range []struct {
			ids    []string
			revoke func(ctx context.Context, issuer, id string) error
		}{{c.JTI, r.RevokeToken}, {c.SID, r.RevokeSession}, {c.Sub, r.RevokeSubject}} {
			for _, id := range kind.ids {
				if err := kind.revoke(ctx, issuer, id); err != nil {
					return unknown, err
				}
			}
		}
	}
	_, err = fmt.Fprintf(s.err, "revoked, for tokens that say iss %s, to the last slash; a server on %s refuses them within a second\n", strings.Join(c.names(), " or "), c.Data)
	return yes, err
}

// readSecret reads an installation's secret while a server may have its folder.
func readSecret(dir string) (secret, error) {
	path := filepath.Join(dir, "keys", "installation")
	text, err := keyfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("data folder %s: no server has run on it, so no token of it is in use", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("installation secret: %w", err)
	}
	return parseSecret(path, text)
}

func parseSecret(path string, text []byte) (secret, error) {
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(b) != secretSize {
		return nil, fmt.Errorf("%s: not %d bytes in hexadecimal", path, secretSize) // the cause might quote it
	}
	return b, nil
}
