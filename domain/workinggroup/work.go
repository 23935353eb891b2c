package workinggroup

import (
	"crypto/sha256"
	"net/url"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxUpdate = 20_000 // characters; eight pages
	maxTitle  = 300    // characters
	maxLink   = 2_000  // bytes; browsers cut longer addresses
	maxWork   = 2_000  // updates and deliverables; one a week for 38 years
)

// ReportUpdate says what the group has done lately: by those who lead it, or
// recorded by the secretariat from a meeting.
type ReportUpdate struct {
	Text       domain.Text
	OccurredOn domain.PartialDate
}

// By implements domain.Command.
func (ReportUpdate) By() []domain.Capacity { return everyone() }

func (c ReportUpdate) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.own(by.By); err != nil {
		return nil, err
	}
	e := UpdateReported{Number: s.Updates + 1}
	var err error
	if e.Text, err = domain.NewText(c.Text.Language, c.Text.Value, maxUpdate); err != nil {
		return nil, err
	}
	if e.OccurredOn, err = when(c.OccurredOn); err != nil || s.Done[e.sum()] {
		return nil, err
	}
	if err := s.full(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func (s State) full() error {
	if len(s.Done) >= maxWork {
		return domain.Refuse(domain.NotAllowed, "working_group.full", "A working group reports at most %d times.", maxWork)
	}
	return nil
}

// UpdateReported records what the group has done.
type UpdateReported struct {
	Number     int                `json:"number"` // from 1, within the group
	Text       domain.Text        `json:"text"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (UpdateReported) EventType() string { return "working_group.update_reported" }

func (e UpdateReported) sum() [sha256.Size]byte {
	return sum("update", e.Text.Language, e.Text.Value, string(e.OccurredOn))
}

func (e UpdateReported) evolve(s State) State {
	s.Updates++
	return s.did(e.sum())
}

// sum tells one piece of work from another.
func sum(parts ...string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join(parts, "\x00")))
}

func (s State) did(sum [sha256.Size]byte) State {
	if s.Done == nil {
		s.Done = map[[sha256.Size]byte]bool{}
	}
	s.Done[sum] = true
	return s
}

// PublishDeliverable makes something known that the group has produced: by
// those who lead it, or recorded by the secretariat.
type PublishDeliverable struct {
	Title      domain.Text
	Link       string // http or https; may be empty
	OccurredOn domain.PartialDate
}

// By implements domain.Command.
func (PublishDeliverable) By() []domain.Capacity { return everyone() }

func (c PublishDeliverable) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.own(by.By); err != nil {
		return nil, err
	}
	e := DeliverablePublished{Number: s.Works + 1}
	var err error
	if e.Title, err = domain.NewText(c.Title.Language, c.Title.Value, maxTitle, "title"); err != nil {
		return nil, err
	}
	if e.Link, err = link(c.Link); err != nil {
		return nil, err
	}
	if e.OccurredOn, err = when(c.OccurredOn); err != nil || s.Done[e.sum()] {
		return nil, err
	}
	if err := s.full(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func link(s string) (string, error) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || len(s) > maxLink || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", domain.Refuse(domain.Invalid, "working_group.link", "This is not a web address. Please write it as https://example.org.").At("link")
	}
	return u.String(), nil
}

// DeliverablePublished records something that the group has produced.
type DeliverablePublished struct {
	Number     int                `json:"number"` // from 1, within the group
	Title      domain.Text        `json:"title"`
	Link       string             `json:"link,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (DeliverablePublished) EventType() string { return "working_group.deliverable_published" }

func (e DeliverablePublished) sum() [sha256.Size]byte {
	return sum("deliverable", e.Title.Language, e.Title.Value, e.Link)
}

func (e DeliverablePublished) evolve(s State) State {
	s.Works++
	return s.did(e.sum())
}
