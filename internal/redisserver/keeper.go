package redisserver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

const keeperTime = 2 * time.Second // for one command of the keeper

// Do runs a command as the server's keeper, who may do everything, and returns
// what it answers: of a list its length.
func (s *Server) Do(command ...string) (string, error) {
	c, err := net.DialTimeout("tcp", s.port.Address, keeperTime)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(keeperTime)); err != nil {
		return "", err
	}
	answers := bufio.NewReader(c)
	if _, err := ask(c, answers, "AUTH", "keeper", s.keeper); err != nil {
		return "", err
	}
	return ask(c, answers, command...)
}

// ask speaks the server's protocol.
func ask(to io.Writer, from *bufio.Reader, command ...string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(command))
	for _, word := range command {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(to, b.String()); err != nil {
		return "", err
	}
	line, err := from.ReadString('\n')
	if err != nil {
		return "", err
	}
	kind, text := line[0], strings.TrimSpace(line[1:])
	switch kind {
	case '-':
		return "", errors.New(text)
	case '$':
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return "", err
		}
		body := make([]byte, n)
		_, err = io.ReadFull(from, body)
		return string(body), err
	default:
		return text, nil
	}
}
