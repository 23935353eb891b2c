package ingest

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// article is how lists of the United Nations set it behind a name:
// "Netherlands (the)", "Pays-Bas (les)", "Afganistán (el)".
var article = regexp.MustCompile(`(?i)\s*\((?:the|le|la|les|l['’]|el|los|las)\)\s*$`)

// plain returns a name without its article and without the asterisks that
// refer to a footnote.
func plain(name string) string {
	name = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(name), "* "))
	return strings.TrimSpace(article.ReplaceAllString(name, ""))
}

// folded returns what is left of a name when spellings that mean the same are
// made one: case, accents, kinds of apostrophe, "and" and "&", articles,
// punctuation. Two States whose names fold alike would be confused, so the
// match refuses those.
func folded(name string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(strings.ReplaceAll(plain(name), "&", " and ")) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return strings.TrimPrefix(b.String(), "the ")
}
