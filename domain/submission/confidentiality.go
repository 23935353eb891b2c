package submission

import "github.com/rapporteur-project/rapporteur/domain"

// RequestConfidentiality asks that fewer may read. From this moment until the
// decision the submission is sealed.
type RequestConfidentiality struct {
	Label domain.Label // ANONYMISED, RESTRICTED or SEALED
}

// By implements domain.Command.
func (RequestConfidentiality) By() []domain.Capacity { return domain.Owner }

func (c RequestConfidentiality) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case !c.Label.NeedsGrant():
		return nil, domain.Refuse(domain.Invalid, "submission.confidentiality", "Ask for ANONYMISED, RESTRICTED or SEALED.").At("label")
	case s.Requested == c.Label, s.Requested == "" && s.Label == c.Label && !s.Declined:
		return nil, nil
	}
	return []Event{ConfidentialityRequested{Label: c.Label}}, nil
}

// ConfidentialityRequested records the wish; until it is decided the
// submission is sealed.
type ConfidentialityRequested struct {
	Label domain.Label `json:"label"`
}

// EventType implements domain.Event.
func (ConfidentialityRequested) EventType() string { return "submission.confidentiality_requested" }

// Told implements Event.
func (ConfidentialityRequested) Told() Telling { return Insiders }

func (e ConfidentialityRequested) evolve(s State) State {
	s.Requested, s.Label, s.Declined = e.Label, domain.Sealed, false
	return s
}

// GrantConfidentiality gives the label that was asked for.
type GrantConfidentiality struct {
	Reason   string
	Expected *int64
}

// By implements domain.Command.
func (GrantConfidentiality) By() []domain.Capacity { return []domain.Capacity{domain.Protection} }

func (c GrantConfidentiality) decide(s State, by domain.Cause) ([]Event, error) {
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	reason, err := pending(s, c.Reason)
	if err != nil {
		return nil, err
	}
	return []Event{ConfidentialityGranted{Label: s.Requested, Reason: reason}}, nil
}

func pending(s State, reason string) (string, error) {
	if s.Requested == "" {
		return "", domain.Refuse(domain.NotAllowed, "submission.nothing_requested", "No request for confidentiality is waiting.")
	}
	return domain.Clean(reason, maxReason, "reason")
}

// ConfidentialityGranted records the label given.
type ConfidentialityGranted struct {
	Label  domain.Label `json:"label"`
	Reason string       `json:"reason"`
}

// EventType implements domain.Event.
func (ConfidentialityGranted) EventType() string { return "submission.confidentiality_granted" }

// Told implements Event.
func (ConfidentialityGranted) Told() Telling { return Insiders }

func (e ConfidentialityGranted) evolve(s State) State {
	s.Label, s.Requested = e.Label, ""
	return s
}

// DeclineConfidentiality refuses the label. The submission stays sealed until
// its owner opens it or withdraws it: nothing becomes visible by a refusal.
type DeclineConfidentiality struct {
	Reason   string
	Expected *int64
}

// By implements domain.Command.
func (DeclineConfidentiality) By() []domain.Capacity { return []domain.Capacity{domain.Protection} }

func (c DeclineConfidentiality) decide(s State, by domain.Cause) ([]Event, error) {
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	reason, err := pending(s, c.Reason)
	if err != nil {
		return nil, err
	}
	return []Event{ConfidentialityDeclined{Label: s.Requested, Reason: reason}}, nil
}

// ConfidentialityDeclined records that a label was not given.
type ConfidentialityDeclined struct {
	Label  domain.Label `json:"label"` // the one asked for
	Reason string       `json:"reason"`
}

// EventType implements domain.Event.
func (ConfidentialityDeclined) EventType() string { return "submission.confidentiality_declined" }

// Told implements Event.
func (ConfidentialityDeclined) Told() Telling { return Insiders }

func (e ConfidentialityDeclined) evolve(s State) State {
	s.Requested, s.Declined = "", true
	return s
}

// LowerConfidentiality opens the submission to more readers. Only the owner
// may (G6).
type LowerConfidentiality struct{ Label domain.Label }

// By implements domain.Command.
func (LowerConfidentiality) By() []domain.Capacity { return domain.Owner }

func (c LowerConfidentiality) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case c.Label == s.Label && s.Requested == "" && !s.Declined:
		return nil, nil
	case !c.Label.Known():
		return nil, domain.Refuse(domain.Invalid, "submission.label", "There is no such label.").At("label")
	case !c.Label.Lower(s.Label):
		return nil, domain.Refuse(domain.LabelForbidden, "submission.not_lower", "This would hide more; request confidentiality instead.").At("label")
	}
	return []Event{ConfidentialityLowered{Label: c.Label}}, nil
}

// ConfidentialityLowered records the label that the owner chose instead.
type ConfidentialityLowered struct {
	Label domain.Label `json:"label"`
}

// EventType implements domain.Event.
func (ConfidentialityLowered) EventType() string { return "submission.confidentiality_lowered" }

// Told implements Event.
func (ConfidentialityLowered) Told() Telling { return Insiders }

func (e ConfidentialityLowered) evolve(s State) State {
	s.Label, s.Requested, s.Declined = e.Label, "", false
	return s
}
