package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/audit/verify"
	"github.com/rapporteur-project/rapporteur/projections"
)

// The answers of a replay.
const (
	replayed = "replayed" // nothing was compared
	agree    = "agree"
	differ   = "differ"
	untold   = "unknown"
)

// A finding is what came of a replay. Its JSON is documented in the help.
type finding struct {
	Answer      string                  `json:"answer"`
	Reason      string                  `json:"reason,omitempty"`
	Size        int64                   `json:"size"` // records in the log
	Root        hash                    `json:"root"` // of the log's tree over all of them
	Projections []certificate           `json:"projections"`
	Difference  *projections.Difference `json:"difference,omitempty"`
	Breaches    []rules.Breach          `json:"breaches,omitempty"` // of the rules of appending
	NotTold     []string                `json:"notTold,omitempty"`
	Notes       []string                `json:"notes,omitempty"`   // what there was to go by
	Key         string                  `json:"key,omitempty"`     // that the log of a bundle was checked with
	KeyFrom     string                  `json:"keyFrom,omitempty"` // where it came from
	Kept        bool                    `json:"kept"`              // the read models stay, to be served from
}

// A certificate says what a rebuilt projection has seen.
type certificate struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Next    int64  `json:"next"` // the index it would see next
	Root    hash   `json:"root"`
	Fold    hash   `json:"fold"`
	Failed  string `json:"failed,omitempty"` // why it was set aside
}

// A hash is written in hexadecimal.
type hash [32]byte

// MarshalText implements encoding.TextMarshaler.
func (h hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// String implements fmt.Stringer.
func (h hash) String() string { return hex.EncodeToString(h[:]) }

// code is the exit code for f.
func (f finding) code() int {
	switch f.Answer {
	case differ:
		return no
	case untold:
		return unknown
	}
	for _, c := range f.Projections {
		if c.Failed != "" {
			return no
		}
	}
	return yes
}

// print writes f for people, or as JSON for programs.
func (f finding) print(w io.Writer, asJSON bool) error {
	text := f.text()
	if asJSON {
		b, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return fmt.Errorf("encode what was found: %w", err)
		}
		text = string(b) + "\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("print what was found: %w", err)
	}
	return nil
}

func (f finding) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "log: %d records, root %s\n", f.Size, f.Root)
	if f.Key != "" {
		fmt.Fprintf(&b, "key: %s, from %s: what is found is that the bundle agrees with itself, and rapporteur verify bundle --key says whose it is\n", verify.Printable(f.Key), f.KeyFrom)
	}
	for _, n := range f.Notes {
		fmt.Fprintln(&b, "note:", verify.Printable(n))
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if len(f.Projections) > 0 {
		fmt.Fprintln(t, "projection\tversion\tnext\troot\tfold")
	}
	for _, c := range f.Projections {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\n", c.Name, c.Version, c.Next, c.Root, c.Fold)
	}
	t.Flush() // writes to memory
	whole := true
	for _, c := range f.Projections {
		if c.Failed != "" {
			whole = false
			fmt.Fprintf(&b, "%s was set aside at index %d: %s\n", c.Name, c.Next, c.Failed)
		}
	}
	for _, x := range f.Breaches[min(1, len(f.Breaches)):] { // the first is the reason
		fmt.Fprintln(&b, "and:", verify.Printable(x.String()))
	}
	for _, s := range f.NotTold {
		fmt.Fprintln(&b, "not told:", s)
	}
	switch {
	case f.Answer != replayed:
		fmt.Fprintln(&b, strings.TrimSuffix(sentences[f.Answer]+verify.Printable(f.Reason), ": "))
	case whole && f.Kept:
		fmt.Fprintln(&b, "replayed: the read models are made of the records, for rapporteur serve --bundle to answer from")
	case whole:
		fmt.Fprintln(&b, "replayed: read models can be made of the records; they were made in a temporary folder, which is removed, and compared with none: --verify does that")
	}
	return b.String()
}

// sentences introduce the reason of an answer.
var sentences = map[string]string{
	agree:  "agree: the read models are what the record makes them",
	differ: "differ: ",
	untold: "could not tell: ",
}
