package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

// exporting writes the history as a bundle.
type exporting struct {
	folder
	place
	witnesses
	Out      string `required:"" placeholder:"DIR" help:"The bundle's folder: a new one, or one that an export was interrupted in."`
	Withhold bool   `help:"Leave out what an auditor may not see without approval: the words and the authors of what is confidential. Their place in the log stays."`
}

// Help implements kong.HelpProvider.
func (*exporting) Help() string {
	return `Writes everything that is needed to check the record, and to read it, without this server: the records as JSON Lines, the log, its verifier key, its policy, and what the read models had seen. It takes the data folder for itself, so stop the server first. Interrupted, it goes on where it was when it is run again.

A bundle holds personal data and everything that is confidential, unless --withhold leaves that out: give it to nobody who may not read it.

Whoever has it runs

    rapporteur verify bundle DIR --key VKEY
    rapporteur replay --bundle DIR --verify
    rapporteur serve --bundle DIR --read-only

Example:

    rapporteur export --data ./data --out ./history`
}

// Validate implements kong.Validatable.
func (c *exporting) Validate() error { return c.place.validate() }

func (c *exporting) run(ctx context.Context, s streams) (code int, err error) {
	i, err := openInstallation(c.Data, "export")
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	i.place = c.place
	if err := i.recorded(); err != nil {
		return unknown, err
	}
	st, err := i.openStores(ctx)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	log, err := i.openLog(ctx, st, "", c.witnesses)
	if err != nil {
		return unknown, err
	}
	if err := st.log.CheckTree(ctx); err != nil {
		return unknown, err
	}
	// The head in the bundle is one that the published log shows too.
	if err := log.Publish(ctx); err != nil {
		return unknown, err
	}
	x := &audit.Export{Log: log, Dir: c.Out, MadeAt: time.Now(), Policy: log.Policy.Text()}
	if x.Certificates, err = i.certificates(ctx); err != nil {
		return unknown, err
	}
	if c.Withhold {
		e := &projections.Engine{Log: st.log, Path: i.path(readFile), All: projections.All()}
		if err := errors.Join(e.Open(ctx), e.CatchUp(ctx)); err != nil {
			return unknown, err
		}
		defer func() { err = errors.Join(err, e.Close()) }()
		auditor := domain.Viewer{Holds: []domain.Holding{{Capacity: domain.Auditor}}}
		x.Shows = projections.Reader{Engine: e, Viewer: auditor, Now: x.MadeAt}.AuditShows
	}
	stop := watch(s.err, "export", func() (done, of int64) { return x.Done(), st.log.Size() })
	err = x.Run(ctx)
	stop()
	if err != nil {
		return unknown, err
	}
	h, _ := log.Published()
	_, err = fmt.Fprintf(s.out, "%s: %d records, root %s\nkey: %s\n", c.Out, h.Size, hash(h.Root), log.Key.VKey)
	return yes, err
}

// certificates returns what the read models have seen, for those there are.
func (i *installation) certificates(ctx context.Context) ([]format.Certificate, error) {
	var all []format.Certificate
	for _, m := range models {
		if _, err := os.Stat(i.path(m.file)); errors.Is(err, os.ErrNotExist) {
			continue
		}
		certs, err := projections.ReadCertificates(ctx, i.path(m.file))
		if err != nil {
			return nil, err
		}
		for _, c := range certs {
			all = append(all, format.Certificate{Name: c.Name, Version: c.Version, Next: c.Next, Root: hex.EncodeToString(c.Root[:]), Fold: hex.EncodeToString(c.Fold[:])})
		}
	}
	return all, nil
}
