package graph_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// signedIn opens a stream as i and returns its lines, until it ends.
func signedIn(t *testing.T, tr *trial.Trial, i auth.Identity, document string) *bufio.Scanner {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		tr.API.ServeHTTP(w, req.WithContext(auth.With(req.Context(), i)))
	}))
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(`{"query":"`+document+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return bufio.NewScanner(res.Body)
}

// rest reads what a stream still sends.
func rest(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	var b strings.Builder
	for lines.Scan() {
		b.WriteString(lines.Text() + "\n")
	}
	if err := lines.Err(); err != nil && err != io.ErrUnexpectedEOF {
		t.Fatal(err)
	}
	return b.String()
}

const changes = `subscription { submissionChanged { index submission { id } } }`

// TestStreamEndsWithItsToken, though nothing happens.
func TestStreamEndsWithItsToken(t *testing.T) {
	tr := trial.New(t)
	i := auth.Identity{Issuer: auth.DevName, Subject: "ngo", Expires: tr.Now().Add(200 * time.Millisecond)}
	if got := rest(t, signedIn(t, tr, i, changes)); strings.Contains(got, "index") {
		t.Errorf("it sent %s", got)
	}
}

// TestExpiredTokenOpensNoStream, where the leeway that a query gets would have
// it open one that ends at once.
func TestExpiredTokenOpensNoStream(t *testing.T) {
	tr := trial.New(t)
	i := auth.Identity{Issuer: auth.DevName, Subject: "ngo", Expires: tr.Now().Add(-time.Second)}
	if got := rest(t, signedIn(t, tr, i, changes)); !strings.Contains(got, "UNAUTHENTICATED") {
		t.Errorf("it sent %s", got)
	}
}

// TestNothingIsSentOnceATokenHasEnded: each event asks again.
func TestNothingIsSentOnceATokenHasEnded(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("A call")
	submit := func() string {
		id, _ := send(tr, "ngo", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "No."}`).Get("do", "submission", "id").(string)
		send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`)
		return id
	}
	before := submit()
	lines := signedIn(t, tr, auth.Identity{Issuer: auth.DevName, Subject: "secretariat", Expires: tr.Now().Add(time.Hour)},
		`subscription { submissionChanged(after: \"0\") { index submission { id } } }`)
	for lines.Scan() && !strings.Contains(lines.Text(), before) {
	}
	tr.Wait(time.Hour)
	after := submit()
	if got := rest(t, lines); strings.Contains(got, after) {
		t.Errorf("it sent %s", got)
	}
}
