package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Offer lends a staff member to the secretariat. The actor's entity is the
// releasing entity.
type Offer struct {
	Post       Description // with a title
	Start      string      // planned, as exactly as it is known; may be empty
	Until      string      // planned; may be empty
	OccurredOn string      // when the offer was made, if not today
}

// By implements domain.Command.
func (Offer) By() []domain.Capacity { return releasing() }

func (c Offer) decide(_ State, by domain.Cause) ([]Event, error) {
	post, err := c.Post.check()
	if err != nil {
		return nil, err
	}
	if post.Title.Value == "" {
		return nil, domain.Refuse(domain.Invalid, "secondment.title", "Please give the title of the post.").At("post", "title")
	}
	start, until, err := period(c.Start, c.Until)
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Offered{Entity: by.By.For(), Post: post, Start: start, Until: until, OccurredOn: on}}, nil
}

// Offered records that an entity lends a staff member.
type Offered struct {
	Entity     domain.ID          `json:"entity"`
	Post       Post               `json:"post"`
	Start      domain.PartialDate `json:"start,omitempty"`
	Until      domain.PartialDate `json:"until,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Offered) EventType() string { return "secondment.offered" }

func (e Offered) evolve(s State) State {
	s.Entity, s.Post, s.Start, s.Until = e.Entity, e.Post, e.Start, e.Until
	s.Status, s.Confirmed, s.Edition = offered, true, s.Edition+1
	return s
}
