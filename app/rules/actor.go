package rules

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

const hashSize = 16 // bytes of a command's hash

func metaForm(b *Batch, _ *History) string {
	m := b.Meta
	hash, err := hex.DecodeString(m.Hash)
	switch {
	case b.garbled != "":
		return b.garbled
	case !slices.Contains(domain.Capacities, m.Capacity):
		return fmt.Sprintf("there is no capacity %.50q", m.Capacity)
	case b.system() && (m.Person != "" || m.Entity != ""):
		return "the installation acts for nobody"
	case !b.system() && !strings.HasPrefix(string(m.Person), person.Decider.Prefix):
		return "it names no person who acted"
	case !b.system() && m.Entity == "" && m.Capacity != domain.Stakeholder:
		return fmt.Sprintf("nobody acts as %s in their own name", m.Capacity)
	case m.Key == "":
		return "it names no idempotency key"
	case err != nil || len(hash) != hashSize:
		return "it has no hash of the command"
	}
	return ""
}

func metaPins(b *Batch, h *History) string {
	for _, p := range b.Meta.Pins {
		has := int64(0)
		if s := h.streams[p.Stream]; s != nil {
			has = s.version
		}
		if p.Version < 0 || p.Version > has {
			return fmt.Sprintf("it rests on version %d of %.200q, which has %d", p.Version, p.Stream, has)
		}
	}
	return ""
}

// pinned returns the version of a stream that the decision rests on.
func (b *Batch) pinned(category string, id domain.ID) (version int64, ok bool) {
	stream := category + "-" + string(id)
	n := slices.IndexFunc(b.Meta.Pins, func(p domain.Pin) bool { return p.Stream == stream })
	if n < 0 {
		return 0, false
	}
	return b.Meta.Pins[n].Version, true
}

func keyOnce(b *Batch, h *History) string {
	if at, used := h.keys[keyOf(b)]; used {
		return fmt.Sprintf("the key was used at index %d already", at)
	}
	return ""
}

// An acting says whether a person may act as of one version of their stream.
type acting struct {
	at   time.Time
	acts bool
}

func actorPerson(b *Batch, h *History) string {
	if b.system() {
		return ""
	}
	who := b.Meta.Person
	registering := b.category() == person.Decider.Category && b.id() == who && b.From == ""
	all := h.acts[who]
	v, ok := b.pinned(person.Decider.Category, who)
	switch {
	case !ok:
		return fmt.Sprintf("%s acted without being looked up", who)
	case registering:
		return ""
	case v < 1 || v > int64(len(all)):
		return fmt.Sprintf("%s is not registered", who)
	case !all[v-1].acts:
		return fmt.Sprintf("%s was suspended", who)
	case v < int64(len(all)) && !all[v].acts && all[v].at.Before(b.At.Add(-PinLife)):
		return fmt.Sprintf("%s had been suspended before", who)
	}
	return ""
}

// actorCredential checks the credential that an act rested on, and that it was
// not taken back before the act, but for the time that an append may take.
func actorCredential(b *Batch, h *History) string {
	m := b.Meta
	if b.system() || m.Entity == "" {
		return "" // configuration, or in one's own name
	}
	all := h.held[m.Person]
	v, ok := b.pinned(credential.Decider.Category, m.Person)
	switch {
	case !ok:
		return fmt.Sprintf("%s acted for %s as %s without saying by which credential", m.Person, m.Entity, m.Capacity)
	case v < 1 || v > int64(len(all)):
		return fmt.Sprintf("%s acted by version %d of their credentials; there are %d", m.Person, v, len(all))
	case !slices.Contains(all[v-1].state.Live(b.At), domain.Holding{Entity: m.Entity, Capacity: m.Capacity}):
		return fmt.Sprintf("%s acted for %s as %s without holding that credential", m.Person, m.Entity, m.Capacity)
	case v < int64(len(all)) && all[v].at.Before(b.At.Add(-PinLife)):
		return fmt.Sprintf("%s acted on credentials that had changed before", m.Person)
	}
	return ""
}

// always are what the installation itself does at any time: by the clock, with
// its keys, and to keep its own books. All else that it may do is configuration.
var always = []string{
	"briefing.ReportOutcomeDue", "briefing.RetractItem", "claim.Take", "commitment.Lapse", "commitment.MarkStale", "consultation.Close", "credential.Expire",
	"installation.AcceptLoss", "installation.CommitKeys", "logkey.Rotate", "submission.Hide",
}

func systemGenesis(b *Batch, h *History) string {
	if !b.system() || !h.begun || len(b.Events) == 0 {
		return ""
	}
	if slices.ContainsFunc(b.commands(), func(c domain.Command) bool { return slices.Contains(always, nameOf(c)) }) {
		return ""
	}
	return fmt.Sprintf("the installation recorded %s after persons had acted", strings.Join(b.types(), ", "))
}
