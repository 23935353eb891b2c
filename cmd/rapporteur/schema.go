package main

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur"
)

// schema prints the GraphQL schema.
type schema struct{}

// Help implements kong.HelpProvider.
func (*schema) Help() string {
	return "Prints what the server serves at /schema.graphql, for tools that read a file.\n\nExample:\n\n    rapporteur schema > schema.graphql"
}

func (*schema) run(_ context.Context, s streams) (int, error) {
	if _, err := fmt.Fprint(s.out, rapporteur.Schema); err != nil {
		return unknown, fmt.Errorf("print the schema: %w", err)
	}
	return yes, nil
}
