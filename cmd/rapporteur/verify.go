package main

import (
	"context"
	"fmt"
	"io"

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
	return `Needs no server, no data folder and, unless the log is at an address, no network, and writes nothing. It says, one line each, which key it believed and where that came from, what it proved, and what it did not. The exit status is 0 when it is proved, 1 when it is disproved, which names the first bad place, and 2 when it could not tell: a file is missing, or what is checked is signed with a key that you did not give. A signature with a key that was given and that does not fit is disproved.

Whom to believe is for you to say: with --key and --policy, or with RAPPORTEUR_KEY and RAPPORTEUR_POLICY. A settings file is read only where --config names it, never because it lies in the current folder: that may be a folder that somebody sent you. Verify a bundle without a key, and the key that came with it proves only that the bundle agrees with itself.

With --json the answer is one object: {answer, reason, place: {file, line, index}, believed: [{key, from}], notes: [...], proved: [...], notProved: [...], head: {origin, size, root, key, keyFrom, cosignedBy: [...]}, index, record: {index, id, stream, version, type, at, data, meta}}, where answer is "proved", "disproved" or "unknown", lines count from 1, record is there for a receipt that is proved, data and meta are as they were recorded, and what is not known is left out.

Examples:

    rapporteur verify receipt my.tlog-proof --key log.vkey
    rapporteur verify log https://consultation.example/log --key log.vkey --policy witnesses.policy
    rapporteur verify bundle ./history --key log.vkey`
}

// conclude prints what was found and returns the exit code for it.
func conclude(w io.Writer, f *verify.Finding, asJSON bool) (int, error) {
	text := f.Text()
	if asJSON {
		b, err := f.JSON()
		if err != nil {
			return unknown, err
		}
		text = string(b)
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
	File string `arg:"" help:"The receipt, as the server's answer has it in receipt.text or as GET /receipts/ID gives it, or - for standard input."`
}

// Help implements kong.HelpProvider.
func (*verifyReceipt) Help() string {
	return `Proves that the record in the receipt stands in the log at its index, and shows what was recorded: what, when, who, and the words. It needs the log's key, and no network. With --policy its head must also be cosigned by enough of the witnesses named there, and by nobody who is not.

A receipt is a text, and programs change texts around their lines. Line ends of Windows and old Macs, a byte order mark, UTF-16, blank lines before and after, and a missing last newline are taken, and so is a receipt in JSON: the server's whole answer, the receipt in it, or its text with the escapes. The verdict names what was found. A receipt with any other byte changed is refused.

A receipt from before the log got a new key verifies with the key of then. If neither you nor the verifier can know which it was, give a file with both keys, one a line, the newest first.

The exit status and --json are as rapporteur help verify says.

Examples:

    curl -fOJ -H "Authorization: Bearer $TOKEN" https://consultation.example/receipts/ID
    rapporteur verify receipt receipt-ID.tlog-proof --key log.vkey
    rapporteur verify receipt answer.json --key log.vkey`
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
		return readAtMost(c.File, verify.MaxReceiptFile)
	}
	return io.ReadAll(io.LimitReader(s.in, verify.MaxReceiptFile+1)) // one too long does not verify
}
