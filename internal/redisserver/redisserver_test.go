package redisserver

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

func do(t *testing.T, f func() error) {
	t.Helper()
	if err := f(); err != nil {
		t.Fatal(err)
	}
}

// TestServer goes through what tests do to a server.
func TestServer(t *testing.T) {
	s := Start(t, "~* +get")
	ask := func(want string, command ...string) {
		t.Helper()
		if got, err := s.Do(command...); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", strings.Join(command, " "), got, err, want)
		}
	}
	ask("OK", "SET", "a", "what\r\nit has")
	ask("what\r\nit has", "GET", "a")
	ask("", "GET", "b")
	if _, err := s.Do("NO", "SUCH"); err == nil {
		t.Error("it answers anything")
	}
	if rights, err := s.Do("ACL", "DRYRUN", "rapporteur", "SET", "a", "b"); err != nil || rights == "OK" {
		t.Errorf("its user may write: %s, %v", rights, err)
	}
	ask("OK", "ACL", "DRYRUN", "rapporteur", "GET", "a")

	do(t, s.Hang)
	c, err := net.Dial("tcp", s.port.Address)
	if err != nil {
		t.Fatalf("one that hangs takes connections: %v", err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		t.Fatal(err)
	}
	do(t, func() error { return c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) })
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one that hangs answers: %v", err)
	}
	do(t, s.Continue)
	ask("what\r\nit has", "GET", "a")

	do(t, s.Kill)
	do(t, s.Kill)
	if _, err := s.Do("PING"); err == nil {
		t.Error("it answers, and was killed")
	}
	if err := s.Hang(); err == nil {
		t.Error("it hangs, and was killed")
	}
	do(t, s.Restart)
	ask("", "GET", "a")
}
