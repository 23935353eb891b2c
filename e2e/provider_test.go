package e2e

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// A provider is an OpenID Connect provider that others wrote.
type provider struct {
	issuer string
	in     io.Writer
	out    *bufio.Reader
	errs   output
}

// provide starts a provider that ends with the test.
func provide(t *testing.T) *provider {
	t.Helper()
	p := &provider{}
	cmd := exec.Command("node", "provider.mjs")
	cmd.Stderr = &p.errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		defer stuck.Stop()
		in.Close() // it ends then
		if err := await.End(t, cmd, "the provider"); err != nil {
			t.Errorf("the provider ended with %v\n%s", err, p.errs.String())
		}
	})
	p.in, p.out = in, bufio.NewReader(out)
	p.issuer = p.line(t)
	return p
}

// ask has the provider do something, and returns what came of it.
func (p *provider) ask(t *testing.T, what string) string {
	t.Helper()
	if _, err := io.WriteString(p.in, what+"\n"); err != nil {
		t.Fatal(err)
	}
	return p.line(t)
}

func (p *provider) line(t *testing.T) string {
	t.Helper()
	line, err := p.out.ReadString('\n')
	line = strings.TrimSpace(line)
	if err != nil || line == "" || strings.HasPrefix(line, "failed") {
		t.Fatalf("the provider says %q, %v\n%s", line, err, p.errs.String())
	}
	return line
}

// serveFor starts the program for the provider's people, without the demo. The
// provider's program is the first officer.
func serveFor(t *testing.T, p *provider, args ...string) *server {
	t.Helper()
	s := &server{data: filepath.Join(t.TempDir(), "data")}
	s.start(t, append([]string{"--issuer", p.issuer, "--admin", p.issuer + "|machine", "--client-id", "portal"}, args...)...)
	t.Cleanup(func() { s.stop(t) })
	if got := p.ask(t, "tell "+s.url+"/logout/backchannel"); got != "ok" {
		t.Fatal(got)
	}
	return s
}

