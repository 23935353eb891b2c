package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// TestMinIndex reads one's own writes: an index that is there is served, one
// that does not come in time is STALE with what there is, and none is made up.
func TestMinIndex(t *testing.T) {
	t.Parallel()
	tr := trial.New(t)
	tr.Officer("secretariat")
	ask := func(header string) string {
		req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ consultations(first: 1) { nodes { id } } }"}`))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Rapporteur-Min-Index", header)
		w := httptest.NewRecorder()
		tr.API.ServeHTTP(w, req)
		return w.Body.String()
	}
	for header, want := range map[string]string{
		"0":      `"consultations":{"nodes":[]}`,
		"999999": `"code":"STALE"`,
		"-1":     `"code":"BAD_USER_INPUT"`,
		"soon":   `"code":"BAD_USER_INPUT"`,
	} {
		if got := ask(header); !strings.Contains(got, want) {
			t.Errorf("Rapporteur-Min-Index %s: got %s, want %s", header, got, want)
		}
	}
	if got := ask("999999"); !strings.Contains(got, `"want":"999999"`) || !strings.Contains(got, `"have":"`) || !strings.Contains(got, `"retryAfter":1`) {
		t.Errorf("STALE says %s", got)
	}
}
