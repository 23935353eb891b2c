package rules

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func streamName(b *Batch, _ *History) string {
	d, ok := decoders[b.category()]
	switch {
	case !ok:
		return fmt.Sprintf("there is no category %.50q", b.category())
	case b.id() == "":
		return "it names no aggregate"
	case !strings.HasPrefix(string(b.id()), d.IDPrefix()):
		return fmt.Sprintf("the id of a %s begins with %s", b.category(), d.IDPrefix())
	}
	return ""
}

func streamVersion(b *Batch, h *History) string {
	if want := h.streams[b.Stream].version + 1; b.First != want {
		return fmt.Sprintf("version %d is due", want)
	}
	return ""
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func recordID(b *Batch, h *History) string {
	for i, r := range b.Records {
		if !uuid.MatchString(r.ID) {
			return fmt.Sprintf("%.50q is no id that a record has", r.ID)
		}
		if h.IDs == nil || b.garbled != "" {
			continue
		}
		if want := h.IDs.Record(b.Stream, b.scope(), b.Meta.Key, i); r.ID != want {
			return fmt.Sprintf("the id %s is not the one that the secret gives for this sender and key", r.ID)
		}
	}
	return ""
}

func recordOnce(b *Batch, h *History) string {
	for _, r := range b.Records {
		if h.seen[r.ID] {
			return fmt.Sprintf("record %s is there already", r.ID)
		}
	}
	return ""
}

// maxStep is how far a clock may step, either way, from one record to the next.
const maxStep = 24 * time.Hour

// first is before any release of the program.
var first = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// A clock is the newest moment of the records so far, and the one before it.
type clock struct {
	newest, before time.Time
	batch          *Batch // of newest
}

// recordAt finds a moment that does not fit its neighbours. Of a record that is
// far ahead only the next one tells; then it is the one that is named.
func recordAt(b *Batch, h *History) string {
	c := &h.clock
	at := b.At
	switch {
	case at.Before(first):
		return fmt.Sprintf("%s is before the program was written", at.Format(time.RFC3339))
	case !h.Now.IsZero() && at.After(h.Now.Add(maxStep)):
		return fmt.Sprintf("%s lies ahead", at.Format(time.RFC3339))
	case at.Before(c.newest.Add(-maxStep)) && at.Before(c.before.Add(-maxStep)):
		return fmt.Sprintf("%s is more than a day before the records before it, of %s", at.Format(time.RFC3339), c.newest.Format(time.RFC3339))
	case at.Before(c.newest.Add(-maxStep)):
		h.breach(c.batch, "record.at", fmt.Sprintf("%s is more than a day after the next record, of %s", c.newest.Format(time.RFC3339), at.Format(time.RFC3339)))
		c.newest, c.batch = at, b
	case at.After(c.newest):
		c.newest, c.before, c.batch = at, c.newest, b
	case at.After(c.before):
		c.before = at
	}
	return ""
}

const saltSize = 32 // bytes

func recordSalt(b *Batch, _ *History) string {
	for _, r := range b.Records {
		if r.Salt != nil && len(r.Salt) != saltSize {
			return fmt.Sprintf("the salt has %d bytes", len(r.Salt))
		}
	}
	return ""
}

func recordSize(b *Batch, _ *History) string {
	size := 0
	for _, r := range b.Records {
		size += len(r.Data) + len(r.Meta)
	}
	if size > eventstore.MaxAppend {
		return fmt.Sprintf("it has %d bytes, and a command may record %d", size, eventstore.MaxAppend)
	}
	return ""
}
