package e2e

import (
	"encoding/json"
	"testing"
)

// audits is how many of them the release of graphql-http has that is installed:
// with fewer, something was left out.
const audits = 61

// TestAudits passes everything that graphql-http asks of a server, also what it
// only recommends.
func TestAudits(t *testing.T) {
	s := serve(t)
	var got []struct{ ID, Name, Status, Reason string }
	if err := json.Unmarshal([]byte(node(t, "audits.mjs", s.url+"/graphql")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != audits {
		t.Errorf("%d audits were made, want %d", len(got), audits)
	}
	for _, a := range got {
		if a.Status != "ok" {
			t.Errorf("%s %s: %s: %s", a.ID, a.Name, a.Status, a.Reason)
		}
	}
}
