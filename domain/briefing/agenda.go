package briefing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxAgenda   = 100 // twice the items of the longest session's day
	maxMandates = 20  // documents that ask for one item
	maxCarried  = 500 // outcomes of earlier briefings that nobody saw to
)

// An AgendaItem is a topic, with what asks for it.
type AgendaItem struct {
	Title    domain.Text         `json:"title"`
	Mandates []domain.MandateRef `json:"mandates,omitempty"`
}

// PublishAgenda puts the agenda out, or another edition of it.
type PublishAgenda struct {
	Items    []AgendaItem
	Expected *int64
}

// By implements domain.Command.
func (PublishAgenda) By() []domain.Capacity { return staff }

func (c PublishAgenda) decide(s State, _ domain.Cause) ([]Event, error) {
	items, err := agenda(c.Items)
	if err != nil {
		return nil, err
	}
	e := AgendaPublished{Items: items}
	if e.hash() == s.Agenda {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func agenda(items []AgendaItem) ([]AgendaItem, error) {
	if len(items) == 0 {
		return nil, domain.Refuse(domain.Invalid, "briefing.agenda", "An agenda has at least one item.").At("items")
	}
	if err := atMost(len(items), maxAgenda, "items"); err != nil {
		return nil, err
	}
	var out []AgendaItem
	for i, it := range items {
		path := []string{"items", strconv.Itoa(i)}
		title, err := text(it.Title, maxTitle, in(path, "title")...)
		if err != nil {
			return nil, err
		}
		if err := atMost(len(it.Mandates), maxMandates, in(path, "mandates")...); err != nil {
			return nil, err
		}
		item := AgendaItem{Title: title}
		for j, m := range it.Mandates {
			m, err := domain.NewMandateRef(m.Symbol, m.Paragraph, in(path, "mandates", strconv.Itoa(j))...)
			if err != nil {
				return nil, err
			}
			item.Mandates = append(item.Mandates, m)
		}
		out = append(out, item)
	}
	return out, nil
}

// AgendaPublished records an edition of the agenda, whole.
type AgendaPublished struct {
	Items []AgendaItem `json:"items"`
}

// EventType implements domain.Event.
func (AgendaPublished) EventType() string { return "briefing.agenda_published" }

func (e AgendaPublished) evolve(s State) State {
	s.Agenda, s.Edition = e.hash(), s.Edition+1
	return s
}

func (e AgendaPublished) hash() string {
	b, _ := json.Marshal(e.Items) // strings alone: cannot fail
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// A Carried is an outcome of an earlier briefing.
type Carried struct {
	Briefing domain.ID `json:"briefing"`
	Outcome  domain.ID `json:"outcome"`
}

// CarryOutcome puts an outcome that was not followed up on this briefing's
// agenda. It stays there; whether it has been followed up since stands in the
// stream of its own briefing.
type CarryOutcome struct {
	From Carried

	// Open reports that the outcome exists and is not followed up for good.
	// The app fills it in from the stream of the other briefing ([State.Open]).
	Open bool `json:"-"`
}

// By implements domain.Command.
func (CarryOutcome) By() []domain.Capacity {
	return []domain.Capacity{domain.System, domain.Secretariat}
}

func (c CarryOutcome) decide(s State, _ domain.Cause) ([]Event, error) {
	if s.Carried[c.From] {
		return nil, nil
	}
	if !c.Open {
		return nil, domain.Refuse(domain.Invalid, "briefing.outcome_closed", "There is no such outcome that is still to be followed up.").At("from")
	}
	if err := atMost(len(s.Carried)+1, maxCarried, "from"); err != nil {
		return nil, err
	}
	return []Event{OutcomeCarried{From: c.From}}, nil
}

// OutcomeCarried records that an earlier outcome is on the agenda.
type OutcomeCarried struct {
	From Carried `json:"from"`
}

// EventType implements domain.Event.
func (OutcomeCarried) EventType() string { return "briefing.outcome_carried" }

func (e OutcomeCarried) evolve(s State) State {
	if s.Carried == nil {
		s.Carried = map[Carried]bool{}
	}
	s.Carried[e.From] = true
	return s
}
