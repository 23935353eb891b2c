package rules

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// IDs derives ids as the installation does that has the secret.
type IDs interface {
	Record(stream, scope, key string, i int) string
	Aggregate(prefix, category, scope, key string) domain.ID
	Natural(prefix, kind, value string) domain.ID
}

// A History goes through the record in order, and checks every rule. Fill in
// its fields first; call Next for each record, then End.
type History struct {
	IDs IDs       // nil: ids are not checked
	Now time.Time // when the last record must have been recorded by

	Breaches []Breach // in the order in which they were found
	Withheld int64    // records of which data or meta are not shown

	next    int64
	under   *Batch // the records of the command that is not over yet
	streams map[string]*stream
	keys    map[string]int64 // index of the command that used a sender's key
	seen    map[string]bool  // ids of records
	begun   bool             // a person has acted
	clock   clock

	imported  map[domain.ID]domain.ID // the import of a submission or statement
	proposers map[domain.ID]domain.ID // who proposed to retract an import

	held map[domain.ID][]standing // by person, one for each version of their credentials
	acts map[domain.ID][]acting   // by person, one for each version of their stream
}

// stream is one stream as far as the history has come.
type stream struct {
	version int64
	trail   domain.Trail
	broken  bool
}

// standing is what a person's credentials had come to at one version.
type standing struct {
	at    time.Time
	state credential.State
}

// maxBreaches bounds what is kept: one forged record may break the rules for
// many that follow.
const maxBreaches = 100

// Next takes the next record. Shown says whether data and meta are there.
func (h *History) Next(r eventstore.Record, shown bool) {
	if h.streams == nil {
		h.streams, h.keys, h.seen = map[string]*stream{}, map[string]int64{}, map[string]bool{}
		h.imported, h.proposers = map[domain.ID]domain.ID{}, map[domain.ID]domain.ID{}
		h.held, h.acts = map[domain.ID][]standing{}, map[domain.ID][]acting{}
	}
	if !shown {
		h.Withheld++
	}
	if h.under != nil && shown && h.under.continues(r) {
		h.under.add(r)
		h.next++
		return
	}
	h.End()
	b := &Batch{Stream: r.Stream, First: r.Version, At: r.At, index: h.next, withheld: !shown}
	if shown {
		var err error
		if b.Meta, err = readMeta(r.Meta); err != nil {
			b.garbled = err.Error()
		}
	}
	b.add(r)
	h.under = b
	h.next++
}

// End checks what the last command recorded. More may follow.
func (h *History) End() {
	b := h.under
	if b == nil {
		return
	}
	h.under = nil
	s := h.of(b.Stream)
	h.fold(b, s)
	for _, r := range All {
		if b.withheld && r.needs&shown != 0 || h.Withheld > 0 && r.needs&others != 0 || len(h.Breaches) >= maxBreaches {
			continue
		}
		if what := r.check(b, h); what != "" {
			h.breach(b, r.Name, what)
		}
	}
	h.remember(b, s)
}

func (h *History) breach(b *Batch, rule, what string) {
	h.Breaches = append(h.Breaches, Breach{rule, b.index, b.Stream, b.First, what})
}

func (h *History) of(name string) *stream {
	s := h.streams[name]
	if s == nil {
		s = &stream{}
		if d, ok := decoders[(&Batch{Stream: name}).category()]; ok {
			s.trail = d.Follow()
		}
		h.streams[name] = s
	}
	return s
}

// fold completes what b says of its aggregate, before and after.
func (h *History) fold(b *Batch, s *stream) {
	if s.trail == nil {
		b.broken = true
		return
	}
	s.broken = s.broken || b.withheld || b.fault != ""
	b.broken = s.broken
	b.From, b.Owner = s.trail.Status(), s.trail.Owner()
	for _, e := range b.Events {
		s.trail.Take(e)
	}
	b.To, b.Owned = s.trail.Status(), s.trail.Owner()
}

// remember keeps what later commands are judged by.
func (h *History) remember(b *Batch, s *stream) {
	last := b.Records[len(b.Records)-1]
	s.version = last.Version
	for _, r := range b.Records {
		h.seen[r.ID] = true
	}
	if b.withheld {
		return
	}
	h.keys[keyOf(b)] = b.index
	h.begun = h.begun || !b.system()
	for _, e := range b.Events {
		switch e := e.(type) {
		case credential.Event:
			was := h.held[b.id()]
			var state credential.State
			if len(was) > 0 {
				state = credential.Decider.Copy(was[len(was)-1].state)
			}
			h.held[b.id()] = append(was, standing{b.At, credential.Decider.Evolve(state, e)})
		case submission.Recorded:
			h.imported[b.id()] = e.Import
		case briefing.StatementDelivered:
			h.imported[e.Statement] = e.Import
		case importing.RetractionProposed:
			h.proposers[b.id()] = e.Officer
		case person.Event:
			h.acts[b.id()] = append(h.acts[b.id()], acting{b.At, s.trail.Status() != "suspended"})
		}
	}
}

// keyOf names a sender's key; the installation's own keys are for one stream.
func keyOf(b *Batch) string {
	if b.system() {
		return b.Stream + "\x00" + b.scope() + "\x00" + b.Meta.Key
	}
	return b.scope() + "\x00" + b.Meta.Key
}
