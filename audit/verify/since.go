package verify

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

const sinceFile = "the older head"

// since returns what must hold if what an older head covers was not rewritten.
// One that another key of this log may have signed is an *otherKey, and one that
// covers more than there is now is a *larger.
func (t Trust) since(f *Finding, text []byte, now head) ([]mark, error) {
	if text == nil {
		f.leave("that nothing was rewritten before this head was signed: no older head was given")
		return nil, nil
	}
	text, notes := olderIn(text)
	f.Notes = append(f.Notes, notes...)
	var receipt *format.Proof
	if bytes.HasPrefix(text, []byte(proofHeader+"\n")) {
		p, err := format.ParseProof(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sinceFile, err)
		}
		receipt, text = &p, p.Checkpoint
	}
	// A bad older head says nothing about the log.
	old, err := t.open(sinceFile, text)
	if u, ok := errors.AsType[*unknownKey](err); ok && u.Origin == now.Origin && len(u.by) > 0 && plain(text) == nil {
		return nil, &otherKey{u, text, now.key, false}
	}
	if err != nil {
		return nil, fmt.Errorf("it says nothing about the log, since it is not what the log signed: %s", err)
	}
	if old.Origin != now.Origin {
		return nil, fmt.Errorf("%s is of the log %q, and this is the log %q", sinceFile, old.Origin, now.Origin)
	}
	if old.Size > now.Size {
		return nil, &larger{old.Checkpoint, receipt, now.Size}
	}
	return []mark{{old.Size, func(root tlog.Hash) error {
		if root != old.Root {
			return wrong(in(sinceFile), "history was rewritten: the first %d records had the root %x when the log signed them before, and now they have %x", old.Size, old.Root[:], root[:])
		}
		f.prove("nothing of the first %d records was rewritten since the older head was signed", old.Size)
		return nil
	}}}, nil
}

// olderIn returns the head or the receipt in a file, without what programs add
// around its lines, and says in words what that was.
func olderIn(file []byte) (text []byte, notes []string) {
	text, notes, err := receiptIn(file)
	if err != nil {
		text, notes = PlainText(file)
	}
	for i, n := range notes {
		notes[i] = sinceFile + ": " + n
	}
	return text, notes
}

// An otherKey is an error: no known key signed an older head, and a key with
// this log's name is said to have. Perhaps it was the log's before.
type otherKey struct {
	*unknownKey
	text []byte
	now  string // the key of the head of today, name and id
	same bool   // the log of today begins with what the older head covers
}

// Error implements error, for whoever has no records.
func (o *otherKey) Error() string {
	return fmt.Sprintf("%v. The log's head of today is signed with %s: if the one key took the place of the other, the record says so, and a log without its records cannot. Check a bundle with this --since, or give both keys", o.unknownKey, o.now)
}

// since is as Trust.since, but judges a head that is larger than the bundle, and
// puts off what another key of this log may have signed: a record may name it.
func (b *bundle) since(text []byte, now head, made time.Time) ([]mark, error) {
	marks, err := b.trust.since(b.f, text, now)
	if l, ok := errors.AsType[*larger](err); ok {
		return nil, l.ofBundle(made)
	}
	o, ok := errors.AsType[*otherKey](err)
	if !ok {
		return marks, err
	}
	b.older = o
	if o.Size > now.Size {
		return nil, nil
	}
	return []mark{{o.Size, func(root tlog.Hash) error {
		o.same = root == o.Root
		return nil
	}}}, nil
}

// vouch judges an older head that was put off, now that all records are known.
func (b *bundle) vouch() error {
	o := b.older
	if o == nil {
		return nil
	}
	all := b.rotations.all
	if b.rotations.withheld > 0 {
		all = nil // what is not shown may say otherwise
	}
	for _, r := range all {
		if _, err := (Trust{Key: r.old}).open(sinceFile, o.text); err != nil {
			continue
		}
		if o.Size > r.last.Size {
			return fmt.Errorf("%s covers %d records, and the key that signed it, %s, was replaced at index %d after a head of %d: somebody else has that key", sinceFile, o.Size, o.signer(), r.index, r.last.Size)
		}
		if !o.same {
			return wrong(in(sinceFile), "history was rewritten: the first %d records had the root %x when the log signed them before, with the key that was replaced at index %d, and now they have another", o.Size, o.Root[:], r.index)
		}
		b.f.prove("nothing of the first %d records was rewritten since the older head was signed, by the key that was replaced at index %d, %s", o.Size, r.index, o.signer())
		return nil
	}
	return fmt.Errorf("%v. No record of this bundle says that the key %s was the log's and was replaced", o.unknownKey, o.signer())
}

// signer names the key that o says it is signed with.
func (o *otherKey) signer() string { return strings.Join(o.by, ", ") }
