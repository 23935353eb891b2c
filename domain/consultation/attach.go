package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// A Questionnaire is what attaching one rests on. The app fills it from the
// questionnaire's stream; the zero value is one that does not exist, or whose
// version is not published.
type Questionnaire struct {
	Published bool        // that version is
	Retired   bool        // it is not for new calls any more
	Questions []domain.ID // handles of that version's questions, in order
}

// AttachQuestionnaire has a call ask the questions of one published version,
// in place of any attached before. It is frozen once the call is open.
type AttachQuestionnaire struct {
	Questionnaire domain.ID
	Version       int64
	Expected      *int64

	Source Questionnaire `json:"-"` // filled by the app
}

// By implements domain.Command.
func (AttachQuestionnaire) By() []domain.Capacity { return secretariat }

func (c AttachQuestionnaire) decide(s State, by domain.Cause) ([]Event, error) {
	if c.Questionnaire != "" && c.Questionnaire == s.Questionnaire && c.Version == s.QuestionnaireVersion {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	switch {
	case c.Questionnaire == "" || !c.Source.Published:
		return nil, domain.Refuse(domain.NotFound, "questionnaire.unknown", "There is no such questionnaire.").At("questionnaire")
	case c.Source.Retired:
		return nil, domain.Refuse(domain.Invalid, "consultation.questionnaire_retired", "This questionnaire is retired.").At("questionnaire")
	}
	return []Event{QuestionnaireAttached{c.Questionnaire, c.Version, c.Source.Questions}}, nil
}

// QuestionnaireAttached records which questions a call asks.
type QuestionnaireAttached struct {
	Questionnaire domain.ID   `json:"questionnaire"`
	Version       int64       `json:"version"`
	Questions     []domain.ID `json:"questions"`
}

// EventType implements domain.Event.
func (QuestionnaireAttached) EventType() string { return "consultation.questionnaire_attached" }

func (e QuestionnaireAttached) evolve(s State) State {
	s.Questionnaire, s.QuestionnaireVersion, s.Questions = e.Questionnaire, e.Version, e.Questions
	s.Edition++
	return s
}
