package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// unfold refuses a document that asks for one key of an answer over and over,
// or under many other names. Fields with the same key are merged, so their
// selections count as one. It visits every field and fragment as often as it is
// used, and comes after the check that these are few.
func (g *guard) unfold() *gqlerror.Error {
	for _, op := range g.doc.Operations {
		if err := g.merged([]ast.SelectionSet{op.SelectionSet}); err != nil {
			return err
		}
	}
	return nil
}

// A merging is what one selection of the answer asks for.
type merging struct {
	keys    map[string]*repeated
	order   []*repeated // of keys, so that the same document is refused for the same reason
	aliases int
}

// A repeated key is what is asked for under it.
type repeated struct {
	first *ast.Field
	times int
	below []ast.SelectionSet
}

// merged looks at selections that become one.
func (g *guard) merged(sets []ast.SelectionSet) *gqlerror.Error {
	m := merging{keys: map[string]*repeated{}}
	for _, set := range sets {
		if err := g.gather(&m, set); err != nil {
			return err
		}
	}
	for _, r := range m.order {
		if r.times > maxRepeats {
			return over("repeats", "This document asks for one key of the answer %s times; at most %s are allowed.", r.times, maxRepeats).at(placeOf(r.first.Position)...)
		}
	}
	if m.aliases > maxAliases {
		return over("aliases", "This document gives %s aliases in one selection; at most %s are allowed.", m.aliases, maxAliases).at(placeOf(m.order[0].first.Position)...)
	}
	for _, r := range m.order {
		if len(r.below) > 0 {
			if err := g.merged(r.below); err != nil {
				return err
			}
		}
	}
	return nil
}

// gather adds a selection to m, with its fragments unfolded.
func (g *guard) gather(m *merging, set ast.SelectionSet) *gqlerror.Error {
	for _, sel := range set {
		g.steps++
		switch sel := sel.(type) {
		case *ast.Field:
			r, ok := m.keys[sel.Alias]
			if !ok {
				r = &repeated{first: sel}
				m.keys[sel.Alias] = r
				m.order = append(m.order, r)
				if sel.Alias != sel.Name {
					m.aliases++
				}
			}
			r.times++
			if len(sel.SelectionSet) > 0 {
				r.below = append(r.below, sel.SelectionSet)
			}
		case *ast.InlineFragment:
			if err := g.gather(m, sel.SelectionSet); err != nil {
				return err
			}
		case *ast.FragmentSpread:
			if f, ok := g.fragments[sel.Name]; ok {
				if err := g.gather(m, f.SelectionSet); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
