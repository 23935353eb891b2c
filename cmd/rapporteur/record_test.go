package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// servers starts a cluster, and returns it and the environment that names it.
func servers(t *testing.T) (*esdbtest.Cluster, []string) {
	t.Helper()
	c := esdbtest.Start(t, esdbtest.Config{Nodes: 3, Lag: 4, Accounts: map[string]string{"rapporteur": "geheim", "admin": "changeit"}, Admins: []string{"admin"}})
	return c, append(os.Environ(), "RAPPORTEUR_ESDB="+c.URL("rapporteur"))
}

// A tried is the program, tried on a data folder with an environment.
type tried struct {
	*testing.T
	kill
	env []string
}

func try(t *testing.T, env []string) *tried {
	t.Helper()
	p := &tried{T: t, env: env, kill: kill{t: t, data: filepath.Join(t.TempDir(), "data"), program: filepath.Join(t.TempDir(), "rapporteur")}}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, p.program); err != nil {
		t.Fatal(err)
	}
	return p
}

// serve starts the server.
func (p *tried) serve(args ...string) *server {
	p.Helper()
	p.args = args
	return p.upIn(p.env)
}

// run runs the program to its end, and wants an exit code.
func (p *tried) run(code int, args ...string) string {
	p.Helper()
	cmd := exec.CommandContext(p.Context(), p.program, append(args, "--data", p.data)...)
	cmd.Env, cmd.Dir = p.env, p.TempDir()
	out, err := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		p.Errorf("%v ended with %d, %v; want %d\n%s", args, got, err, code, out)
	}
	if strings.Contains(string(out), "geheim") {
		p.Errorf("%v tells the password:\n%s", args, out)
	}
	return string(out)
}

func ended(t *testing.T, s *server, sig os.Signal) {
	t.Helper()
	if err := s.end(sig); sig == os.Interrupt && err != nil {
		t.Errorf("the server ended with %v\n%s", err, &s.log)
	}
}

// query sends a request that the README says to paste, and returns the answer.
func query(t *testing.T, address string, n int) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	body := regexp.MustCompile(`(?s) -d '(.*?)'`).FindAllSubmatch(text, -1)[n-1][1]
	res, err := http.Post(address+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestServers has the real program keep its record on servers: the demo is
// recorded, the README's query answered, the program killed and a leader moved,
// and all agrees afterwards.
func TestServers(t *testing.T) {
	cluster, env := servers(t)
	p := try(t, env)
	s := p.serve("--demo")
	before := awaitAnswer(t, s.address)
	ended(t, s, os.Kill)
	cluster.Move()
	if _, err := os.Stat(filepath.Join(p.data, eventsFile)); err == nil {
		t.Error("there are events in the data folder")
	}
	s = p.serve("--demo")
	if after := awaitAnswer(t, s.address); after != before {
		t.Errorf("after it was killed it answers\n%s\nand before\n%s", after, before)
	}
	ended(t, s, os.Interrupt)
	p.run(yes, "replay", "--verify")
	bundle := filepath.Join(t.TempDir(), "bundle")
	p.run(yes, "export", "--out", bundle)
	vkey := strings.TrimSpace(p.run(yes, "keys", "vkey"))
	check := exec.CommandContext(t.Context(), p.program, "verify", "bundle", bundle, "--key", vkey)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("verify bundle: %v\n%s", err, out)
	}
}

// awaitAnswer asks the README's query until the read models are there.
func awaitAnswer(t *testing.T, address string) string {
	t.Helper()
	awaitReady(t, address, true)
	return answered(t, address)
}

// awaitReady waits until a node is well, or until it is not.
func awaitReady(t *testing.T, address string, well bool) {
	t.Helper()
	ctx := await.Context(t, "/readyz")
	for (ready(t, address).Status == isOK) != well {
		if ctx.Err() != nil {
			t.Fatalf("/readyz still says %+v", ready(t, address))
		}
	}
}

// answered returns the data of what answers the README's query.
func answered(t *testing.T, address string) string {
	t.Helper()
	out := query(t, address, 1)
	if !strings.Contains(out, "Geneva") && !strings.Contains(out, "New York") || strings.Contains(out, `"errors"`) {
		t.Fatalf("the README's query is answered by %s", out)
	}
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	return string(answer.Data) // and not how much is recorded: the timers act meanwhile
}

func ready(t *testing.T, address string) (is readiness) {
	t.Helper()
	res, err := http.Get(address + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&is); err != nil {
		t.Fatal(err)
	}
	return is
}

// codeOf returns the code of a mutation's error, or none.
func codeOf(t *testing.T, address, token, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	for _, e := range answer.Errors {
		return e.Extensions.Code
	}
	return ""
}

// TestOneRecordOnePlace refuses to go on in one place with what was begun in
// another, to begin without the keys, and what cannot be a connection string.
func TestOneRecordOnePlace(t *testing.T) {
	_, env := servers(t)
	here := try(t, os.Environ())
	s := here.serve()
	ended(t, s, os.Interrupt)
	here.env = env
	if out := here.run(unknown, "serve"); !strings.Contains(out, "events.db") {
		t.Errorf("over a record that is here: %s", out)
	}
	there := try(t, env)
	s = there.serve("--demo")
	awaitAnswer(t, s.address)
	ended(t, s, os.Interrupt)
	there.env = os.Environ()
	if out := there.run(unknown, "serve"); !strings.Contains(out, "--esdb") {
		t.Errorf("without the servers: %s", out)
	}
	stranger := try(t, env)
	for range 2 { // the keys that it would have made are gone again
		if out := stranger.run(unknown, "serve"); !strings.Contains(out, "no keys") {
			t.Errorf("with other keys: %s", out)
		}
	}
	for _, url := range []string{"esdb://app:geheim@db.example:2113?tls=false", "esdb://app:geheim@db.example:2113?colour=red", "esdb://app:ge%heim@x", "app:geheim"} {
		there.env = append(os.Environ(), "RAPPORTEUR_ESDB="+url)
		if out := there.run(misused, "serve"); !strings.Contains(out, "--esdb") || strings.Contains(out, "heim") {
			t.Errorf("%s: %s", url, out)
		}
	}
	there.env = append(os.Environ(), "RAPPORTEUR_ESDB_NAME=a:b", "RAPPORTEUR_ESDB=esdb://localhost:2113?tls=false")
	if out := there.run(misused, "replay"); !strings.Contains(out, "--esdb-name") {
		t.Errorf("a name with a colon: %s", out)
	}
}
