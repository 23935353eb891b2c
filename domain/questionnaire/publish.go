package questionnaire

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Publish fixes the draft as a version that calls may ask.
type Publish struct{ Expected *int64 }

// By implements domain.Command.
func (Publish) By() []domain.Capacity { return authors }

func (c Publish) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.Keeper.allows(by.By); err != nil {
		return nil, err
	}
	if s.Status == published {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if len(s.Current.Questions) == 0 {
		return nil, domain.Refuse(domain.Invalid, "questionnaire.empty", "A questionnaire needs a question before it is published.").At("questions")
	}
	return []Event{Published{s.Current.Number}}, nil
}

// Published records that a version is fixed and public.
type Published struct {
	Version int64 `json:"version"`
}

// EventType implements domain.Event.
func (Published) EventType() string { return "questionnaire.published" }

func (e Published) evolve(s State) State {
	s.Status = published
	s.Published = append(slices.Clip(s.Published), s.Current)
	return s
}

// StartVersion begins the next version as a draft, with the questions of the
// last one under new handles. The versions published before stay as they are.
type StartVersion struct{}

// By implements domain.Command.
func (StartVersion) By() []domain.Capacity { return authors }

func (StartVersion) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.Keeper.allows(by.By); err != nil {
		return nil, err
	}
	e := VersionStarted{Version: s.Current.Number + 1, Series: series(by)}
	e.Questions = s.Current.renamed(handles(e.Version, e.Series))
	return []Event{e}, nil
}

// VersionStarted records that another version is in work.
type VersionStarted struct {
	Version   int64      `json:"version"`
	Series    string     `json:"series"`
	Questions []Question `json:"questions"`
}

// EventType implements domain.Event.
func (VersionStarted) EventType() string { return "questionnaire.version_started" }

func (e VersionStarted) evolve(s State) State {
	s.Status, s.Series = draft, e.Series
	s.Current = Version{e.Version, s.Current.Title, e.Questions}
	s.Edition++
	return s
}

// Retire takes a questionnaire out of use, or gives a draft up. Calls that ask
// it already go on.
type Retire struct{ Reason string }

const maxReason = 2_000 // characters; one page

// By implements domain.Command.
func (Retire) By() []domain.Capacity { return authors }

func (c Retire) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.Keeper.allows(by.By); err != nil {
		return nil, err
	}
	if s.Status == retired {
		return nil, nil
	}
	e := Retired{}
	if c.Reason != "" {
		reason, err := domain.Clean(c.Reason, maxReason, "reason")
		if err != nil {
			return nil, err
		}
		e.Reason = reason
	}
	return []Event{e}, nil
}

// Retired records that new calls do not ask it any more.
type Retired struct {
	Reason string `json:"reason,omitempty"`
}

// EventType implements domain.Event.
func (Retired) EventType() string { return "questionnaire.retired" }

func (e Retired) evolve(s State) State {
	s.Status = retired
	return s
}
