package esdbtest

import (
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// tombstone is the number of the event that ends a stream for ever.
const tombstone = 1<<63 - 1

// An event is as the server keeps it.
type event struct {
	id       uuid.UUID
	stream   string
	number   int64 // from 0
	kind     string
	content  string // type of data
	data     []byte
	meta     []byte
	position uint64 // in the log: bytes, so with gaps; commit and prepare are the same for single appends
	end      uint64 // where the next one begins, or will
	created  time.Time
}

// A log is what the nodes of a cluster share.
type log struct {
	mu      sync.Mutex
	all     []*event // in order of position; less what was scavenged
	streams map[string]*stream
	next    uint64
	news    chan struct{} // closed, then replaced, when all grows
}

// A stream holds its events, also those that reads do not show any more.
type stream struct {
	events []*event
	ended  bool // by a tombstone
}

// last is the number of the last event, or -1.
func (s *stream) last() int64 {
	if s == nil || len(s.events) == 0 {
		return -1
	}
	return s.events[len(s.events)-1].number
}

// at returns the event with a number, or nil.
func (s *stream) at(number int64) *event {
	i := sort.Search(len(s.events), func(i int) bool { return s.events[i].number >= number })
	if i < len(s.events) && s.events[i].number == number {
		return s.events[i]
	}
	return nil
}

func newLog() *log {
	l := &log{streams: map[string]*stream{}, news: make(chan struct{}), next: 700}
	for range 3 { // no log is empty: servers write about themselves first
		l.add("$stats-127.0.0.1", &event{id: uuid.New(), kind: "$statsCollected", content: "application/json", data: []byte(`{}`)})
	}
	return l
}

// add appends events to a stream. The log is locked, or not shared yet.
func (l *log) add(name string, events ...*event) {
	s := l.streams[name]
	if s == nil {
		s = &stream{}
		l.streams[name] = s
	}
	for _, e := range events {
		e.stream, e.created, e.position = name, time.Now(), l.next
		if e.number != tombstone {
			e.number = s.last() + 1
		}
		l.next += uint64(len(e.data) + len(e.meta) + len(e.kind) + len(name) + 130)
		e.end = l.next
		s.events = append(s.events, e)
		l.all = append(l.all, e)
	}
	close(l.news)
	l.news = make(chan struct{})
}

// A verdict is what the check of an append came to.
type verdict int

const (
	store      verdict = iota
	wrong              // the stream is at another number
	idempotent         // it holds these very ids in this place
	ended              // it has a tombstone
)

// Expected versions that are no number.
const (
	anyVersion   = -2
	noStream     = -1
	streamExists = -4
)

// check judges an append as a server does: by number and id, never by content.
func (l *log) check(name string, expected int64, ids []uuid.UUID) (verdict, int64) {
	s := l.streams[name]
	last := s.last()
	switch {
	case s != nil && s.ended:
		return ended, last
	case expected == anyVersion, expected == last, expected == streamExists && last >= 0, expected == noStream && l.softDeleted(name):
		return store, last
	case expected > last, expected == streamExists, len(ids) == 0:
		return wrong, last
	}
	for i, id := range ids { // an earlier number: perhaps it is stored already
		if e := s.at(expected + 1 + int64(i)); e == nil || e.id != id {
			return wrong, last // also if a part of it is there
		}
	}
	return idempotent, expected + int64(len(ids))
}

// seen returns the position below which a node that lags sees the log.
func (l *log) seen(lag int) uint64 {
	if lag == 0 || len(l.all) == 0 {
		return l.next
	}
	return l.all[max(len(l.all)-lag, 0)].position
}

// read returns what a read of one stream shows: its events below a position
// and not truncated. found is false if there are none.
func (l *log) read(name string, below uint64) (events []*event, found, gone bool) {
	s := l.streams[name]
	if s == nil {
		return nil, false, false
	}
	if s.ended {
		return nil, true, true
	}
	from := l.truncation(name, s)
	for _, e := range s.events {
		if e.position < below && e.number >= from {
			events = append(events, e)
		}
	}
	return events, len(events) > 0, false
}

// after returns what $all holds from a position on, and the channel that is
// closed when there is more.
func (l *log) after(position uint64, below uint64) ([]*event, <-chan struct{}) {
	i := sort.Search(len(l.all), func(i int) bool { return l.all[i].position >= position })
	j := sort.Search(len(l.all), func(i int) bool { return l.all[i].position >= below })
	return l.all[i:max(i, j)], l.news
}

// isSystem reports whether a stream is the server's own.
func isSystem(name string) bool { return strings.HasPrefix(name, "$") }
