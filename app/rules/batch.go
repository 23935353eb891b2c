package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A Batch is what one command records: consecutive records of one stream with
// the same meta and moment.
type Batch struct {
	Stream  string
	First   int64 // version of the first record
	At      time.Time
	Meta    domain.Meta
	Records []eventstore.Record
	Events  []domain.Event // as many as Records, unless fault says why not

	From, To     domain.Status // of the aggregate, before and after
	Owner, Owned domain.ID     // whose item it is, before and after, as Decider.OwnerOf has it

	Command domain.Command // that makes it; nil if that is not known

	index    int64  // of the first record
	fault    string // why the events cannot be read
	garbled  string // why meta cannot be read
	withheld bool   // data or meta are not shown
	broken   bool   // an earlier event of the stream cannot be read, so its state is not known
}

// category and id are the two parts of the stream's name.
func (b *Batch) category() string { c, _, _ := strings.Cut(b.Stream, "-"); return c }
func (b *Batch) id() domain.ID    { _, id, _ := strings.Cut(b.Stream, "-"); return domain.ID(id) }

func (b *Batch) system() bool { return b.Meta.Capacity == domain.System }

// scope is whose keys the batch's key is one of.
func (b *Batch) scope() string {
	if b.system() {
		return string(domain.System)
	}
	return string(b.Meta.Person)
}

// types are the wire names of the events.
func (b *Batch) types() []string {
	var all []string
	for _, e := range b.Events {
		all = append(all, e.EventType())
	}
	return all
}

// continues reports whether r was recorded by the same command as b.
func (b *Batch) continues(r eventstore.Record) bool {
	last := b.Records[len(b.Records)-1]
	return r.Stream == b.Stream && r.Version == last.Version+1 && r.At.Equal(b.At) && !b.withheld && bytes.Equal(r.Meta, last.Meta)
}

// add takes a record of the same command.
func (b *Batch) add(r eventstore.Record) {
	b.Records = append(b.Records, r)
	d, ok := decoders[b.category()]
	if !ok || b.withheld {
		return
	}
	e, err := d.DecodeEvent(r.Type, r.Data)
	if err != nil {
		b.fault = err.Error()
		return
	}
	b.Events = append(b.Events, e)
}

// decoders are those of the catalog, by category.
var decoders = byCategory()

func byCategory() map[string]domain.Decoder {
	all := map[string]domain.Decoder{}
	for _, d := range catalog.All {
		all[d.Name()] = d
	}
	return all
}

// readMeta reads meta, and refuses fields that it does not have.
func readMeta(text []byte) (m domain.Meta, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("meta cannot be read: %w", err)
	}
	if d.More() {
		return m, fmt.Errorf("meta goes on after its end")
	}
	return m, nil
}
