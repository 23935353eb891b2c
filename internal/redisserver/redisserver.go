// Package redisserver runs a real Redis, for tests and benchmarks: on loopback,
// on a port that stays its own while it is down, keeping nothing.
package redisserver

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/port"
)

const (
	startTime = 10 * time.Second // how long it may take to answer; it takes some 20 ms
	lookEvery = 5 * time.Millisecond
)

// A Server is a redis-server of one's own, which may be stopped and started
// again. Only its user, who has the rights that operators are told to give, and
// its keeper, who has all, can sign in.
type Server struct {
	Rights string // of the user, as Redis's ACL has them
	Files  TLS    // what it shows itself by where that is asked for; before it is started

	dir      string
	port     *port.Held
	tlsPort  *port.Held // nil: it does not speak TLS
	password string     // the user's
	keeper   string     // the keeper's password

	mu   sync.Mutex
	cmd  *exec.Cmd     // guarded by mu; nil while it is down
	said *bytes.Buffer // what cmd printed
}

// TLS names the files of a certificate.
type TLS struct{ Certificate, Key string }

// Start runs a server until the test ends. Its user has rights.
func Start(t testing.TB, rights string, files ...TLS) *Server {
	t.Helper()
	s := &Server{Rights: rights}
	if len(files) > 0 {
		s.Files = files[0]
	}
	if err := s.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Open runs the server, which keeps its settings in dir. Whoever opens it closes it.
func (s *Server) Open(dir string) (err error) {
	s.dir, s.password, s.keeper = dir, rand.Text(), rand.Text()
	if s.port, err = port.Hold(); err != nil {
		return err
	}
	if s.Files != (TLS{}) {
		if s.tlsPort, err = port.Hold(); err != nil {
			return errors.Join(err, s.port.Close())
		}
	}
	if err := s.Restart(); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// Close ends the server for good, and gives its ports back.
func (s *Server) Close() error {
	err := errors.Join(s.Kill(), s.port.Close())
	if s.tlsPort != nil {
		err = errors.Join(err, s.tlsPort.Close())
	}
	return err
}

// URL is where its user finds the server, with the password.
func (s *Server) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("rapporteur", s.password), Host: s.port.Address}
	if s.tlsPort != nil {
		u.Scheme, u.Host = "rediss", s.tlsPort.Address
	}
	return u.String()
}

// Password is the user's.
func (s *Server) Password() string { return s.password }

// Restart starts a server that is down, on the same port. It begins with nothing.
func (s *Server) Restart() error {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return fmt.Errorf("the tests need redis-server: run make tools as root, or install it: %w", err)
	}
	lines := []string{
		"bind 127.0.0.1", "port " + s.port.Port, "dir " + s.dir, `save ""`, "appendonly no", "daemonize no",
		"user default off",
		"user keeper on >" + s.keeper + " ~* &* +@all",
		"user rapporteur on >" + s.password + " " + s.Rights,
	}
	if s.tlsPort != nil {
		lines = append(lines, "tls-port "+s.tlsPort.Port, "tls-cert-file "+s.Files.Certificate, "tls-key-file "+s.Files.Key, "tls-auth-clients no")
	}
	settings := filepath.Join(s.dir, "redis.conf")
	if err := os.WriteFile(settings, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = new(bytes.Buffer)
	s.cmd = exec.Command(program, settings)
	s.cmd.Stdout, s.cmd.Stderr = s.said, s.said
	if err := s.cmd.Start(); err != nil {
		s.cmd = nil
		return err
	}
	if err := s.answers(); err != nil {
		err = errors.Join(err, s.kill())
		return fmt.Errorf("%w; redis-server said: %s", err, s.said)
	}
	return nil
}

// answers waits until the server does.
func (s *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		_, err := s.Do("PING")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis-server on port %s does not answer: %w", s.port.Port, err)
		case <-look.C:
		}
	}
}

// Hang stops the server as SIGSTOP does: it takes connections and never answers.
func (s *Server) Hang() error { return s.signal(syscall.SIGSTOP) }

// Continue lets a server that hangs go on, with what it had.
func (s *Server) Continue() error { return s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig os.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return errors.New("redis-server is down")
	}
	return s.cmd.Process.Signal(sig)
}

// Kill ends the server, whatever it is doing: its port then refuses. What is
// down stays so.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kill()
}

func (s *Server) kill() error {
	if s.cmd == nil {
		return nil
	}
	err := s.cmd.Process.Kill()
	_ = s.cmd.Wait() // which says that it was killed
	s.cmd = nil
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}
