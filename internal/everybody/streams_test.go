package everybody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/graph/rule"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// following is how each field of Subscription is asked for, and which records
// it is then about: all of a category, or of a stream.
var following = map[string]map[string]string{
	"submissionChanged": {
		`(after: "-1")`: "submission-", `(after: "-1", id: "${public}")`: "submission-${public}", `(after: "-1", id: "${anonymised}")`: "submission-${anonymised}",
		`(after: "-1", id: "${sealed}")`: "submission-${sealed}", `(after: "-1", consultation: "${cancelled}")`: "submission-none",
	},
	"consultationChanged": {`(after: "-1")`: "consultation-", `(after: "-1", id: "${call}")`: "consultation-${call}"},
	"auditEvents":         {`(after: "-1")`: ""},
}

// streams follows every subscription as everybody, from the beginning of the
// record to its end and until there is a sign of life.
func (c *checker) streams() {
	log := &silent{Log: c.Log}
	api := graph.Handler(graph.Config{Engine: c.Engine, Search: c.Search, Log: log, Proofs: c.Proofs, Verify: c.Verify, Now: c.Now, App: c.App, ReadOnly: true, Beat: 5 * time.Millisecond})
	follow := func(who, document string) string {
		log.waits.Store(0)
		return c.stream(api, who, document)
	}
	for _, f := range c.schema.Subscription.Fields {
		if len(following[f.Name]) == 0 {
			c.t.Errorf("nobody follows %s: say how it is asked for", f.Name)
		}
		for arguments, about := range following[f.Name] {
			sent := map[string]map[string]any{}
			for _, who := range readers() {
				sent[who] = c.follows(who, f, c.named(arguments), follow)
			}
			c.followed(f, c.named(about), sent)
		}
	}
}

// A silent log is one that nothing comes to any more: who waits for it waits
// until a sign of life is due, and then it has ended.
type silent struct {
	projections.Log

	waits atomic.Int64 // of this stream
}

func (s *silent) Wait(ctx context.Context, _ int64) error {
	if s.waits.Add(1) == 1 {
		<-ctx.Done()
		return ctx.Err()
	}
	return errors.New("it has ended")
}

// carried is the field of what a subscription sends that has the object.
func (c *checker) carried(of *ast.Definition) *ast.FieldDefinition {
	i := slices.IndexFunc(of.Fields, func(f *ast.FieldDefinition) bool { return isNode(c.schema.Types[f.Type.Name()]) })
	if i < 0 {
		c.t.Fatalf("%s carries nothing that has an id", of.Name)
	}
	return of.Fields[i]
}

// follows is all that somebody is sent, by its index, and checks that what
// comes last says no more than that there is life.
func (c *checker) follows(who string, f *ast.FieldDefinition, arguments string, follow func(who, document string) string) map[string]any {
	of := c.schema.Types[f.Type.Name()]
	carried := c.carried(of)
	to := c.schema.Types[carried.Type.Name()]
	all := map[string]any{}
	var ask func(fields ast.FieldList)
	ask = func(fields ast.FieldList) {
		selection := "id"
		for _, g := range fields {
			selection += " " + c.one(to, g)
		}
		own := ""
		for _, g := range of.Fields {
			if own += " " + g.Name; g == carried {
				own += " { " + selection + " }"
			}
		}
		answers, dear := c.messages(follow(who, fmt.Sprintf("subscription { %s%s {%s } }", f.Name, arguments, own)))
		if dear {
			ask(fields[:len(fields)/2])
			ask(fields[len(fields)/2:])
			return
		}
		beats := 0
		for _, a := range answers {
			v, _ := a.Get(f.Name).(map[string]any)
			if v[carried.Name] == nil {
				beats++
				c.beat(who, f, v)
				continue
			}
			if beats > 0 {
				c.t.Errorf("%s: %q is sent %v after a sign of life, as if it were new", f.Name, who, v)
			}
			k := fmt.Sprint(v["index"])
			all[k] = merged(all[k], v)
		}
		if beats == 0 {
			c.t.Errorf("%s: %q is sent no sign of life", f.Name, who)
		}
	}
	ask(to.Fields)
	return all
}

// beat checks that a sign of life says how far the record goes, and nothing else.
func (c *checker) beat(who string, f *ast.FieldDefinition, v map[string]any) {
	for k, x := range v {
		if k == "index" && x != fmt.Sprint(c.Log.Size()-1) || k != "index" && x != nil {
			c.t.Errorf("%s: to %q, a sign of life says %v", f.Name, who, v)
		}
	}
}

