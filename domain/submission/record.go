package submission

import (
	"cmp"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Record takes down what reached the secretariat otherwise: by e-mail, on
// paper or from another system. It needs no open window, counts as received,
// and is unverified until its owner confirms it. What came from outside the
// audience is recorded too, and marked, since it did come. Nobody else is told
// whose it is before that is settled: see [State.Settled].
type Record struct {
	Consultation domain.ID
	For          domain.ID // whose it is, if an entity or person on record; may be empty
	Author       string    // the name it came under, if any; never shown as verified
	Content      Input
	Source       Source
	Publish      bool // it was public at its source

	Import domain.ID // what it came with; empty: it was recorded by itself

	Label   domain.Label `json:"-"` // of the consultation's submissions; filled by the app, PUBLIC when empty
	Outside bool         `json:"-"` // the consultation's audience does not have the owner; filled by the app
}

// By implements domain.Command.
func (Record) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Record) decide(s State, by domain.Cause) ([]Event, error) {
	source, err := c.Source.check(by)
	switch {
	case err != nil:
		return nil, err
	case c.Publish && (source.Moderation == SourceRejected || source.Moderation == SourcePending):
		return nil, domain.Refuse(domain.Invalid, "submission.source_unpublished", "What its source rejected, or has not decided, is not published.").At("publish")
	case c.Publish && c.Label == domain.Sealed:
		return nil, domain.Refuse(domain.LabelForbidden, "submission.sealed", "A sealed submission is not published; only its owner may open it.")
	}
	content, err := c.Content.content(c.For, paper)
	if err != nil {
		return nil, err
	}
	author, err := optional(c.Author, maxName, "author")
	if err != nil {
		return nil, err
	}
	label := c.Label
	if label == domain.Public {
		label = "" // as when none is stored
	}
	out := []Event{Recorded{Consultation: c.Consultation, For: c.For, Label: label, Author: domain.About(c.For, author), Content: content, Source: source, Import: c.Import, Outside: c.Outside}}
	if c.Publish {
		out = append(out, Published{Edition: s.Edition + 1})
	}
	return out, nil
}

// optional cleans text that may be left out.
func optional(text string, max int, path ...string) (string, error) {
	if text == "" {
		return "", nil
	}
	return domain.Clean(text, max, path...)
}

// Recorded records what the secretariat took down.
type Recorded struct {
	Consultation domain.ID       `json:"consultation"`
	For          domain.ID       `json:"for,omitempty"`
	Author       domain.Personal `json:"author"`
	Content      Content         `json:"content"`
	Source       Source          `json:"source"`
	Label        domain.Label    `json:"label,omitempty"`   // PUBLIC when empty
	Import       domain.ID       `json:"import,omitempty"`  // what it came with, if with others
	Outside      bool            `json:"outside,omitempty"` // of the audience of a consultation that is not open to all
}

// EventType implements domain.Event.
func (Recorded) EventType() string { return "submission.recorded" }

// Told implements Event.
func (Recorded) Told() Telling { return WithEdition }

func (e Recorded) evolve(s State) State {
	s.Status, s.Round, s.Owner, s.Label, s.Time, s.Recorded = submitted, e.Consultation, e.For, cmp.Or(e.Label, domain.Public), OnTime, true
	s.Outside, s.Import = e.Outside, e.Import
	s.Edition++
	return s
}

// ConfirmRecorded is the owner's word that what was taken down is theirs. They
// may give it after they contested it, too.
type ConfirmRecorded struct{ Expected *int64 }

// By implements domain.Command.
func (ConfirmRecorded) By() []domain.Capacity { return domain.Owner }

func (c ConfirmRecorded) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case !s.Recorded:
		return nil, domain.Refuse(domain.NotAllowed, "submission.not_recorded", "You sent this yourself; there is nothing to confirm.")
	case s.Confirmed:
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{RecordedConfirmed{}}, nil
}

// RecordedConfirmed records that the owner stands by what was taken down.
type RecordedConfirmed struct{}

// EventType implements domain.Event.
func (RecordedConfirmed) EventType() string { return "submission.recorded_confirmed" }

// Told implements Event.
func (RecordedConfirmed) Told() Telling { return WithItem }

func (e RecordedConfirmed) evolve(s State) State {
	s.Confirmed, s.Contested = true, false
	return s.unattested()
}
