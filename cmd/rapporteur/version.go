package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
)

// version prints what the program was built from.
type version struct{}

// Help implements kong.HelpProvider.
func (*version) Help() string {
	return "Prints the version of the module, the commit if it is known, and the Go release, in one line.\n\nExample:\n\n    rapporteur version"
}

func (*version) run(_ context.Context, s streams) (int, error) {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return unknown, errors.New("this binary does not say what it was built from")
	}
	if _, err := fmt.Fprintln(s.out, describe(b)); err != nil {
		return unknown, fmt.Errorf("print the version: %w", err)
	}
	return yes, nil
}

// describe says in one line what b was built from.
func describe(b *debug.BuildInfo) string {
	parts := []string{"rapporteur", cmp.Or(b.Main.Version, "(devel)")}
	vcs := map[string]string{}
	for _, s := range b.Settings {
		vcs[s.Key] = s.Value
	}
	if r := vcs["vcs.revision"]; r != "" {
		parts = append(parts, "commit "+r)
	}
	if vcs["vcs.modified"] == "true" {
		parts = append(parts, "with changes")
	}
	return strings.Join(append(parts, b.GoVersion), " ")
}