// messages are what a stream says, unless it was refused for what it costs.
func (c *checker) messages(sent string) (all []trial.Answer, dear bool) {
	for line := range strings.Lines(sent) {
		data, ok := strings.CutPrefix(strings.TrimSpace(line), "data:")
		if data = strings.TrimSpace(data); !ok || data == "" || data == "null" {
			continue
		}
		var a trial.Answer
		if err := json.Unmarshal([]byte(data), &a); err != nil {
			c.t.Fatalf("%v in %s", err, data)
		}
		if len(a.Errors) > 0 {
			if tooMuch(a) {
				return nil, true
			}
			c.t.Fatal(a.Errors)
		}
		all = append(all, a)
	}
	return all, false
}

// followed compares what everybody was sent with what they may read, record by
// record of those that the subscription is about.
func (c *checker) followed(f *ast.FieldDefinition, about string, sent map[string]map[string]any) {
	of := c.schema.Types[f.Type.Name()]
	carried := c.carried(of)
	to := c.schema.Types[carried.Type.Name()]
	r, _ := rule.Stated(c.schema, c.schema.Subscription, f)
	name := "Subscription." + f.Name
	left := map[string]int{}
	for _, who := range readers() {
		got := len(sent[who])
		if left[who] = got; got > 0 && !c.meets(who, r.By, "", thing{}, "") {
			c.t.Errorf("%s: %q is sent %d things, and may not be by %v", name, who, got, r.By)
		}
		c.try(name, who, got > 0)
		c.filled[name], c.denied[name] = c.filled[name] || got > 0, c.denied[name] || got == 0
	}
	for _, fact := range c.facts(about) {
		k := fmt.Sprint(fact.Index)
		id := c.idOf(fact, k, carried, sent)
		vals := map[string]any{}
		var changed func(who string) (sent, told bool)
		if to.Name == "Submission" {
			changed = c.changed(fact)
		}
		for _, who := range readers() {
			v, has := sent[who][k].(map[string]any)
			if vals[who] = nil; has {
				vals[who], left[who] = v, left[who]-1
				if read, ok := c.read[id]; ok && printed(v[carried.Name]) != printed(read[who]) {
					c.t.Errorf("%s: %q is sent %s\nand reads %s", name, who, printed(v[carried.Name]), printed(read[who]))
				}
				if what, ok := v["change"]; ok && what != nil && what != fact.Type {
					c.t.Errorf("%s: %q is told of %v, and it was %s", name, who, what, fact.Type)
				}
			}
			sees := c.meets(who, c.ownRule(to).By, id, c.things[id], "")
			if changed != nil && sees {
				var told bool
				if sees, told = changed(who); has && told != (v["change"] != nil) {
					c.t.Errorf("%s: of %s at %s, %q is told what changed is %t, and should be %t", name, fact.Type, k, who, !told, told)
				}
			}
			if has != sees {
				c.t.Errorf("%s: of %s at %s, %q is told is %t, and by its rule %t", name, fact.Type, k, who, has, sees)
			}
		}
		c.object(f.Name+"["+k+"]", of, id, c.things[id], vals, nil)
	}
	for who, n := range left {
		if n != 0 {
			c.t.Errorf("%s: %q is sent %d things that it is not about", name, who, n)
		}
	}
}

// idOf is the id of what a record is about: of the event itself, where it is
// events that are sent.
func (c *checker) idOf(fact follower.Fact, k string, carried *ast.FieldDefinition, sent map[string]map[string]any) string {
	_, id, _ := strings.Cut(fact.Stream, "-")
	if carried.Type.Name() != "AuditEvent" {
		return id
	}
	for _, all := range sent {
		if v, ok := all[k].(map[string]any); ok {
			return fmt.Sprint(v[carried.Name].(map[string]any)["id"])
		}
	}
	return ""
}

// facts are the records of a category, of a stream, or all.
func (c *checker) facts(about string) (all []follower.Fact) {
	for facts, err := range c.Log.From(c.t.Context(), 0) {
		if err != nil {
			c.t.Fatal(err)
		}
		for _, f := range facts {
			if f.Stream == about || strings.HasSuffix(about, "-") && strings.HasPrefix(f.Stream, about) || about == "" {
				all = append(all, f)
			}
		}
	}
	return all
}
