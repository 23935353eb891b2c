// Package words cuts text of any script into the words that a search compares,
// and reads what people type into a search.
//
// Text is compared in Unicode NFKC, in lower case. Latin and Greek lose their
// accents, Cyrillic its stress marks and the dots of ё, Arabic and Hebrew their
// vowel signs; digits of every script are one. Other scripts keep their marks:
// there they are letters. Chinese, Japanese, Korean, Thai and others that are
// written without spaces are cut into pairs of neighbouring characters.
package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxLetters is how much of a word is compared. No language has longer ones;
// what has is no language.
const maxLetters = 64

// A Word is one unit of comparison and where it stands in the text.
type Word struct {
	Text       string // letters, marks and digits, and nothing else
	Start, End int    // bytes of the text
	pair       bool   // one or two characters of a run, not a word between spaces
	alone      bool   // the only character of its run
}

// Cut returns the words of text in order. A run of characters that are cut into
// pairs ends with its last character alone, so that every character begins a
// word.
func Cut(text string) []Word {
	c := cutter{}
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf && (i+1 == len(text) || text[i+1] < utf8.RuneSelf) {
			c.rune(rune(b), i, i+1)
			i++
			continue
		}
		n := norm.NFKC.NextBoundaryInString(text[i:], true)
		for _, r := range norm.NFKC.String(text[i : i+n]) {
			c.rune(r, i, i+n)
		}
		i += n
	}
	c.endWord()
	c.endRun()
	return c.words
}

// A cutter holds a word or a run that has not ended yet.
type cutter struct {
	words      []Word
	letters    []rune // of a word between spaces
	start, end int    // of it
	plain      bool   // its script is compared without marks
	run        []char
}

type char struct {
	r          rune
	start, end int
}

func (c *cutter) rune(r rune, start, end int) {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			c.letter(r, start, end)
		case 'A' <= r && r <= 'Z':
			c.letter(r+'a'-'A', start, end)
		default:
			c.endWord()
			c.endRun()
		}
		c.plain = true
	case ignored(r):
	case paired(r):
		c.endWord()
		c.run = append(c.run, char{r, start, end})
	case unicode.IsMark(r):
		if len(c.letters) > 0 && !c.plain {
			c.letter(r, start, end)
		}
	case unicode.IsLetter(r), unicode.IsNumber(r):
		c.plain = unmarked(r)
		var room [8]rune
		for _, f := range fold(room[:0], r, c.plain) {
			c.letter(f, start, end)
		}
	default:
		c.endWord()
		c.endRun()
	}
}

func (c *cutter) letter(r rune, start, end int) {
	c.endRun()
	if len(c.letters) == 0 {
		c.start = start
	}
	if len(c.letters) < maxLetters {
		c.letters = append(c.letters, r)
	}
	c.end = end
}

func (c *cutter) endWord() {
	if len(c.letters) > 0 {
		c.words = append(c.words, Word{Text: string(c.letters), Start: c.start, End: c.end})
		c.letters = c.letters[:0]
	}
}

func (c *cutter) endRun() {
	for i, a := range c.run {
		if i+1 < len(c.run) {
			b := c.run[i+1]
			c.words = append(c.words, Word{Text: string([]rune{a.r, b.r}), Start: a.start, End: b.end, pair: true})
		} else {
			c.words = append(c.words, Word{Text: string(a.r), Start: a.start, End: a.end, pair: true, alone: i == 0})
		}
	}
	c.run = c.run[:0]
}

// ignored is what stands inside words without being seen: joiners, soft
// hyphens, marks of direction, variants, and the tatweel, which only stretches.
func ignored(r rune) bool {
	return r == 'ـ' || r == '\u034F' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// paired reports whether r is of a script that is cut into pairs.
func paired(r rune) bool {
	if r < 0x0E00 {
		return false
	}
	long := r == 'ー' // lengthens a kana, and is of no script
	return long || unicode.In(r, unspaced...) && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nl, r))
}
