package state

import (
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Rename gives a State other names. They take the place of all earlier ones,
// in every language, so that none shows an old name beside a new one.
type Rename struct {
	Names      map[string]Name    // by language
	OccurredOn domain.PartialDate // since when; may be empty
	Expected   *int64             // edition that the caller saw
}

// By implements domain.Command.
func (Rename) By() []domain.Capacity { return keepers }

func (c Rename) decide(s State, by domain.Cause) ([]Event, error) {
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	all, err := names(c.Names)
	if err != nil {
		return nil, err
	}
	on, err := when(c.OccurredOn)
	if err != nil || maps.Equal(all, s.Names) {
		return nil, err
	}
	return []Event{Renamed{Names: all, OccurredOn: on}}, nil
}

// Renamed records other names; the earlier ones stay in the history.
type Renamed struct {
	Names      map[string]Name    `json:"names"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Renamed) EventType() string { return "state.renamed" }

func (e Renamed) evolve(s State) State {
	s.Status, s.Names = renamed, e.Names
	s.Edition++
	return s
}
