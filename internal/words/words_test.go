package words

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCut(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"case", "Global Compact", "global compact"},
		{"punctuation", "A/RES/73/195, para. 4 (b)", "a res 73 195 para 4 b"},
		{"apostrophe", "l’été d'Ukraine", "l ete d ukraine"},
		{"Latin accents", "Ñandú São Łódź Đà Nẵng", "nandu sao lodz da nang"},
		{"Latin accents apart", "Nin\u0303o", "nino"},
		{"German", "STRASSE Straße Größe", "strasse strasse grosse"},
		{"Scandinavian", "Ærø Þór", "aero thor"},
		{"Turkish", "İSTANBUL Diyarbakır", "istanbul diyarbakir"},
		{"ligature, full width", "ﬁnal ＡＢＣ１２", "final abc12"},
		{"soft hyphen, zero width", "Flücht\u00adlings\u200bhilfe", "fluchtlingshilfe"},
		{"Greek", "ΑΘΉΝΑΣ Αθήνας", "αθηνασ αθηνασ"},
		{"Cyrillic", "Ёлка Й ЇЖА за́мок", "елка й їжа замок"},
		{"Arabic", "الهِجْرَةُ مـــن إلى أوروبا", "الهجره من الي اوروبا"},
		{"Persian", "کتابی", "كتابي"},
		{"Hebrew", "שָׁלוֹם", "שלום"},
		{"Hindi keeps its marks", "प्रवासी १२", "प्रवासी 12"},
		{"Arabic digits", "٢٠٢٠", "2020"},
		{"Armenian", "ՀԱՅԱՍՏԱՆ", "հայաստան"},
		{"Amharic", "ኢትዮጵያ", "ኢትዮጵያ"},
		{"Chinese", "計程車，車", "計程 程車 車 車"},
		{"Chinese and Latin", "Uber司機2016年", "uber 司機 機 2016 年"},
		{"Japanese", "データは移民ﾃﾞｰﾀ", "デー ータ タは は移 移民 民デ デー ータ タ"},
		{"Korean", "이주민의 권리", "이주 주민 민의 의 권리 리"},
		{"Korean apart", "\u110B\u1175\u110C\u116E", "이주 주"},
		{"Thai", "แรงงาน", "แร รง งง งา าน น"},
		{"emoji and signs", "🙂 + € —", ""},
		{"not UTF-8", "a\xffb", "a b"},
		{"only marks", "\u0301\u0301", ""},
		{"too long", strings.Repeat("x", 100), strings.Repeat("x", maxLetters)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, w := range Cut(c.text) {
				got = append(got, w.Text)
			}
			if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        Query
	}{
		{"words", " open  the  door ", Query{{Words: []string{"open"}, Part: true}, {Words: []string{"the"}}, {Words: []string{"door"}, Part: true}}},
		{"phrase", `"open the" door`, Query{{Words: []string{"open", "the"}}, {Words: []string{"door"}, Part: true}}},
		{"one word exactly", `"open"`, Query{{Words: []string{"open"}}}},
		{"never closed", `"open the`, Query{{Words: []string{"open", "the"}}}},
		{"other marks", `„offene Tür“ «porte» 「開門」`, Query{{Words: []string{"offene", "tur"}}, {Words: []string{"porte"}}, {Words: []string{"開門"}}}},
		{"in brackets", `("open the")`, Query{{Words: []string{"open", "the"}}}},
		{"Hebrew abbreviation", `צה"ל`, Query{{Words: []string{"צה", "ל"}}}},
		{"symbol", "A/RES/73/195", Query{{Words: []string{"a", "res", "73", "195"}}}},
		{"Chinese", "計程車", Query{{Words: []string{"計程", "程車"}}}},
		{"one character", "車", Query{{Words: []string{"車"}, Open: true}}},
		{"ends in one character", "Uber車", Query{{Words: []string{"uber", "車"}, Open: true}}},
		{"twice", "Tür tur \"Tür\"", Query{{Words: []string{"tur"}}}},
		{"operators are words", "a AND b* NOT(c) words:d", Query{{Words: []string{"a"}}, {Words: []string{"and"}}, {Words: []string{"b"}}, {Words: []string{"not", "c"}}, {Words: []string{"words", "d"}}}},
		{"nothing", `  "" * ( - `, nil},
		{"no end of them", strings.Repeat("x ", 100), Query{{Words: []string{"x"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Parse(c.query)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		language, text, query string
		want                  int
	}{
		{"de", "Für die Klimaneutralität bis 2040", "Klimaneutralität", 1},
		{"de", "Für die Klimaneutralität bis 2040", "neutralität", 1},
		{"de", "Für die Klimaneutralität bis 2040", "NEUTRALITAT klima", 2},
		{"de-AT", "Asylverfahren", "asyl", 1},
		{"und", "Klimaneutralität", "neutral", 1},
		{"de", "Für die Klimaneutralität", `"neutralität"`, 0},
		{"de", "Klimaneutralität", "kli", 0},
		{"de", "Neutral", "utra", 0},
		{"de", "Grenzschutzabkommen", "schutz", 1},
		{"de", "Klimaneutralität", "limaneu", 0},
		{"en", "migration", "ration", 0},
		{"zh-Hant", "Metro的開通使服務內容更明確", "服務內容", 1},
		{"zh-Hant", "Metro的開通使服務內容更明確", "容", 1},
		{"zh-Hant", "Metro的開通使服務內容更明確", "確", 1},
		{"zh-Hant", "Metro的開通使服務內容更明確", "metro的開通", 1},
		{"zh-Hant", "Metro的開通使服務內容更明確", "服內", 0},
		{"ja", "移民のデータ", "データ", 1},
		{"ko", "이주민의 권리", "이주민", 1},
		{"th", "แรงงานข้ามชาติ", "ข้ามชาติ", 1},
		{"ar", "حقوق المهاجرين في أوروبا", "اوروبا المُهاجرين", 2},
		{"uk", "Їжа для мігрантів", "їжа", 1},
		{"ru", "Зелёный", "зеленый", 1},
		{"en", "the door is open", `"door is" "is door" open`, 2},
	} {
		if got := Parse(c.query).Matches([]Text{NewText(c.language, c.text)}); got != c.want {
			t.Errorf("%q in %q: %d matches, want %d", c.query, c.text, got, c.want)
		}
	}
}

// Endings find what Find finds: the index and the scan agree.
func TestEndings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-cäЖ]{1,12}`).Draw(t, "word")
		part := rapid.StringMatching(`[a-cäЖ]{1,6}`).Draw(t, "part")
		text, q := NewText("de", word), Parse(part)
		begun := false
		for _, e := range text.Endings() {
			begun = begun || q[0].Part && strings.HasPrefix(e, q[0].Words[0])
		}
		if got, want := begun || text.Words[0].Text == q[0].Words[0], q[0].Find(text) >= 0; got != want {
			t.Fatalf("%q in %q: by its endings %v, by looking %v", part, word, got, want)
		}
	})
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("viele Wörter ", 100) + "dann die Klimaneutralität. " + strings.Repeat("und mehr ", 100)
	got := Parse("neutralität").Excerpt(long, NewText("de", long))
	if !strings.Contains(got, "Klimaneutralität") || len(got) > excerptLead+excerptSize || !strings.HasPrefix(got, "…viele") && !strings.HasPrefix(got, "…Wörter") || !strings.HasSuffix(got, "…") {
		t.Errorf("excerpt %q", got)
	}
	if got := Parse("door").Excerpt("Open the door.", NewText("en", "Open the door.")); got != "Open the door." {
		t.Errorf("a short text became %q", got)
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{`"a b" c`, "計程車", `צה"ל`, "Klimaneutralität", "a\xff\"", "ﷺ", "\u0e33ำ", "e\u0301\u0301", `NEAR("a" b) * ^ AND`, "한국어 \"'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, w := range Cut(s) {
			if w.Text == "" || w.Start < 0 || w.Start >= w.End || w.End > len(s) || w.Start < last && !w.pair {
				t.Fatalf("word %+v of %q", w, s)
			}
			last = w.Start
			if strings.ContainsFunc(w.Text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) }) || !utf8.ValidString(w.Text) {
				t.Fatalf("word %q of %q holds more than letters, marks and digits", w.Text, s)
			}
		}
		text := NewText("de", s)
		q := Parse(s)
		if len(q) > maxTerms {
			t.Fatalf("%d terms", len(q))
		}
		// What is written is found by what is written, if nothing was cut off.
		if n := q.Matches([]Text{text}); n != len(q) && len(text.Words) < maxWords {
			t.Errorf("%q: %d of its own %d terms", s, n, len(q))
		}
		if utf8.ValidString(s) && !utf8.ValidString(q.Excerpt(s, text)) {
			t.Errorf("%q: excerpt %q", s, q.Excerpt(s, text))
		}
	})
}
