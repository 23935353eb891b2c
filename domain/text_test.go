package domain_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

// refused checks that err is a refusal for reason that points at path.
func refused(t *testing.T, err error, reason string, path ...string) {
	t.Helper()
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal %s", err, reason)
	}
	if e.Code != domain.Invalid || e.Reason != reason || !slices.Equal(e.Path, path) {
		t.Fatalf("got %s %s at %v, want INVALID %s at %v", e.Code, e.Reason, e.Path, reason, path)
	}
}

func TestNewText(t *testing.T) {
	const limit = 10
	tests := []struct {
		name, lang, value string
		want              domain.Text
		reason            string
		path              []string
	}{
		{name: "kept", lang: "en", value: "Hello", want: domain.Text{Language: "en", Value: "Hello"}},
		{name: "language is canonical", lang: "PT-br", value: "Olá", want: domain.Text{Language: "pt-BR", Value: "Olá"}},
		{name: "retired language tag", lang: "iw", value: "שלום", want: domain.Text{Language: "he", Value: "שלום"}},
		{name: "language not known", lang: "und", value: "x", want: domain.Text{Language: "und", Value: "x"}},
		{name: "composed", lang: "fr", value: "e\u0301te\u0301", want: domain.Text{Language: "fr", Value: "\u00e9t\u00e9"}},
		{name: "line ends", lang: "en", value: "a\r\nb\rc\n\nd", want: domain.Text{Language: "en", Value: "a\nb\nc\n\nd"}},
		{name: "tab stays", lang: "en", value: "a\tb", want: domain.Text{Language: "en", Value: "a\tb"}},
		{name: "space around goes", lang: "en", value: " \r\n\u00a0a b\u3000\t", want: domain.Text{Language: "en", Value: "a b"}},
		{name: "bidi controls stay", lang: "ar", value: "\u2067أ\u2069", want: domain.Text{Language: "ar", Value: "\u2067أ\u2069"}},
		{name: "as long as can be", lang: "en", value: "0123456789", want: domain.Text{Language: "en", Value: "0123456789"}},
		{name: "readers' characters", lang: "en", value: strings.Repeat("👩‍👩‍👧‍👦", 10), want: domain.Text{Language: "en", Value: strings.Repeat("👩‍👩‍👧‍👦", 10)}},
		{name: "only what is kept counts", lang: "en", value: "   0123456789\r\n", want: domain.Text{Language: "en", Value: "0123456789"}},
		{name: "too long", lang: "en", value: "0123456789a", reason: "text.too_long", path: []string{"text", "value"}},
		{name: "empty", lang: "en", value: "", reason: "text.empty", path: []string{"text", "value"}},
		{name: "blank", lang: "en", value: " \n\u2003 ", reason: "text.empty", path: []string{"text", "value"}},
		{name: "invisible", lang: "en", value: "\u200b\u2066 \u2069", reason: "text.empty", path: []string{"text", "value"}},
		{name: "NUL", lang: "en", value: "a\x00b", reason: "text.control", path: []string{"text", "value"}},
		{name: "C0", lang: "en", value: "a\x1bb", reason: "text.control", path: []string{"text", "value"}},
		{name: "DEL", lang: "en", value: "a\x7fb", reason: "text.control", path: []string{"text", "value"}},
		{name: "C1", lang: "en", value: "a\u0085b", reason: "text.control", path: []string{"text", "value"}},
		{name: "not UTF-8", lang: "en", value: "a\xffb", reason: "text.encoding", path: []string{"text", "value"}},
		{name: "surrogate", lang: "en", value: "a\xed\xa0\x80b", reason: "text.encoding", path: []string{"text", "value"}},
		{name: "no language", lang: "", value: "x", reason: "text.language", path: []string{"text", "language"}},
		{name: "language is refused first", lang: "not a tag", value: "", reason: "text.language", path: []string{"text", "language"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := domain.NewText(tt.lang, tt.value, limit)
			if tt.reason != "" {
				refused(t, err, tt.reason, tt.path...)
			} else if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %+q, want %+q", got, tt.want)
			}
		})
	}
}

func TestTextPointsAtTheCallersField(t *testing.T) {
	path := append(make([]string, 0, 8), "statements", "3", "text")
	_, errLang := domain.NewText("??", "x", 9, path...)
	_, errValue := domain.NewText("en", "", 9, path...)
	refused(t, errLang, "text.language", "statements", "3", "text", "language")
	refused(t, errValue, "text.empty", "statements", "3", "text", "value")
}

func TestTooLongTellsBothNumbers(t *testing.T) {
	_, err := domain.NewText("en", strings.Repeat("e\u0301", 1234), 1000)
	if err == nil || !strings.Contains(err.Error(), "1234") || !strings.Contains(err.Error(), "1000") {
		t.Errorf("got %v, want the two numbers", err)
	}
}

