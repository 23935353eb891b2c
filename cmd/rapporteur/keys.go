package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/audit"
)

// keys is about the key that signs the log.
type keys struct {
	VKey   keysVKey   `cmd:"" name:"vkey" help:"Print the log's verifier key."`
	Rotate keysRotate `cmd:"" help:"Give the log a new key."`
}

// Help implements kong.HelpProvider.
func (*keys) Help() string {
	return `The log is signed with a key in the data folder, which never leaves it. What others verify with is the verifier key: give it to them by another way than the server, such as on paper or on a page of somebody else's.

Examples:

    rapporteur keys vkey --data ./data > log.vkey
    rapporteur keys rotate --data ./data`
}

// keysVKey prints the verifier key.
type keysVKey struct{ folder }

// Help implements kong.HelpProvider.
func (*keysVKey) Help() string {
	return `Prints the log's verifier key, as C2SP writes it, in one line. It makes nothing, and a server may run meanwhile.

Example:

    rapporteur verify log https://consultation.example/log --key "$(rapporteur keys vkey)"`
}

func (c *keysVKey) run(ctx context.Context, s streams) (int, error) {
	k, err := audit.ReadKey(filepath.Join(c.Data, filepath.FromSlash(logKey)))
	if errors.Is(err, fs.ErrNotExist) {
		return unknown, fmt.Errorf("data folder %s: the log has no key there: rapporteur serve makes it at its first start", c.Data)
	}
	if err == nil {
		err = checkKeys(ctx, c.Data)
	}
	if err != nil {
		return unknown, err
	}
	if _, err := fmt.Fprintln(s.out, k.VKey); err != nil {
		return unknown, fmt.Errorf("print the verifier key: %w", err)
	}
	return yes, nil
}
