package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	excerptLead = 60  // bytes before the first word found
	excerptSize = 300 // bytes of an excerpt
)

// Excerpt returns the words around the first place where a term stands, with
// an ellipsis where value goes on; its beginning if none does. It cuts between
// words.
func (q Query) Excerpt(value string, t Text) string {
	found := -1
	for _, term := range q {
		if i := term.Find(t); i >= 0 && (found < 0 || i < found) {
			found = i
		}
	}
	from, to := 0, len(value)
	if found >= 0 && t.Words[found].Start > excerptLead {
		from = t.Words[found].Start
		for i := found - 1; i >= 0 && t.Words[i].Start >= t.Words[found].Start-excerptLead; i-- {
			if marks(value[t.Words[i].Start:]) == 0 {
				from = t.Words[i].Start
			}
		}
	}
	if to-from > excerptSize {
		to = from
		for _, w := range t.Words {
			if w.Start >= from && w.End <= from+excerptSize {
				to = w.End
			}
		}
		if to == from { // one word longer than that, or none at all
			to = boundary(value, from+excerptSize)
		}
		to += marks(value[to:])
	}
	out := strings.TrimSpace(value[from:to])
	if from > 0 {
		out = "…" + out
	}
	if to < len(value) {
		out += "…"
	}
	return out
}

// boundary returns the beginning of the character that i stands in.
func boundary(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// marks returns how many bytes of marks s begins with: they belong to the
// character before.
func marks(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, unicode.IsMark))
}
