package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// tables are the aggregates that the API has commands of. Their tables of
// transitions list every command that there is.
var tables = []domain.Table{
	person.Decider.Table, credential.Decider.Table, entity.Decider.Table, consultation.Decider.Table, questionnaire.Decider.Table,
	submission.Decider.Table, mandate.Decider.Table, vocabulary.Decider.Table, state.Decider.Table, champion.Decider.Table,
	importing.Decider.Table, workinggroup.Decider.Table, briefing.Decider.Table, secondment.Decider.Table, commitment.Decider.Table,
}

// commands returns the commands of all aggregates, by their names in Go, such
// as submission.Amend.
func commands() map[string]domain.Command {
	all := map[string]domain.Command{}
	for _, t := range tables {
		for _, moves := range t {
			for _, m := range moves {
				all[reflect.TypeOf(m.Do).String()] = m.Do
			}
		}
	}
	return all
}

// senders lists who may send a command, as enum Who has them. The installation
// itself sends none through the API.
func senders(c domain.Command) []string {
	var all []string
	for _, v := range variants(c) {
		for _, by := range v.By() {
			if by != domain.System {
				all = append(all, who(by))
			}
		}
	}
	return all
}

// variants lists the forms of a command whose senders depend on what it says.
func variants(c domain.Command) []domain.Command {
	if _, ok := c.(entity.Propose); !ok {
		return []domain.Command{c}
	}
	var all []domain.Command
	for _, k := range entity.Kinds {
		all = append(all, entity.Propose{Kind: k})
	}
	return all
}

// who spells a capacity, or a relation to the item, as enum Who does:
// signedIn is SIGNED_IN there.
func who(c domain.Capacity) string {
	if strings.ToUpper(string(c)) == string(c) {
		return string(c)
	}
	var b strings.Builder
	for _, r := range string(c) {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// sends returns, for every mutation that has a resolver in dir, the commands
// that it builds, by their names in Go.
func sends(dir string, known map[string]domain.Command) (map[string][]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, fmt.Errorf("resolvers: %w", err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || !onMutation(fn) {
				continue
			}
			m := lowered(fn.Name.Name)
			all[m] = append(all[m], built(fn, known)...)
		}
	}
	if len(all) == 0 {
		return nil, &fs.PathError{Op: "find resolvers", Path: dir, Err: os.ErrNotExist}
	}
	return all, nil
}

func onMutation(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	of, ok := fn.Recv.List[0].Type.(*ast.Ident)
	return ok && of.Name == "mutation"
}

// built lists the known commands whose literals stand in a function.
func built(fn *ast.FuncDecl, known map[string]domain.Command) []string {
	var all []string
	ast.Inspect(fn, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if s, ok := lit.Type.(*ast.SelectorExpr); ok {
			if pkg, ok := s.X.(*ast.Ident); ok {
				if name := pkg.Name + "." + s.Sel.Name; known[name] != nil && !slices.Contains(all, name) {
					all = append(all, name)
				}
			}
		}
		return true
	})
	return all
}

func lowered(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
