package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/rapporteur-project/rapporteur/audit/verify"
)

// before is the flag that names an older head.
type before struct {
	Since string `placeholder:"FILE" help:"A checkpoint of this log that was kept, or a receipt: what it covers must not have been rewritten."`
}

// head reads the older head, if there is one.
func (b *before) head() ([]byte, error) {
	if b.Since == "" {
		return nil, nil
	}
	text, err := readAtMost(b.Since, verify.MaxReceipt)
	if err != nil {
		return nil, fmt.Errorf("--since: %w", err)
	}
	return text, nil
}

// verifyLog checks a whole log.
type verifyLog struct {
	trusted
	before
	From string `arg:"" name:"url" help:"Where the log is published, such as https://consultation.example/log, or a folder with its files."`
}

// Help implements kong.HelpProvider.
func (*verifyLog) Help() string {
	return `Reads the signed head of the log, all its entries and all its tiles, and recomputes every one of them from the entries. It names the first file that is missing, too short, too long or not what the entries make it.

Keep the checkpoint that it checked: with --since, the next time, it proves that nothing was rewritten in between.

The exit status and --json are as rapporteur help verify says.

Example:

    rapporteur verify log https://consultation.example/log --key log.vkey --since checkpoint.old`
}

// Validate implements kong.Validatable.
func (c *verifyLog) Validate() error {
	if scheme, _, ok := strings.Cut(c.From, "://"); ok {
		u, err := url.Parse(c.From)
		if err != nil || u.Host == "" || scheme != "http" && scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
			return errors.New("the log is a folder, or an address such as https://consultation.example/log")
		}
	}
	return nil
}

func (c *verifyLog) run(ctx context.Context, s streams) (int, error) {
	f, err := c.find(ctx, s)
	if err != nil {
		f = verify.CouldNotTell(err)
	}
	return conclude(s.out, f, c.JSON)
}

func (c *verifyLog) find(ctx context.Context, s streams) (*verify.Finding, error) {
	t, err := c.trust()
	if err != nil {
		return nil, err
	}
	since, err := c.head()
	if err != nil {
		return nil, err
	}
	var src verify.Source = verify.Web{URL: c.From}
	if !strings.Contains(c.From, "://") {
		folder, err := verify.OpenFolder(c.From)
		if err != nil {
			return nil, fmt.Errorf("open the log: %w", err)
		}
		defer folder.Close()
		src = folder
	}
	var p verify.Progress
	stop := watch(s.err, "verify log", p.Get)
	defer stop()
	return verify.Log(ctx, src, t, since, &p), nil
}
