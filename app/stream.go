package app

import (
	"cmp"
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
	by      string          // whose it is, as Caller.scope has it
	keys    map[string]done // what each caller's key did; grows with the stream
}

// done is what a command recorded under its key.
type done struct {
	hash        string // fingerprint of the command
	first, last string // ids of the first and the last record it stored
}

// answer is what the caller of a command on id that recorded d is told.
func (d done) answer(id domain.ID) Result { return Result{ID: id, Record: d.last, Receipt: d.first} }

// nothing is what the caller of a command on id is told that recorded nothing.
func (f *folded[S]) nothing(id domain.ID, by Caller) Result {
	res := Result{ID: id, Record: f.last}
	if f.by == by.scope() {
		res.Receipt = f.last
	}
	return res
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
		by := Caller{Person: m.Person, System: m.Capacity == domain.System}.scope()
		is.state, is.version, is.last, is.by = a.Evolve(is.state, e), r.Version, r.ID, by
		first := cmp.Or(is.keys[keyOf(by, m.Key)].first, r.ID)
		is.keys[keyOf(by, m.Key)] = done{m.Hash, first, r.ID}
	}
	if is != was {
		a.cache.Add(stream, is)
	}
	return is, nil
}

// fork copies f, so that it can be folded further while others still read f.
func (a *Aggregate[C, S, E]) fork(f *folded[S]) *folded[S] {
	g := &folded[S]{state: a.Copy(f.state), version: f.version, last: f.last, by: f.by, keys: make(map[string]done, len(f.keys)+1)}
	for k, d := range f.keys {
		g.keys[k] = d
	}
	return g
}
