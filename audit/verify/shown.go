package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Shown is a record that was proved: what, when and who, and the words
// themselves, each byte as it was recorded. A part that is withheld is absent.
type Shown struct {
	Index   int64           `json:"index"`
	ID      string          `json:"id"`
	Stream  string          `json:"stream"`
	Version int64           `json:"version"`
	Type    string          `json:"type"`
	At      string          `json:"at"`
	Data    json.RawMessage `json:"data,omitempty"`
	Meta    json.RawMessage `json:"meta,omitempty"`
}

func shownOf(d format.Disclosure, e format.Envelope) *Shown {
	return &Shown{e.Index, e.ID, e.Stream, e.Version, e.Type, e.At, d.Data, d.Meta}
}

// text writes s in lines for people. Each is indented, so that nothing in a
// record can look like a line of the finding.
func (s *Shown) text() string {
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "  %s: %s\n", name, readable(value)) }
	b.WriteString("the record:\n")
	line("what", s.Type)
	line("when", s.At)
	line("who", s.who())
	line("where", fmt.Sprintf("index %d of the log, version %d of the stream %s, record %s", s.Index, s.Version, s.Stream, s.ID))
	for _, p := range []struct {
		name string
		json json.RawMessage
	}{{"data", s.Data}, {"meta", s.Meta}} {
		if p.json == nil {
			line(p.name, "withheld")
			continue
		}
		all := leaves(p.json)
		if len(all) == 0 {
			line(p.name, "nothing more")
			continue
		}
		fmt.Fprintf(&b, "  %s:\n", p.name)
		for _, l := range all {
			l.write(&b)
		}
	}
	return b.String()
}

// who says who made the record, by its meta.
func (s *Shown) who() string {
	if s.Meta == nil {
		return "withheld"
	}
	var m struct{ Person, Entity, Capacity string }
	if err := json.Unmarshal(s.Meta, &m); err != nil || m.Person == "" && m.Capacity == "" {
		return "the record names nobody"
	}
	who := m.Person
	if who == "" {
		who = "no person"
	}
	if m.Capacity != "" {
		who += ", as " + m.Capacity
	}
	if m.Entity != "" {
		who += ", for " + m.Entity
	}
	return who
}

// A leaf is a value in JSON that holds no others.
type leaf struct {
	path  string
	value string
}

// write writes a leaf. A value of several lines has each on a line of its own.
func (l leaf) write(b *strings.Builder) {
	if !strings.Contains(l.value, "\n") {
		fmt.Fprintf(b, "    %s: %s\n", readable(l.path), readable(l.value))
		return
	}
	fmt.Fprintf(b, "    %s:\n", readable(l.path))
	for row := range strings.SplitSeq(l.value, "\n") {
		fmt.Fprintln(b, strings.TrimRight("      | "+readable(row), " "))
	}
}

// leaves returns all of them, in the order in which they stand.
func leaves(text []byte) (all []leaf) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var w walker
	for {
		t, err := d.Token()
		if err != nil {
			return all // at the end: text was parsed before
		}
		if w.step(t) {
			all = append(all, leaf{w.path(), valueOf(t)})
			w.done()
		}
	}
}

func valueOf(t json.Token) string {
	if t == nil {
		return "null"
	}
	return fmt.Sprint(t)
}

// A walker knows where a decoder of JSON is.
type walker struct{ levels []level }

// A level is an object or a list that is not closed yet.
type level struct {
	object bool
	name   string // of the value that is read, if named
	named  bool
	n      int // values that were read
}

// step takes the next token, and reports whether it is a value that holds no
// others. Then done must follow.
func (w *walker) step(t json.Token) (value bool) {
	last := len(w.levels) - 1
	switch t {
	case json.Delim('{'), json.Delim('['):
		w.levels = append(w.levels, level{object: t == json.Delim('{')})
		return false
	case json.Delim('}'), json.Delim(']'):
		w.levels = w.levels[:last]
		w.done()
		return false
	}
	if last >= 0 && w.levels[last].object && !w.levels[last].named {
		w.levels[last].name, w.levels[last].named = t.(string), true
		return false
	}
	return true
}

// done ends a value.
func (w *walker) done() {
	if last := len(w.levels) - 1; last >= 0 {
		w.levels[last].n++
		w.levels[last].named = false
	}
}

// path names where the value stands, such as answers.2.words.
func (w *walker) path() string {
	var names []string
	for _, l := range w.levels {
		if l.object {
			names = append(names, l.name)
		} else {
			names = append(names, fmt.Sprint(l.n+1))
		}
	}
	return strings.Join(names, ".")
}

// joiners do nothing by themselves, and Persian and Indian languages need them.
var joiners = []rune{'\u200c', '\u200d'}

// shows reports whether a terminal shows r and does nothing else.
func shows(r rune) bool { return unicode.IsPrint(r) || slices.Contains(joiners, r) }

// readable returns somebody's words as one line in which whatever a terminal
// would obey is spelt out.
func readable(s string) string { return spelt(s, shows) }

// escapedJSON returns JSON in which whatever a terminal would obey is spelt out,
// as JSON does that. JSON has such only in its strings.
func escapedJSON(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r == '\n' || shows(r):
			b.WriteRune(r)
		case r > 0xffff:
			first, second := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, first, second)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
