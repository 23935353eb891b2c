package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// A member is one of the nodes.
type member struct {
	t       *testing.T
	program string
	data    string
	env     []string

	mu      sync.Mutex
	cmd     *exec.Cmd
	log     *bytes.Buffer
	address string
}

func (n *member) up() {
	n.t.Helper()
	log := new(bytes.Buffer)
	cmd := exec.Command(n.program, "serve", "--data", n.data, "--listen", "127.0.0.1:0", "--publish-every", "200ms", "--budget-person", "0", "--origin", "together.example/log")
	cmd.Env, cmd.Stderr = n.env, log
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		cmd.Process.Kill()
		cmd.Wait()
		n.t.Fatalf("a node said %q, %v\n%s", line, err, log)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cmd, n.log, n.address = cmd, log, address
}

func (n *member) at() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.address
}

// end stops the node by a signal, and says what it made of it.
func (n *member) end(sig os.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return errors.Join(n.cmd.Process.Signal(sig), n.cmd.Wait())
}

// down stops the node as an operator does.
func (n *member) down() {
	n.t.Helper()
	if err := n.end(os.Interrupt); err != nil {
		n.t.Errorf("a node ended with %v\n%s", err, n.log)
	}
}
