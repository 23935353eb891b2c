package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
)

// verifying checks what the server published or handed out, without it.
type verifying struct {
	Receipt verifyReceipt `cmd:"" help:"Check a receipt: that a record stands in the log."`
	Log     verifyLog     `cmd:"" help:"Check a whole log, at its address or in a folder."`
	Bundle  verifyBundle  `cmd:"" help:"Check a whole history: records, log and read models' certificates."`
}

// Help implements kong.HelpProvider.
func (*verifying) Help() string {
	return `Needs no server, no data folder and, unless the log is at an address, no network. It says of everything, one line each, what it proved and what it did not. The exit status is 0 when it is proved, 1 when it is disproved, which names the first bad place, and 2 when it could not tell: a file is missing, or no key is known for that log.

With --json the answer is one object: {answer, reason, place: {file, line, index}, proved: [...], notProved: [...], head: {origin, size, root, key, cosignedBy: [...]}, index}, where answer is "proved", "disproved" or "unknown", lines count from 1, and what is not known is left out.

Example:

    rapporteur verify receipt my.tlog-proof --key log.vkey`
}

// trusted are the flags that say whom to believe.
type trusted struct {
	Key    string `placeholder:"VKEY" help:"The log's verifier key, or a file that holds it. Have it from somebody other than the server you check."`
	Policy string `placeholder:"FILE" help:"A tlog-policy file: which witnesses must have cosigned the head, and the logs that are believed if there is no --key."`
	JSON   bool   `name:"json" help:"Answer in JSON."`
}

// maxKeys is the most bytes that a file of keys can have. It is what ParsePolicy
// reads.
const maxKeys = 1 << 20

// trust reads the keys.
func (c *trusted) trust() (verify.Trust, error) {
	var t verify.Trust
	if c.Key != "" {
		var err error
		if t.Key, err = readKey(c.Key); err != nil {
			return t, fmt.Errorf("--key: %w", err)
		}
	}
	if c.Policy != "" {
		text, err := readAtMost(c.Policy, maxKeys)
		if err != nil {
			return t, fmt.Errorf("--policy: %w", err)
		}
		p, err := format.ParsePolicy(text)
		if err != nil {
			return t, fmt.Errorf("--policy: %s: %w", c.Policy, err)
		}
		t.Policy = &p
	}
	return t, nil
}

// readKey reads a verifier key of a log, or the file that is so called.
func readKey(text string) (format.Key, error) {
	k, err := parseKey(text)
	if err == nil {
		return k, nil
	}
	b, reading := readAtMost(text, maxKeys)
	switch {
	case errors.Is(reading, fs.ErrNotExist):
		return k, fmt.Errorf("there is no such file, and it is no key: %w", err)
	case reading != nil:
		return k, reading
	}
	if k, err = parseKey(strings.TrimSpace(string(b))); err != nil {
		return k, fmt.Errorf("%s: %w", text, err)
	}
	return k, nil
}

func parseKey(text string) (format.Key, error) {
	k, err := format.ParseKey(text)
	if err == nil && k.IsWitness() {
		return k, errors.New("it is the key of a witness, and the log's is wanted")
	}
	return k, err
}

// readAtMost reads a file that should be small.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%s has more than %d bytes, which is more than there can be", path, most)
	}
	return b, nil
}

// conclude prints what was found and returns the exit code for it.
func conclude(w io.Writer, f *verify.Finding, asJSON bool) (int, error) {
	text := f.Text()
	if asJSON {
		b, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return unknown, fmt.Errorf("encode what was found: %w", err)
		}
		text = string(b) + "\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		return unknown, fmt.Errorf("print what was found: %w", err)
	}
	switch f.Answer {
	case verify.Proved:
		return yes, nil
	case verify.Disproved:
		return no, nil
	}
	return unknown, nil
}

// verifyReceipt checks a receipt.
type verifyReceipt struct {
	trusted
	File string `arg:"" help:"The receipt, as the server's answer has it in receipt.text, or - for standard input."`
}

// Help implements kong.HelpProvider.
func (*verifyReceipt) Help() string {
	return `Proves that the record in the receipt stands in the log at its index, and that what the receipt shows of it is what was recorded. A receipt with any byte changed is refused. It needs the log's key, and no network. With --policy its head must also be cosigned by enough of the witnesses named there, and by nobody who is not.

The exit status and --json are as rapporteur help verify says.

Example:

    rapporteur verify receipt my.tlog-proof --key log.vkey`
}

func (c *verifyReceipt) run(_ context.Context, s streams) (int, error) {
	return conclude(s.out, c.find(s), c.JSON)
}

func (c *verifyReceipt) find(s streams) *verify.Finding {
	t, err := c.trust()
	if err != nil {
		return verify.CouldNotTell(err)
	}
	text, err := c.read(s)
	if err != nil {
		return verify.CouldNotTell(fmt.Errorf("read the receipt: %w", err))
	}
	return verify.Receipt(text, t)
}

func (c *verifyReceipt) read(s streams) ([]byte, error) {
	if c.File != "-" {
		return readAtMost(c.File, verify.MaxReceipt)
	}
	return io.ReadAll(io.LimitReader(s.in, verify.MaxReceipt+1)) // one too long does not verify
}
