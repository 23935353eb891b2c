package domaintest

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

// How somebody who asks for a command relates to the aggregate.
const (
	ofOwner  = "owner"  // acts for the owner, or is the owner
	ofParty  = "party"  // acts for somebody else whom the walk has ask for it: a co-signatory, an officer's entity
	ofNobody = "nobody" // acts for an entity that the aggregate does not know
)

// May tries every command of random walks in every capacity, for the owner,
// for whom the walk has ask for it, and for an entity that has nothing to do
// with it: with the authority that the app asks for, and the decision. The file
// lists who has an effect. Everybody else must be refused, here in the domain,
// whatever carries the command. With write the file is written.
func (w Walker[C, S, E]) May(t *testing.T, file string, write bool) {
	t.Helper()
	stored, err := os.ReadFile(file)
	if err != nil && !write {
		t.Fatal(err)
	}
	m := may[C, S, E]{w: w, tried: map[string]int{}, did: map[string]bool{}, want: map[string]bool{}}
	for line := range strings.Lines(string(stored)) {
		m.want[strings.TrimSuffix(line, "\n")] = true
	}
	for rounds := 0; rounds < 50 && (rounds == 0 || write && rounds < 10 || len(m.waiting()) > 0); rounds++ {
		m.open = m.waiting()
		rapid.Check(t, m.walk)
	}
	if write {
		lines := strings.Join(slices.Sorted(maps.Keys(m.did)), "\n") + "\n"
		if err := os.WriteFile(file, []byte(lines), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, line := range slices.Sorted(maps.Keys(m.did)) {
		if !m.want[line] {
			t.Errorf("%s: this has an effect, and %s does not say that it may: refuse it in the domain, or add it there", line, file)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(m.want)) {
		if !m.did[line] {
			t.Errorf("%s: %s says that this may be, and it was always refused", line, file)
		}
	}
}

// may is one run of May.
type may[C domain.Command, S any, E domain.Event] struct {
	w         Walker[C, S, E]
	tried     map[string]int  // how often, by command and status
	did, want map[string]bool // lines of the file
	open      map[string]bool // commands of which more is wanted
}

// waiting lists the commands of which the file says more than was seen.
func (m *may[C, S, E]) waiting() map[string]bool {
	open := map[string]bool{}
	for line := range m.want {
		if !m.did[line] {
			open[strings.Fields(line)[0]] = true
		}
	}
	return open
}

const often = 40 // so often each row is tried by everybody before only what is missing is

func (m *may[C, S, E]) walk(r *rapid.T) {
	d := m.w.Decider
	var s S
	next := m.w.Begin(r, domain.ID(d.Prefix+"walk"))
	for range Pick(r, 10, 30, 60, 90) {
		c, by := next()
		row := fmt.Sprintf("%s %s", nameOf(c), d.Status(s))
		if m.tried[row] < often || m.open[nameOf(c)] {
			m.tried[row]++
			m.everybody(r, s, c, by)
		}
		if events, err := d.Run(s, c, by); err == nil {
			s = d.Fold(d.Copy(s), events...)
		}
	}
}

// everybody asks for c on s in every capacity.
func (m *may[C, S, E]) everybody(r *rapid.T, s S, c C, by domain.Cause) {
	owner := m.w.Decider.OwnerOf(s)
	person := by.By.Person
	if person == "" {
		person = "per_probe"
	}
	ask := func(line string, as domain.Actor) {
		asked := by
		asked.By = as
		if events, err := decide(m.w.Decider, s, c, asked); err == nil && len(events) > 0 {
			m.did[nameOf(c)+" by "+line] = true
		}
	}
	entities := map[domain.ID]string{"ent_of_nobody": ofNobody}
	if by.By.Entity != "" {
		entities[by.By.Entity] = ofParty
	}
	persons := map[domain.ID]string{"per_nobody": ofNobody, person: ofParty}
	switch {
	case strings.HasPrefix(string(owner), "per_"):
		persons[owner] = ofOwner
	case owner != "" && owner != domain.Nobody:
		entities[owner] = ofOwner
	}
	for e, relation := range entities {
		for _, capacity := range domain.Capacities {
			if capacity != domain.System {
				ask(string(capacity)+" of "+relation, domain.Actor{Person: person, Entity: e, Capacity: capacity})
			}
		}
	}
	for p, relation := range persons {
		ask("themselves, "+relation, domain.Actor{Person: p, Capacity: domain.Stakeholder})
	}
	if slices.Contains(c.By(), domain.System) {
		ask("SYSTEM", domain.Actor{Capacity: domain.System})
	}
}
