package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A guard looks at the shape of a parsed document before anything else does.
// What a document unfolds to can grow with the power of its length, so every
// fragment is measured once, and only what is known to unfold to little is
// unfolded.
type guard struct {
	doc        *ast.QueryDocument
	fragments  map[string]*fragment
	steps      int // nodes looked at: the guard's own cost
	directives int
}

// A fragment is a definition with its measure.
type fragment struct {
	*ast.FragmentDefinition
	size     size
	measured bool
	open     bool // it is being measured: who meets it now contains itself
}

// A size is what a selection comes to when its fragments are unfolded.
type size struct {
	fields  int // capped, as it may grow with the power of the document's length
	spreads int // of fragments with and without a name; likewise
	levels  int // of fields, up to __schema and __type
	within  int // levels of the deepest __schema or __type found, itself included
	all     int // levels of fields, whatever they are called
	types   int // fields called types
	schemas int // of these, within __schema: each is the whole schema
}

const sizeCap = 1 << 40 // sizes stop growing here, so that they never overflow

// plus is the size of two selections beside each other.
func (s size) plus(o size) size {
	return size{
		fields: min(s.fields+o.fields, sizeCap), spreads: min(s.spreads+o.spreads, sizeCap),
		levels: max(s.levels, o.levels), within: max(s.within, o.within), all: max(s.all, o.all),
		types: min(s.types+o.types, sizeCap), schemas: min(s.schemas+o.schemas, sizeCap),
	}
}

// check refuses a document of a shape that would take long to answer, or to
// find invalid.
func check(doc *ast.QueryDocument) (*guard, *gqlerror.Error) {
	g := &guard{doc: doc, fragments: make(map[string]*fragment, len(doc.Fragments))}
	return g, g.check()
}

func (g *guard) check() *gqlerror.Error {
	if n := len(g.doc.Operations); n > maxOperations {
		return over("operations", "This document has %s operations; at most %s are allowed.", n, maxOperations).at()
	}
	if n := len(g.doc.Fragments); n > maxFragments {
		return over("fragments", "This document has %s fragments; at most %s are allowed.", n, maxFragments).at()
	}
	for _, f := range g.doc.Fragments {
		if _, twice := g.fragments[f.Name]; twice {
			return refuse(sentences["UniqueFragmentNames"]).at(placeOf(f.Position)...)
		}
		g.fragments[f.Name] = &fragment{FragmentDefinition: f}
	}
	var whole size
	for _, op := range g.doc.Operations {
		s, err := g.operation(op)
		if err != nil {
			return err
		}
		whole.fields, whole.spreads = min(whole.fields+s.fields, sizeCap), min(whole.spreads+s.spreads, sizeCap)
		whole.levels, whole.within, whole.schemas = max(whole.levels, s.levels), max(whole.within, s.within), max(whole.schemas, s.schemas)
	}
	nested := 0
	for _, f := range g.doc.Fragments {
		if !g.fragments[f.Name].measured {
			return refuse(sentences["NoUnusedFragments"]).at(placeOf(f.Position)...)
		}
		nested = min(nested+g.fragments[f.Name].size.fields, sizeCap)
	}
	if err := whole.check(); err != nil {
		return err.at()
	}
	if nested > maxNested {
		return over("nested", "The fragments of this document have %s fields, with the fragments in them; at most %s are allowed.", nested, maxNested).at()
	}
	return g.unfold()
}

// check refuses a document that unfolds to too much.
func (s size) check() *Refusal {
	switch {
	case s.levels > maxDepth:
		return over("depth", "This document is %s levels deep; at most %s are allowed.", s.levels, maxDepth)
	case s.within > maxIntrospection:
		return over("introspection", "This document asks for the schema %s levels deep; at most %s are allowed.", s.within, maxIntrospection)
	case s.schemas > maxSchemas:
		return over("schemas", "This document asks for all types of the schema %s times; at most %s is allowed: ask once, and for one thing under one name.", s.schemas, maxSchemas)
	case s.fields >= sizeCap || s.spreads >= sizeCap:
		return over("fields", "This document asks for more than %s fields, once its fragments are written out; at most %s are allowed.", sizeCap, maxFields)
	case s.fields > maxFields:
		return over("fields", "This document asks for %s fields, once its fragments are written out; at most %s are allowed.", s.fields, maxFields)
	case s.spreads > maxSpreads:
		return over("spreads", "This document uses fragments %s times, once they are written out; at most %s are allowed.", s.spreads, maxSpreads)
	}
	return nil
}

func (g *guard) operation(op *ast.OperationDefinition) (size, *gqlerror.Error) {
	g.steps++
	if err := g.directed(op.Directives); err != nil {
		return size{}, err
	}
	for _, v := range op.VariableDefinitions {
		g.steps++
		if err := g.literal(v.DefaultValue, 0); err != nil {
			return size{}, err
		}
		if err := g.directed(v.Directives); err != nil {
			return size{}, err
		}
	}
	return g.measure(op.SelectionSet)
}

