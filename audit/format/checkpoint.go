package format

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint is the head of a log: how many entries it has, and their root.
type Checkpoint struct {
	Origin string // names the log
	Size   int64
	Root   tlog.Hash
}

// CheckOrigin refuses a name that a checkpoint cannot carry, or that C2SP
// advises against.
func CheckOrigin(origin string) error {
	if origin == "" || len(origin) > 200 || strings.ContainsFunc(origin, func(r rune) bool {
		return r == '+' || r == unicode.ReplacementChar || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}) {
		return errors.New("an origin is a name of 1 to 200 characters without spaces and without +, such as consultation.example/log")
	}
	return nil
}

// Text returns the text of c, to be signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// Sign returns c as a signed note.
func (c Checkpoint) Sign(by note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: c.Text()}, by)
}

// ParseCheckpoint reads the text of a checkpoint. Extension lines are refused:
// nobody could audit them.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, errors.New("checkpoint: not three lines: origin, size and root")
	}
	if lines[0] == "" {
		return Checkpoint{}, errors.New("checkpoint: the origin is empty")
	}
	size, err := parseNumber(lines[1])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: size: %w", err)
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: root: %w", err)
	}
	return Checkpoint{lines[0], size, root}, nil
}

// OpenCheckpoint reads a signed checkpoint. It must be signed by a key that is
// known and has the name of the origin. The note's Sigs are all signatures of
// known keys, each verified.
func OpenCheckpoint(signed []byte, known note.Verifiers) (Checkpoint, *note.Note, error) {
	n, err := note.Open(signed, known)
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: %w", err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	for _, s := range n.Sigs {
		if s.Name == c.Origin {
			return c, n, nil
		}
	}
	return Checkpoint{}, nil, fmt.Errorf("checkpoint: it is of the log %q, and no known key of that name signed it", c.Origin)
}

// parseNumber reads a number in decimal without a sign and leading zeroes.
func parseNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("%.30q is not a number in plain decimal", s)
	}
	return n, nil
}

// parseHash reads a hash in base64, in the one way that there is to write it.
func parseHash(s string) (tlog.Hash, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != tlog.HashSize || base64.StdEncoding.EncodeToString(b) != s {
		return tlog.Hash{}, fmt.Errorf("%.60q is not a hash in base64", s)
	}
	return tlog.Hash(b), nil
}
