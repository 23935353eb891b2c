package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A server is the real program while it serves.
type server struct {
	cmd     *exec.Cmd
	address string
	log     bytes.Buffer // its standard error; read it once it has ended
}

// startServer starts cmd, a rapporteur serve, and waits until it listens.
func startServer(cmd *exec.Cmd) (*server, error) {
	s := &server{cmd: cmd}
	cmd.Stderr = &s.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		return nil, fmt.Errorf("the server said %q, %v, and ended with %w\n%s", line, err, s.end(os.Kill), &s.log)
	}
	s.address = address
	return s, nil
}

// end sends a signal, and returns how the server ended.
func (s *server) end(sig os.Signal) error {
	err := s.cmd.Process.Signal(sig)
	return errors.Join(err, s.cmd.Wait())
}
