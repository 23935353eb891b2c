package main

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// help explains the others.
type help struct {
	Topic string `arg:"" optional:"" name:"subcommand" help:"What to explain."`
}

// Help implements kong.HelpProvider.
func (*help) Help() string {
	return "Example:\n\n    rapporteur help serve"
}

// print prints the help for the topic, or for everything.
func (h *help) print(p *kong.Kong) error {
	var args []string
	if h.Topic != "" {
		args = []string{h.Topic}
	}
	c, err := kong.Trace(p, args)
	if err != nil {
		return err
	}
	if c.Error != nil && c.Selected() == nil && h.Topic != "" {
		return fmt.Errorf("there is no subcommand %s", h.Topic)
	}
	if err := c.PrintUsage(false); err != nil {
		return fmt.Errorf("help: %w", err)
	}
	return errHelped
}
