package format

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const proofHeader = "c2sp.org/tlog-proof@v1"

// A Proof says that an entry stands in a log at an index. Extra is whatever the
// entry can be computed from; it proves nothing by itself.
type Proof struct {
	Extra      []byte
	Index      int64
	Hashes     tlog.RecordProof // from the leaf's sibling to the root's child
	Checkpoint []byte           // signed, of the tree that Hashes lead to
}

// Text returns p as the text of a .tlog-proof file.
func (p Proof) Text() []byte {
	var b strings.Builder
	fmt.Fprintln(&b, proofHeader)
	if len(p.Extra) > 0 {
		fmt.Fprintln(&b, "extra", base64.StdEncoding.EncodeToString(p.Extra))
	}
	fmt.Fprintln(&b, "index", p.Index)
	for _, h := range p.Hashes {
		fmt.Fprintln(&b, base64.StdEncoding.EncodeToString(h[:]))
	}
	fmt.Fprintln(&b)
	b.Write(p.Checkpoint)
	return []byte(b.String())
}

// ParseProof reads the text of a .tlog-proof file. It checks nothing but the form.
func ParseProof(text []byte) (Proof, error) {
	head, checkpoint, ok := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != proofHeader {
		return Proof{}, fmt.Errorf("proof: its first line is not %q, or it has no checkpoint", proofHeader)
	}
	p := Proof{Checkpoint: []byte(checkpoint)}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		text := strings.TrimPrefix(lines[0], "extra ")
		var err error
		if p.Extra, err = base64.StdEncoding.Strict().DecodeString(text); err != nil || base64.StdEncoding.EncodeToString(p.Extra) != text {
			return Proof{}, errors.New("proof: its extra data is not in base64")
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return Proof{}, errors.New("proof: it has no index")
	}
	var err error
	if p.Index, err = parseNumber(strings.TrimPrefix(lines[0], "index ")); err != nil {
		return Proof{}, fmt.Errorf("proof: index: %w", err)
	}
	for _, l := range lines[1:] {
		h, err := parseHash(l)
		if err != nil {
			return Proof{}, fmt.Errorf("proof: %w", err)
		}
		p.Hashes = append(p.Hashes, h)
	}
	return p, nil
}
