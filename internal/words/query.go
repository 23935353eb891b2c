package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxTerms = 32 // of a query; what comes after them does not count
	maxWords = 64 // of a term
)

// A Query is the different terms that somebody looks for.
type Query []Term

// A Term is a word, or words that follow each other.
type Term struct {
	Words []string // one at least
	Open  bool     // the last of them may go on: it is one character of an unspaced script
	Part  bool     // it may stand inside a long word of a language with compounds
}

// Parse reads what somebody typed: words between spaces, and phrases between
// quotation marks of any kind. Nothing else has a meaning, and nothing is
// wrong. What is written without spaces, such as a Chinese phrase or
// A/RES/73/195, is looked for as it stands.
func Parse(query string) Query {
	var q Query
	for len(query) > 0 && len(q) < maxTerms {
		var piece string
		var quoted bool
		piece, quoted, query = next(query)
		t, ok := newTerm(piece, quoted)
		if ok && !slices.ContainsFunc(q, t.equal) {
			q = append(q, t)
		}
	}
	return q
}

func newTerm(piece string, quoted bool) (Term, bool) {
	all := Cut(piece)
	if len(all) == 0 {
		return Term{}, false
	}
	// The last character of a run was paired with the one before it; in the
	// text another may follow.
	last := all[len(all)-1]
	t := Term{Open: last.pair && last.alone}
	if last.pair && !last.alone {
		all = all[:len(all)-1]
	}
	for _, w := range all[:min(len(all), maxWords)] {
		t.Words = append(t.Words, w.Text)
	}
	t.Open = t.Open && len(all) <= maxWords
	t.Part = !quoted && len(all) == 1 && !last.pair && utf8.RuneCountInString(last.Text) >= minPart
	return t, true
}

func (t Term) equal(u Term) bool { return t.Open == u.Open && slices.Equal(t.Words, u.Words) }

// next takes the first piece off a query: what stands between quotation marks,
// or else between spaces.
func next(query string) (piece string, quoted bool, rest string) {
	query = strings.TrimLeftFunc(query, unicode.IsSpace)
	if n := quote(query, 0); n > 0 {
		for i := range query {
			if m := quote(query, i); i >= n && m > 0 {
				return query[n:i], true, query[i+m:]
			}
		}
		return query[n:], true, ""
	}
	for i, r := range query {
		if unicode.IsSpace(r) || i > 0 && quote(query, i) > 0 {
			return query[:i], false, query[i:]
		}
	}
	return query, false, ""
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„‟«»「」『』＂`, r) }

// quote returns the length of the quotation mark at i, or 0 if there is none.
// An upright one between two letters, as in Hebrew abbreviations, is none.
func quote(s string, i int) int {
	r, n := utf8.DecodeRuneInString(s[i:])
	if n == 0 || !isQuote(r) {
		return 0
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+n:])
	if r == '"' && unicode.IsLetter(before) && unicode.IsLetter(after) {
		return 0
	}
	return n
}
