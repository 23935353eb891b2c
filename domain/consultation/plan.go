package consultation

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Plan makes a consultation known. A title is enough.
type Plan struct {
	Title         domain.Text // as written; cleaned when recorded
	Description   domain.Text // optional: the zero Text
	Symbol        string      // optional short code, such as "CALL-2020-1"; app claims it, so that no other has it
	Kind          Kind        // WRITTEN_CALL when empty
	HeldOn        string      // a partial date, such as "spring 2020"; may be empty
	Closes        Closing     // may be given later, up to the opening
	Mandates      []domain.MandateRef
	Late          LatePolicy   // NONE when empty
	Label         domain.Label // that submissions get unless they ask for another; PUBLIC when empty
	MaxCharacters int          // that a submission's own text may have; 0 sets no limit of its own
	OccurredOn    string       // when it was decided, if that was not now: a partial date
}

// By implements domain.Command.
func (Plan) By() []domain.Capacity { return secretariat }

func (c Plan) decide(State, domain.Cause) ([]Event, error) {
	e := Planned{
		Kind:          cmp.Or(c.Kind, WrittenCall),
		Late:          cmp.Or(c.Late, NoneLate),
		Label:         cmp.Or(c.Label, domain.Public),
		MaxCharacters: c.MaxCharacters,
	}
	var err error
	if e.Title, err = domain.NewText(c.Title.Language, c.Title.Value, maxTitle, "title"); err != nil {
		return nil, err
	}
	if c.Description != (domain.Text{}) {
		if e.Description, err = domain.NewText(c.Description.Language, c.Description.Value, maxDescription, "description"); err != nil {
			return nil, err
		}
	}
	if e.Symbol, err = NormalSymbol(c.Symbol); err != nil {
		return nil, err
	}
	if e.HeldOn, err = occurred(c.HeldOn, "heldOn"); err != nil {
		return nil, err
	}
	if e.Closes, err = c.Closes.deadline("closes"); err != nil {
		return nil, err
	}
	if e.Mandates, err = mandates(c.Mandates); err != nil {
		return nil, err
	}
	if e.OccurredOn, err = occurred(c.OccurredOn, "occurredOn"); err != nil {
		return nil, err
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func (e Planned) check() error {
	switch {
	case !slices.Contains(Kinds, e.Kind):
		return domain.Refuse(domain.Invalid, "consultation.kind", "There is no such kind of consultation.").At("kind")
	case !slices.Contains(domain.Labels, e.Label):
		return domain.Refuse(domain.Invalid, "consultation.label", "There is no such label.").At("label")
	case e.MaxCharacters < 0 || e.MaxCharacters > maxText:
		return domain.Refuse(domain.Invalid, "consultation.max_characters", "A call may allow up to %d characters.", maxText).At("maxCharacters")
	}
	return e.Late.check()
}

var symbolShape = regexp.MustCompile(`^[A-Z0-9]+([-./][A-Z0-9]+)*$`)

// NormalSymbol returns s as it is stored and claimed: in capitals, without the
// space around it. The empty symbol is none.
func NormalSymbol(s string) (string, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "" || len(s) <= 40 && symbolShape.MatchString(s) {
		return s, nil
	}
	return "", domain.Refuse(domain.Invalid, "consultation.symbol",
		"A symbol has up to 40 letters and digits, in parts joined by - . or /, such as CALL-2020-1.").At("symbol")
}

func mandates(refs []domain.MandateRef) ([]domain.MandateRef, error) {
	if len(refs) > maxMandates {
		return nil, domain.Refuse(domain.Invalid, "consultation.mandates", "Please name at most %d mandates.", maxMandates).At("mandates")
	}
	var out []domain.MandateRef
	for _, r := range refs {
		m, err := domain.NewMandateRef(r.Symbol, r.Paragraph, "mandates")
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out, nil
}

// Planned records that a consultation is to take place.
type Planned struct {
	Title         domain.Text         `json:"title"`
	Description   domain.Text         `json:"description,omitzero"`
	Symbol        string              `json:"symbol,omitempty"`
	Kind          Kind                `json:"kind"`
	HeldOn        domain.PartialDate  `json:"heldOn,omitempty"`
	Closes        domain.Deadline     `json:"closes,omitzero"`
	Mandates      []domain.MandateRef `json:"mandates,omitempty"`
	Late          LatePolicy          `json:"late"`
	Label         domain.Label        `json:"label"`
	MaxCharacters int                 `json:"maxCharacters,omitempty"`
	OccurredOn    domain.PartialDate  `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Planned) EventType() string { return "consultation.planned" }

func (e Planned) evolve(s State) State {
	s.Status, s.Edition = planned, 1
	s.Kind, s.HeldOn, s.Closes, s.Late = e.Kind, e.HeldOn, e.Closes, e.Late
	s.Label, s.MaxCharacters = e.Label, e.MaxCharacters
	return s
}
