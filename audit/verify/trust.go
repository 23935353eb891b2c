package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Trust is whom the verifier believes. The zero Trust believes nobody.
type Trust struct {
	Key    format.Key     // of the log; the zero Key if only the policy's logs are believed
	Policy *format.Policy // the witnesses, and how many are enough; may be nil
}

var _ note.Verifiers = Trust{}

// Verifier implements note.Verifiers.
func (t Trust) Verifier(name string, hash uint32) (note.Verifier, error) {
	if t.Key != (format.Key{}) && t.Key.Name() == name && t.Key.KeyHash() == hash {
		return t.Key, nil
	}
	if t.Policy != nil {
		return t.Policy.Verifier(name, hash)
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}

// logs returns the keys of the logs that are believed.
func (t Trust) logs() []format.Key {
	if t.Key != (format.Key{}) {
		return []format.Key{t.Key}
	}
	var all []format.Key
	if t.Policy != nil {
		for _, l := range t.Policy.Logs {
			all = append(all, l.Key)
		}
	}
	return all
}

// A head is a signed head of a log whose signatures were checked.
type head struct {
	format.Checkpoint
	file      string           // where it stands
	key       string           // the log's, name and id
	sigs      []note.Signature // of known keys, each verified
	strangers []note.Signature // of keys that are not known
}

// open checks a signed head that stands in a file.
func (t Trust) open(file string, signed []byte) (head, error) {
	c, n, err := format.OpenCheckpoint(signed, t)
	if err != nil {
		return head{}, t.explain(file, err)
	}
	if err := plain(signed); err != nil {
		return head{}, wrong(in(file), "checkpoint: %v", err)
	}
	h := head{Checkpoint: c, file: file, sigs: n.Sigs, strangers: n.UnverifiedSigs}
	for _, k := range t.logs() {
		if k.Name() == c.Origin && slices.ContainsFunc(n.Sigs, func(s note.Signature) bool { return s.Name == k.Name() && s.Hash == k.KeyHash() }) {
			h.key = fmt.Sprintf("%s+%08x", k.Name(), k.KeyHash())
		}
	}
	if h.key == "" {
		return head{}, t.unsigned(file, c.Origin)
	}
	return h, nil
}

// unsigned says what it means that no known key of a log signed its head.
func (t Trust) unsigned(file, origin string) error {
	if slices.ContainsFunc(t.logs(), func(k format.Key) bool { return k.Name() == origin }) {
		return wrong(in(file), "checkpoint: the known key of the log %q has not signed it: it is forged, altered, or signed with another key", origin)
	}
	return fmt.Errorf("%s: it is of the log %q, and no key is known for that log: give its key with --key", file, origin)
}

// explain says what it means that a head did not open.
func (t Trust) explain(file string, err error) error {
	if e, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		c, err := format.ParseCheckpoint(e.Note.Text)
		if err != nil {
			return wrong(in(file), "%v", err)
		}
		return t.unsigned(file, c.Origin)
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

// accept refuses a head that does not meet the policy, and reports it to f.
func (t Trust) accept(f *Finding, h head) error {
	f.Head = &Head{Origin: h.Origin, Size: h.Size, Root: hex.EncodeToString(h.Root[:]), Key: h.key}
	f.prove("the log %s signed this head of %d records with the key %s", h.Origin, h.Size, h.key)
	if n := len(h.strangers); n > 0 {
		f.leave("what %d further signatures on this head say: they are of keys that are not known here", n)
	}
	if t.Policy == nil {
		f.leave("that the log shows everybody the same history: no witness cosigned this head, as far as is known without a policy")
		return nil
	}
	f.Head.CosignedBy = t.Policy.Cosigners(h.sigs)
	by := strings.Join(f.Head.CosignedBy, ", ")
	switch {
	case !t.Policy.Met(h.sigs) && by == "":
		return wrong(in(h.file), "no witness of the policy cosigned this head, and the policy wants the quorum %q", t.Policy.Quorum)
	case !t.Policy.Met(h.sigs):
		return wrong(in(h.file), "only %s cosigned this head, which does not meet the quorum %q of the policy", by, t.Policy.Quorum)
	case by == "":
		f.leave("that the log shows everybody the same history: no witness cosigned this head, and the policy wants none")
	default:
		f.prove("the witnesses %s cosigned this head, which meets the quorum %q of the policy: they saw no other history of this log", by, t.Policy.Quorum)
	}
	return nil
}
