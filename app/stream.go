package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
)

// folded is one stream as far as it was read. It is never changed once it is
// shared; reading on makes another.
type folded[S any] struct {
	state   S
	version int64
	last    string          // id of the last record
	keys    map[string]done // what each caller's key did; grows with the stream
}

// done is what a command recorded under its key.
type done struct {
	hash string // fingerprint of the command
	last string // id of the last record it stored
}

func keyOf(scope, key string) string { return scope + "\x00" + key }

// load returns the stream of id as it is now: the cached part, and what was
// appended since.
func (a *Aggregate[C, S, E]) load(ctx context.Context, id domain.ID) (*folded[S], error) {
	stream := a.stream(id)
	was, ok := a.cache.Get(stream)
	if !ok {
		was = &folded[S]{}
	}
	is := was
	for r, err := range a.core.Store.Stream(ctx, stream, was.version) {
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", stream, err)
		}
		if is == was {
			is = a.fork(was)
		}
		if r.Version != is.version+1 {
			return nil, fmt.Errorf("read %s: version %d after %d: the stream has a gap", stream, r.Version, is.version)
		}
		e, err := a.Codec.Decode(r.Type, r.Data)
		if err != nil {
			return nil, fmt.Errorf("%s@%d: %w", stream, r.Version, err)
		}
		var m domain.Meta
		if err := json.Unmarshal(r.Meta, &m); err != nil {
			return nil, fmt.Errorf("%s@%d: meta: %w", stream, r.Version, err)
		}
		is.state, is.version, is.last = a.Evolve(is.state, e), r.Version, r.ID
		by := Caller{Person: m.Person, System: m.Capacity == domain.System}
		is.keys[keyOf(by.scope(), m.Key)] = done{m.Hash, r.ID}
	}
	if is != was {
		a.cache.Add(stream, is)
	}
	return is, nil
}

// fork copies f, so that it can be folded further while others still read f.
func (a *Aggregate[C, S, E]) fork(f *folded[S]) *folded[S] {
	g := &folded[S]{state: a.Copy(f.state), version: f.version, last: f.last, keys: make(map[string]done, len(f.keys)+1)}
	for k, d := range f.keys {
		g.keys[k] = d
	}
	return g
}
