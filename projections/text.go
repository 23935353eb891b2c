package projections

import (
	"github.com/rapporteur-project/rapporteur/domain"

	"golang.org/x/text/language"
)

// A LocalizedText is an original and its translations.
type LocalizedText struct {
	Original TextPart
	Others   []TextPart // translations
}

// A TextPart is a text in one language.
type TextPart struct {
	Language     string
	Direction    string
	Origin       domain.Origin
	Value        string
	BidiControls bool // it holds characters that change the order in which it is shown
}

// All lists the original, then the translations.
func (t *LocalizedText) All() []*TextPart {
	all := []*TextPart{&t.Original}
	for i := range t.Others {
		all = append(all, &t.Others[i])
	}
	return all
}

// Best returns the part whose language suits best, and the original if none does.
func (t *LocalizedText) Best(prefer []string) *TextPart {
	parts := t.All()
	tags := make([]language.Tag, len(parts))
	for i, p := range parts {
		tags[i] = language.Make(p.Language)
	}
	for _, want := range prefer {
		tag, err := language.Parse(want)
		if err != nil {
			continue
		}
		if _, i, confidence := language.NewMatcher(tags).Match(tag); confidence >= language.High {
			return parts[i]
		}
	}
	return parts[0]
}

// newText is a text without translations; nil for an empty one.
func newText(lang, value string) *LocalizedText {
	if value == "" {
		return nil
	}
	return &LocalizedText{Original: part(lang, value, domain.Original)}
}

func part(lang, value string, origin domain.Origin) TextPart {
	t := domain.Text{Language: lang, Value: value}
	return TextPart{lang, t.Direction(), origin, value, t.HasBidiControls()}
}
