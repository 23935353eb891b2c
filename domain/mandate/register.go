package mandate

import (
	"slices"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

// How much of a document is taken in.
const (
	maxTitle      = 500   // characters; the longest titles of resolutions take about 300
	maxParagraphs = 500   // A/RES/73/195 has 54, A/RES/70/1 has 91
	maxText       = 8_000 // characters; objectives of the Compact take about 4,000
)

// Register makes a mandate known. Doing it again with the same facts is quiet.
type Register struct {
	Symbol     string // as on the document: "A/RES/73/195"
	Title      domain.Text
	Paragraphs []Paragraph        // each number once; may be empty
	AdoptedOn  domain.PartialDate // may be empty
}

// By implements domain.Command.
func (Register) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.System} }

func (c Register) decide(s State, by domain.Cause) ([]Event, error) {
	ref, err := domain.NewMandateRef(c.Symbol, "")
	if err != nil {
		return nil, err
	}
	e := Registered{Symbol: ref.Symbol}
	if e.Title, err = domain.NewText(c.Title.Language, c.Title.Value, maxTitle, "title"); err != nil {
		return nil, err
	}
	if c.AdoptedOn != "" {
		if e.AdoptedOn, err = domain.ParsePartialDate(string(c.AdoptedOn), "adoptedOn"); err != nil {
			return nil, err
		}
	}
	if e.Paragraphs, err = paragraphs(ref.Symbol, c.Paragraphs); err != nil {
		return nil, err
	}
	switch {
	case s.Status == "":
		return []Event{e}, nil
	case s.Symbol == e.Symbol && s.Title == e.Title && s.AdoptedOn == e.AdoptedOn && slices.Equal(s.Paragraphs, e.Paragraphs):
		return nil, nil
	}
	return nil, domain.Refuse(domain.NotAllowed, "mandate.exists", "%s is registered already, with other words.", s.Symbol)
}

func paragraphs(symbol string, in []Paragraph) ([]Paragraph, error) {
	if len(in) > maxParagraphs {
		return nil, domain.Refuse(domain.Invalid, "mandate.too_many", "There are %d paragraphs; at most %d are possible.", len(in), maxParagraphs).At("paragraphs")
	}
	var out []Paragraph
	seen := map[string]bool{}
	for i, p := range in {
		path := []string{"paragraphs", strconv.Itoa(i)}
		ref, err := domain.NewMandateRef(symbol, p.Number, path...)
		if err != nil {
			return nil, err
		}
		if ref.Paragraph == "" || seen[ref.Paragraph] {
			return nil, domain.Refuse(domain.Invalid, "mandate.number", "Every paragraph needs a number of its own.").At(append(path, "number")...)
		}
		seen[ref.Paragraph] = true
		q := Paragraph{Number: ref.Paragraph}
		if p.Text != (domain.Text{}) {
			if q.Text, err = domain.NewText(p.Text.Language, p.Text.Value, maxText, append(path, "text")...); err != nil {
				return nil, err
			}
		}
		out = append(out, q)
	}
	return out, nil
}

// Registered records that a mandate became known.
type Registered struct {
	Symbol     string             `json:"symbol"`
	Title      domain.Text        `json:"title"`
	Paragraphs []Paragraph        `json:"paragraphs,omitempty"`
	AdoptedOn  domain.PartialDate `json:"adoptedOn,omitempty"`
}

// EventType implements domain.Event.
func (Registered) EventType() string { return "mandate.registered" }

func (e Registered) evolve(s State) State {
	s.Status, s.Symbol, s.Title, s.AdoptedOn, s.Paragraphs = inForce, e.Symbol, e.Title, e.AdoptedOn, e.Paragraphs
	return s
}
