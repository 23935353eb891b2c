package submission

import "github.com/rapporteur-project/rapporteur/domain"

// AttachTranslation puts a translation of the current text beside it; the
// original stays what it is (G16). Another for the same language corrects it.
type AttachTranslation struct {
	Text    domain.Text
	Origin  domain.Origin // HUMAN or MACHINE
	Edition int64         // the edition that was translated
}

// By implements domain.Command.
func (AttachTranslation) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.Protection}
}

func (c AttachTranslation) decide(s State, by domain.Cause) ([]Event, error) {
	if err := domain.Expect(&c.Edition, s.Edition); err != nil {
		return nil, err
	}
	if s.Retracted[c.Edition] {
		return nil, domain.Refuse(domain.NotAllowed, "submission.retracted", "This edition was retracted, so it is not translated.").At("version")
	}
	t, err := domain.NewText(c.Text.Language, c.Text.Value, paper.text, "text")
	if err != nil {
		return nil, err
	}
	if _, err := domain.NewTranslation(t, c.Origin, "origin"); err != nil {
		return nil, err
	}
	w := Translation{Edition: c.Edition, Words: Words{Language: t.Language, Text: domain.About(s.Owner, t.Value)}, Origin: c.Origin}
	if s.Translations[t.Language] {
		return []Event{TranslationCorrected{w}}, nil
	}
	return []Event{TranslationAttached{w}}, nil
}

// A Translation is of one edition, and says who made it.
type Translation struct {
	Edition int64         `json:"edition"`
	Words   Words         `json:"words"`
	Origin  domain.Origin `json:"origin"`
}

func (t Translation) evolve(s State) State {
	if s.Translations == nil {
		s.Translations = map[string]bool{}
	}
	s.Translations[t.Words.Language] = true
	return s
}

// TranslationAttached records the first translation into a language.
type TranslationAttached struct{ Translation }

// EventType implements domain.Event.
func (TranslationAttached) EventType() string { return "submission.translation_attached" }

// Told implements Event.
func (TranslationAttached) Told() Telling { return WithEdition }

// TranslationCorrected records a better translation into the same language.
type TranslationCorrected struct{ Translation }

// EventType implements domain.Event.
func (TranslationCorrected) EventType() string { return "submission.translation_corrected" }

// Told implements Event.
func (TranslationCorrected) Told() Telling { return WithEdition }
