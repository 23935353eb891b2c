package main

import (
	"os"
	"os/exec"
	"sync"
	"testing"
)

// A member is one of the nodes.
type member struct {
	t       *testing.T
	program string
	data    string
	env     []string

	mu     sync.Mutex
	server *server
}

func (n *member) up() {
	n.t.Helper()
	cmd := exec.Command(n.program, "serve", "--data", n.data, "--listen", "127.0.0.1:0", "--publish-every", "200ms", "--budget-person", "0", "--origin", "together.example/log")
	cmd.Env = n.env
	s, err := startServer(cmd)
	if err != nil {
		n.t.Fatal(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.server = s
}

func (n *member) at() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.server.address
}

// end stops the node by a signal, and says what it made of it.
func (n *member) end(sig os.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.server.end(sig)
}

// down stops the node as an operator does.
func (n *member) down() {
	n.t.Helper()
	if err := n.end(os.Interrupt); err != nil {
		n.t.Errorf("a node ended with %v\n%s", err, &n.server.log)
	}
}
