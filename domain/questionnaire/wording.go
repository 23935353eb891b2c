package questionnaire

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Wording is a text with its translations. In commands it is as written; in
// events and states it is clean.
type Wording struct {
	domain.Text
	Translations []domain.Translation `json:"translations,omitempty"`
}

const maxTranslations = 20 // the six official languages, and those of one region

func (w Wording) empty() bool { return w.Text == (domain.Text{}) && len(w.Translations) == 0 }

// clean refuses two texts in one language: nobody could tell which is asked.
func (w Wording) clean(limit int, path ...string) (Wording, error) {
	text, err := domain.NewText(w.Language, w.Value, limit, path...)
	if err != nil {
		return Wording{}, err
	}
	if len(w.Translations) > maxTranslations {
		return Wording{}, domain.Refuse(domain.Invalid, "questionnaire.translations", "At most %d translations are possible.", maxTranslations).At(path...)
	}
	out, languages := Wording{Text: text}, []string{text.Language}
	for _, t := range w.Translations {
		// A translation says more in some languages than in others.
		inOther, err := domain.NewText(t.Language, t.Value, 2*limit, path...)
		if err != nil {
			return Wording{}, err
		}
		if slices.Contains(languages, inOther.Language) {
			return Wording{}, domain.Refuse(domain.Invalid, "questionnaire.language_twice", "There are two texts in the language %s.", inOther.Language).At(path...)
		}
		languages = append(languages, inOther.Language)
		translation, err := domain.NewTranslation(inOther, t.Origin, path...)
		if err != nil {
			return Wording{}, err
		}
		out.Translations = append(out.Translations, translation)
	}
	return out, nil
}
