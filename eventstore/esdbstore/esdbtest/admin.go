package esdbtest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// streamMetadata is what of a stream's metadata a server heeds.
type streamMetadata struct {
	MaxCount *int64          `json:"$maxCount"`
	MaxAge   *int64          `json:"$maxAge"` // seconds
	Before   *int64          `json:"$tb"`
	ACL      json.RawMessage `json:"$acl"`
}

// metadataOf returns the newest metadata of a stream.
func (l *log) metadataOf(name string) (m streamMetadata) {
	if s := l.streams["$$"+name]; s != nil && len(s.events) > 0 {
		_ = json.Unmarshal(s.events[len(s.events)-1].data, &m) // what is none is heeded like none
	}
	return m
}

// truncation returns the number of the first event that reads show.
func (l *log) truncation(name string, s *stream) (from int64) {
	m := l.metadataOf(name)
	if m.Before != nil {
		from = max(from, *m.Before)
	}
	if m.MaxCount != nil {
		from = max(from, s.last()+1-*m.MaxCount)
	}
	if m.MaxAge != nil {
		for _, e := range s.events {
			if time.Since(e.created) > time.Duration(*m.MaxAge)*time.Second {
				from = max(from, e.number+1)
			}
		}
	}
	return from
}

// softDeleted reports whether a stream was deleted and may be begun again.
func (l *log) softDeleted(name string) bool {
	b := l.metadataOf(name).Before
	return b != nil && *b == tombstone
}

// delete deletes a stream. Softly, its events are only hidden.
func (l *log) delete(name string, hard bool) {
	if hard {
		l.add(name, &event{id: uuid.New(), number: tombstone, kind: "$streamDeleted", data: []byte{}})
		l.streams[name].ended = true
		return
	}
	l.add("$$"+name, &event{id: uuid.New(), kind: "$metadata", content: "application/json", data: []byte(`{"$tb":9223372036854775807}`)})
}

// undelete lets a stream that was deleted softly show what is appended next.
func (l *log) undelete(name string) {
	b, _ := json.Marshal(map[string]int64{"$tb": l.streams[name].last() + 1})
	l.add("$$"+name, &event{id: uuid.New(), kind: "$metadata", content: "application/json", data: b})
}

// SetMetadata writes a stream's metadata, as an administrator may.
func (c *Cluster) SetMetadata(stream, json string) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.add("$$"+stream, &event{id: uuid.New(), kind: "$metadata", content: "application/json", data: []byte(json)})
}

// Delete deletes a stream, as an administrator may: softly, or for ever.
func (c *Cluster) Delete(stream string, forEver bool) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.log.delete(stream, forEver)
}

// Scavenge takes out of the log what reads do not show any more.
func (c *Cluster) Scavenge() {
	l := c.log
	l.mu.Lock()
	defer l.mu.Unlock()
	var kept []*event
	for _, e := range l.all {
		s := l.streams[e.stream]
		if e.number == tombstone || !s.ended && (e.number >= l.truncation(e.stream, s) || strings.HasPrefix(e.stream, "$$")) {
			kept = append(kept, e)
		}
	}
	l.all = kept
	for name, s := range l.streams {
		s.events = nil
		for _, e := range kept {
			if e.stream == name {
				s.events = append(s.events, e)
			}
		}
	}
}

// Restore puts an older backup in place: the newest n events are gone, and what
// comes next takes their positions.
func (c *Cluster) Restore(n int) {
	l := c.log
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		e := l.all[len(l.all)-1]
		l.all, l.next = l.all[:len(l.all)-1], e.position
		s := l.streams[e.stream]
		s.events = s.events[:len(s.events)-1]
		s.ended = s.ended && e.number != tombstone
	}
}

// Foreign appends n events of another program.
func (c *Cluster) Foreign(stream string, n int) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	for range n {
		c.log.add(stream, &event{id: uuid.New(), kind: "something.else", content: "application/octet-stream", data: []byte("of somebody else"), meta: []byte{}})
	}
}

// Tamper changes the last event of a stream in place, as who can write to the
// disk may: its data and, if another is given, its id.
func (c *Cluster) Tamper(stream string, data []byte, id ...uuid.UUID) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	s := c.log.streams[stream]
	was := s.events[len(s.events)-1]
	is := *was // readers may still have the one that was
	is.data = data
	for _, i := range id {
		is.id = i
	}
	s.events[len(s.events)-1] = &is
	c.log.all[slices.Index(c.log.all, was)] = &is
}
