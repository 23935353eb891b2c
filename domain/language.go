package domain

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// ParseLanguage returns tag in canonical form: "EN-gb" is "en-GB", "iw" is
// "he". It refuses what is not BCP 47, subtags that nobody registered, and
// private languages; "und" says that the language is not known.
func ParseLanguage(tag string, path ...string) (string, error) {
	refused := Refuse(Invalid, "text.language", "This is not a language tag. Please give one such as en, fr-CH or zh-Hant.").At(path...)
	if len(tag) > 35 { // as many as BCP 47 asks every implementation to take
		return "", refused
	}
	t, err := language.Parse(tag)
	if err != nil || strings.HasPrefix(t.String(), "x-") {
		return "", refused
	}
	return t.String(), nil
}

// rtl lists the scripts in use that run from right to left, by ISO 15924.
var rtl = []string{"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}

// direction goes by the script: the one in the tag, or the one most written in
// for that language and region (az-IR is Arabic, az is Latin).
func direction(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return "ltr"
	}
	script, _ := t.Script()
	if slices.Contains(rtl, script.String()) {
		return "rtl"
	}
	return "ltr"
}