// whois asks who the bearer of token is: their id, or the code of the error.
func (s *server) whois(t *testing.T, token string) (id, code string) {
	t.Helper()
	var got struct {
		Data   struct{ Viewer *struct{ ID string } }
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(s.post(t, token, `{"query":"{ viewer { id } }"}`), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Errors) > 0 {
		return "", got.Errors[0].Extensions.Code
	}
	if got.Data.Viewer == nil {
		return "", "nobody"
	}
	return got.Data.Viewer.ID, ""
}

// plan plans a consultation, which the secretariat may.
func (s *server) plan(t *testing.T, token string) {
	t.Helper()
	body := s.post(t, token, `{"query":"mutation { planConsultation(input: {idempotencyKey: \"provider-consultation-1\", title: {language: \"en\", value: \"A call\"}, symbol: \"C-1\"}) { consultation { id } userErrors { code } } }"}`)
	if !bytes.Contains(body, []byte(`"userErrors":[]`)) {
		t.Fatalf("it may not plan: %s", body)
	}
}

func (s *server) post(t *testing.T, token, body string) []byte {
	t.Helper()
	text, err := io.ReadAll(s.request(t, token, body, "application/json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// stream opens a stream of server-sent events, and returns what it sends.
func (s *server) stream(t *testing.T, token, document string) io.Reader {
	t.Helper()
	return s.request(t, token, `{"query":"`+document+`"}`, "text/event-stream")
}

func (s *server) request(t *testing.T, token, body, accept string) io.Reader {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res.Body
}

// claims are what a token says, whoever signed it.
func claims(t *testing.T, token string) (c struct{ Jti, Sid, Sub string }) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("no token: %s", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestProvider: tokens of a provider that others wrote open what they should,
// whether a program has them or a person, and nothing else does.
func TestProvider(t *testing.T) {
	p := provide(t)
	s := serveFor(t, p)
	machine, person := p.ask(t, "machine rapporteur"), p.ask(t, "person rapporteur")
	officer, code := s.whois(t, machine)
	if officer == "" {
		t.Fatalf("the program is nobody: %s\n%s", code, s.errs.String())
	}
	ann, code := s.whois(t, person)
	if ann == "" || ann == officer {
		t.Fatalf("ann is %q, %s", ann, code)
	}
	s.plan(t, machine) // as the first officer

	for name, token := range map[string]string{
		"for another":                  p.ask(t, "machine other"),
		"of another provider":          provide(t).ask(t, "machine rapporteur"),
		"a development token":          s.token(t, "machine"),
		"with another's signature":     machine[:strings.LastIndexByte(machine, '.')] + person[strings.LastIndexByte(person, '.'):],
		"without a signature":          machine[:strings.LastIndexByte(machine, '.')+1],
		"that names the key of no one": strings.Replace(machine, machine[:strings.IndexByte(machine, '.')], base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"at+jwt","kid":"junk"}`)), 1),
	} {
		if id, code := s.whois(t, token); id != "" || code != "UNAUTHENTICATED" {
			t.Errorf("a token %s: %q, %s", name, id, code)
		}
	}
	if text := s.errs.String(); strings.Contains(text, machine[:20]) || strings.Contains(text, claims(t, person).Jti) {
		t.Errorf("it logged a token: %s", text)
	}
}

// TestProviderRotates its key, and withdraws the old one at once: a token of the
// new one is accepted as soon as the rules on asking allow, and then none of the
// old one.
func TestProviderRotates(t *testing.T) {
	p := provide(t)
	s := serveFor(t, p)
	before := p.ask(t, "machine rapporteur")
	id, code := s.whois(t, before)
	if id == "" {
		t.Fatal(code)
	}
	p.ask(t, "rotate")
	after := p.ask(t, "machine rapporteur")
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for begun := time.Now(); ; <-again.C {
		got, _ := s.whois(t, after)
		if got == id {
			break
		}
		if time.Since(begun) > 15*time.Second {
			t.Fatalf("not accepted after %s: %q\n%s", time.Since(begun), got, s.errs.String())
		}
	}
	if got, code := s.whois(t, before); code != "UNAUTHENTICATED" {
		t.Errorf("the old key's: %q, %s", got, code)
	}
}

// TestProviderLogsOut: when ann signs out at the provider, it tells the program,
// which refuses the tokens of her session from then on, and ends its streams.
func TestProviderLogsOut(t *testing.T) {
	p := provide(t)
	s := serveFor(t, p)
	first := p.ask(t, "person rapporteur")
	if id, code := s.whois(t, first); id == "" {
		t.Fatal(code)
	}
	if claims(t, first).Sid == "" {
		t.Fatal("the token names no session")
	}
	stream := s.stream(t, first, "subscription { consultationChanged { index change } }")
	if got := p.ask(t, "leave"); got != "portal ok" {
		t.Fatalf("leaving: %s\n%s", got, s.errs.String())
	}
	if id, code := s.whois(t, first); code != "UNAUTHENTICATED" {
		t.Errorf("after she left: %q, %s", id, code)
	}
	s.plan(t, p.ask(t, "machine rapporteur"))
	sent, err := io.ReadAll(stream)
	if err != nil || !bytes.Contains(sent, []byte("UNAUTHENTICATED")) || bytes.Contains(sent, []byte("consultation.planned")) {
		t.Errorf("her stream: %s, %v", sent, err)
	}
	again := p.ask(t, "person rapporteur")
	if claims(t, again).Sid == claims(t, first).Sid {
		t.Fatal("the provider uses a session again")
	}
	if id, code := s.whois(t, again); id == "" {
		t.Errorf("signed in again: %s", code)
	}
	if id, code := s.whois(t, p.ask(t, "machine rapporteur")); id == "" {
		t.Errorf("somebody else: %s", code)
	}
}

// TestRevokedWhileServing: an operator's command is heeded within a second.
func TestRevokedWhileServing(t *testing.T) {
	p := provide(t)
	s := serveFor(t, p)
	one, other := p.ask(t, "machine rapporteur"), p.ask(t, "machine rapporteur")
	for _, token := range []string{one, other} {
		if id, code := s.whois(t, token); id == "" {
			t.Fatal(code)
		}
	}
	out, err := exec.CommandContext(t.Context(), program, "token", "revoke", "--data", s.data, "--issuer", p.issuer, "--jti", claims(t, one).Jti).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for begun := time.Now(); ; <-again.C {
		if _, code := s.whois(t, one); code == "UNAUTHENTICATED" {
			break
		}
		if time.Since(begun) > time.Second {
			t.Fatal("still accepted after a second")
		}
	}
	if id, code := s.whois(t, other); id == "" {
		t.Errorf("another token of the same: %s", code)
	}
}
