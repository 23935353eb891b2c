package briefing

import (
	"errors"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Kind says what an item of a briefing is.
type Kind string

// The kinds of items.
const (
	Statement    Kind = "STATEMENT"
	Presentation Kind = "PRESENTATION"
	GroupUpdate  Kind = "WORKING_GROUP_UPDATE"
	Intervention Kind = "INTERVENTION"
	Issue        Kind = "ISSUE"
	Concern      Kind = "CONCERN"
	Appreciation Kind = "APPRECIATION"
	Answer       Kind = "ANSWER" // to issues and concerns
	Outcome      Kind = "OUTCOME"
	FollowUp     Kind = "FOLLOW_UP" // of an outcome
)

// An Item is what decisions read of something said, shown or agreed.
type Item struct {
	Kind      Kind
	By        []domain.ID // whose it is: may add to it what is theirs to add
	Retracted bool
	Import    domain.ID // what it came with, of statements

	Attribution domain.Attribution // of what was said from the floor
	Quantifier  domain.Quantifier
	Category    Term
	Claims      []domain.ID // who say that it was they, and are shown
	Asked       []Asked     // who say so, undecided
	Denied      []domain.ID // whose claim the secretariat refused, or took back

	Deposit Deposit // of statements and presentations

	Due    domain.PartialDate // of outcomes
	FellBy domain.PartialDate // the due date that was reported as past
	Closed bool               // followed up for good
}

// maxItems keeps a briefing's state below a few megabytes. The general debate,
// the longest meeting there is, has some 200 statements and 50 replies.
const maxItems = 10_000

// met reports whether id was recorded before, which makes its command quiet.
func (s State) met(id domain.ID) (bool, error) {
	if id == "" {
		return false, errors.New("briefing: a command came without the id of its item")
	}
	if _, ok := s.Items[id]; ok {
		return true, nil
	}
	if len(s.Items) >= maxItems {
		return false, domain.Refuse(domain.NotAllowed, "briefing.full", "This briefing already holds %d items, which is as many as one can.", maxItems)
	}
	return false, nil
}

// item returns the item of one of kinds, and refuses any other id alike.
func (s State) item(id domain.ID, path string, kinds ...Kind) (Item, error) {
	it, ok := s.Items[id]
	if !ok || !slices.Contains(kinds, it.Kind) {
		return Item{}, domain.Refuse(domain.NotFound, "briefing.item", "There is no such item in this briefing.").At(path)
	}
	if it.Retracted {
		return Item{}, domain.Refuse(domain.NotAllowed, "briefing.retracted", "This was recorded in error and has been retracted.").At(path)
	}
	return it, nil
}

// of reports whether the item is the actor's own, and refuses who is neither
// its owner nor of the secretariat.
func (i Item) of(by domain.Actor) (own bool, err error) {
	switch {
	case by.Capacity == domain.Secretariat:
		return false, nil
	case !slices.Contains(i.By, by.For()):
		return false, domain.Refuse(domain.NotOwner, "briefing.not_yours", "Only the one whose it is, or the secretariat on their behalf, may do this.")
	}
	return true, speaks(by)
}

// speaks refuses who does not speak for whom they act for.
func speaks(by domain.Actor) error {
	if !by.Capacity.Speaks() {
		return domain.Refuse(domain.NotAllowed, "briefing.capacity", "In your capacity you do not speak for those you act for.")
	}
	return nil
}

// add keeps a new item.
func (s State) add(id domain.ID, it Item) State {
	if s.Items == nil {
		s.Items = map[domain.ID]Item{}
	}
	s.Items[id] = it
	return s
}

// change edits an item, if there is one.
func (s State) change(id domain.ID, edit func(*Item)) State {
	if it, ok := s.Items[id]; ok {
		edit(&it)
		s.Items[id] = it
	}
	return s
}
