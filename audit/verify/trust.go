package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Trust is whom the verifier believes.
type Trust struct {
	Key note.Verifier // of the log; nil if no key is known
}

// A head is a signed head of a log whose signatures were checked.
type head struct {
	format.Checkpoint
	key       string // the log's, name and id
	strangers int    // signatures of keys that are not known
}

// open checks a signed head that stands in a file.
func (t Trust) open(file string, signed []byte) (head, error) {
	c, n, err := format.OpenCheckpoint(signed, t.known())
	if err != nil {
		return head{}, t.explain(file, err)
	}
	if err := plain(signed); err != nil {
		return head{}, wrong(in(file), "checkpoint: %v", err)
	}
	h := head{Checkpoint: c, strangers: len(n.UnverifiedSigs)}
	for _, s := range n.Sigs {
		if s.Name == c.Origin && t.isLog(s) {
			h.key = fmt.Sprintf("%s+%08x", s.Name, s.Hash)
		}
	}
	if h.key == "" {
		return head{}, wrong(in(file), "checkpoint: it is of the log %q, and no known key of that log signed it", c.Origin)
	}
	return h, nil
}

func (t Trust) known() note.Verifiers {
	if t.Key == nil {
		return note.VerifierList()
	}
	return note.VerifierList(t.Key)
}

func (t Trust) isLog(s note.Signature) bool {
	return t.Key != nil && t.Key.Name() == s.Name && t.Key.KeyHash() == s.Hash
}

func (t Trust) knowsLog(origin string) bool { return t.Key != nil && t.Key.Name() == origin }

// explain says what it means that a head did not open.
func (t Trust) explain(file string, err error) error {
	if e, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		c, err := format.ParseCheckpoint(e.Note.Text)
		switch {
		case err != nil:
			return wrong(in(file), "%v", err)
		case !t.knowsLog(c.Origin):
			return fmt.Errorf("%s: it is of the log %q, and no key is known for that log: give its key with --key", file, c.Origin)
		}
		return wrong(in(file), "checkpoint: the known key of the log %q has not signed it: it is forged, altered, or signed with another key", c.Origin)
	}
	if e, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return wrong(in(file), "checkpoint: the signature of %s+%08x does not fit: the head was altered", e.Name, e.Hash)
	}
	return wrong(in(file), "%v", err)
}

// plain refuses what note.Open overlooks: a signature in another spelling of
// base64, and a second signature of one key, which is not checked.
func plain(signed []byte) error {
	end := bytes.LastIndex(signed, []byte("\n\n"))
	if end < 0 {
		return errors.New("it has no signatures")
	}
	seen := map[string]bool{}
	for l := range strings.SplitSeq(strings.TrimSuffix(string(signed[end+2:]), "\n"), "\n") {
		name, text, _ := strings.Cut(strings.TrimPrefix(l, "— "), " ")
		sig, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(sig) < 4 || base64.StdEncoding.EncodeToString(sig) != text {
			return fmt.Errorf("a signature of %q is not in base64", name)
		}
		key := name + " " + string(sig[:4])
		if seen[key] {
			return fmt.Errorf("%q signed twice with one key", name)
		}
		seen[key] = true
	}
	return nil
}

// report puts the head into f, and what its signatures prove.
func (h head) report(f *Finding) {
	f.Head = &Head{Origin: h.Origin, Size: h.Size, Root: hex.EncodeToString(h.Root[:]), Key: h.key}
	f.prove("the log %s signed this head of %d records with the key %s", h.Origin, h.Size, h.key)
	if h.strangers > 0 {
		f.leave("what %d further signatures on this head say: they are of keys that are not known here", h.strangers)
	}
	f.leave("that the log shows everybody the same history: no witness cosigned this head")
}
