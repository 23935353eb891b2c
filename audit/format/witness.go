package format

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// SizeType is the media type of a witness's answer that states its size.
const SizeType = "text/x.tlog.size"

const maxProof = 63 // hashes in a request

// An AddCheckpoint is what a witness is asked by add-checkpoint: to cosign a
// checkpoint, which the proof says is consistent with one of size Old.
type AddCheckpoint struct {
	Old        int64
	Proof      tlog.TreeProof
	Checkpoint []byte // signed
}

// Text returns a as the body of a request.
func (a AddCheckpoint) Text() []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "old", a.Old)
	for _, h := range a.Proof {
		fmt.Fprintln(&b, base64.StdEncoding.EncodeToString(h[:]))
	}
	fmt.Fprintln(&b)
	b.Write(a.Checkpoint)
	return b.Bytes()
}

// ParseAddCheckpoint reads the body of a request. It checks nothing but the
// form, and nothing at all of the checkpoint.
func ParseAddCheckpoint(body []byte) (AddCheckpoint, error) {
	head, checkpoint, ok := strings.Cut(string(body), "\n\n")
	if !ok || checkpoint == "" {
		return AddCheckpoint{}, errors.New("add-checkpoint: no empty line, or no checkpoint after it")
	}
	lines := strings.Split(head, "\n")
	old, ok := strings.CutPrefix(lines[0], "old ")
	if !ok {
		return AddCheckpoint{}, errors.New("add-checkpoint: its first line does not begin with \"old \"")
	}
	a := AddCheckpoint{Checkpoint: []byte(checkpoint)}
	var err error
	if a.Old, err = parseNumber(old); err != nil {
		return AddCheckpoint{}, fmt.Errorf("add-checkpoint: old size: %w", err)
	}
	if lines = lines[1:]; len(lines) > maxProof {
		return AddCheckpoint{}, fmt.Errorf("add-checkpoint: the proof has %d lines, and %d are allowed", len(lines), maxProof)
	}
	for _, l := range lines {
		h, err := parseHash(l)
		if err != nil {
			return AddCheckpoint{}, fmt.Errorf("add-checkpoint: proof: %w", err)
		}
		a.Proof = append(a.Proof, h)
	}
	return a, nil
}

// SizeText returns the body of the answer that states a witness's size.
func SizeText(size int64) []byte { return fmt.Appendln(nil, size) }

// ParseSize reads what SizeText wrote.
func ParseSize(body []byte) (int64, error) {
	line, ok := strings.CutSuffix(string(body), "\n")
	if !ok {
		return 0, fmt.Errorf("size: %.30q does not end in a newline", body)
	}
	n, err := parseNumber(line)
	if err != nil {
		return 0, fmt.Errorf("size: %w", err)
	}
	return n, nil
}

// SignatureLines returns sigs as the lines of a note, which are also the body of
// a witness's answer.
func SignatureLines(sigs ...note.Signature) []byte {
	var b []byte
	for _, s := range sigs {
		b = fmt.Appendf(b, "— %s %s\n", s.Name, s.Base64)
	}
	return b
}

// OpenCosignatures reads the body of a witness's answer: signatures of the
// checkpoint with that text. It returns those of known keys, each verified, and
// at least one.
func OpenCosignatures(body []byte, text string, known note.Verifiers) ([]note.Signature, error) {
	// A blank line in the body would move the end of the text that is verified.
	for line := range strings.Lines(string(body)) {
		if !strings.HasPrefix(line, "— ") {
			return nil, fmt.Errorf("cosignatures: %.60q is not a signature line", line)
		}
	}
	n, err := note.Open([]byte(text+"\n"+string(body)), known)
	if err != nil {
		return nil, fmt.Errorf("cosignatures: %w", err)
	}
	for _, s := range n.Sigs {
		if at, err := CosignedAt(s); err != nil || at.Unix() == 0 {
			return nil, fmt.Errorf("cosignatures: that of %q states no time", s.Name)
		}
	}
	return n.Sigs, nil
}

// Cosigned returns a signed checkpoint with more signatures, each once.
func Cosigned(signed []byte, sigs ...note.Signature) []byte {
	out := bytes.Clone(signed)
	for _, s := range sigs {
		if l := SignatureLines(s); !bytes.Contains(out, append([]byte("\n"), l...)) {
			out = append(out, l...)
		}
	}
	return out
}
