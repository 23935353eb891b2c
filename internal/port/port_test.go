package port

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

// TestHeld has servers come and go on a port, which refuses without one. A client
// has it at no time.
func TestHeld(t *testing.T) {
	h, err := Hold()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if c, err := net.Dial("tcp", h.Address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatalf("without a server: %v, %v", c, err)
		}
		if err := from(t, h.Address); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("a client has the port of a server that is down: %v", err)
		}
		l, err := net.Listen("tcp", h.Address)
		if err != nil {
			t.Fatalf("a server cannot listen: %v", err)
		}
		c, err := net.Dial("tcp", h.Address)
		if err != nil {
			t.Fatalf("with a server: %v", err)
		}
		if l2, err := net.Listen("tcp", h.Address); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("a second server: %v, %v", l2, err)
		}
		if err := errors.Join(l.Close(), c.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}

// from connects from an address to a server.
func from(t *testing.T, address string) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.DialTCP("tcp", at, l.Addr().(*net.TCPAddr))
	if err != nil {
		return err
	}
	return c.Close()
}
