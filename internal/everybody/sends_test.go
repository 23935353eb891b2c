package everybody

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/rule"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// TestEverybodySendsEverything has everybody send every command of the story
// before the one does whose it is. Who may not is refused, with the code that
// their case has, and nothing is recorded; who may would have had it recorded,
// or is named by the step as one for whom it holds already. That somebody's
// input is bad proves neither, and is a fault of the story.
func TestEverybodySendsEverything(t *testing.T) {
	w := newWorld(t)
	c := newChecker(w)
	for i, s := range told() {
		w.Wait(max(s.wait, time.Minute))
		key := fmt.Sprintf("step-%d-of-the-story", i)
		size := w.Log.Size()
		for _, who := range readers() {
			c.tries(s, who, w.by(s, who, key))
		}
		w.Settle()
		if n := w.Log.Size(); n != size {
			t.Fatalf("%s: attempts that were refused, or not in earnest, recorded %d things", s.does, n-size)
		}
		if s.fails == "" {
			c.shows(s, w.tell(s, w.document(s, key)), key)
		}
	}
	for _, missing := range c.missing(c.commanded) {
		t.Error(missing)
	}
}

// document is the mutation of a step, with a key.
func (w *world) document(s step, key string) string {
	fields := ""
	for _, p := range w.payload(s).Fields {
		switch of := w.schema.Types[p.Type.Name()]; {
		case p.Name == "userErrors":
			fields += " userErrors { " + w.refusals() + " }"
		case of.Kind == ast.Object && of.Fields.ForName("id") != nil:
			fields += " " + p.Name + " { id }"
		case of.Kind == ast.Object:
			fields += " " + p.Name + " { __typename }"
		default:
			fields += " " + p.Name
		}
	}
	return w.giving(s, key, fields)
}

// giving is the mutation of a step with a key, which asks for some of what it
// gives.
func (w *world) giving(s step, key, fields string) string {
	return fmt.Sprintf(`mutation { out: %s(input: {idempotencyKey: "%s", %s}) {%s } }`, s.does, key, w.named(s.in), fields)
}

// payload is what a step's command gives.
func (w *world) payload(s step) *ast.Definition {
	f := w.schema.Mutation.Fields.ForName(s.does)
	if f == nil {
		w.t.Fatalf("there is no mutation %s", s.does)
	}
	return w.schema.Types[f.Type.Name()]
}

// asked are those who are asked to sign or to pledge too.
var asked = regexp.MustCompile(`(coSignatories|coPledgers): \[[^\]]*\]`)

// by is the mutation of a step as somebody sends it. Nobody asks themselves:
// who is among those that the step asks, asks its sender instead.
func (w *world) by(s step, who, key string) string {
	h, ok := w.holds(who)
	if sender, _ := w.holds(s.as); ok && h.Entity != sender.Entity {
		s.in = asked.ReplaceAllStringFunc(w.named(s.in), func(all string) string {
			return strings.Replace(all, `"`+string(h.Entity)+`"`, `"`+string(sender.Entity)+`"`, 1)
		})
	}
	return w.document(s, key)
}

// settled reports whether a step's command is in effect already for somebody.
func (w *world) settled(s step, who string) bool {
	h, _ := w.holds(who)
	sender, _ := w.holds(s.as)
	return s.holds == apart && h.Entity != sender.Entity || slices.Contains(strings.Fields(s.holds), who)
}

var target = regexp.MustCompile(`\bid: "([^"]+)"`)

// tries has somebody send a step's command, and checks what comes of it.
func (c *checker) tries(s step, who, document string) {
	c.t.Helper()
	a, sent, recorded := c.attempt(who, document)
	code, reason := refusalOf(a)
	may, want := c.may(s, who)
	if id := target.FindStringSubmatch(document[:strings.Index(document, "}")+1]); id != nil && c.hidden(who, id[1]) {
		if may, want = false, []string{string(domain.NotFound)}; who == "" {
			want = []string{"UNAUTHENTICATED"}
		}
		if _, none, _ := c.attempt(who, strings.ReplaceAll(document, id[1], twin(id[1]))); none != sent {
			c.t.Errorf("%s by %q, who does not see it: %s\nand of what there is not: %s", s.does, who, sent, none)
		}
	}
	c.refused(s, who, a, may)
	holds := c.settled(s, who)
	switch {
	case may && s.fails != "": // that is looked at as a refusal
	case may && holds && (recorded || code != ""):
		c.t.Errorf("%s by %q is in effect already; recorded is %t, and the answer %s %s", s.does, who, recorded, code, reason)
	case may && !holds && !recorded: // a bad input is no proof that a good one is taken
		c.t.Errorf("%s by %q is not recorded, and it may be sent: %s %s", s.does, who, code, reason)
	case !may && (recorded || !slices.Contains(want, code)):
		c.t.Errorf("%s by %q: recorded is %t, and the answer %s %s; want %v", s.does, who, recorded, code, reason, want)
	}
	c.try("Mutation."+s.does, who, may)
	c.denied["Mutation."+s.does] = c.denied["Mutation."+s.does] || !may
}

