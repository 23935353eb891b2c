package questionnaire

import (
	"encoding/json"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Draft begins a questionnaire. It may have no question yet.
type Draft struct {
	Title     Wording
	Questions []Question
}

// By implements domain.Command.
func (Draft) By() []domain.Capacity { return authors }

func (c Draft) decide(_ State, by domain.Cause) ([]Event, error) {
	e := Drafted{Keeper: keeper(by.By), Series: series(by)}
	var err error
	if e.Title, e.Questions, err = content(c.Title, c.Questions, handles(1, e.Series)); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func content(title Wording, qs []Question, handle func(string) domain.ID) (Wording, []Question, error) {
	title, err := title.clean(maxTitle, "title")
	if err != nil {
		return Wording{}, nil, err
	}
	qs, err = questions(qs, handle)
	return title, qs, err
}

// Drafted records a first draft.
type Drafted struct {
	Keeper    Keeper     `json:"keeper"`
	Series    string     `json:"series"` // part of every handle of this version
	Title     Wording    `json:"title"`
	Questions []Question `json:"questions,omitempty"`
}

// EventType implements domain.Event.
func (Drafted) EventType() string { return "questionnaire.drafted" }

func (e Drafted) evolve(s State) State {
	s.Status, s.Edition, s.Keeper, s.Series = draft, 1, e.Keeper, e.Series
	s.Current = Version{1, e.Title, e.Questions}
	return s
}

// Revise puts another wording in place of the draft, whole.
type Revise struct {
	Title     Wording
	Questions []Question
	Expected  *int64
}

// By implements domain.Command.
func (Revise) By() []domain.Capacity { return authors }

func (c Revise) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.Keeper.allows(by.By); err != nil {
		return nil, err
	}
	title, qs, err := content(c.Title, c.Questions, handles(s.Current.Number, s.Series))
	if err != nil {
		return nil, err
	}
	if same(Version{s.Current.Number, title, qs}, s.Current) {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{Revised{title, qs}}, nil
}

// same compares two versions as they are stored.
func same(a, b Version) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Revised records another wording of the draft.
type Revised struct {
	Title     Wording    `json:"title"`
	Questions []Question `json:"questions,omitempty"`
}

// EventType implements domain.Event.
func (Revised) EventType() string { return "questionnaire.revised" }

func (e Revised) evolve(s State) State {
	s.Current = Version{s.Current.Number, e.Title, e.Questions}
	s.Edition++
	return s
}
