package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// waits counts, by file, where tests wait without a time-out of their own. It
// only shrinks: use package await.
var waits = map[string]int{
	"cmd/rapporteur/server_test.go": 1, "cmd/rapporteur/together_test.go": 3, // longer than a minute where somebody asks for a long run
	"eventstore/esdbstore/conformance/conformance_test.go": 1, "eventstore/esdbstore/esdbstore_test.go": 1, "eventstore/esdbstore/guard_test.go": 2, "eventstore/esdbstore/nodes_test.go": 1, "eventstore/esdbstore/trouble_test.go": 1,
	"eventstore/sqlitestore/bench_test.go": 1, "eventstore/sqlitestore/fault_test.go": 12,
	"internal/keyfile/keyfile_test.go": 1, // a gate that the test opens
}

// TestWaitsHaveTimeouts finds tests that could hang the run: a bare receive from
// a channel and a bare Wait. In a select, in the bubble of synctest, which sees
// by itself that nothing moves any more, and from a timer they are fine; so is
// waiting for a context to be done, which is how handlers of a test stay.
func TestWaitsHaveTimeouts(t *testing.T) {
	found, root := map[string]int{}, os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !inTest(name) {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		n, err := bareWaits(name, src)
		if n > 0 {
			found[name] = n
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if found[name] > waits[name] {
			t.Errorf("%s waits %d times without a time-out of its own, at most %d are known: use await.Value, await.All or await.Context, which say what was waited for", name, found[name], waits[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(waits)) {
		if found[name] < waits[name] {
			t.Errorf("%s waits %d times without a time-out of its own, and %d are listed in this test: lower the number", name, found[name], waits[name])
		}
	}
}

// TestWaitsAreSeen shows every kind of wait, and what is none.
func TestWaitsAreSeen(t *testing.T) {
	for body, want := range map[string]int{
		`func TestX(t *testing.T) { <-done }`:                                                                      1,
		`func TestX(t *testing.T) { if err := <-done; err != nil { } }`:                                            1,
		`func TestX(t *testing.T) { for x := range all { _ = x }; v, ok := <-done; use(v, ok) }`:                   1,
		`func TestX(t *testing.T) { var wg sync.WaitGroup; wg.Wait() }`:                                            1,
		`func TestX(t *testing.T) { cmd.Wait() }`:                                                                  1,
		`func TestX(t *testing.T) { go func() { <-gate }() }`:                                                      1,
		`func TestX(t *testing.T) { select { case <-done: case err := <-ended: use(err) } }`:                       0,
		`func TestX(t *testing.T) { <-tick.C; <-time.After(1); <-ctx.Done(); <-r.Context().Done() }`:               0,
		`func TestX(t *testing.T) { synctest.Test(t, func(t *testing.T) { <-done; wg.Wait(); synctest.Wait() }) }`: 0,
		`func TestX(t *testing.T) { log.Wait(ctx, 1); await.Value(t, done, "it") }`:                                0,
	} {
		if got, err := bareWaits("app/x_test.go", []byte("package x; "+body)); err != nil || got != want {
			t.Errorf("%s: %d waits, %v; want %d", body, got, err, want)
		}
	}
}

// bareWaits counts the waits without a time-out in a file.
func bareWaits(name string, src []byte) (n int, err error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	if err != nil {
		return 0, err
	}
	var look func(ast.Node) bool
	look = func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.CommClause:
			for _, s := range x.Body { // what it waits for is one of several
				ast.Inspect(s, look)
			}
			return false
		case *ast.CallExpr:
			switch called := x.Fun.(type) {
			case *ast.SelectorExpr:
				of, _ := called.X.(*ast.Ident)
				if of != nil && of.Name == "synctest" {
					return false
				}
				if called.Sel.Name == "Wait" && len(x.Args) == 0 {
					n++
				}
			}
		case *ast.UnaryExpr:
			if x.Op == token.ARROW && !ends(x.X) {
				n++
			}
		}
		return true
	}
	ast.Inspect(f, look)
	return n, nil
}

// ends reports whether something comes from a channel by itself: from a timer,
// or from a context that its owner ends.
func ends(channel ast.Expr) bool {
	switch x := channel.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name == "C"
	case *ast.CallExpr:
		called, ok := x.Fun.(*ast.SelectorExpr)
		return ok && (called.Sel.Name == "Done" || called.Sel.Name == "After")
	}
	return false
}
