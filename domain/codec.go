package domain

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Codec turns one aggregate's events into bytes and back.
type Codec[E Event] struct {
	decode map[string]func([]byte) (E, error)
	known  map[reflect.Type]E
}

// NewCodec lists the events an aggregate writes today, as zero values.
func NewCodec[E Event](zero ...E) Codec[E] {
	c := Codec[E]{map[string]func([]byte) (E, error){}, map[reflect.Type]E{}}
	for _, z := range zero {
		t := reflect.TypeOf(z)
		c.known[t] = z
		c.add(z.EventType(), func(b []byte) (E, error) {
			p := reflect.New(t)
			err := json.Unmarshal(b, p.Interface())
			return p.Elem().Interface().(E), err
		})
	}
	return c
}

// Upcast teaches c a retired wire name: old bytes become a current event on read.
func Upcast[Old any, E Event](c Codec[E], name string, f func(Old) E) Codec[E] {
	c.add(name, func(b []byte) (E, error) {
		var old Old
		if err := json.Unmarshal(b, &old); err != nil {
			var none E
			return none, err
		}
		return f(old), nil
	})
	return c
}

func (c Codec[E]) add(name string, f func([]byte) (E, error)) {
	if _, dup := c.decode[name]; dup {
		panic("domain: event type " + name + " listed twice")
	}
	c.decode[name] = f
}

// Names lists every wire name that c can read, sorted.
func (c Codec[E]) Names() []string { return slices.Sorted(maps.Keys(c.decode)) }

// Zeros returns the zero value of every event that c can write.
func (c Codec[E]) Zeros() []E {
	all := slices.Collect(maps.Values(c.known))
	slices.SortFunc(all, func(a, b E) int { return strings.Compare(a.EventType(), b.EventType()) })
	return all
}

// Encode returns the wire name and bytes of e.
func (c Codec[E]) Encode(e E) (string, []byte, error) {
	if _, ok := c.known[reflect.TypeOf(e)]; !ok {
		return "", nil, fmt.Errorf("encode: %T is not listed in its codec", e)
	}
	b, err := json.Marshal(e)
	return e.EventType(), b, err
}

// Decode reads back what Encode, or an older release, wrote.
func (c Codec[E]) Decode(name string, b []byte) (E, error) {
	f, ok := c.decode[name]
	if !ok {
		var none E
		return none, fmt.Errorf("decode: unknown event type %q: written by a newer release", name)
	}
	e, err := f(b)
	if err != nil {
		return e, fmt.Errorf("decode %s: %w", name, err)
	}
	return e, nil
}
