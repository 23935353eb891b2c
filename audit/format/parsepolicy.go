package format

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

const maxPolicy = 1 << 20 // bytes; a witness takes about 200

// ParsePolicy reads a tlog-policy file. An error names the line.
func ParsePolicy(text []byte) (Policy, error) {
	if len(text) > maxPolicy {
		return Policy{}, errors.New("policy: it is larger than 1 MiB")
	}
	r := policyReader{
		named:  map[string]int{QuorumNone: 0},
		member: map[string]int{},
		ids:    map[keyID]int{},
		logs:   map[string]int{},
		others: map[string]int{},
	}
	for line := range bytes.Lines(text) {
		r.at++
		if err := r.read(string(line)); err != nil {
			return Policy{}, fmt.Errorf("policy, line %d: %w", r.at, err)
		}
	}
	if r.quorum == 0 {
		return Policy{}, errors.New("policy: it has no quorum line, such as: quorum none")
	}
	return r.p, nil
}

// A policyReader reads a policy line by line. Its maps say on which line
// something was seen first.
type policyReader struct {
	p      Policy
	at     int
	quorum int
	named  map[string]int // witnesses and groups
	member map[string]int // what is in a group
	ids    map[keyID]int
	logs   map[string]int // public keys
	others map[string]int // public keys of witnesses
}

type keyID struct {
	name string
	hash uint32
}

func (r *policyReader) read(line string) error {
	line, ended := strings.CutSuffix(line, "\n")
	for _, b := range []byte(line) {
		switch {
		case b == '\r':
			return errors.New("it ends as on Windows: save the file with newlines only")
		case b < ' ' && b != '\t', b == 0x7f:
			return fmt.Errorf("it has the control character 0x%02x: only tab and newline are allowed", b)
		}
	}
	if !ended {
		return errors.New("the last line does not end in a newline: the file may be cut off")
	}
	// Not strings.Fields: a space of Unicode is a part of a name like any other.
	items := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' })
	if len(items) == 0 || items[0][0] == '#' {
		return nil
	}
	switch items[0] {
	case "log":
		return r.log(items[1:])
	case "witness":
		return r.witness(items[1:])
	case "group":
		return r.group(items[1:])
	case "quorum":
		return r.quorumOf(items[1:])
	}
	return fmt.Errorf("%.30q is not log, witness, group, quorum or a comment", items[0])
}

func (r *policyReader) log(items []string) error {
	if len(items) < 1 || len(items) > 2 {
		return errors.New("a log line is: log <key> [<URL>]")
	}
	k, err := ParseKey(items[0])
	if err != nil {
		return err
	}
	if k.IsWitness() {
		return fmt.Errorf("the key of %q is a witness's (type 0x04): a log's is of type 0x01", k.Name())
	}
	if err := r.once(k, r.logs); err != nil {
		return err
	}
	r.p.Logs = append(r.p.Logs, PolicyLog{k, optional(items, 1)})
	return nil
}

func (r *policyReader) witness(items []string) error {
	if len(items) < 2 || len(items) > 3 {
		return errors.New("a witness line is: witness <name> <key> [<URL>]")
	}
	k, err := ParseKey(items[1])
	if err != nil {
		return err
	}
	if !k.IsWitness() {
		return fmt.Errorf("the key of %q is a log's (type 0x01): a witness's is of type 0x04", k.Name())
	}
	if err := r.once(k, r.others); err != nil {
		return err
	}
	if err := r.name(items[0]); err != nil {
		return err
	}
	r.p.Witnesses = append(r.p.Witnesses, PolicyWitness{items[0], k, optional(items, 2)})
	return nil
}

// once refuses a key that stands there already, under this name or another.
// Two keys of one name and ID could not be told apart in a note.
func (r *policyReader) once(k Key, seen map[string]int) error {
	if first, ok := seen[k.public]; ok {
		return fmt.Errorf("the key of %q stands on line %d already", k.Name(), first)
	}
	id := keyID{k.Name(), k.KeyHash()}
	if first, ok := r.ids[id]; ok {
		return fmt.Errorf("the key of %q has the name and the ID of the key on line %d", k.Name(), first)
	}
	seen[k.public], r.ids[id] = r.at, r.at
	return nil
}

// name defines a name.
func (r *policyReader) name(name string) error {
	if name == QuorumNone {
		return errors.New("the name none is taken: it stands for no witness at all")
	}
	if first, ok := r.named[name]; ok {
		return fmt.Errorf("the name %q is defined on line %d already", name, first)
	}
	r.named[name] = r.at
	return nil
}

func (r *policyReader) group(items []string) error {
	if len(items) < 3 {
		return errors.New("a group line is: group <name> all|any|<number> <member> [<member>...]")
	}
	name, members := items[0], items[2:]
	need, err := parseNeed(items[1], len(members))
	if err != nil {
		return err
	}
	for _, m := range members {
		if m == QuorumNone {
			return errors.New("none cannot be a member of a group")
		}
		if _, ok := r.named[m]; !ok {
			return fmt.Errorf("the member %q is not defined on a line before", m)
		}
		if first, ok := r.member[m]; ok {
			return fmt.Errorf("%q is a member of the group on line %d already, and may count only once", m, first)
		}
		r.member[m] = r.at
	}
	if err := r.name(name); err != nil { // last, so that no group is in itself
		return err
	}
	r.p.Groups = append(r.p.Groups, PolicyGroup{name, need, members})
	return nil
}

func (r *policyReader) quorumOf(items []string) error {
	if len(items) != 1 {
		return errors.New("a quorum line is: quorum <name>")
	}
	if r.quorum != 0 {
		return fmt.Errorf("line %d is a quorum line already, and there is only one", r.quorum)
	}
	if _, ok := r.named[items[0]]; !ok {
		return fmt.Errorf("the quorum %q is not defined on a line before", items[0])
	}
	r.p.Quorum, r.quorum = items[0], r.at
	return nil
}

// optional returns items[i], if there is one.
func optional(items []string, i int) string {
	if i < len(items) {
		return items[i]
	}
	return ""
}
