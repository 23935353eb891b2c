// Package port keeps ports of loopback for servers that tests stop and start again.
package port

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// A Held port belongs to its holder. A server that is told to listen on it can,
// again and again; meanwhile it refuses. Nobody else is given it, neither who
// listens on any port nor a client, as a port is that is free between two servers.
type Held struct {
	Address string // 127.0.0.1:PORT
	Port    string

	socket int // has the port, and never listens
}

// Hold takes a port that is free. Whoever holds it closes it.
func Hold() (*Held, error) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("hold a port: %w", err)
	}
	h := &Held{socket: socket}
	if err := h.take(); err != nil {
		return nil, errors.Join(fmt.Errorf("hold a port: %w", err), h.Close())
	}
	return h, nil
}

func (h *Held) take() error {
	// Servers set this too, as all do that are started again. With it on both, one
	// that does not listen is in nobody's way.
	if err := syscall.SetsockoptInt(h.socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return err
	}
	if err := syscall.Bind(h.socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	is, err := syscall.Getsockname(h.socket)
	if err != nil {
		return err
	}
	at, ok := is.(*syscall.SockaddrInet4)
	if !ok {
		return fmt.Errorf("it has the address %v", is)
	}
	h.Port = strconv.Itoa(at.Port)
	h.Address = net.JoinHostPort("127.0.0.1", h.Port)
	return nil
}

// Close gives the port back.
func (h *Held) Close() error { return syscall.Close(h.socket) }
