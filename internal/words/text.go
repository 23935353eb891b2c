package words

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	minLong = 8 // letters of a word that may be a compound
	minPart = 4 // letters of a part of it that can be looked for
	minHead = 3 // letters before a part that is not its first
)

// compounding are the languages that join words without a space, and those
// texts whose language nobody knows.
var compounding = []string{"de", "nl", "sv", "da", "no", "nb", "nn", "fi", "is", "fo", "hu", "et", "lb", "af", "fy", "se", "gsw", "nds", "und", ""}

// A Text is something that can be searched, cut into words.
type Text struct {
	Words     []Word
	compounds bool // words stand inside its words
}

// NewText cuts a text that is written in a language (BCP 47).
func NewText(language, value string) Text {
	base, _, _ := strings.Cut(language, "-")
	return Text{Cut(value), slices.Contains(compounding, base)}
}

// long reports whether w may be a compound.
func (t Text) long(w Word) bool {
	return t.compounds && !w.pair && utf8.RuneCountInString(w.Text) >= minLong
}

// Endings returns the long words, and how they end from their fourth letter on
// and from every letter after it, if the language has compounds: a part of a
// compound is what one of its endings begins with.
func (t Text) Endings() []string {
	var all []string
	for _, w := range t.Words {
		if !t.long(w) {
			continue
		}
		letters := []rune(w.Text)
		all = append(all, w.Text)
		for i := minHead; i <= len(letters)-minPart; i++ {
			all = append(all, string(letters[i:]))
		}
	}
	return all
}

// Find returns which word of t begins the first place where term stands, or -1.
func (q Term) Find(t Text) int {
	for i := range t.Words {
		if q.standsAt(t, i) {
			return i
		}
	}
	return -1
}

func (q Term) standsAt(t Text, i int) bool {
	if q.Part && t.long(t.Words[i]) && q.within(t.Words[i].Text) {
		return true
	}
	if i+len(q.Words) > len(t.Words) {
		return false
	}
	last := len(q.Words) - 1
	for j, w := range q.Words {
		is := t.Words[i+j].Text
		if is != w && !(q.Open && j == last && strings.HasPrefix(is, w)) {
			return false
		}
	}
	return true
}

// within reports whether q is the first part of a compound, or another.
func (q Term) within(word string) bool {
	if strings.HasPrefix(word, q.Words[0]) {
		return true
	}
	head := 0
	for range minHead {
		_, n := utf8.DecodeRuneInString(word[head:])
		head += n
	}
	return strings.Contains(word[head:], q.Words[0])
}

// Matches returns how many terms of q stand in the texts.
func (q Query) Matches(texts []Text) int {
	n := 0
	for _, term := range q {
		if slices.ContainsFunc(texts, func(t Text) bool { return term.Find(t) >= 0 }) {
			n++
		}
	}
	return n
}
