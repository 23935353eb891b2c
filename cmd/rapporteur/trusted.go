package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
)

// trusted are the flags that say whom to believe.
type trusted struct {
	Key    string `placeholder:"VKEY" help:"The log's verifier key, or a file that holds it. A file may also hold keys that the log had before, one a line, the newest first. Have it from somebody other than the server you check."`
	Policy string `placeholder:"FILE" help:"A tlog-policy file: which witnesses must have cosigned the head, and the logs that are believed if there is no --key."`
	JSON   bool   `name:"json" help:"Answer in JSON."`

	origins origins `kong:"-"`
}

// set implements sourced.
func (c *trusted) set(o origins) { c.origins = o }

// maxKeys is the most bytes that a file of keys can have. It is what ParsePolicy
// reads.
const maxKeys = 1 << 20

// trust reads the keys.
func (c *trusted) trust() (verify.Trust, error) {
	var t verify.Trust
	if c.Key != "" {
		if err := c.readKeys(&t); err != nil {
			return t, fmt.Errorf("%s: %w", c.origins.of("key"), err)
		}
	}
	if c.Policy != "" {
		if err := c.readPolicy(&t); err != nil {
			return t, fmt.Errorf("%s: %w", c.origins.of("policy"), err)
		}
	}
	return t, nil
}

// readKeys reads verifier keys of a log, or the file that is so called.
func (c *trusted) readKeys(t *verify.Trust) error {
	keys, err := parseKeys(c.Key)
	if err == nil {
		t.Key, t.Older, t.From = keys[0], keys[1:], c.origins.of("key")
		return nil
	}
	file, reading := readAtMost(c.Key, maxKeys)
	switch {
	case errors.Is(reading, fs.ErrNotExist):
		return fmt.Errorf("there is no such file, and it is no key: %w", err)
	case reading != nil:
		return reading
	}
	text, notes := verify.PlainText(file)
	if keys, err = parseKeys(string(text)); err != nil {
		return fmt.Errorf("%s: %w", c.Key, err)
	}
	t.Key, t.Older, t.From = keys[0], keys[1:], fmt.Sprintf("the file %s (%s)", c.Key, c.origins.of("key"))
	t.Notes = append(t.Notes, noted(c.Key, notes)...)
	return nil
}

// parseKeys reads keys of one log, one a line.
func parseKeys(text string) ([]format.Key, error) {
	var keys []format.Key
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		k, err := format.ParseKey(line)
		switch {
		case err != nil:
			return nil, err
		case k.IsWitness():
			return nil, errors.New("it is the key of a witness, and the log's is wanted")
		case len(keys) > 0 && keys[0].Name() != k.Name():
			return nil, fmt.Errorf("it has keys of two logs, %s and %s: a file for --policy may have several logs", keys[0].Name(), k.Name())
		}
		keys = append(keys, k)
	}
	if keys == nil {
		return nil, errors.New("it holds no key")
	}
	return keys, nil
}

func (c *trusted) readPolicy(t *verify.Trust) error {
	file, err := readAtMost(c.Policy, maxKeys)
	if err != nil {
		return err
	}
	text, notes := verify.PlainText(file)
	if !bytes.ContainsAny(bytes.Trim(file[max(0, len(file)-2):], "\x00"), "\r\n") {
		text = bytes.TrimSuffix(text, []byte("\n")) // it may be cut off, which ParsePolicy says
	}
	p, err := format.ParsePolicy(text)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Policy, err)
	}
	t.Policy, t.PolicyFrom = &p, fmt.Sprintf("the file %s (%s)", c.Policy, c.origins.of("policy"))
	t.Notes = append(t.Notes, noted(c.Policy, notes)...)
	return nil
}

// noted says which file the notes are about.
func noted(file string, notes []string) []string {
	for i, n := range notes {
		notes[i] = file + ": " + n
	}
	return notes
}

// readAtMost reads a file that should be small.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%s has more than %d bytes, which is more than there can be", path, most)
	}
	return b, nil
}
