package main

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/audit/bundle"
	"github.com/rapporteur-project/rapporteur/audit/verify"
)

// verifyBundle checks a bundle.
type verifyBundle struct {
	trusted
	before
	Dir string `arg:"" help:"The folder that rapporteur export wrote."`
}

// Help implements kong.HelpProvider.
func (*verifyBundle) Help() string {
	return `Checks every record of the history against the log in the bundle, what is shown of it against what was recorded, all of the log as rapporteur verify log does, and the certificates of the read models: which one skipped, doubled or reordered a record. It names the first bad line or file.

Without --key it takes the key in the bundle, and says that this does not prove whose log it is. What was withheld is counted.

The exit status and --json are as rapporteur help verify says.

Example:

    rapporteur verify bundle ./history --key log.vkey --since my.tlog-proof`
}

func (c *verifyBundle) run(ctx context.Context, s streams) (int, error) {
	f, err := c.find(ctx, s)
	if err != nil {
		f = verify.CouldNotTell(err)
	}
	return conclude(s.out, f, c.JSON)
}

func (c *verifyBundle) find(ctx context.Context, s streams) (*verify.Finding, error) {
	t, err := c.trust()
	if err != nil {
		return nil, err
	}
	since, err := c.head()
	if err != nil {
		return nil, err
	}
	dir, err := verify.OpenFolder(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the bundle: %w", err)
	}
	defer dir.Close()
	var p verify.Progress
	stop := watch(s.err, "verify bundle", p.Get)
	defer stop()
	f := verify.Bundle(ctx, dir, t, since, &p)
	if f.Answer != verify.Proved {
		return f, nil
	}
	return f, c.obeys(ctx, f)
}

// obeys completes f with the records that could not have been appended, by the
// rules that the program itself appends by. What a bundle does not show, its
// ids' secret among it, is left open.
func (c *verifyBundle) obeys(ctx context.Context, f *verify.Finding) error {
	b, err := bundle.Open(ctx, c.Dir)
	if err != nil {
		return err
	}
	defer b.Close()
	h, err := obey(ctx, b, b.Size(), nil, b.MadeAt)
	if err != nil {
		return err
	}
	switch {
	case len(h.Breaches) > 0:
		x := h.Breaches[0]
		f.Disprove(x.Index, fmt.Sprintf("nobody could have appended this record, version %d of %.200q: %s: %s", x.Version, x.Stream, x.Rule, x.What))
	case h.Withheld > 0:
		f.Leave(fmt.Sprintf("whether %d records, of which parts are withheld, could have been appended as they are", h.Withheld))
	default:
		f.Prove(fmt.Sprintf("all records obey the %d rules of appending, as far as they can be checked without the installation's secret", len(rules.All)))
	}
	return nil
}
