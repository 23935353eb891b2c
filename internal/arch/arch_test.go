// Package arch holds the rules of the house that a compiler does not know.
package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rapporteur-project/rapporteur"

// may lists, for every package, which of this module's packages it may
// import. It is the architecture, so a package that is missing fails: say where
// it belongs. A star stands for one part of a path; a row of a package's own
// comes before one with a star. Tests may import what they like.
var may = map[string][]string{
	".":                      {}, // the schema, as text
	"domain":                 {},
	"domain/*":               {"domain"}, // one package an aggregate
	"domain/catalog":         {"domain", "domain/*"},
	"domain/domaintest":      {"domain"},
	"domain/walks":           {"domain", "domain/*"}, // for tests: a life of every aggregate
	"eventstore":             {},
	"eventstore/memstore":    {"eventstore", "internal/bell"},
	"eventstore/sqlitestore": {"eventstore", "internal/bell", "internal/sqlitefile"},
	"eventstore/esdbstore":   {"eventstore", "internal/bell"},
	"eventstore/esdbstore/*": {"internal/port"}, // a server, for tests
	"eventstore/storetest":   {"eventstore"},
	"app":                    {"app/rules", "domain", "domain/*", "eventstore"},
	"app/rules":              {"domain", "domain/*", "eventstore"}, // what holds of everything that is appended
	"app/timer":              {"app", "domain", "domain/*", "projections"},
	"follower":               {"audit/format", "eventstore"},
	"audit":                  {"audit/format", "audit/witness", "eventstore", "follower", "internal/durable", "internal/keyfile", "lease"},
	"audit/bundle":           {"audit", "audit/format", "eventstore", "follower"},
	"audit/format":           {"eventstore"},   // the bytes that other programs may read
	"audit/verify":           {"audit/format"}, // nothing of the writer's
	"audit/witness":          {"audit/format"},
	"audit/witness/*":        {"audit/format"}, // a witness, for tests
	"projections":            {"domain", "domain/*", "follower", "internal/durable", "internal/sqlitefile", "internal/words"},
	"auth":                   {"domain", "internal/keyfile", "shared"},
	"graph":                  {".", "app", "audit", "audit/format", "auth", "domain", "domain/*", "follower", "graph/generated", "graph/model", "graph/operation", "graph/rule", "graph/scalar", "graph/transport", "projections", "shared"},
	"graph/generated":        {"domain", "domain/*", "graph/model", "graph/scalar", "projections"},
	"graph/model":            {"domain", "domain/*", "graph/scalar", "projections"},
	"graph/operation":        {"shared"}, // limits and checks of any schema
	"graph/rule":             {},
	"graph/scalar":           {"domain", "domain/*"},
	"graph/transport":        {}, // any executor's
	"demo":                   {"app", "domain", "domain/*"},
	"ingest":                 {"app", "domain", "domain/*"},
	"cmd/rapporteur":         {"*", "*/*"},
	"bench":                  {"*", "*/*"}, // what it measures, and the baselines
	"e2e":                    {},           // tests only: the binary, tried from outside
	"ide":                    {"docs/examples"},
	"docs/examples":          {}, // operations, embedded
	"docs/examples/go":       {}, // a client, as somebody else would write it
	"migrate":                {"eventstore"},
	"lease":                  {"eventstore"},
	"internal/bell":          {},
	"internal/durable":       {},
	"internal/sqlitefile":    {"internal/durable"},
	"internal/keyfile":       {"internal/durable"},
	"internal/iofault":       {}, // for tests: makes the calls of a program fail
	"shared":                 {}, // contracts: what nodes share
	"shared/memory":          {"internal/bell", "shared"},
	"shared/redis":           {"internal/keyfile", "shared", "shared/memory"},
	"shared/sharedtest":      {"shared"},
	"internal/words":         {},
	"internal/arch":          {},
	"internal/redisserver":   {"internal/port"},                    // for tests and benchmarks: a real one
	"internal/port":          {},                                   // for tests and benchmarks: ports that servers come back to
	"internal/hostile":       {},                                   // for tests and benchmarks: what must be refused
	"internal/everybody":     {},                                   // tests only: everything, by everybody
	"internal/whomay":        {"domain", "domain/*", "graph/rule"}, // writes down who may do what
	"internal/await":         {},                                   // for tests: waiting with a time-out
	"internal/trial":         {"*", "*/*"},                         // for tests: everything together
}

// outside lists what pure packages may import from other modules.
var outside = map[string][]string{
	"domain":            {"github.com/rivo/uniseg", "golang.org/x/text"},
	"domain/*":          {},
	"domain/domaintest": {"github.com/google/go-cmp", "pgregory.net/rapid"},
	"domain/walks":      {"pgregory.net/rapid"},
	"eventstore":        {},
	"follower":          {"github.com/hashicorp/golang-lru/v2", "golang.org/x/mod"},
	"audit/format":      {"golang.org/x/mod"},
	"audit/verify":      {"golang.org/x/mod"},
	"internal/words":    {"golang.org/x/text"},
}

// drivers lists who may import what talks to a disk or a server in another's
// words, besides cmd/, tests and benchmarks.
var drivers = map[string]string{
	"modernc.org/sqlite":    "eventstore/sqlitestore",
	"github.com/EventStore": "eventstore/esdbstore", // and what lies below it, the other end of the wire
	"github.com/redis":      "shared/redis",
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		allowed, ok := rowOf(may, p.name)
		if !ok {
			t.Errorf("%s is not in the table of packages: say where it belongs", p.name)
			continue
		}
		for _, imp := range p.imports {
			switch own, isOwn := p.own(imp); {
			case isOwn && !slices.ContainsFunc(allowed, func(a string) bool { return matches(a, own) }):
				t.Errorf("%s must not import %s", p.name, own)
			case !isOwn:
				checkOutside(t, p.name, imp)
			}
		}
	}
}

// checkOutside judges an import from another module or the standard library.
func checkOutside(t *testing.T, name, imp string) {
	t.Helper()
	if strings.HasPrefix(name, "cmd/") || name == "internal/trial" || name == "bench" {
		return
	}
	for driver, owner := range drivers {
		if within(imp, driver) && !within(name, owner) {
			t.Errorf("%s must not import the driver %s: only %s and cmd/ do", name, imp, owner)
		}
	}
	named, pure := rowOf(outside, name)
	standard := !strings.Contains(strings.Split(imp, "/")[0], ".")
	if pure && !standard && !slices.ContainsFunc(named, func(m string) bool { return within(imp, m) }) {
		t.Errorf("%s is pure: it must not import %s", name, imp)
	}
}

// A pkg is one package of this module.
type pkg struct {
	name    string // path below the module; "." for its root
	imports []string
}

// own returns the name of an import that is of this module.
func (p pkg) own(imp string) (name string, ok bool) {
	if imp == module {
		return ".", true
	}
	return strings.CutPrefix(imp, module+"/")
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		if e, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v\n%s", err, e.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		name, _ := pkg{}.own(p.ImportPath)
		all = append(all, pkg{name, p.Imports})
	}
	if len(all) == 0 {
		t.Fatal("go list names no package")
	}
	return all
}

// rowOf returns the row for a package: its own, or else the one with a star.
func rowOf(table map[string][]string, name string) ([]string, bool) {
	if row, ok := table[name]; ok {
		return row, true
	}
	for pattern, row := range table {
		if matches(pattern, name) {
			return row, true
		}
	}
	return nil, false
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// within reports whether imp is the module or package root, or lies below it.
func within(imp, root string) bool { return imp == root || strings.HasPrefix(imp, root+"/") }
