package main

import (
	"fmt"
	"os"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// witnesses is what every subcommand that publishes the log takes.
type witnesses struct {
	Policy string `placeholder:"FILE" help:"Which witnesses cosign the log, and how many of them it takes: a C2SP tlog-policy with a URL for each. Default: none."`
}

// read reads the policy; without a file it asks for no cosignatures.
func (w witnesses) read() (format.Policy, error) {
	if w.Policy == "" {
		return format.Policy{Quorum: format.QuorumNone}, nil
	}
	text, err := os.ReadFile(w.Policy)
	if err != nil {
		return format.Policy{}, fmt.Errorf("--policy: %w", err)
	}
	p, err := format.ParsePolicy(text)
	if err != nil {
		return format.Policy{}, fmt.Errorf("--policy %s: %w", w.Policy, err)
	}
	return p, nil
}
