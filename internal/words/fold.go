package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unmarked reports whether a letter's script is compared without its marks.
func unmarked(r rune) bool {
	return unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew)
}

// alike are letters that people write for one another and that do not come
// apart into a letter and a mark.
var alike = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ı': "i",
	'ς': "σ",
	'ё': "е", // Cyrillic, both
	'ى': "ي", 'ی': "ي", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ک': "ك", 'ٱ': "ا",
}

// fold appends what a letter or digit is compared as.
func fold(to []rune, r rune, plain bool) []rune {
	if unicode.IsDigit(r) {
		return append(to, '0'+digit(r))
	}
	r = unicode.ToLower(r)
	if s, ok := alike[r]; ok {
		return append(to, []rune(s)...)
	}
	if !plain || unicode.Is(unicode.Cyrillic, r) { // й is not и
		return append(to, r)
	}
	var in [utf8.UTFMax]byte
	var room [32]byte
	for _, d := range string(norm.NFD.Append(room[:0], in[:utf8.EncodeRune(in[:], r)]...)) {
		if s, ok := alike[d]; ok {
			to = append(to, []rune(s)...)
		} else if !unicode.IsMark(d) {
			to = append(to, d)
		}
	}
	return to
}

// digit returns the value of a decimal digit: in every script they stand in
// tens, in order.
func digit(r rune) rune {
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return (r - rune(x.Lo)) % 10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return (r - rune(x.Lo)) % 10
		}
	}
	return 0
}
