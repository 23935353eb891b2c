package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestMandateRef(t *testing.T) {
	tests := []struct{ symbol, paragraph, shown string }{
		{"A/RES/73/195", "44", "A/RES/73/195 para. 44"},
		{"A/RES/73/326", "", "A/RES/73/326"},
		{" A/75/542 ", " 16 (d) ", "A/75/542 para. 16 (d)"},
		{"S/RES/1325 (2000)", "8(a)", "S/RES/1325 (2000) para. 8(a)"},
		{"S/RES/1325(2000)", "", "S/RES/1325(2000)"},
		{"E/CN.4/Sub.2/1995/20/Add.1", "12-14", "E/CN.4/Sub.2/1995/20/Add.1 para. 12-14"},
		{"A/C.3/73/L.4/Rev.1*", "PP 3", "A/C.3/73/L.4/Rev.1* para. PP 3"},
		{"ST/SGB/2003/13", "3 (b) (i)", "ST/SGB/2003/13 para. 3 (b) (i)"},
		{"A/AC.96/1190", "9 bis", "A/AC.96/1190 para. 9 bis"},
	}
	for _, tt := range tests {
		m, err := domain.NewMandateRef(tt.symbol, tt.paragraph)
		if err != nil || m.String() != tt.shown {
			t.Errorf("%q %q: got %q, %v", tt.symbol, tt.paragraph, m, err)
		}
	}
	for _, s := range []string{"", " ", "A", "a/res/73/195", "A//195", "A/RES/73/195/", "/A/RES", "A/RES/73\n/195", "A RES 73 195",
		"A/RES/73/195 para. 44", "A/RES/73/<b>", "A/" + strings.Repeat("9", 63)} {
		_, err := domain.NewMandateRef(s, "44", "input", "mandate")
		refused(t, err, "mandate.symbol", "input", "mandate", "symbol")
	}
	for _, p := range []string{"para. 44", "paragraph 44", "forty-four", "12345", "44 (", "(a)", "44-", "44\n45", "44, 45"} {
		_, err := domain.NewMandateRef("A/RES/73/195", p, "input", "mandate")
		refused(t, err, "mandate.paragraph", "input", "mandate", "paragraph")
	}
}

func TestMandateRefOnTheWire(t *testing.T) {
	for want, m := range map[string]domain.MandateRef{
		`{"symbol":"A/RES/73/195","paragraph":"44"}`: {Symbol: "A/RES/73/195", Paragraph: "44"},
		`{"symbol":"A/75/542"}`:                      {Symbol: "A/75/542"},
	} {
		var back domain.MandateRef
		if b, err := json.Marshal(m); err != nil || string(b) != want || json.Unmarshal(b, &back) != nil || back != m {
			t.Errorf("got %s, back %v, %v; want %s", b, back, err, want)
		}
	}
}

func FuzzNewMandateRef(f *testing.F) {
	f.Add("A/RES/73/195", "44")
	f.Add("S/RES/1325 (2000)", "8 (a)")
	f.Fuzz(func(t *testing.T, symbol, paragraph string) {
		m, err := domain.NewMandateRef(symbol, paragraph)
		if err != nil {
			return
		}
		again, err := domain.NewMandateRef(m.Symbol, m.Paragraph)
		if err != nil || again != m || strings.ContainsAny(m.String(), "\n\r\t<>\"'") {
			t.Fatalf("%q %q: got %q, again %q, %v", symbol, paragraph, m, again, err)
		}
	})
}
