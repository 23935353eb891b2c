package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// An admin is the first officer of the secretariat, as configuration names
// them: ISSUER|SUBJECT.
type admin string

// validate refuses what names nobody.
func (a admin) validate() error {
	if a == "" {
		return nil
	}
	if issuer, subject := a.split(); issuer == "" || subject == "" {
		return errors.New(`--admin must be "ISSUER|SUBJECT"`)
	}
	return nil
}

// split takes the first bar for the border: an address has none, and some
// subjects do.
func (a admin) split() (issuer, subject string) {
	issuer, subject, _ = strings.Cut(string(a), "|")
	return issuer, subject
}

// appoint makes a the first officer of a record that has none. On any other it
// only says whether configuration and record agree: the record rules. Whose
// issuer is none of those, which differ if only by a slash, could never sign in,
// and nothing can be recorded in their place.
func (a admin) appoint(ctx context.Context, to *app.App, store eventstore.Store, issuers []string) error {
	if a == "" {
		return nil
	}
	issuer, subject := a.split()
	who := to.PersonID(issuer, subject)
	first, begun, err := firstOfficer(ctx, store)
	switch {
	case err != nil:
		return fmt.Errorf("look for the first officer: %w", err)
	case first == "" && !begun && !slices.Contains(issuers, issuer):
		return fmt.Errorf("--admin: %s is not the name of an issuer whose tokens are accepted, so nobody could sign in as its officer; there is %s", issuer, strings.Join(issuers, ", "))
	case first == "" && !begun:
		slog.InfoContext(ctx, "recording the first officer", slog.String("person", string(who)))
		return to.Bootstrap(ctx, who)
	case first != who:
		slog.WarnContext(ctx, "the first officer on the record is not whom --admin names; nothing is changed", slog.String("recorded", string(first)), slog.String("named", string(who)))
	}
	return nil
}

// firstOfficer returns to whom configuration granted the first credential, and
// whether anything is on the record that configuration did not put there. It
// reads no further than that takes: a start that was cut off between the two
// is taken up again.
func firstOfficer(ctx context.Context, store eventstore.Store) (first domain.ID, begun bool, err error) {
	for r, err := range store.All(ctx, 0) {
		if err != nil {
			return "", false, err
		}
		var m domain.Meta
		if err := json.Unmarshal(r.Meta, &m); err != nil {
			return "", false, fmt.Errorf("record %s: meta: %w", r.ID, err)
		}
		if m.Capacity != domain.System {
			return "", true, nil
		}
		if id, ok := strings.CutPrefix(r.Stream, credential.Decider.Category+"-"); ok && r.Type == (credential.Granted{}).EventType() {
			return domain.ID(id), true, nil
		}
	}
	return "", false, nil
}
