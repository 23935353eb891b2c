package domain_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestParseLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "EN-gb": "en-GB", "fr_CH": "fr-CH", "zh-hant-tw": "zh-Hant-TW", "iw": "he", "in": "id", "sr-Latn": "sr-Latn",
		"es-419": "es-419", "und": "und", "mul": "mul", "arb": "arb", "i-klingon": "tlh", "ku-Arab": "ku-Arab",
	} {
		got, err := domain.ParseLanguage(tag)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", tag, got, err, want)
		}
	}
	for _, tag := range []string{"", " ", "e", "english", "en-", "-en", "xx", "en-XX-YY", "en-ZZZ", "x-mine", "en us", "12", "e\u0301n",
		"en-a-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa"} {
		_, err := domain.ParseLanguage(tag, "input", "language")
		refused(t, err, "text.language", "input", "language")
	}
}

func TestDirection(t *testing.T) {
	for tag, want := range map[string]string{
		"ar": "rtl", "ar-EG": "rtl", "he": "rtl", "fa": "rtl", "ur": "rtl", "ps": "rtl", "yi": "rtl", "dv": "rtl", "ckb": "rtl", "ug": "rtl",
		"az-Arab": "rtl", "pa-PK": "rtl", "syr": "rtl", "nqo": "rtl", "ff-Adlm": "rtl",
		"en": "ltr", "fr": "ltr", "ru": "ltr", "zh": "ltr", "hi": "ltr", "am": "ltr", "ar-Latn": "ltr", "az": "ltr", "pa": "ltr", "und": "ltr", "": "ltr", "??": "ltr",
	} {
		if got := (domain.Text{Language: tag}).Direction(); got != want {
			t.Errorf("%q: got %s, want %s", tag, got, want)
		}
	}
}

func TestCanonicalLanguageStays(t *testing.T) {
	subtag := rapid.StringMatching(`[a-zA-Z]{1,8}|[0-9]{1,4}|[a-z0-9]{2,8}|iw|zh|arb|Latn|u|co|phonebk`)
	rapid.Check(t, func(t *rapid.T) {
		tag := subtag.Draw(t, "language")
		for _, s := range rapid.SliceOfN(subtag, 0, 4).Draw(t, "subtags") {
			tag += "-" + s
		}
		staysCanonical(t, tag)
	})
}

func FuzzParseLanguage(f *testing.F) {
	for _, tag := range []string{"en", "zh-hant-tw", "sl-rozaj-biske", "en-u-ca-buddhist", "x-mine", "de-1996"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) { staysCanonical(t, tag) })
}

func staysCanonical(t interface{ Fatalf(string, ...any) }, tag string) {
	got, err := domain.ParseLanguage(tag)
	if err != nil {
		return
	}
	if again, err := domain.ParseLanguage(got); err != nil || again != got {
		t.Fatalf("%q is %q, and that is %q, %v", tag, got, again, err)
	}
}
