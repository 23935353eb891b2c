package questionnaire

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// An Origin is where a fork comes from.
type Origin struct {
	Questionnaire domain.ID `json:"questionnaire"`
	Version       int64     `json:"version"`
}

// Fork begins a questionnaire of one's own with the questions of a published
// version of another, retired or not. Its questions get handles of their own.
type Fork struct {
	Of     Origin
	Source Version `json:"-"` // that version, by State.At; zero if it is not published. Filled by the app
}

// By implements domain.Command.
func (Fork) By() []domain.Capacity { return authors }

func (c Fork) decide(_ State, by domain.Cause) ([]Event, error) {
	if c.Source.Number == 0 || c.Source.Number != c.Of.Version {
		return nil, domain.Refuse(domain.NotFound, "questionnaire.unknown", "There is no such questionnaire.").At("of")
	}
	e := Forked{Of: c.Of, Keeper: keeper(by.By), Series: series(by), Title: c.Source.Title}
	e.Questions = c.Source.renamed(handles(1, e.Series))
	return []Event{e}, nil
}

// renamed returns v's questions under other handles.
func (v Version) renamed(handle func(string) domain.ID) []Question {
	qs := slices.Clone(v.Questions)
	for i := range qs {
		qs[i].ID = handle(qs[i].Number)
	}
	return qs
}

// Forked records a draft made from another questionnaire.
type Forked struct {
	Of        Origin     `json:"of"`
	Keeper    Keeper     `json:"keeper"`
	Series    string     `json:"series"`
	Title     Wording    `json:"title"`
	Questions []Question `json:"questions"`
}

// EventType implements domain.Event.
func (Forked) EventType() string { return "questionnaire.forked" }

func (e Forked) evolve(s State) State {
	s = Drafted{e.Keeper, e.Series, e.Title, e.Questions}.evolve(s)
	s.Origin = e.Of
	return s
}
