package verify

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
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
	var receipt *format.Proof
	if bytes.HasPrefix(text, []byte("c2sp.org/tlog-proof@v1\n")) {
		p, err := format.ParseProof(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sinceFile, err)
		}
		receipt, text = &p, p.Checkpoint
	}
	// A bad older head says nothing about the log.
	old, err := t.open(sinceFile, text)
	if err != nil {
		return nil, t.other(text, now, err)
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

// An otherKey is an error: no known key signed an older head, and a key with
// this log's name is said to have. Perhaps it was the log's before.
type otherKey struct {
	format.Checkpoint
	text  []byte
	key   string // name and id
	known string // whose name and id, of the head of today
	why   string
	same  bool // the log of today begins with what the older head covers
}

// Error implements error, for whoever has no records.
func (o *otherKey) Error() string {
	return fmt.Sprintf("%s. It says that it is signed with the key %s, and the log's head with %s: if the one took the place of the other, the record says so, and a log without its records cannot. Check a bundle with this --since. Or give both keys, if you have them from somebody you believe: a line \"log VKEY\" for each, and the line \"quorum none\", in a file for --policy, and no --key", o.why, o.key, o.known)
}

// other returns an *otherKey if an older head, which did not open because of
// err, may be one of this log under another key.
func (t Trust) other(text []byte, now head, err error) error {
	plainly := errors.New(err.Error())
	_, opening := note.Open(text, t)
	e, ok := errors.AsType[*note.UnverifiedNoteError](opening)
	if !ok || plain(text) != nil {
		return plainly
	}
	c, parsing := format.ParseCheckpoint(e.Note.Text)
	n := slices.IndexFunc(e.Note.UnverifiedSigs, func(s note.Signature) bool { return s.Name == now.Origin })
	if parsing != nil || c.Origin != now.Origin || n < 0 {
		return plainly
	}
	return &otherKey{Checkpoint: c, text: text, why: err.Error(), known: now.key,
		key: fmt.Sprintf("%s+%08x", c.Origin, e.Note.UnverifiedSigs[n].Hash)}
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
			return fmt.Errorf("%s covers %d records, and the key that signed it, %s, was replaced at index %d after a head of %d: somebody else has that key", sinceFile, o.Size, o.key, r.index, r.last.Size)
		}
		if !o.same {
			return wrong(in(sinceFile), "history was rewritten: the first %d records had the root %x when the log signed them before, with the key that was replaced at index %d, and now they have another", o.Size, o.Root[:], r.index)
		}
		b.f.prove("nothing of the first %d records was rewritten since the older head was signed, by the key that was replaced at index %d, %s", o.Size, r.index, o.key)
		return nil
	}
	return fmt.Errorf("%s, and no record of this bundle says that the key %s was the log's and was replaced", o.why, o.key)
}
