package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

// nameOf is what a command is called in Go, such as submission.Amend.
func nameOf(c domain.Command) string { return reflect.TypeOf(c).String() }

// commandsOf lists the commands of a category, each once.
func commandsOf(d domain.Decoder) []domain.Command {
	var all []domain.Command
	for _, moves := range d.Moves() {
		for _, m := range moves {
			if !slices.ContainsFunc(all, func(c domain.Command) bool { return nameOf(c) == nameOf(m.Do) }) {
				all = append(all, m.Do)
			}
		}
	}
	return all
}

// commands lists those that record all events of b together.
func (b *Batch) commands() []domain.Command {
	d, ok := decoders[b.category()]
	if !ok {
		return nil
	}
	all := []domain.Command{b.Command}
	if b.Command == nil {
		all = commandsOf(d)
	}
	return slices.DeleteFunc(all, func(c domain.Command) bool {
		return slices.ContainsFunc(b.types(), func(name string) bool { return !slices.Contains(makes[nameOf(c)], name) })
	})
}

// by lists who may send c, as it was when it recorded b: of one command that
// depends on what it says.
func (b *Batch) by(c domain.Command) []domain.Capacity {
	if _, ok := c.(entity.Propose); ok && b.Command == nil {
		if e, ok := b.Events[0].(entity.Proposed); ok {
			return entity.Propose{Kind: e.Kind}.By()
		}
	}
	return c.By()
}

func eventMade(b *Batch, _ *History) string {
	if b.fault != "" || len(b.Events) == 0 || len(b.commands()) > 0 {
		return ""
	}
	return fmt.Sprintf("no command records %s together", strings.Join(b.types(), ", "))
}

// allowed lists the commands that record b and that its actor may send.
func (b *Batch) allowed() []domain.Command {
	return slices.DeleteFunc(b.commands(), func(c domain.Command) bool { return !domain.Allows(b.by(c), b.Meta.Actor, b.Owner) })
}

func actorCapacity(b *Batch, _ *History) string {
	if b.broken || b.garbled != "" || len(b.Events) == 0 || len(b.commands()) == 0 || len(b.allowed()) > 0 {
		return ""
	}
	return fmt.Sprintf("%s may not record %s here", actor(b.Meta.Actor), strings.Join(b.types(), ", "))
}

// actor says who acts.
func actor(a domain.Actor) string {
	switch {
	case a.Capacity == domain.System:
		return "the installation"
	case a.Entity == "":
		return fmt.Sprintf("%s in their own name", a.Person)
	}
	return fmt.Sprintf("%s for %s as %s", a.Person, a.Entity, a.Capacity)
}

func streamTransition(b *Batch, _ *History) string {
	may := b.allowed()
	if b.broken || len(b.Events) == 0 || len(may) == 0 {
		return ""
	}
	table := decoders[b.category()].Moves()
	for _, c := range may {
		if m, ok := table.Row(b.From, c); ok && slices.Contains(m.To, b.To) {
			return ""
		}
	}
	return fmt.Sprintf("%s leads from %q to %q, which the table of %s does not have", strings.Join(b.types(), ", "), b.From, b.To, b.category())
}
