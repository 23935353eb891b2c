package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestReasonCode(t *testing.T) {
	r, err := domain.NewReasonCode("moderation-3", "PERSONAL_DATA", " A telephone number.\r\n")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if want := `{"policy":"moderation-3","code":"PERSONAL_DATA","text":"A telephone number."}`; err != nil || string(b) != want {
		t.Errorf("got %s, %v; want %s", b, err, want)
	}
	if r.String() != "moderation-3 PERSONAL_DATA" || (domain.ReasonCode{}).String() != "" {
		t.Errorf("shown as %q", r)
	}
	tests := []struct{ policy, code, text, reason, field string }{
		{"", "PERSONAL_DATA", "x", "reason.policy", "policy"},
		{"two words", "PERSONAL_DATA", "x", "reason.policy", "policy"},
		{"p1", "", "x", "reason.code", "code"},
		{"p1", "personal", "x", "reason.code", "code"},
		{"p1", "PERSONAL DATA", "x", "reason.code", "code"},
		{"p1", "PERSONAL_DATA", " \n", "text.empty", "text"},
		{"p1", "PERSONAL_DATA", strings.Repeat("x", 4001), "text.too_long", "text"},
	}
	for _, tt := range tests {
		_, err := domain.NewReasonCode(tt.policy, tt.code, tt.text, "input", "reason")
		refused(t, err, tt.reason, "input", "reason", tt.field)
	}
}
