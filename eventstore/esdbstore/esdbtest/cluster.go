// Package esdbtest is a cluster that speaks the EventStoreDB protocol, for tests.
//
// It is not a database: it holds its log in memory. It answers over real gRPC
// on loopback as a server does, with the interfaces that the client itself
// exports, and keeps to what is documented of servers where our adapter must
// rely on it or survive it. TestBehaviours names each such behaviour.
//
// All nodes share one log, so that what a leader has acknowledged is never
// lost; a follower may lag behind it. Nodes can be killed and started again,
// leaders moved, answers lost, and an administrator can do to the log what
// administrators can do.
package esdbtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/port"
)

// A Config says what cluster there is. Its zero value is one node without TLS.
type Config struct {
	Nodes    int               // default 1; from two on, clients find the leader by gossip
	Accounts map[string]string // passwords by name; if there are any, the nodes speak TLS
	Admins   []string          // those of Accounts that may do everything
	Shipped  bool              // the access list that servers are shipped with: everybody may delete, and write metadata
	Deletes  bool              // everybody may delete, and nobody write metadata
	Forgets  bool              // a repeat is at the wrong version: whoever sends it has to look what stands there
	Insecure bool              // nobody is asked who they are and what they may, as with --insecure
	Lag      int               // how many of the newest events a follower does not have yet
	Version  string            // of the server, in three parts; default 24.2.0
}

// A Cluster is running. It is safe for concurrent use.
type Cluster struct {
	config Config // set once
	log    *log   // set once; guards itself
	tls    *identity
	nodes  []*node // set once

	mu     sync.Mutex
	leader int
	fault  Fault
	faults int // how many befell so far, so that they come in every kind
	writes int // appends that reached a leader and would store
	hidden int // reads of streams that do not show the newest event yet
}

// A Fault is what befalls one append that would store events: whether they are
// stored and, apart from that, whether its answer is an error.
type Fault func() (stored bool, err error)

// Start starts a cluster; it is stopped with the test.
func Start(t testing.TB, c Config) *Cluster {
	t.Helper()
	c.Nodes = max(c.Nodes, 1)
	if c.Version == "" {
		c.Version = "24.2.0"
	}
	s := &Cluster{config: c, log: newLog()}
	if len(c.Accounts) > 0 {
		id, err := newIdentity(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		s.tls = id
	}
	for n := range c.Nodes {
		at, err := port.Hold() // while the node is down too
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := at.Close(); err != nil {
				t.Error(err)
			}
		})
		s.nodes = append(s.nodes, &node{cluster: s, index: n, address: at.Address})
	}
	t.Cleanup(s.stop)
	for _, n := range s.nodes {
		if err := n.up(); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (c *Cluster) stop() {
	for _, n := range c.nodes {
		n.down()
	}
}

// URL is the connection string of a client without an account, or with the one
// named.
func (c *Cluster) URL(account ...string) string {
	hosts := make([]string, len(c.nodes))
	for i, n := range c.nodes {
		hosts[i] = n.address
	}
	user, query := "", "?tls=false"
	if c.tls != nil {
		query = "?tls=true&tlsCaFile=" + c.tls.caFile
	}
	for _, name := range account {
		user = fmt.Sprintf("%s:%s@", name, c.config.Accounts[name])
	}
	return "esdb://" + user + strings.Join(hosts, ",") + query
}

// Leader returns which node leads.
func (c *Cluster) Leader() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leader
}

// Move makes the next node that is up the leader. If there is none, the leader
// stays.
func (c *Cluster) Move() {
	c.keep()
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := 1; i < len(c.nodes); i++ {
		if n := (c.leader + i) % len(c.nodes); c.nodes[n].running() {
			c.leader = n
			return
		}
	}
}

// keep has the leader note that it has everything.
func (c *Cluster) keep() {
	n := c.nodes[c.Leader()]
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	n.has = c.log.next
}

// Kill ends a node at once, with all its connections. If it led, another one
// that is up leads.
func (c *Cluster) Kill(n int) {
	c.nodes[n].down()
	if c.Leader() == n {
		c.Move()
	}
}

// Restart starts a killed node on its old address.
func (c *Cluster) Restart(t testing.TB, n int) {
	t.Helper()
	if err := c.nodes[n].up(); err != nil {
		t.Fatal(err)
	}
}

// Freeze makes a node accept calls and never answer them, until Thaw.
func (c *Cluster) Freeze(n int) { c.nodes[n].freeze() }

// Thaw ends a Freeze.
func (c *Cluster) Thaw(n int) { c.nodes[n].thaw() }

// Cut drops all connections of a node, which stays up.
func (c *Cluster) Cut(n int) { c.nodes[n].cut() }

// Befall sets what befalls appends from now on; nil is nothing.
func (c *Cluster) Befall(f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = f
}

// Writes returns how many appends reached a leader and were new to it.
func (c *Cluster) Writes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes
}

// Up starts a node that is down, on its old address; one that is up stays.
func (c *Cluster) Up(n int) error {
	if c.nodes[n].running() {
		return nil
	}
	return c.nodes[n].up()
}

// Hide has the next reads of streams not show the newest event: it is on the
// leader, and not on enough servers yet.
func (c *Cluster) Hide(reads int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hidden = reads
}

// hides reports whether this read of a stream is one of those.
func (c *Cluster) hides() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hidden == 0 {
		return false
	}
	c.hidden--
	return true
}
