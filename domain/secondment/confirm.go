package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Confirm makes what the secretariat recorded the releasing entity's own word.
type Confirm struct {
	Post       *Description // the post as the entity itself describes it; nil leaves what was recorded
	OccurredOn string
	Expected   *int64 // the edition that was read
}

// By implements domain.Command.
func (Confirm) By() []domain.Capacity { return releasing() }

func (c Confirm) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.mine(by); err != nil {
		return nil, err
	}
	if s.Confirmed {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	e := Confirmed{Edition: s.Edition, OccurredOn: on}
	if c.Post != nil {
		post, err := c.Post.check()
		if err != nil {
			return nil, err
		}
		e.Post = &post
	}
	return []Event{e}, nil
}

// Confirmed records that the releasing entity stands by a secondment.
type Confirmed struct {
	Edition    int64              `json:"edition"`        // what was confirmed
	Post       *Post              `json:"post,omitempty"` // what the entity put in its place
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Confirmed) EventType() string { return "secondment.confirmed" }

func (e Confirmed) evolve(s State) State {
	s.Confirmed = true
	if s.Status == recorded {
		s.Status = offered
	}
	if e.Post != nil {
		s.Post, s.Edition = *e.Post, s.Edition+1
	}
	return s
}