// try notes that somebody tried a cell, and whether they may read it.
func (c *checker) try(name, who string, may bool) {
	if c.cells[name] == nil {
		c.cells[name] = map[string]bool{}
	}
	c.cells[name][who] = c.cells[name][who] || may
}

func refusalOf(a trial.Answer) (code, reason string) {
	if len(a.Errors) > 0 {
		x, _ := a.Errors[0]["extensions"].(map[string]any)
		return fmt.Sprint(x["code"]), fmt.Sprint(a.Errors[0]["message"])
	}
	if a.Get("out", "userErrors", 0) == nil {
		return "", ""
	}
	return fmt.Sprint(a.Get("out", "userErrors", 0, "code")), fmt.Sprint(a.Get("out", "userErrors", 0, "reason"))
}

// hidden reports whether somebody does not see the object with an id.
func (w *world) hidden(who, id string) bool {
	return w.Ask(who, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id}).Get("node") == nil
}

// may says whether somebody may send a step's command, by the schema's
// directive and by what the step says the command asks for besides; and if not,
// with which code they are refused.
func (w *world) may(s step, who string) (bool, []string) {
	if who == "" {
		return false, []string{"UNAUTHENTICATED"}
	}
	r, _ := rule.Of(w.schema.Mutation.Fields.ForName(s.does).Directives, rule.Sends)
	h, _ := w.holds(who)
	owner := domain.ID(w.names[s.of])
	drafts := h.Capacity == domain.StateFocalPoint && (owner == "" || owner == h.Entity)
	for _, by := range r.By {
		switch {
		case by == rule.SignedIn, by == string(h.Capacity), by == "DRAFTER" && drafts, by == "OWNER" && w.owns(who, owner):
			if s.only == "" || s.as == who || slices.Contains(strings.Fields(s.only), who) {
				return true, nil
			}
			return false, []string{string(domain.NotOwner), string(domain.NotAllowed), string(domain.NotFound), string(domain.FourEyesRequired)}
		}
	}
	if slices.Contains(r.By, "OWNER") && !drafts {
		return false, []string{string(domain.NotOwner)}
	}
	return false, []string{string(domain.NotAllowed)}
}

// owns reports whether somebody may speak as an owner: for the entity, or, of
// what is new, in their own name too. A focal point does not by mistake.
func (w *world) owns(who string, owner domain.ID) bool {
	h, ok := w.holds(who)
	switch {
	case ok && h.Capacity.Speaks() && (owner == "" || owner == h.Entity):
		return true
	case owner == "":
		return h.Capacity != domain.StateFocalPoint
	}
	return owner == w.Person(who)
}

// tell sends a step's command in earnest, and remembers what it is about.
func (w *world) tell(s step, document string) trial.Answer {
	w.t.Helper()
	if s.fails != "" {
		return trial.Answer{}
	}
	a := w.Ask(s.as, document, nil)
	if code, reason := refusalOf(a); code != "" {
		w.t.Fatalf("%s by %s: %s %s\n%s", s.does, s.as, code, reason, document)
	}
	for _, f := range w.payload(s).Fields {
		if id, ok := a.Get("out", f.Name, "id").(string); ok && s.calls != "" && f.Name != "receipt" {
			w.names[s.calls] = id
		}
	}
	if s.calls != "" && w.names[s.calls] == "" {
		w.t.Fatalf("%s gives nothing to call %s: %+v", s.does, s.calls, a)
	}
	if s.item != "" {
		w.names[s.item] = fmt.Sprint(a.Get("out", "itemId"))
	}
	w.Settle()
	if s.then != nil {
		s.then(w)
	}
	return a
}

// questions remembers the ids of what the questionnaire asks.
func (w *world) questions() {
	a := w.Ask("", w.named(`{ questionnaire(id: "${asked}") { versions { questions { id options { place } } } } }`), nil)
	if len(a.Errors) > 0 {
		w.t.Fatal(a.Errors)
	}
	w.names["question1"] = fmt.Sprint(a.Get("questionnaire", "versions", 0, "questions", 0, "id"))
	w.names["question2"] = fmt.Sprint(a.Get("questionnaire", "versions", 0, "questions", 1, "id"))
	w.names["option"] = fmt.Sprint(a.Get("questionnaire", "versions", 0, "questions", 1, "options", 0, "place"))
}
