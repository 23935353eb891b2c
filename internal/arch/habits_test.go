package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

const maxLines = 500 // of a hand-written file; past 300 one looks for its second thought

// starts lists the files outside cmd/ and tests that may start a goroutine,
// each through one helper that recovers.
var starts = map[string]bool{
	"graph/spawn.go": true, "graph/transport/operation.go": true, "audit/verify/ahead.go": true, "eventstore/esdbstore/call.go": true, "eventstore/esdbstore/esdbtest/serve.go": true,
	"internal/await/await.go": true, // for tests
}

// skips lists the tests that may leave themselves out, because they need what a
// fresh clone has not. Every other test runs everywhere.
var skips = map[string]bool{
	"ingest/real_test.go": true, "projections/asof_real_test.go": true, // real data
	"eventstore/esdbstore/conformance/conformance_test.go": true, // a real cluster; the same runs on the double, everywhere
}

// TestHabits keeps goroutines, clocks, sleeps and the environment where they
// belong, and files short.
func TestHabits(t *testing.T) {
	root := os.DirFS("../..")
	seen := 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		seen++
		return inspect(t, name, src)
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Fatalf("saw only %d files: this test looks in the wrong place", seen)
	}
}

// TestHabitsAreSeen shows every habit a file that breaks it.
func TestHabitsAreSeen(t *testing.T) {
	tests := []struct{ name, body string }{
		{"app/x.go", `func f() { go f() }`},
		{"app/x.go", `import "os"; var v = os.Getenv("V")`},
		{"app/x.go", `import system "os"; var v, _ = system.LookupEnv("V")`},
		{"domain/x/x.go", `import "time"; var now = time.Now()`},
		{"domain/x/x.go", `import "math/rand/v2"; var n = rand.Int()`},
		{"projections/x.go", `import "time"; var now = time.Now()`}, // G14
		{"app/x_test.go", `import ("testing"; "time"); func TestX(t *testing.T) { time.Sleep(1) }`},
		{"app/x_test.go", `import "testing"; func TestX(t *testing.T) { t.Skipf("not today") }`},
		{"app/x.go", `func init() {}`},
		{"app/x.go", strings.Repeat("\n", maxLines)},
	}
	for _, tt := range tests {
		if broken, err := habits(tt.name, []byte("package x; "+tt.body+"\n")); err != nil || len(broken) != 1 {
			t.Errorf("%s: %.60q: got %q, %v; want one complaint", tt.name, tt.body, broken, err)
		}
	}
	for _, tt := range []struct{ name, body string }{
		{"cmd/x/x.go", `import "os"; func f() { go f() }; var v = os.Getenv("V")`},
		{"app/x_test.go", `import "os"; func f() { go f() }; var v = os.Getenv("V")`},
		{"domain/x/x_test.go", `import "time"; var now = time.Now()`},
		{"app/x.go", `import "time"; var now = time.Now(); type T struct{}; func (T) init() {}`},
	} {
		if broken, err := habits(tt.name, []byte("package x; "+tt.body+"\n")); err != nil || len(broken) != 0 {
			t.Errorf("%s: %q: got %q, %v; want none", tt.name, tt.body, broken, err)
		}
	}
}

func inspect(t *testing.T, name string, src []byte) error {
	t.Helper()
	broken, err := habits(name, src)
	for _, b := range broken {
		t.Error(b)
	}
	return err
}

// habits returns what is wrong with the file called name, one line each.
// isPure reports whether a file may know neither the time nor chance: decisions,
// and projections of events (G14).
func isPure(name string) bool {
	return (strings.HasPrefix(name, "domain/") || strings.HasPrefix(name, "projections/")) && !inTest(name)
}

func habits(name string, src []byte) (broken []string, err error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil || ast.IsGenerated(f) {
		return nil, err
	}
	say := func(at token.Pos, what string) { broken = append(broken, fset.Position(at).String()+": "+what) }
	if n := bytes.Count(src, []byte("\n")); n > maxLines {
		say(f.Package, strconv.Itoa(n)+" lines hold more than one thought")
	}
	imports := importsOf(f)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if !inCmd(name) && !inTest(name) && !starts[name] {
				say(n.Pos(), "only cmd/ and the files listed in this test start goroutines")
			}
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				say(n.Pos(), "nothing happens at import: no init")
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				if what := misplaced(name, imports[x.Name], x.Name, n.Sel.Name); what != "" {
					say(n.Pos(), what)
				}
			}
		}
		return true
	})
	return broken, nil
}

// misplaced says what is wrong with x.sel in a file, where x stands for the
// package imported from, if any.
func misplaced(name, from, x, sel string) string {
	switch from + "." + sel {
	case "time.Now", "time.Since", "time.Until":
		if isPure(name) {
			return "decisions and projections have no clock: use Cause.At, or the time of the fact"
		}
	case "os.Getenv", "os.LookupEnv", "os.Environ":
		if !inCmd(name) && !inTest(name) {
			return "only cmd/ reads the environment"
		}
	case "time.Sleep":
		return "no sleeps: wait for a condition, or use synctest"
	}
	switch {
	case (from == "math/rand/v2" || from == "crypto/rand" || from == "math/rand") && isPure(name):
		return "decisions and projections know no chance"
	case from == "" && x == "t" && strings.HasPrefix(sel, "Skip") && inTest(name) && !skips[name]:
		return "a test that leaves itself out must be listed in this test"
	}
	return ""
}

// importsOf maps the names that a file gives its imports to their paths.
func importsOf(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, i := range f.Imports {
		from, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(strings.TrimSuffix(from, "/v2"))
		if i.Name != nil {
			name = i.Name.Name
		}
		names[name] = from
	}
	return names
}

func inCmd(name string) bool  { return strings.HasPrefix(name, "cmd/") }
func inTest(name string) bool { return strings.HasSuffix(name, "_test.go") }
