package projections

import (
	"cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// A SearchKind says what was found.
type SearchKind string

// What can be searched. A kind is a name here, a row in searchables and, for
// its readers, one in found.
const (
	SearchConsultation SearchKind = "CONSULTATION"
	SearchSubmission   SearchKind = "SUBMISSION"
)

// A searchable says what facts mean for the documents of one kind.
type searchable struct {
	kind  SearchKind
	turns func(Fact) []turn                      // what a fact does to documents; mostly nothing
	words func(domain.Event, turn) []domain.Text // what an event says in the part that its turn brings
}

// A turn is what a fact does to one document.
type turn struct {
	of     domain.ID
	begins bool                 // from this fact on there is the document, with its date
	next   bool                 // another edition begins
	part   string               // whose words the fact brings, of the current edition; empty if it brings none
	shows  func(int64) int64    // which edition is read from now on, given the current one; nil for no change
	drops  int64                // this edition is not read any more; 0 for none
	access func(*domain.Access) // what it does to who may read; nil for nothing
}

var searchables = []searchable{
	{SearchConsultation, consultationTurns, consultationWords},
	{SearchSubmission, submissionTurns, submissionWords},
}

// consultationTurns: consultations are public from their planning on.
func consultationTurns(f Fact) []turn {
	id := f.Aggregate
	switch f.Event.(type) {
	case consultation.Planned:
		return []turn{{of: id, begins: true, part: "plan", access: func(a *domain.Access) { a.Label, a.Published = domain.Public, true }}}
	case consultation.FactualSummaryPublished:
		return []turn{{of: id, part: "summary"}}
	case consultation.ReportedBack:
		return []turn{{of: id, part: "report"}}
	}
	return nil
}

func consultationWords(e domain.Event, _ turn) []domain.Text {
	switch e := e.(type) {
	case consultation.Planned:
		return []domain.Text{e.Title, e.Description, {Value: e.Symbol}}
	case consultation.FactualSummaryPublished:
		return []domain.Text{e.Text}
	case consultation.ReportedBack:
		return []domain.Text{e.Text}
	}
	return nil
}

func submissionTurns(f Fact) []turn {
	label := func(l domain.Label) func(*domain.Access) { return func(a *domain.Access) { a.Label = l } }
	t := turn{of: f.Aggregate}
	switch e := f.Event.(type) {
	case submission.DraftSaved:
		t.next = true // an edition too, whose words are nobody's but the owner's
	case submission.Received:
		t.begins, t.next, t.part, t.access = true, true, "content", label(e.Label)
	case submission.Recorded:
		t.begins, t.next, t.part, t.access = true, true, "content", label(cmp.Or(e.Label, domain.Public))
	case submission.Amended, submission.RecordCorrected:
		t.next, t.part = true, "content"
	case submission.TranslationAttached:
		t.part = "translation:" + e.Words.Language
	case submission.TranslationCorrected:
		t.part = "translation:" + e.Words.Language
	case submission.Published:
		t.shows, t.access = e.Of, func(a *domain.Access) { a.Published = true }
	case submission.EditionRetracted:
		t.drops = e.Edition
	case submission.Hidden:
		t.access = func(a *domain.Access) { a.Hidden = true }
	case submission.Withdrawn:
		t.access = func(a *domain.Access) { a.Withdrawn = true }
	case submission.Restored:
		t.access = func(a *domain.Access) { a.Withdrawn = false }
	case submission.ConfidentialityRequested:
		t.access = label(domain.Sealed)
	case submission.ConfidentialityGranted:
		t.access = label(e.Label)
	case submission.ConfidentialityLowered:
		t.access = label(e.Label)
	default:
		return nil
	}
	return []turn{t}
}

func submissionWords(e domain.Event, _ turn) []domain.Text {
	switch e := e.(type) {
	case submission.Received:
		return contentTexts(e.Content)
	case submission.Recorded:
		return contentTexts(e.Content)
	case submission.Amended:
		return contentTexts(e.Content)
	case submission.RecordCorrected:
		return contentTexts(e.Content)
	case submission.TranslationAttached:
		return []domain.Text{textOf(e.Words)}
	case submission.TranslationCorrected:
		return []domain.Text{textOf(e.Words)}
	}
	return nil
}

func contentTexts(c submission.Content) []domain.Text {
	var all []domain.Text
	if c.Text != nil {
		all = append(all, textOf(*c.Text))
	}
	for _, a := range c.Answers {
		if a.Words != nil {
			all = append(all, textOf(*a.Words))
		}
	}
	return all
}

func textOf(w submission.Words) domain.Text {
	return domain.Text{Language: w.Language, Value: w.Text.Text}
}
