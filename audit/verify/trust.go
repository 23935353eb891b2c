package verify

import (
	"bytes"
	"cmp"
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
	Key   format.Key   // of the log today; the zero Key if only the policy's logs are believed
	Older []format.Key // that the log had before, if Key is set
	From  string       // where Key and Older came from, in words

	Policy     *format.Policy // the witnesses, and how many are enough; may be nil
	PolicyFrom string         // where it came from, in words

	Notes []string // what was done to the files of both before they were read
}

var _ note.Verifiers = Trust{}

// Verifier implements note.Verifiers.
func (t Trust) Verifier(name string, hash uint32) (note.Verifier, error) {
	for _, k := range t.given() {
		if k.Name() == name && k.KeyHash() == hash {
			return k, nil
		}
	}
	if t.Policy != nil {
		return t.Policy.Verifier(name, hash)
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}

// given returns the keys of the log that were given as such.
func (t Trust) given() []format.Key {
	if t.Key == (format.Key{}) {
		return nil
	}
	return append([]format.Key{t.Key}, t.Older...)
}

// logs returns the keys of the logs that are believed, and where they came from.
func (t Trust) logs() (keys []format.Key, from string) {
	if keys = t.given(); keys != nil || t.Policy == nil {
		return keys, cmp.Or(t.From, "the caller")
	}
	for _, l := range t.Policy.Logs {
		keys = append(keys, l.Key)
	}
	return keys, cmp.Or(t.PolicyFrom, "the caller")
}

// finding returns an empty finding that says whom t believes.
func (t Trust) finding() *Finding {
	f := &Finding{Notes: slices.Clone(t.Notes)}
	keys, from := t.logs()
	for _, k := range keys {
		f.Believed = append(f.Believed, Believed{nameOf(k), from})
	}
	return f
}

// nameOf returns the name and the id of a key.
func nameOf(k note.Verifier) string { return fmt.Sprintf("%s+%08x", k.Name(), k.KeyHash()) }

// signerOf likewise, of the key that a signature says it is made with.
func signerOf(s note.Signature) string { return fmt.Sprintf("%s+%08x", s.Name, s.Hash) }

// A head is a signed head of a log whose signatures were checked.
type head struct {
	format.Checkpoint
	file      string           // where it stands
	key       string           // the log's, name and id
	older     bool             // key was given as one that the log had before
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
	keys, _ := t.logs()
	for i, k := range keys {
		if k.Name() == c.Origin && h.key == "" && slices.ContainsFunc(n.Sigs, func(s note.Signature) bool { return s.Name == k.Name() && s.Hash == k.KeyHash() }) {
			h.key, h.older = nameOf(k), i > 0 && len(t.Older) > 0
		}
	}
	if h.key == "" {
		return head{}, t.unknown(file, c, n.UnverifiedSigs)
	}
	return h, nil
}

// explain says what it means that a head did not open.
func (t Trust) explain(file string, err error) error {
	if e, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		c, err := format.ParseCheckpoint(e.Note.Text)
		if err != nil {
			return wrong(in(file), "%v", err)
		}
		return t.unknown(file, c, e.Note.UnverifiedSigs)
	}
	if e, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return wrong(in(file), "checkpoint: the signature of %s+%08x does not fit: the head was altered", e.Name, e.Hash)
	}
	return wrong(in(file), "%v", err)
}

// An unknownKey is an error: a head is signed, and not with a key of its log that
// is known. So it is neither proved nor disproved.
type unknownKey struct {
	format.Checkpoint
	file  string
	by    []string // the keys of that log that it says it is signed with, name and id
	given []string // the keys that are believed, likewise
	from  string   // where these came from
}

func (t Trust) unknown(file string, c format.Checkpoint, sigs []note.Signature) error {
	u := &unknownKey{Checkpoint: c, file: file}
	for _, s := range sigs {
		if s.Name == c.Origin {
			u.by = append(u.by, signerOf(s))
		}
	}
	var keys []format.Key
	keys, u.from = t.logs()
	for _, k := range keys {
		u.given = append(u.given, nameOf(k))
	}
	return u
}

// Error implements error.
func (u *unknownKey) Error() string {
	is := fmt.Sprintf("it is signed with the key %s", strings.Join(u.by, ", "))
	if len(u.by) == 0 {
		is = "no key of that log signed it"
	}
	sameLog := slices.ContainsFunc(u.given, func(k string) bool { return strings.HasPrefix(k, u.Origin+"+") })
	switch {
	case len(u.given) == 0:
		return fmt.Sprintf("%s: it is of the log %q, %s, and no key is known for that log: give its key with --key", u.file, u.Origin, is)
	case !sameLog:
		return fmt.Sprintf("%s: it is of the log %q, %s, and no key is known for that log: you gave %s, from %s", u.file, u.Origin, is, strings.Join(u.given, ", "), u.from)
	}
	return fmt.Sprintf("%s: %s, and you gave %s, from %s. The log may have had another key then, or have another one now: if you have it from somebody you believe, give it, on a line of its own in the file for --key", u.file, is, strings.Join(u.given, ", "), u.from)
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
	_, from := t.logs()
	f.Head = &Head{Origin: h.Origin, Size: h.Size, Root: hex.EncodeToString(h.Root[:]), Key: h.key, KeyFrom: from}
	f.prove("the log %s signed this head of %d records with the key %s, which is from %s", h.Origin, h.Size, h.key, from)
	if h.older {
		f.leave("that the key %s is the log's today: it is not the first of the keys from %s", h.key, from)
	}
	if n := len(h.strangers); n > 0 {
		f.leave("what %d further signatures on this head say: they are of keys that are not known here: %s", n, signers(h.strangers))
	}
	if t.Policy == nil {
		f.leave("that the log shows everybody the same history: no witness cosigned this head, as far as is known without a policy")
		return nil
	}
	f.Head.CosignedBy = t.Policy.Cosigners(h.sigs)
	by := strings.Join(f.Head.CosignedBy, ", ")
	met := t.Policy.Met(h.sigs)
	if others := t.others(h.strangers); !met && others != "" {
		return fmt.Errorf("%s: the quorum %q of the policy, from %s, is not met, and %s: if a witness has a new key, give a policy that has it", h.file, t.Policy.Quorum, t.PolicyFrom, others)
	}
	switch {
	case !met && by == "":
		return wrong(in(h.file), "no witness of the policy cosigned this head, and the policy wants the quorum %q", t.Policy.Quorum)
	case !met:
		return wrong(in(h.file), "only %s cosigned this head, which does not meet the quorum %q of the policy", by, t.Policy.Quorum)
	case by == "":
		f.leave("that the log shows everybody the same history: no witness cosigned this head, and the policy wants none")
	default:
		f.prove("the witnesses %s cosigned this head, which meets the quorum %q of the policy, from %s: they saw no other history of this log", by, t.Policy.Quorum, t.PolicyFrom)
	}
	return nil
}

// signers names those who made signatures, the first few of them.
func signers(sigs []note.Signature) string {
	var all named
	for _, s := range sigs {
		all.add(signerOf(s))
	}
	return all.String()
}

// others says which witnesses of the policy have a namesake with another key
// among strangers, and both keys.
func (t Trust) others(strangers []note.Signature) string {
	var all []string
	for _, w := range t.Policy.Witnesses {
		for _, s := range strangers {
			if s.Name == w.Key.Name() {
				all = append(all, fmt.Sprintf("the head is cosigned with the key %s, and the policy has %s for the witness %s", signerOf(s), nameOf(w.Key), w.Name))
			}
		}
	}
	return strings.Join(all, "; ")
}
