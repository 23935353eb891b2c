package everybody

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// shows checks what a command gave. Nobody but its sender reads that, so this
// is its rule: it shows what the same person reads by a query right after, and
// nothing else. For that it is sent again with its key, which gives the same.
func (c *checker) shows(s step, a trial.Answer, key string) {
	c.t.Helper()
	of, size, read := c.payload(s), c.Log.Size(), ""
	c.filled["Mutation."+s.does] = true
	for _, f := range of.Fields {
		v := a.Get("out", f.Name)
		if nothing(v) {
			continue
		}
		c.try(of.Name+"."+f.Name, s.as, true)
		c.filled[of.Name+"."+f.Name] = true
		again := c.giving(s, key, " "+f.Name+" { FIELDS }")
		switch to := c.schema.Types[f.Type.Name()]; {
		case f.Name == "index":
			c.told(s, v)
		case f.Name == "itemId": // it comes after the briefing
			if !strings.Contains(read, printed(v)) {
				c.t.Errorf("%s by %q gives the item %v, which they do not read in %s", s.does, s.as, v, read)
			}
		case to.Name == "Credential":
			c.held(s, again)
		case to.Name == "Receipt":
			id := c.gives(s, again, "eventId").Get("out", f.Name, "eventId")
			read += c.repeats(s, again, fmt.Sprintf("{ out: receipt(id: %q) { FIELDS } }", id), f.Name, to)
		case isNode(to):
			read += c.repeats(s, again, fmt.Sprintf("{ out: node(id: %q) { ... on %s { FIELDS } } }", a.Get("out", f.Name, "id"), to.Name), f.Name, to)
		default:
			c.t.Errorf("no query is known that reads %s.%s", of.Name, f.Name)
		}
	}
	if n := c.Log.Size(); n != size {
		c.t.Errorf("%s, sent again with its key, recorded %d things", s.does, n-size)
	}
}

// told checks that the index is one that every answer tells.
func (c *checker) told(s step, index any) {
	c.t.Helper()
	at, err := strconv.ParseInt(fmt.Sprint(index), 10, 64)
	known, none := strconv.ParseInt(fmt.Sprint(c.Ask(s.as, "{ viewer { id } }", nil).Extensions["index"]), 10, 64)
	if err != nil || none != nil || at < 0 || at > known {
		c.t.Errorf("%s by %q stands at %v, and they read up to %d: %v %v", s.does, s.as, index, known, err, none)
	}
}

// gives asks for some fields, in the place that a document has for them.
func (c *checker) gives(s step, document, fields string) trial.Answer {
	c.t.Helper()
	a := c.Ask(s.as, strings.Replace(document, "FIELDS", fields, 1), nil)
	if len(a.Errors) > 0 {
		c.t.Fatalf("%q asks for %s in %s: %v", s.as, fields, document, a.Errors)
	}
	return a
}

// repeats compares every field of what a command gives with what a query
// gives, and returns what was read.
func (c *checker) repeats(s step, again, query, name string, of *ast.Definition) string {
	c.t.Helper()
	if read, ok := c.equal(s, again, query, name, c.selection(of)); ok {
		return read
	}
	all := ""
	for _, f := range of.Fields {
		read, ok := c.equal(s, again, query, name, c.one(of, f))
		if !ok && c.dear(of, f) {
			continue
		}
		if !ok { // it is too much even by itself
			within := f.Name + c.argumentsOf(of, f) + " { FIELDS }"
			read = c.repeats(s, strings.Replace(again, "FIELDS", within, 1), strings.Replace(query, "FIELDS", within, 1), name, c.schema.Types[f.Type.Name()])
		}
		all += read
	}
	return all
}

// equal compares some fields, unless that is too much at once.
func (c *checker) equal(s step, again, query, name, fields string) (string, bool) {
	c.t.Helper()
	var answers [2]trial.Answer
	for i, document := range []string{again, query} {
		a := c.Ask(s.as, strings.Replace(document, "FIELDS", fields, 1), nil)
		if len(a.Errors) > 0 {
			if tooMuch(a) {
				return "", false
			}
			c.t.Fatalf("%q asks for %s in %s: %v", s.as, fields, document, a.Errors)
		}
		answers[i] = a
	}
	given, read := printed(answers[0].Get("out", name)), printed(answers[1].Get("out"))
	if given != read {
		c.t.Errorf("%s shows %q %s\nand a query shows them %s", s.does, s.as, given, read)
	}
	return read, true
}

// held checks that credentials which a command gives are among those that its
// sender reads: their own, and those of the entities that show them theirs.
func (c *checker) held(s step, again string) {
	c.t.Helper()
	fields := c.selection(c.schema.Types["Credential"])
	read := printed(c.gives(s, "{ viewer { credentials { FIELDS } } }", fields).Data)
	given, _ := c.gives(s, again, fields).Get("out", "credentials").([]any)
	for i := range given {
		id := c.gives(s, again, "entity { id }").Get("out", "credentials", i, "entity", "id")
		read += printed(c.gives(s, fmt.Sprintf("{ entity(id: %q) { credentials { FIELDS } } }", id), fields).Data)
		if !strings.Contains(read, printed(given[i])) {
			c.t.Errorf("%s shows %q %v, which no query shows them: %s", s.does, s.as, given[i], read)
		}
	}
}
