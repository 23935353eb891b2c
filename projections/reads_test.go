package projections

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// Reads is what Apply does something with: of every event there is, as full as
// can be, a projection takes those of the categories it lists, at least one of
// each, and lets all others fall through.
func TestReadsIsTrue(t *testing.T) {
	var categories []string
	for _, d := range catalog.All {
		categories = append(categories, d.Name())
	}
	for _, p := range append(All(), SearchProjections()...) {
		for _, c := range p.Reads {
			if !slices.Contains(categories, c) {
				t.Errorf("%s reads %s: there is no such category", p.Name, c)
			}
		}
		for _, d := range catalog.All {
			var taken []string
			for _, zero := range d.Zeros() {
				if takes(t, p, golden(t, d, zero.EventType())) {
					taken = append(taken, zero.EventType())
				}
			}
			switch reads := p.Reads == nil || slices.Contains(p.Reads, d.Name()); {
			case !reads && len(taken) > 0:
				t.Errorf("%s does not list %s and takes %v: a record withheld from there would be missed in its rows", p.Name, d.Name(), taken)
			case reads && len(taken) == 0:
				t.Errorf("%s lists %s and takes none of its events", p.Name, d.Name())
			}
		}
	}
}

// takes reports whether Apply does anything with a fact. Its transaction is
// one that nothing can be done with.
func takes(t *testing.T, p Projection, f Fact) (takes bool) {
	t.Helper()
	defer func() { takes = takes || recover() != nil }()
	return p.Apply(t.Context(), nil, f) != nil
}

func golden(t *testing.T, d domain.Decoder, name string) Fact {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "domain", "catalog", "testdata", "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.DecodeEvent(name, b)
	if err != nil {
		t.Fatal(err)
	}
	r := eventstore.Record{ID: "record", Stream: d.Name() + "-x", Version: 1, Type: name, At: time.Date(2020, 3, 4, 0, 0, 0, 0, time.UTC), Data: b}
	return Fact{Fact: follower.Fact{Record: r}, Category: d.Name(), Aggregate: "x", Event: e}
}

// A statement names its tables, in whatever way it joins them.
func TestStatementsReads(t *testing.T) {
	s := newStatements(nil, owners(All()), nil)
	for query, want := range map[string]string{
		`SELECT 1`: ``,
		`SELECT s.id FROM submissions s WHERE EXISTS (SELECT 1 FROM audiences a WHERE a.id = s.consultation)`: `consultations submissions`,
		"SELECT (SELECT name FROM entities e WHERE e.id = c.id), c.id\nFROM champions c":                      `champions entities`,
		`SELECT 1 WHERE 'x' IN persons`: `persons`,
	} {
		got := s.reads(query)
		slices.Sort(got)
		if fmt.Sprint(got) != "["+want+"]" {
			t.Errorf("%s reads %v, want %s", query, got, want)
		}
	}
	for table, p := range s.owners {
		if strings.Trim(table, "_abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("table %s of %s: a name with other than small letters is not found in a statement", table, p)
		}
	}
}
