package esdbtest

import (
	"fmt"
	"net"

	"google.golang.org/grpc"
)

// serve answers in the background until the server is stopped. A panic ends the
// server, and so shows as a failing test, with its reason as the error of the
// next call.
func serve(s *grpc.Server, l net.Listener) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				fmt.Println("esdbtest:", p)
				s.Stop()
			}
		}()
		_ = s.Serve(l) // always an error once it is stopped
	}()
}

// A listener knows its node's connections.
type listener struct {
	net.Listener
	node *node
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.node.mu.Lock()
	defer l.node.mu.Unlock()
	l.node.conns[c] = struct{}{}
	return &conn{c, l.node}, nil
}

type conn struct {
	net.Conn
	node *node
}

func (c *conn) Close() error {
	c.node.mu.Lock()
	delete(c.node.conns, c.Conn)
	c.node.mu.Unlock()
	return c.Conn.Close()
}
