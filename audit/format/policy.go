package format

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// QuorumNone is the quorum of a policy that needs no cosignatures.
const QuorumNone = "none"

// A Policy says whose checkpoints are believed: those signed by one of its logs
// and cosigned by a quorum of its witnesses. It is what a tlog-policy file says.
// One that is made by hand is valid if ParsePolicy reads its Text. The zero
// Policy believes nobody.
type Policy struct {
	Logs      []PolicyLog
	Witnesses []PolicyWitness
	Groups    []PolicyGroup // one may have witnesses and earlier groups as members
	Quorum    string        // the name of a witness or of a group, or QuorumNone
}

// A PolicyLog is a log that is known. Its key's name is its origin.
type PolicyLog struct {
	Key Key
	URL string // may be empty
}

// A PolicyWitness is a witness that is known. Its Name has a meaning within the
// policy only, and is any bytes but spaces.
type PolicyWitness struct {
	Name string
	Key  Key
	URL  string // the submission prefix of tlog-witness; may be empty
}

// A PolicyGroup counts as having cosigned if Need of its members have.
type PolicyGroup struct {
	Name    string
	Need    int
	Members []string
}

var _ note.Verifiers = Policy{}

// Verifier returns the key of a log or of a witness.
func (p Policy) Verifier(name string, hash uint32) (note.Verifier, error) {
	wanted := note.Signature{Name: name, Hash: hash}
	for _, l := range p.Logs {
		if l.Key.made(wanted) {
			return l.Key, nil
		}
	}
	for _, w := range p.Witnesses {
		if w.Key.made(wanted) {
			return w.Key, nil
		}
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}

// Cosigners returns the names of the witnesses that made some of sigs, which
// must be verified, in the order of the policy.
func (p Policy) Cosigners(sigs []note.Signature) []string {
	var names []string
	for _, w := range p.Witnesses {
		if slices.ContainsFunc(sigs, w.Key.made) {
			names = append(names, w.Name)
		}
	}
	return names
}

// Met reports whether sigs, which must be verified and all of one checkpoint,
// meet the quorum. Signatures of logs and of others count for nothing.
func (p Policy) Met(sigs []note.Signature) bool {
	if p.Quorum == QuorumNone {
		return true
	}
	met := map[string]bool{}
	for _, name := range p.Cosigners(sigs) {
		met[name] = true
	}
	for _, g := range p.Groups {
		n := 0
		for _, m := range g.Members {
			if met[m] {
				n++
			}
		}
		met[g.Name] = g.Need > 0 && n >= g.Need
	}
	return met[p.Quorum]
}

// OpenCheckpoint reads a signed checkpoint that is valid under p: the log of p
// that it names has signed it, and the quorum is met. The note's Sigs are the
// signatures of keys in p, each verified.
func (p Policy) OpenCheckpoint(signed []byte) (Checkpoint, *note.Note, error) {
	c, n, err := OpenCheckpoint(signed, p)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	// A witness may bear the name of a log, and is none for it.
	if !slices.ContainsFunc(p.Logs, func(l PolicyLog) bool {
		return l.Key.Name() == c.Origin && slices.ContainsFunc(n.Sigs, l.Key.made)
	}) {
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: it is of the log %q, and no log of the policy with that name signed it", c.Origin)
	}
	if !p.Met(n.Sigs) {
		by := "no witness of the policy"
		if names := p.Cosigners(n.Sigs); len(names) > 0 {
			by = strings.Join(names, ", ")
		}
		return Checkpoint{}, nil, fmt.Errorf("checkpoint: it is cosigned by %s, which does not meet the quorum %q", by, p.Quorum)
	}
	return c, n, nil
}

// WithLog returns p with a log that is known, listed if it was not.
func (p Policy) WithLog(k Key) (Policy, error) {
	if slices.ContainsFunc(p.Logs, func(l PolicyLog) bool { return l.Key == k }) {
		return p, nil
	}
	p.Logs = append(slices.Clone(p.Logs), PolicyLog{Key: k})
	if _, err := ParsePolicy(p.Text()); err != nil {
		return Policy{}, err
	}
	return p, nil
}

// Text returns p as a tlog-policy file.
func (p Policy) Text() []byte {
	var b strings.Builder
	line := func(items ...string) { // an empty one can only be an absent URL
		b.WriteString(strings.TrimRight(strings.Join(items, " "), " ") + "\n")
	}
	for _, l := range p.Logs {
		line("log", l.Key.String(), l.URL)
	}
	for _, w := range p.Witnesses {
		line("witness", w.Name, w.Key.String(), w.URL)
	}
	for _, g := range p.Groups {
		line(append([]string{"group", g.Name, g.need()}, g.Members...)...)
	}
	line("quorum", p.Quorum)
	return []byte(b.String())
}

func (g PolicyGroup) need() string {
	switch g.Need {
	case len(g.Members):
		return "all"
	case 1:
		return "any"
	}
	return fmt.Sprint(g.Need)
}

// parseNeed reads how many of n members a group needs.
func parseNeed(s string, n int) (int, error) {
	switch s {
	case "all":
		return n, nil
	case "any":
		return 1, nil
	}
	k, err := parseNumber(s)
	if err != nil {
		return 0, fmt.Errorf("how many members are needed is all, any or a number, and not %.30q", s)
	}
	if k < 1 {
		return 0, errors.New("a group needs at least 1 of its members")
	}
	if k > int64(n) {
		return 0, fmt.Errorf("the group needs %d members and has %d", k, n)
	}
	return int(k), nil
}
