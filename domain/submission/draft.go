package submission

import "github.com/rapporteur-project/rapporteur/domain"

// SaveDraft keeps what is written so far. Nobody but the owner's own people
// ever sees it. A focal point drafts for their State.
type SaveDraft struct {
	Consultation domain.ID // may be empty when the draft exists
	Content      Input
	Expected     *int64 // edition that was edited; nil not to check
	Call         Call   `json:"-"` // filled by the app; a draft looks at Outside alone
}

// By implements domain.Command.
func (SaveDraft) By() []domain.Capacity { return domain.Drafter }

func (c SaveDraft) decide(s State, by domain.Cause) ([]Event, error) {
	if err := c.Call.hears(); err != nil {
		return nil, err // told before anybody writes ten pages
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
	content, err := c.Content.content(by.By.Person, typed)
	if err != nil {
		return nil, err
	}
	return []Event{DraftSaved{Consultation: c.Consultation, For: by.By.For(), Content: content}}, nil
}

func sameRound(s State, round domain.ID) error {
	if s.Status != "" && round != s.Round {
		return domain.Refuse(domain.Invalid, "submission.moved", "A draft stays with its consultation; please begin another.").At("consultationId")
	}
	return nil
}

// DraftSaved records a draft, whole.
type DraftSaved struct {
	Consultation domain.ID `json:"consultation"`
	For          domain.ID `json:"for"` // the owner
	Content      Content   `json:"content"`
}

// EventType implements domain.Event.
func (DraftSaved) EventType() string { return "submission.draft_saved" }

// Told implements Event.
func (DraftSaved) Told() Telling { return OwnPeople }

func (e DraftSaved) evolve(s State) State {
	s.Status, s.Round, s.Owner, s.Draft = draft, e.Consultation, e.For, e.Content
	s.Edition++
	return s
}

// Discard throws a draft away.
type Discard struct{ Expected *int64 }

// By implements domain.Command.
func (Discard) By() []domain.Capacity { return domain.Drafter }

func (c Discard) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == discarded {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{DraftDiscarded{}}, nil
}

// DraftDiscarded records that a draft was thrown away.
type DraftDiscarded struct{}

// EventType implements domain.Event.
func (DraftDiscarded) EventType() string { return "submission.draft_discarded" }

// Told implements Event.
func (DraftDiscarded) Told() Telling { return OwnPeople }

func (e DraftDiscarded) evolve(s State) State {
	s.Status, s.Draft = discarded, Content{}
	return s
}
