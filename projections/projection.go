// Package projections turns the log into tables that answer queries.
//
// A [Projection] is a value: tables, and one function that applies a fact to
// them. The [Engine] feeds every fact to every projection in one pass and
// proves what each has seen. A [Reader] answers queries from the tables.
package projections

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/follower"
)

// A Fact is a numbered record with its event decoded.
type Fact struct {
	follower.Fact
	Category  string
	Aggregate domain.ID
	Event     domain.Event // nil if the fact is withheld
	By        domain.Meta  // empty if the fact is withheld
}

// A Projection keeps one read model in its own tables. Apply writes only them,
// reads nothing else but earlier facts and what On names, has no clock and no side effect, so that
// the same facts always give the same rows.
type Projection struct {
	Name    string
	Version int // raise it when Schema or Apply changes: the read models are rebuilt
	Tables  []Table
	Schema  string
	Apply   func(context.Context, *Tx, Fact) error // events it does not know fall through

	// Reads lists the categories whose facts Apply is given: it never sees
	// another's, so that a record withheld from those reaches no row. Nil for all.
	Reads []string

	// On names the projections, earlier in the list, whose tables Apply reads too:
	// as they are with this fact in them. When one of them is set aside, so is
	// this one. It reads the categories that they read.
	On []string

	// Envelope says that Apply takes no more of a fact than where it stands and
	// its envelope, so that it can be given a withheld one too.
	Envelope bool

	// Bulk are statements before a rebuild that make it quick, and Ready those
	// after it that make reading quick; both may be empty. Ready may run twice.
	Bulk, Ready string
}

// A Table is a projection's table and the columns that order its rows.
type Table struct{ Name, Key string }

// reads reports whether f is of what the projection reads.
func (p Projection) reads(f Fact) bool {
	return p.Reads == nil || slices.Contains(p.Reads, f.Category)
}

// history names an entity table: one row for every version of an entity. Its
// index on id has valid_to too: without it SQLite may look for a current row
// among all current rows.
func history(name string) Table { return Table{name, "id, valid_from"} }

// open is valid_to of a current row: no index is as great.
const open = 1 << 62

// decoders finds a category's decoder by its name.
type decoders map[string]domain.Decoder

func newDecoders() decoders {
	all := decoders{}
	for _, d := range catalog.All {
		all[d.Name()] = d
	}
	return all
}

// fact decodes r with the decoder of its category. Of a withheld fact it tells
// whose it is.
func (d decoders) fact(r follower.Fact) (Fact, error) {
	category, id, _ := strings.Cut(r.Stream, "-")
	dec, ok := d[category]
	if !ok {
		return Fact{}, fmt.Errorf("index %d: stream %s: written by a newer release: its category is not in the catalog", r.Index, r.Stream)
	}
	f := Fact{Fact: r, Category: category, Aggregate: domain.ID(id)}
	if r.Withheld {
		return f, nil
	}
	e, err := dec.DecodeEvent(r.Type, r.Data)
	if err != nil {
		return Fact{}, fmt.Errorf("index %d: %w", r.Index, err)
	}
	f.Event = e
	if err := json.Unmarshal(r.Meta, &f.By); err != nil {
		return Fact{}, fmt.Errorf("index %d: meta: %w", r.Index, err)
	}
	return f, nil
}