func TestTextOnTheWire(t *testing.T) {
	tr, err := domain.NewTranslation(domain.Text{Language: "fr", Value: "Bonjour"}, domain.Machine)
	if err != nil {
		t.Fatal(err)
	}
	for want, v := range map[string]any{
		`{"language":"en","value":"Hello"}`:                      domain.Text{Language: "en", Value: "Hello"},
		`{"language":"fr","value":"Bonjour","origin":"MACHINE"}`: tr,
	} {
		got, err := json.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
}

func TestTranslationSaysWhoTranslated(t *testing.T) {
	text := domain.Text{Language: "fr", Value: "Bonjour"}
	for _, o := range append(slices.Clone(domain.Origins), "", "machine") {
		got, err := domain.NewTranslation(text, o, "input", "origin")
		if o == domain.Human || o == domain.Machine {
			if diff := cmp.Diff(domain.Translation{Text: text, Origin: o}, got); err != nil || diff != "" {
				t.Errorf("%q: %v %s", o, err, diff)
			}
			continue
		}
		refused(t, err, "translation.origin", "input", "origin")
	}
}

func TestTextHash(t *testing.T) {
	// The published test vector for "abc" of FIPS 180-2.
	h := domain.Text{Language: "en", Value: "abc"}.SHA256()
	if got := hex.EncodeToString(h[:]); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
	a, _ := domain.NewText("fr", "\u00e9", 9)
	b, _ := domain.NewText("fr", "e\u0301", 9)
	if a.SHA256() != b.SHA256() || a.SHA256() != sha256.Sum256([]byte("\u00e9")) {
		t.Error("two spellings of one letter hash differently")
	}
}

func TestHasBidiControls(t *testing.T) {
	for _, r := range "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" {
		if !(domain.Text{Value: "a" + string(r) + "b"}).HasBidiControls() {
			t.Errorf("%U is not flagged", r)
		}
	}
	for _, s := range []string{"", "plain", "שלום", "\u200b\u200d", "日本語"} {
		if (domain.Text{Value: s}).HasBidiControls() {
			t.Errorf("%+q is flagged", s)
		}
	}
}

func TestCharacters(t *testing.T) {
	for s, want := range map[string]int{
		"":                      0,
		"abc":                   3,
		"e\u0301":               1,
		"ae\u0301\u0327b":       3,
		"\r\n":                  1,
		"a\r\n\r\rb":            5,
		"🇨🇭🇫🇷":                  2,
		"🇨🇭🇫":                   2,
		"👩‍👩‍👧‍👦!":              2,
		"한국":                    2,
		"\u1112\u1161\u11ab":    1,
		"a\u0301 1\ufe0f\u20e3": 3,
	} {
		if got := domain.Characters(s); got != want {
			t.Errorf("%+q: got %d, want %d", s, got, want)
		}
	}
}

// awkward draws text that is likely to hold what joins and what is refused.
func awkward() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{"a", "b", "e", " ", "\n", "\r", "\r\n", "\t", "\u0301", "\u0323", "\u00e9", "\u200d", "\u200b",
		"👩", "👧", "🏽", "🇨", "🇭", "\u1112", "\u1161", "\u11ab", "각", "क", "्", "ष", "\u0600", "\u202e", "\u2028", "\ufeff", "\ufe0f", "\u20e3", "\x00", "\u0085"})
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.Bool().Draw(t, "any") {
			return rapid.String().Draw(t, "text")
		}
		return strings.Join(rapid.SliceOfN(pieces, 0, 80).Draw(t, "pieces"), "")
	})
}

func TestCharactersIsTheUnicodeCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := awkward().Draw(t, "s")
		if got, want := domain.Characters(s), uniseg.GraphemeClusterCount(s); got != want {
			t.Errorf("%+q: got %d, want %d", s, got, want)
		}
	})
}

func TestCleanIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cleanIsStable(t, awkward().Draw(t, "s"), rapid.IntRange(0, 100).Draw(t, "limit"))
	})
}

func FuzzClean(f *testing.F) {
	f.Add("e\u0301\r\n ", 3)
	f.Add(" "+strings.Repeat("\u0301", 70), 99)
	f.Fuzz(func(t *testing.T, s string, limit int) { cleanIsStable(t, s, limit) })
}

func cleanIsStable(t interface{ Fatalf(string, ...any) }, s string, limit int) {
	got, err := domain.Clean(s, limit)
	if err != nil {
		if e, ok := errors.AsType[*domain.Error](err); !ok || e.Code != domain.Invalid {
			t.Fatalf("%+q: got %v, want a refusal", s, err)
		}
		return
	}
	again, err := domain.Clean(got, limit)
	switch {
	case err != nil || again != got:
		t.Fatalf("%+q becomes %+q, and that %+q, %v", s, got, again, err)
	case !utf8.ValidString(got), !norm.NFC.IsNormalString(got), strings.ContainsAny(got, "\r\x00"), strings.TrimSpace(got) != got:
		t.Fatalf("%+q becomes %+q, which is not clean", s, got)
	case uniseg.GraphemeClusterCount(got) > limit:
		t.Fatalf("%+q is longer than %d", got, limit)
	}
}

// A quadratic step would take minutes here, not milliseconds.
func TestCleanIsLinear(t *testing.T) {
	const n = 4 << 20
	for name, s := range map[string]string{
		"ascii": strings.Repeat("a", n), "marks": "a" + strings.Repeat("\u0301\u0323", n/4), "lines": strings.Repeat("\r\n", n/2) + "x",
		"flags": strings.Repeat("🇨🇭", n/8), "han": strings.Repeat("漢", n/3),
	} {
		if got, err := domain.Clean(s, n); err != nil || got == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkNewText(b *testing.B) {
	for name, s := range map[string]string{"en": "The people whose lives are at stake. ", "fr": "Été à la mer, où l’on naît. ", "hi": "यह एक परीक्षण है। "} {
		s = strings.Repeat(s, (1<<20)/len(s))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				if _, err := domain.NewText("en", s, len(s)/2+len(s)/3); err != nil && name == "hi" {
					b.Fatal(err)
				}
			}
		})
	}
}
