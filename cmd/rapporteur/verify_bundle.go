package main

import (
	"context"
	"fmt"

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
	return verify.Bundle(ctx, dir, t, since, &p), nil
}
