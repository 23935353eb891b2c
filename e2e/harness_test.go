// Package e2e tries the program as its users would: the real binary, and
// clients, auditors and providers that others wrote.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

var program string // the binary, built once; set by TestMain alone

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if _, err := os.Stat("node_modules/graphql/package.json"); err != nil {
		fmt.Fprintln(os.Stderr, "the clients of others are not installed: run make tools, or npm ci in e2e/")
		return 1
	}
	dir, err := os.MkdirTemp("", "rapporteur-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "rapporteur")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/rapporteur").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// A server is the program, serving.
type server struct {
	url  string // http://127.0.0.1:PORT
	data string // its data folder
	cmd  *exec.Cmd
	errs output // what it logged
}

// serve starts the program on a free port, with the demo and with more
// arguments; it is stopped with the test.
func serve(t testing.TB, args ...string) *server {
	t.Helper()
	s := &server{data: filepath.Join(t.TempDir(), "data")}
	s.start(t, append([]string{"--demo"}, args...)...)
	t.Cleanup(func() { s.stop(t) })
	return s
}

// start starts the program on the server's data folder.
func (s *server) start(t testing.TB, args ...string) {
	t.Helper()
	s.cmd = exec.Command(program, append([]string{"serve", "--data", s.data, "--listen", "127.0.0.1:0", "--publish-every", "100ms"}, args...)...)
	s.cmd.Dir = t.TempDir() // no rapporteur.toml of anybody
	s.cmd.Stderr = &s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatalf("the first line is %q, %v\n%s", line, err, s.errs.String())
	}
	s.url = url
	go io.Copy(io.Discard, lines) // so that it never blocks on what it prints
}

// stop ends the program as an operator would.
func (s *server) stop(t testing.TB) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	if err := await.End(t, s.cmd, "the program"); err != nil {
		t.Errorf("the program ended with %v\n%s", err, s.errs.String())
	}
}

// token is a development token of a demo person.
func (s *server) token(t testing.TB, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, "token", "--as", name, "--data", s.data).Output()
	if err != nil {
		t.Fatalf("token --as %s: %v", name, err)
	}
	return strings.TrimSpace(string(out))
}

// node runs a script of this folder and returns what it prints. What it needs
// to know it reads from its arguments.
func node(t testing.TB, script string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s\n%s", script, err, out.String(), errs.String())
	}
	return out.String()
}

// An output is what a running program prints, to be read meanwhile.
type output struct {
	mu  sync.Mutex
	all bytes.Buffer // guarded by mu
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}