// measure returns the size of a selection.
func (g *guard) measure(set ast.SelectionSet) (whole size, err *gqlerror.Error) {
	for _, sel := range set {
		g.steps++
		var s size
		switch sel := sel.(type) {
		case *ast.Field:
			s, err = g.field(sel)
		case *ast.InlineFragment:
			if err = g.directed(sel.Directives); err == nil {
				s, err = g.measure(sel.SelectionSet)
			}
			s.spreads = min(s.spreads+1, sizeCap)
		case *ast.FragmentSpread:
			if err = g.directed(sel.Directives); err == nil {
				s, err = g.spread(sel)
			}
			s.spreads = min(s.spreads+1, sizeCap)
		}
		if err != nil {
			return size{}, err
		}
		whole = whole.plus(s)
	}
	return whole, nil
}

func (g *guard) field(f *ast.Field) (size, *gqlerror.Error) {
	if n := len(f.Alias); n > maxAlias {
		return size{}, over("names", "A name in this document has %s bytes; at most %s are allowed.", n, maxAlias).at(placeOf(f.Position)...)
	}
	if err := g.arguments(f.Arguments); err != nil {
		return size{}, err
	}
	if err := g.directed(f.Directives); err != nil {
		return size{}, err
	}
	s, err := g.measure(f.SelectionSet)
	s.fields = min(s.fields+1, sizeCap)
	s.all++
	switch f.Name {
	case "types":
		s.types = min(s.types+1, sizeCap)
	case "__schema":
		s.schemas, s.types = min(s.schemas+s.types, sizeCap), 0
	}
	if f.Name == "__schema" || f.Name == "__type" {
		s.levels, s.within = 1, s.all
	} else {
		s.levels++
	}
	return s, err
}

// spread returns the size of a fragment, which it measures once.
func (g *guard) spread(s *ast.FragmentSpread) (size, *gqlerror.Error) {
	f, ok := g.fragments[s.Name]
	switch {
	case !ok:
		return size{}, nil // validation says so
	case f.measured:
		return f.size, nil
	case f.open:
		return size{}, refuse(sentences["NoFragmentCycles"]).at(placeOf(s.Position)...)
	}
	f.open = true
	if err := g.directed(f.Directives); err != nil {
		return size{}, err
	}
	var err *gqlerror.Error
	f.size, err = g.measure(f.SelectionSet)
	f.open, f.measured = false, true
	return f.size, err
}

// directed counts directives and looks into their arguments.
func (g *guard) directed(list ast.DirectiveList) *gqlerror.Error {
	g.directives += len(list)
	if g.directives > maxDirectives {
		return over("directives", "This document has %s directives or more; at most %s are allowed.", g.directives, maxDirectives).at(placeOf(list[0].Position)...)
	}
	for _, d := range list {
		g.steps++
		if d.Name == "defer" || d.Name == "stream" {
			return refuse("An answer comes in one piece: there is neither @defer nor @stream.").at(placeOf(d.Position)...)
		}
		if err := g.arguments(d.Arguments); err != nil {
			return err
		}
	}
	return nil
}

func (g *guard) arguments(list ast.ArgumentList) *gqlerror.Error {
	for _, a := range list {
		g.steps++
		if err := g.literal(a.Value, 0); err != nil {
			return err
		}
	}
	return nil
}

// literal refuses a value that belongs into a variable, below so many lists and
// objects.
func (g *guard) literal(v *ast.Value, below int) *gqlerror.Error {
	if v == nil {
		return nil
	}
	g.steps++
	refuse := func(sentence string, is, most int) *gqlerror.Error {
		return over("literals", sentence, is, most).at(placeOf(v.Position)...)
	}
	switch n := len(v.Raw); {
	case (v.Kind == ast.StringValue || v.Kind == ast.BlockValue) && n > maxText:
		return refuse("A text in this document has %s bytes; at most %s are allowed: send longer ones as variables.", n, maxText)
	case (v.Kind == ast.IntValue || v.Kind == ast.FloatValue) && n > maxNumber:
		return refuse("A number in this document has %s characters; at most %s are allowed.", n, maxNumber)
	}
	if n := len(v.Children); n > maxElements {
		return refuse("A list or an object in this document has %s elements; at most %s are allowed: send longer ones as variables.", n, maxElements)
	}
	if (v.Kind == ast.ListValue || v.Kind == ast.ObjectValue) && below >= maxNesting {
		return refuse("Lists and objects in this document lie %s deep or deeper; at most %s are allowed.", below+1, maxNesting)
	}
	for _, c := range v.Children {
		if err := g.literal(c.Value, below+1); err != nil {
			return err
		}
	}
	return nil
}
