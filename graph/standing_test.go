package graph_test

import (
	"bufio"
	"context"
	"crypto"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// signedIn opens a stream as i and returns its lines, until it ends.
func signedIn(t *testing.T, tr *trial.Trial, i auth.Identity, document string) *bufio.Scanner {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		tr.API.ServeHTTP(w, req.WithContext(auth.With(req.Context(), i)))
	}))
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	ctx := await.Context(t, "a stream to end, or to send what is waited for")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL, strings.NewReader(`{"query":"`+document+`"}`))
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
		t.Fatalf("the stream did not end by itself: %v; it sent %s", err, b.String())
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

// TestNothingIsSentOnceATokenIsRevoked, and a new stream by it is not opened.
func TestNothingIsSentOnceATokenIsRevoked(t *testing.T) {
	tr := trial.New(t)
	store, err := memory.OpenRevocations("", tr.Now)
	if err != nil {
		t.Fatal(err)
	}
	tr.Verify.Revoker = &auth.Revoker{Store: store, Now: tr.Now}
	tr.Officer("secretariat")
	call := tr.Call("A call")
	submit := func() string {
		id, _ := send(tr, "ngo", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "No."}`).Get("do", "submission", "id").(string)
		send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`)
		return id
	}
	before := submit()
	i := auth.Identity{Issuer: auth.DevName, Subject: "secretariat", TokenID: "t-1", Expires: tr.Now().Add(time.Hour)}
	lines := signedIn(t, tr, i, `subscription { submissionChanged(after: \"0\") { index submission { id } } }`)
	for lines.Scan() && !strings.Contains(lines.Text(), before) {
	}
	if err := tr.Verify.Revoker.RevokeToken(t.Context(), i.Issuer, i.TokenID); err != nil {
		t.Fatal(err)
	}
	after := submit()
	if got := rest(t, lines); strings.Contains(got, after) || !strings.Contains(got, "UNAUTHENTICATED") {
		t.Errorf("it sent %s", got)
	}
	if got := rest(t, signedIn(t, tr, i, changes)); !strings.Contains(got, "UNAUTHENTICATED") {
		t.Errorf("opened again, it sent %s", got)
	}
}

// TestNothingIsDoneOnceATokenIsRevoked: a WebSocket is signed in once, and what
// is asked for on it later is asked for by a token that was taken back.
func TestNothingIsDoneOnceATokenIsRevoked(t *testing.T) {
	tr := trial.New(t)
	store, err := memory.OpenRevocations("", tr.Now)
	if err != nil {
		t.Fatal(err)
	}
	tr.Verify.Revoker = &auth.Revoker{Store: store, Now: tr.Now}
	i := auth.Identity{Issuer: auth.DevName, Subject: "ngo", TokenID: "t-1", Expires: tr.Now().Add(time.Hour)}
	ask := func(document string) string {
		req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+document+`"}`))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		tr.API.ServeHTTP(w, req.WithContext(auth.With(req.Context(), i)))
		return w.Body.String()
	}
	documents := []string{
		`{ viewer { person { id } } }`,
		`mutation { withdrawSubmission(input: {id: \"sub_x\", idempotencyKey: \"0123456789abcdef\"}) { userErrors { code } } }`,
	}
	for _, d := range documents {
		if got := ask(d); strings.Contains(got, "UNAUTHENTICATED") {
			t.Errorf("%s: answered %s before", d, got)
		}
	}
	if err := tr.Verify.Revoker.RevokeToken(t.Context(), i.Issuer, i.TokenID); err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if got := ask(d); !strings.Contains(got, `"UNAUTHENTICATED"`) || strings.Contains(got, "data") {
			t.Errorf("%s: answered %s", d, got)
		}
	}
}

// away are the keys of an issuer that cannot be reached.
type away struct{}

func (away) Key(context.Context, string) (crypto.PublicKey, string, error) {
	return nil, "", errors.New("connection refused")
}

// TestRefusedAndUnverifiable: a token that is not good is always answered alike,
// and one of which nobody knows is no fault of its bearer's.
func TestRefusedAndUnverifiable(t *testing.T) {
	tr := trial.New(t)
	dev, err := auth.OpenDevIssuer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	token, err := dev.Token("ngo", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(v *auth.Verifier, token string) string {
		req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ viewer { id } }"}`))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		auth.Middleware(v, tr.API).ServeHTTP(w, req)
		return w.Body.String()
	}
	good := &auth.Verifier{Issuers: dev.Issuers("")}
	refused := ask(good, "x")
	if !strings.Contains(refused, `"UNAUTHENTICATED"`) {
		t.Errorf("answered %s", refused)
	}
	for _, bad := range []string{"", token + "A", strings.Repeat("a", 9000), token[:strings.LastIndexByte(token, '.')+1]} {
		if got := ask(good, bad); got != refused {
			t.Errorf("answered %s, and another %s", got, refused)
		}
	}
	if got := ask(&auth.Verifier{Issuers: map[string]auth.Issuer{auth.DevName: {Keys: away{}}}}, token); !strings.Contains(got, `"UNAVAILABLE"`) || strings.Contains(got, "connection") {
		t.Errorf("answered %s", got)
	}
}
