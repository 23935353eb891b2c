// Package verify checks what Rapporteur publishes and hands out: receipts, the
// log, and bundles of the whole history.
//
// It is written to be believed by people who do not believe the server. So it
// shares no code with the writer but the codecs of package format, takes no
// key on trust that it was not given, needs no network, and says in words what
// it proved and what it did not.
package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// An Answer is what came of a verification.
type Answer string

// The answers. Whatever is neither proved nor disproved is unknown.
const (
	Proved    Answer = "proved"
	Disproved Answer = "disproved"
	Unknown   Answer = "unknown"
)

// A Finding is what a verification found, for people in sentences and for
// programs as JSON. Its Proved lines hold even if the answer is another: they
// were established before it went wrong.
type Finding struct {
	Answer    Answer     `json:"answer"`
	Reason    string     `json:"reason,omitempty"` // why it is not proved
	Place     *Place     `json:"place,omitempty"`  // the first bad one, if disproved
	Believed  []Believed `json:"believed"`         // the keys that were believed; none if none was known
	Notes     []string   `json:"notes,omitempty"`  // what was done to a file before it was read
	Proved    []string   `json:"proved"`
	NotProved []string   `json:"notProved"`
	Head      *Head      `json:"head,omitempty"` // once it is verified
	Index     *int64     `json:"index,omitempty"`
	Record    *Shown     `json:"record,omitempty"` // once it is proved
}

// A Believed is a log's key that was believed, and where it came from.
type Believed struct {
	Key  string `json:"key"` // name and id
	From string `json:"from"`
}

// A Head is what the log signed, and who it was.
type Head struct {
	Origin     string   `json:"origin"`
	Size       int64    `json:"size"`
	Root       string   `json:"root"` // in hexadecimal
	Key        string   `json:"key"`  // name and id of the log's key
	KeyFrom    string   `json:"keyFrom"`
	CosignedBy []string `json:"cosignedBy,omitempty"`
}

// A Place is where something is wrong: a file, and perhaps a line of it,
// counted from 1, and the index of a record.
type Place struct {
	File  string `json:"file,omitempty"`
	Line  int64  `json:"line,omitempty"`
	Index *int64 `json:"index,omitempty"`
}

// String implements fmt.Stringer.
func (p Place) String() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", p.Line))
	}
	if p.Index != nil {
		parts = append(parts, fmt.Sprintf("index %d", *p.Index))
	}
	return strings.Join(parts, ", ")
}

// A disproof is an error that shows that something is not as claimed. Any other
// error leaves that open.
type disproof struct {
	Place
	what string
}

// Error implements error.
func (d *disproof) Error() string {
	if at := d.String(); at != "" {
		return at + ": " + d.what
	}
	return d.what
}

func wrong(at Place, format string, args ...any) error {
	return &disproof{at, fmt.Sprintf(format, args...)}
}

func in(file string) Place                  { return Place{File: file} }
func at(file string, index int64) Place     { return Place{File: file, Index: &index} }
func line(file string, n, i int64) Place    { return Place{File: file, Line: n, Index: &i} }
func (f *Finding) prove(s string, a ...any) { f.Proved = append(f.Proved, fmt.Sprintf(s, a...)) }
func (f *Finding) leave(s string, a ...any) { f.NotProved = append(f.NotProved, fmt.Sprintf(s, a...)) }

// Prove adds what was proved beside.
func (f *Finding) Prove(what string) { f.prove("%s", what) }

// Leave adds what was not proved.
func (f *Finding) Leave(what string) { f.leave("%s", what) }

// Disprove adds what is wrong with the record at index of a bundle.
func (f *Finding) Disprove(index int64, what string) {
	f.end(wrong(line(format.RecordsFile, index+1, index), "%s", what))
}

// CouldNotTell returns the finding of whoever could not begin.
func CouldNotTell(err error) *Finding { return (&Finding{}).end(err) }

// end completes f with what stopped the verification, if anything did.
func (f *Finding) end(err error) *Finding {
	if f.Believed == nil {
		f.Believed = []Believed{}
	}
	if f.Proved == nil {
		f.Proved = []string{}
	}
	if f.NotProved == nil {
		f.NotProved = []string{}
	}
	if err == nil {
		f.Answer = Proved
		return f
	}
	f.Answer, f.Reason = Unknown, err.Error()
	if d, ok := errors.AsType[*disproof](err); ok {
		f.Answer = Disproved
		if d.String() != "" {
			f.Place = &d.Place
		}
	}
	return f
}

// JSON returns f for programs.
func (f *Finding) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode what was found: %w", err)
	}
	return append(escapedJSON(b), '\n'), nil
}

// Text returns f as lines for people, the answer last.
func (f *Finding) Text() string {
	var b strings.Builder
	for _, k := range f.Believed {
		fmt.Fprintf(&b, "believed: the key %s, from %s\n", Printable(k.Key), Printable(k.From))
	}
	if len(f.Believed) == 0 {
		fmt.Fprintln(&b, "believed: no key")
	}
	for _, s := range f.Notes {
		fmt.Fprintln(&b, "note:", Printable(s))
	}
	for _, s := range f.Proved {
		fmt.Fprintln(&b, "proved:", Printable(s))
	}
	for _, s := range f.NotProved {
		fmt.Fprintln(&b, "not proved:", Printable(s))
	}
	if f.Record != nil {
		b.WriteString(f.Record.text())
	}
	switch f.Answer {
	case Disproved:
		fmt.Fprintln(&b, "disproved:", Printable(f.Reason))
	case Unknown:
		fmt.Fprintln(&b, "could not tell:", Printable(f.Reason))
	}
	return b.String()
}

// Printable returns s as one line in which whatever a terminal would obey is
// spelt out. What is quoted from a file that is checked could otherwise write
// lines of its own.
func Printable(s string) string { return spelt(s, unicode.IsPrint) }

func spelt(s string, plainly func(rune) bool) string {
	var b strings.Builder
	for _, r := range s {
		if plainly(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
