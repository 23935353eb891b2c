package domain

import (
	"crypto/sha256"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// A Text is what somebody wrote, in the language they wrote it in. The zero
// Text is no text at all.
type Text struct {
	Language string `json:"language"` // BCP 47, canonical: "en", "pt-BR"; "und" when nobody knows
	Value    string `json:"value"`    // as Clean leaves it
}

// NewText checks and normalises what a person wrote: the language as
// ParseLanguage does, the value as Clean does. Refusals point at the fields
// "language" and "value" below path, which is "text" unless given.
func NewText(lang, value string, limit int, path ...string) (Text, error) {
	if len(path) == 0 {
		path = []string{"text"}
	}
	tag, err := ParseLanguage(lang, within(path, "language")...)
	if err != nil {
		return Text{}, err
	}
	value, err = Clean(value, limit, within(path, "value")...)
	if err != nil {
		return Text{}, err
	}
	return Text{Language: tag, Value: value}, nil
}

// Direction returns "rtl" for a language written from right to left and "ltr"
// for all others.
func (t Text) Direction() string { return direction(t.Language) }

// HasBidiControls reports whether t holds characters that change the order in
// which it is shown. They are kept, for some languages need them, and flagged,
// because they can make a text look like another.
func (t Text) HasBidiControls() bool {
	return strings.ContainsFunc(t.Value, func(r rune) bool { return r > unicode.MaxASCII && unicode.Is(unicode.Bidi_Control, r) })
}

// SHA256 returns the hash of the bytes of Value.
func (t Text) SHA256() [sha256.Size]byte { return sha256.Sum256([]byte(t.Value)) }

// Clean returns value in the one form in which text is stored: Unicode NFC,
// line ends as \n (from \r\n and \r alike), no white space around it. It
// refuses, pointing at path, what is not UTF-8, control characters other than
// tab and line end, a value without a visible character, and one of more than
// limit Characters.
//
// A run of more than 30 combining marks is broken by U+034F, as Unicode's
// Stream-Safe Text Format has it, so that hostile text stays cheap to compare.
func Clean(value string, limit int, path ...string) (string, error) {
	if !utf8.ValidString(value) {
		return "", Refuse(Invalid, "text.encoding", "This is not valid UTF-8 text.").At(path...)
	}
	if strings.Contains(value, "\r") {
		value = lineEnds.Replace(value)
	}
	if i := strings.IndexFunc(value, forbidden); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value[i:])
		return "", Refuse(Invalid, "text.control", "The text holds the control character %U. Please remove it.", r).At(path...)
	}
	value = strings.TrimSpace(norm.NFC.String(value))
	if !strings.ContainsFunc(value, visible) {
		return "", Refuse(Invalid, "text.empty", "Please write something here.").At(path...)
	}
	if len(value) <= limit {
		return value, nil // no text has more characters than bytes
	}
	if n := Characters(value); n > limit {
		return "", Refuse(Invalid, "text.too_long", "The text has %d characters; at most %d are possible.", n, limit).At(path...)
	}
	return value, nil
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func forbidden(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }

// visible counts what Go's Unicode tables do not know yet as visible: a script
// younger than this program must still be accepted.
func visible(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) }

// Characters counts what a reader would count: an accented letter, a
// conjunct, a flag or a family of emoji is one.
func Characters(s string) int {
	n := 0
	for len(s) > 0 {
		// Two ASCII bytes in a row never join, save \r\n; the general
		// algorithm takes over ten times as long.
		if s[0] < utf8.RuneSelf && s[0] != '\r' && (len(s) == 1 || s[1] < utf8.RuneSelf) {
			s = s[1:]
		} else {
			_, s, _, _ = uniseg.FirstGraphemeClusterInString(s, -1)
		}
		n++
	}
	return n
}

// within returns path with names after it, leaving path alone.
func within(path []string, names ...string) []string {
	return append(slices.Clip(path), names...)
}
