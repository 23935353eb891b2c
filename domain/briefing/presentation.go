package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RecordPresentation says that slides or another presentation were shown.
type RecordPresentation struct {
	Presenter  Party
	Title      domain.Text
	Beside     domain.ID          // the statement or working group update it went with; may be empty
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RecordPresentation) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordPresentation) Names() Names { return naming([]Party{c.Presenter}, nil) }

// With implements Referring.
func (c RecordPresentation) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RecordPresentation) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	e := PresentationGiven{Presentation: c.Item, Beside: c.Beside}
	var err error
	if c.Beside != "" {
		if _, err := s.item(c.Beside, "beside", Statement, GroupUpdate); err != nil {
			return nil, err
		}
	}
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	if e.Presenter, err = c.Presenter.check(c.Known, "presenter"); err != nil {
		return nil, err
	}
	e.Title, err = text(c.Title, maxTitle, "title")
	return []Event{e}, err
}

// PresentationGiven records that a presentation was shown.
type PresentationGiven struct {
	Presentation domain.ID          `json:"presentation"`
	Presenter    Party              `json:"presenter"`
	Title        domain.Text        `json:"title"`
	Beside       domain.ID          `json:"beside,omitempty"`
	OccurredOn   domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (PresentationGiven) EventType() string { return "briefing.presentation_given" }

func (e PresentationGiven) evolve(s State) State {
	return s.add(e.Presentation, Item{Kind: Presentation, By: entities(e.Presenter)})
}

// DepositPresentation hands in the file of a presentation, or a link to it.
type DepositPresentation struct {
	Presentation domain.ID
	Document     Document
	Expected     *int64 // the edition of the file that is replaced

	// Stored reports that the file of Document.Sha256 is kept here. The app
	// fills it in from the blob store.
	Stored bool `json:"-"`
}

// By implements domain.Command.
func (DepositPresentation) By() []domain.Capacity { return staffOrOwn }

func (c DepositPresentation) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Presentation, "presentation", Presentation)
	if err != nil {
		return nil, err
	}
	own, err := it.may(by.By)
	if err != nil {
		return nil, err
	}
	doc, err := c.Document.check(c.Stored, "document")
	if err != nil {
		return nil, err
	}
	was := it.Deposit
	if doc == was.Document && own == was.Own {
		return nil, nil
	}
	e := PresentationDeposited{Presentation: c.Presentation, Edition: was.Edition + 1, Corrects: was.Edition, Own: own, Document: doc}
	return []Event{e}, domain.Expect(c.Expected, was.Edition)
}

// PresentationDeposited records where the file of a presentation lies.
type PresentationDeposited struct {
	Presentation domain.ID `json:"presentation"`
	Edition      int64     `json:"edition"`
	Corrects     int64     `json:"corrects,omitempty"` // the edition this takes the place of
	Own          bool      `json:"own"`                // by the presenter, not by the secretariat for them
	Document     Document  `json:"document"`
}

// EventType implements domain.Event.
func (PresentationDeposited) EventType() string { return "briefing.presentation_deposited" }

func (e PresentationDeposited) evolve(s State) State {
	return s.change(e.Presentation, func(i *Item) {
		i.Deposit = Deposit{Edition: e.Edition, Own: e.Own, Document: e.Document}
	})
}
