package arch

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
)

//go:generate go test -run ^TestReasonsAreListed$ . -update

var update = flag.Bool("update", false, "write docs/errors.md again")

const reasonsPage = "../../docs/errors.md"

// TestReasonsAreListed compares docs/errors.md with the refusals in the code.
func TestReasonsAreListed(t *testing.T) {
	all := reasons(t)
	if len(all) < 100 {
		t.Fatalf("found only %d reasons: this test looks in the wrong place", len(all))
	}
	want := page(all)
	if *update {
		if err := os.WriteFile(reasonsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(reasonsPage)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(got), want); d != "" {
		t.Errorf("docs/errors.md is out of date: run make generate\n%s", d)
	}
}

// A reason is one slug, with the codes and messages it comes with.
type reason struct {
	codes, says []string
}

func page(all map[string]reason) string {
	var b strings.Builder
	b.WriteString(`# Why something is refused

A refusal is data. Its code, from the closed list that the schema promises, tells a program what kind of refusal it is. Its reason is a slug that never changes its meaning, for those who must tell one refusal of a kind from another. Its message is for people, and may change. Where ... stands below, the message says what it is about; CATEGORY stands for the name of any aggregate, such as submission.

This page is generated from the code (make generate).

| reason | code | says |
|---|---|---|
`)
	for _, slug := range slices.Sorted(maps.Keys(all)) {
		r := all[slug]
		fmt.Fprintf(&b, "| %s | %s | %s |\n", slug, strings.Join(r.codes, ", "), strings.ReplaceAll(strings.Join(r.says, "<br>"), "|", `\|`))
	}
	return b.String()
}

// reasons finds every refusal in the code that runs.
func reasons(t *testing.T) map[string]reason {
	t.Helper()
	all := map[string]reason{}
	root, fset := os.DirFS("../.."), token.NewFileSet()
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || inTest(name) || strings.HasPrefix(name, "graph/generated/") {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && refuses(name, c) {
				if err := note(all, c); err != nil {
					t.Errorf("%s: %v", fset.Position(c.Pos()), err)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// refuses reports whether c, in the file called name, calls domain.Refuse.
func refuses(name string, c *ast.CallExpr) bool {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name == "Refuse" && strings.HasPrefix(name, "domain/") && strings.Count(name, "/") == 1
	case *ast.SelectorExpr:
		x, ok := f.X.(*ast.Ident)
		return ok && x.Name == "domain" && f.Sel.Name == "Refuse"
	}
	return false
}

var (
	slugShape = regexp.MustCompile(`^(CATEGORY|[a-z0-9_]+)(\.[a-z0-9_]+)*$`)
	verb      = regexp.MustCompile(`%[-+# 0]*[0-9.]*[a-zA-Z]`)
)

func note(all map[string]reason, c *ast.CallExpr) error {
	if len(c.Args) < 3 {
		return fmt.Errorf("a refusal has a code, a reason and a message")
	}
	code, err := codeOf(c.Args[0])
	if err != nil {
		return err
	}
	slug, err := text(c.Args[1])
	if err != nil {
		return fmt.Errorf("the reason: %w", err)
	}
	if !slugShape.MatchString(slug) {
		return fmt.Errorf("%q is not a dotted slug", slug)
	}
	says, err := text(c.Args[2])
	if err != nil {
		return fmt.Errorf("the message of %s: %w", slug, err)
	}
	r := all[slug]
	r.codes = add(r.codes, code)
	r.says = add(r.says, verb.ReplaceAllString(says, "..."))
	all[slug] = r
	return nil
}

// add keeps a sorted set.
func add(set []string, s string) []string {
	if i, ok := slices.BinarySearch(set, s); !ok {
		return slices.Insert(set, i, s)
	}
	return set
}

// text returns what a string in the code says, where the name of an
// aggregate's category is the only part that is not written out.
func text(e ast.Expr) (string, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return strconv.Unquote(e.Value)
	case *ast.BinaryExpr:
		x, err := text(e.X)
		if err != nil {
			return "", err
		}
		y, err := text(e.Y)
		return x + y, err
	case *ast.SelectorExpr:
		if e.Sel.Name == "Category" {
			return "CATEGORY", nil
		}
	}
	return "", fmt.Errorf("write it out, so that it can be listed")
}

// codes by the names they have in the code.
var codes = map[string]domain.Code{
	"NotFound": domain.NotFound, "NotOwner": domain.NotOwner, "NotAllowed": domain.NotAllowed, "WindowClosed": domain.WindowClosed,
	"VersionConflict": domain.VersionConflict, "IdempotencyKeyReused": domain.IdempotencyKeyReused, "Invalid": domain.Invalid,
	"FourEyesRequired": domain.FourEyesRequired, "CitationsInvalid": domain.CitationsInvalid, "DispositionMissing": domain.DispositionMissing,
	"LabelForbidden": domain.LabelForbidden, "InsufficientBalance": domain.InsufficientBalance, "AppealExhausted": domain.AppealExhausted,
	"ReplyLimit": domain.ReplyLimit, "Busy": domain.Busy,
}

func codeOf(e ast.Expr) (string, error) {
	name := ""
	switch e := e.(type) {
	case *ast.Ident:
		name = e.Name
	case *ast.SelectorExpr:
		name = e.Sel.Name
	}
	c, ok := codes[name]
	if !ok {
		return "", fmt.Errorf("the code is none of the closed list")
	}
	return string(c), nil
}

// TestReasonsAreAskedFor looks for every reason in the tests: a refusal that no
// test asks for by its reason can be lost, or come for another cause, unseen.
func TestReasonsAreAskedFor(t *testing.T) {
	asked := map[string]bool{}
	root, word := os.DirFS("../.."), regexp.MustCompile(`[a-z0-9_]+(\.[a-z0-9_]+)+`)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !inTest(name) && !strings.HasSuffix(name, ".txtar") {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		for _, slug := range word.FindAllString(string(src), -1) {
			asked[slug] = true
			if category, rest, _ := strings.Cut(slug, "."); category != "" && (rest == "status" || rest == "unknown") {
				asked["CATEGORY."+rest] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range slices.Sorted(maps.Keys(reasons(t))) {
		if strings.Contains(slug, ".") && !asked[slug] {
			t.Errorf("no test asks for the refusal %s: have one be refused for it, and name it", slug)
		}
	}
}
