package projections

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// lookup checks what SQLite finds rows by: answers come from indexes, and one
// that lacks a row hides it, though the tables themselves are as they should be.
func (c *comparison) lookup(ctx context.Context, all []Projection) (*Difference, error) {
	schema, err := schemaOf(ctx, c.live)
	if err != nil {
		return nil, fmt.Errorf("schema of the live file: %w", err)
	}
	owner := compared(all)
	for _, name := range slices.Sorted(maps.Keys(schema)) {
		kind, table, _ := strings.Cut(name, " ")
		if kind != "table" && kind != "virtual" {
			continue
		}
		var found string // the first fault, or ok
		if err := c.live.QueryRowContext(ctx, `PRAGMA integrity_check("`+table+`")`).Scan(&found); err != nil {
			return nil, fmt.Errorf("check the indexes of table %s: %w", table, err)
		}
		if found != "ok" {
			return &Difference{Projection: owner[table], Table: table, Index: -1, What: "its indexes do not fit its rows: " + found}, nil
		}
	}
	return nil, nil
}

// compared says whose each table of a file is.
func compared(all []Projection) map[string]string {
	owner := owners(append(slices.Clone(all), shared))
	owner["certificates"] = "certificates"
	return owner
}
