package domain_test

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestParseQuantifier(t *testing.T) {
	for _, s := range []string{"ONE", "SOME", "SEVERAL", "MANY", "MOST", "ALL"} {
		if q, err := domain.ParseQuantifier(s); err != nil || string(q) != s {
			t.Errorf("%s: got %q, %v", s, q, err)
		}
	}
	for _, s := range []string{"", "one", " ONE", "FEW", "3", "SEVERALL"} {
		_, err := domain.ParseQuantifier(s, "input", "quantifier")
		refused(t, err, "quantifier.unknown", "input", "quantifier")
	}
	if len(domain.Quantifiers) != 6 {
		t.Errorf("got %d quantifiers", len(domain.Quantifiers))
	}
}

func TestParseAttribution(t *testing.T) {
	for _, s := range []string{"NAMED", "CATEGORY", "UNATTRIBUTED"} {
		if a, err := domain.ParseAttribution(s); err != nil || string(a) != s {
			t.Errorf("%s: got %q, %v", s, a, err)
		}
	}
	for _, s := range []string{"", "named", "ANONYMOUS"} {
		_, err := domain.ParseAttribution(s, "input", "attribution")
		refused(t, err, "attribution.unknown", "input", "attribution")
	}
}
