package verify

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A larger is an error: an older head covers more records than there are now.
type larger struct {
	format.Checkpoint
	receipt *format.Proof // that it came with; nil if it came alone
	now     int64         // records
}

// Error implements error.
func (l *larger) Error() string {
	return fmt.Sprintf("%s has %d records, and now there are only %d", sinceFile, l.Size, l.now)
}

// rewritten says that the tail is gone, and what else could be so.
func (l *larger) rewritten(format string, args ...any) error {
	return wrong(at(sinceFile, l.now), "history was rewritten: the log signed a head of %d records before, and now it has only %d; %s", l.Size, l.now, fmt.Sprintf(format, args...))
}

// ofLog judges l for a log that may grow: the head in a receipt is signed at
// once, and the log is published later.
func (l *larger) ofLog() error {
	if l.receipt != nil {
		return fmt.Errorf("%s: the receipt's head has %d records, and the log shows %d so far: try again in a minute; if it stays so, the log was cut off", sinceFile, l.Size, l.now)
	}
	return l.rewritten("if that head is from a receipt of the last moments, which is signed before the log is published, give the receipt itself")
}

// ofBundle judges l for a bundle, which is final: it lacks what was signed before
// it was made, or is older than the head. A head has no time: alone it is older by
// the word of whoever gave it. A receipt may be of today for a record of long ago,
// so it tells only if its record is one that the bundle should have.
func (l *larger) ofBundle(made time.Time) error {
	by := made.UTC().Format(time.RFC3339)
	if l.receipt == nil {
		return l.rewritten("if the bundle, made at %s by its own word, is older than that head, give an older one", by)
	}
	if e, ok := l.proved(); ok && e.Index >= l.now {
		if when, err := time.Parse(timeLayout, e.At); err == nil && when.Before(made) {
			return l.rewritten("the receipt's record, of index %d, was recorded at %s, and the bundle without it was made later, at %s", e.Index, e.At, by)
		}
	}
	return fmt.Errorf("%s: the receipt's head has %d records, and the bundle has %d: the receipt may have been given after the bundle was made, at %s by its own word: have a newer bundle, or give an older head", sinceFile, l.Size, l.now, by)
}

// proved returns the record that the receipt proves, if it does.
func (l *larger) proved() (e format.Envelope, ok bool) {
	d, err := format.ParseDisclosure(l.receipt.Extra)
	if err == nil {
		e, err = d.Open()
	}
	if err != nil || e.Index != l.receipt.Index {
		return e, false
	}
	return e, tlog.CheckRecord(l.receipt.Hashes, l.Size, l.Root, e.Index, d.Entry().Leaf()) == nil
}
