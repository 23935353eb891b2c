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
	working
	Out      string `required:"" placeholder:"DIR" help:"The bundle's folder: a new one, or one that an export was interrupted in."`
	Withhold bool   `help:"Leave out what an auditor may not see without approval: the words and the authors of what is confidential. Their place in the log stays."`
}

// Help implements kong.HelpProvider.
func (*exporting) Help() string {
	return `Writes everything that is needed to check the record, and to read it, without this server: the records as JSON Lines, the log, its verifier key, its policy, and what the read models had seen. It writes nothing in the data folder, which may be on a disk that only reads: it works on copies, below --work. A server may not run on the folder meanwhile, so stop it, or export a copy of the folder. Interrupted, it goes on where it was when it is run again.

The bundle's head covers all records. Where the published log does not yet, the head is signed for the bundle, and it says so.

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
	a, err := openAudited(c.Data, c.place, "export", c.working)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	st, err := a.openCopies(ctx, a.scratch.dir)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	log, err := a.readLog(ctx, st, c.witnesses)
	if err != nil {
		return unknown, err
	}
	if err := st.log.CheckTree(ctx); err != nil {
		return unknown, err
	}
	code, err = sayFlaws(ctx, s.err, st.log, a.path(logFolder))
	if err != nil {
		return unknown, err
	}
	x := &audit.Export{Log: log, Dir: c.Out, MadeAt: time.Now(), Policy: log.Policy.Text()}
	if x.Certificates, err = a.certificates(ctx); err != nil {
		return unknown, err
	}
	if c.Withhold {
		// Made of the record: what is in the folder may be behind, or changed.
		e := &projections.Engine{Log: st.log, Path: a.scratch.path(readFile), All: projections.All()}
		if err := e.Open(ctx); err != nil {
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
	h := x.Head()
	if published, _ := log.Published(); published.Size < h.Size {
		fmt.Fprintf(s.err, "the published log has %d of these %d records: the head in the bundle was signed for it, and no witness has seen it; the next start of the server publishes the rest\n", published.Size, h.Size)
	}
	_, err = fmt.Fprintf(s.out, "%s: %d records, root %s\nkey: %s\n", c.Out, h.Size, hash(h.Root), log.Key.VKey)
	return code, err
}

// certificates returns what the read models have seen, for those there are.
func (a *audited) certificates(ctx context.Context) ([]format.Certificate, error) {
	var all []format.Certificate
	for _, m := range models {
		path, err := a.scratch.still(ctx, a.path(m.file))
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			continue
		}
		certs, err := projections.ReadCertificates(ctx, path)
		if err != nil {
			return nil, err
		}
		for _, c := range certs {
			all = append(all, format.Certificate{Name: c.Name, Version: c.Version, Next: c.Next, Root: hex.EncodeToString(c.Root[:]), Fold: hex.EncodeToString(c.Fold[:])})
		}
	}
	return all, nil
}
