package submission

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxReason = 2_000 // characters

	// MaxCoSigners bounds whom a submission asks to sign too.
	MaxCoSigners = 100
)

// Submit makes a contribution, in one step or from a draft.
type Submit struct {
	Consultation domain.ID // may be empty for a draft
	Content      Input     // may be empty for a draft: then it is sent as saved
	Label        domain.Label
	Late         string // reason, if the consultation has closed and takes late ones
	CoSigners    []domain.ID
	Expected     *int64
	Call         Call `json:"-"` // filled by the app
}

// By implements domain.Command.
func (Submit) By() []domain.Capacity { return domain.Owner }

func (c Submit) decide(s State, by domain.Cause) ([]Event, error) {
	late, err := c.Call.admit(strings.TrimSpace(c.Late))
	if err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if c.Consultation == "" {
		c.Consultation = s.Round
	}
	if err := sameRound(s, c.Consultation); err != nil {
		return nil, err
	}
	if c.Call.Fault != nil {
		return nil, c.Call.Fault
	}
	content := s.Draft
	if s.Status == "" || c.Content.Text != nil || len(c.Content.Answers) > 0 {
		if content, err = c.Content.content(by.By.For(), c.Call.limits()); err != nil {
			return nil, err
		}
	}
	return received(c.Consultation, by.By.For(), content, cmp.Or(c.Label, c.Call.Label, domain.Public), late, c.Late, c.CoSigners)
}

// received builds what a contribution records: that it was received, and the
// invitations to co-sign. A request for confidentiality stands in the first
// record: the number of records must not tell one label from another.
func received(round, owner domain.ID, content Content, label domain.Label, late bool, reason string, invited []domain.ID) ([]Event, error) {
	if !label.Known() {
		return nil, domain.Refuse(domain.Invalid, "submission.label", "There is no such label.").At("label")
	}
	if len(invited) > MaxCoSigners {
		return nil, domain.Refuse(domain.Invalid, "submission.co_signatories", "At most %d co-signatories, please.", MaxCoSigners).At("coSignatories")
	}
	e := Received{Consultation: round, For: owner, Content: content.ownedBy(owner), Label: label}
	if late {
		why, err := domain.Clean(reason, maxReason, "late", "reason")
		if err != nil {
			return nil, err
		}
		e.Late = &Late{Reason: domain.About(owner, why)}
	}
	if label.NeedsGrant() {
		e.Label, e.Requested = domain.Sealed, label
	}
	out := []Event{e}
	for i, id := range invited {
		if id == owner || slices.Contains(invited[:i], id) {
			return nil, domain.Refuse(domain.Invalid, "submission.co_signatory_twice", "Each co-signatory is named once, and the owner is none.").At("coSignatories", strconv.Itoa(i))
		}
		out = append(out, CoSignatoryInvited{Party: id})
	}
	return out, nil
}

// ownedBy makes words that somebody drafted the owner's.
func (c Content) ownedBy(owner domain.ID) Content {
	own := func(w *Words) *Words {
		if w == nil {
			return nil
		}
		return &Words{Language: w.Language, Text: domain.About(owner, w.Text.Text)}
	}
	out := Content{Text: own(c.Text), Objectives: c.Objectives}
	for _, a := range c.Answers {
		a.Words = own(a.Words)
		out.Answers = append(out.Answers, a)
	}
	return out
}

// Late stands in a contribution that came after closing.
type Late struct {
	Reason domain.Personal `json:"reason"`
}

// Received records a contribution.
type Received struct {
	Consultation domain.ID    `json:"consultation"`
	For          domain.ID    `json:"for"` // the owner
	Content      Content      `json:"content"`
	Label        domain.Label `json:"label"`               // SEALED while a request is pending
	Requested    domain.Label `json:"requested,omitempty"` // confidentiality asked for
	Late         *Late        `json:"late,omitempty"`
}

// EventType implements domain.Event.
func (Received) EventType() string { return "submission.received" }

// Told implements Event.
func (Received) Told() Telling { return WithEdition }

func (e Received) evolve(s State) State {
	s.Status, s.Round, s.Owner, s.Label, s.Requested, s.Draft = submitted, e.Consultation, e.For, e.Label, e.Requested, Content{}
	s.Late, s.Time = e.Late != nil, OnTime
	if s.Late {
		s.Time = ""
	}
	s.Edition++
	return s
}
