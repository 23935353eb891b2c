package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this binary as rapporteur.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rapporteur": func() { letJudge(); main() }})
}

// TestScripts runs the program as its users do. Beside testscript's own
// commands there are:
//
//	status CODE PROGRAM ARG...  runs a program that must end with CODE
//	up ARG...                   starts rapporteur serve; $URL is where it listens
//	down                        interrupts it; it must end with code 0; its log is stderr
//	get CODE PATH               asks it, and wants CODE; the body is stdout
//	await CODE PATH [TEXT]      asks it until it answers with CODE, and TEXT in the body
//	post NAME FILE              sends it FILE as NAME, or as nobody; the answer is stdout
//
// The n-th request in the README is in readme-n.json.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Values[running] = &beside{}
			return pasted(e.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "up": up, "down": down, "get": get, "await": awaitCode, "post": post,
		},
	})
}

// running is the key of a script's server.
const running = "server"

// beside holds the server that runs beside a script, if one does.
type beside struct{ server *server }

func (b *beside) end() error {
	if b.server == nil {
		return nil
	}
	err := b.server.end(os.Interrupt)
	b.server = nil
	return err
}

func program(ts *testscript.TestScript, args []string) *exec.Cmd {
	c := exec.CommandContext(context.Background(), args[0], args[1:]...)
	c.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "RAPPORTEUR_DATA", "RAPPORTEUR_LISTEN", "RAPPORTEUR_CONFIG", "RAPPORTEUR_KEY"} {
		if v := ts.Getenv(name); v != "" {
			c.Env = append(c.Env, name+"="+v)
		}
	}
	return c
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	c := program(ts, args[1:])
	c.Stdout, c.Stderr = ts.Stdout(), ts.Stderr()
	if err := c.Run(); err != nil && c.ProcessState == nil {
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got := c.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func up(ts *testscript.TestScript, neg bool, args []string) {
	b := ts.Value(running).(*beside)
	if neg || b.server != nil {
		ts.Fatalf("usage: up ARG..., while none is up")
	}
	s, err := startServer(program(ts, append([]string{"rapporteur", "serve"}, args...)))
	ts.Check(err)
	b.server = s
	ts.Defer(func() { b.end() })
	ts.Setenv("URL", s.address)
}

func down(ts *testscript.TestScript, neg bool, args []string) {
	b := ts.Value(running).(*beside)
	if neg || len(args) > 0 || b.server == nil {
		ts.Fatalf("usage: down, while one is up")
	}
	log := &b.server.log
	err := b.end()
	if _, err := ts.Stderr().Write(log.Bytes()); err != nil {
		ts.Fatalf("%v", err)
	}
	ts.Check(err)
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get CODE PATH")
	}
	code, body := ask(ts, args[1])
	if _, err := ts.Stdout().Write(body); err != nil {
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("%s: status %s, want %s", args[1], code, args[0])
	}
}

func awaitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: await CODE PATH [TEXT]")
	}
	text := ""
	if len(args) == 3 {
		text = args[2]
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for range 1000 {
		code, body := ask(ts, args[1])
		if code == args[0] && strings.Contains(string(body), text) {
			_, err := ts.Stdout().Write(body)
			ts.Check(err)
			return
		}
		<-again.C
	}
	ts.Fatalf("%s: never answered %s", args[1], args[0])
}

// ask returns what the script's server answers to a GET.
func ask(ts *testscript.TestScript, path string) (code string, body []byte) {
	req, err := http.NewRequest(http.MethodGet, ts.Getenv("URL")+path, nil)
	ts.Check(err)
	return do(ts, req)
}

func do(ts *testscript.TestScript, req *http.Request) (code string, body []byte) {
	client := http.Client{Timeout: 20 * time.Second}
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	ts.Check(err)
	return strconv.Itoa(res.StatusCode), body
}

func post(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: post NAME FILE")
	}
	req, err := http.NewRequest(http.MethodPost, ts.Getenv("URL")+"/graphql", strings.NewReader(ts.ReadFile(args[1])))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	if args[0] != "" {
		c := program(ts, []string{"rapporteur", "token", "--as", args[0]})
		token, err := c.Output()
		ts.Check(err)
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	_, body := do(ts, req)
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
}

// pasted writes the requests that the README says to paste into dir.
func pasted(dir string) error {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		return err
	}
	found := regexp.MustCompile(`(?s) -d '(.*?)'`).FindAllSubmatch(text, -1)
	if len(found) == 0 {
		return errors.New("the README has nothing to paste")
	}
	for i, m := range found {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("readme-%d.json", i+1)), m[1], 0o600); err != nil {
			return err
		}
	}
	return nil
}
