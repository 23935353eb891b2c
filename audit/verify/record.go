package verify

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// timeLayout is how a record's time is written: UTC, milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

// wellFormed refuses canonical bytes that have the right form and say what no
// store would.
func wellFormed(e format.Envelope) error {
	at, err := time.Parse(timeLayout, e.At)
	switch {
	case err != nil || at.Format(timeLayout) != e.At:
		return fmt.Errorf("the time of record %.40q is %.40q, which is not RFC 3339 in UTC with milliseconds", e.ID, e.At)
	case e.ID == "" || e.Stream == "" || e.Type == "":
		return fmt.Errorf("the record of index %d has no id, no stream or no type", e.Index)
	case e.Index < 0:
		return fmt.Errorf("record %s has the index %d, and indexes count from 0", e.ID, e.Index)
	case e.Version < 1:
		return fmt.Errorf("record %s has the version %d, and versions count from 1", e.ID, e.Version)
	}
	for _, s := range []string{e.ID, e.Stream, e.Type} {
		if len(s) > 200 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Errorf("the record of index %d has an id, a stream or a type that is not plain text", e.Index)
		}
	}
	for _, c := range []string{e.Data, e.Meta} {
		var sum [32]byte
		if n, err := hex.Decode(sum[:], []byte(c[:min(len(c), 64)])); err != nil || n != len(sum) || len(c) != 64 || hex.EncodeToString(sum[:]) != c {
			return fmt.Errorf("a commitment of record %s is not a hash in hexadecimal", e.ID)
		}
	}
	return nil
}
