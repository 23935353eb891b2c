package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// RunLinear proves that appends and reads of streams, made by many at once, are
// as if each had happened at one moment between its call and its answer: what
// was acknowledged is there for whoever asks afterwards, and of two that want a
// place one has it. disturb, if it is not nil, runs meanwhile until its context
// ends, and does to the store what it must survive.
func RunLinear(t *testing.T, open func(*testing.T) eventstore.Store, disturb func(context.Context)) {
	t.Helper()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			s := open(t)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			ctx2, stop := context.WithCancel(ctx)
			var disturbing sync.WaitGroup
			if disturb != nil {
				disturbing.Go(func() { disturb(ctx2) })
			}
			history, err := play(ctx, s, seed)
			stop()
			disturbing.Wait()
			if err != nil {
				t.Fatal(err)
			}
			if err := linear(history); err != nil {
				t.Error(err)
			}
		})
	}
}

const (
	players       = 6
	playerCalls   = 30
	playerStreams = 2
)

// A move is one call: an append of records at a version, or a read if there are none.
type move struct {
	stream  string
	version int
	ids     string // one rune a record
}

// A seen is its answer.
type seen struct {
	conflict bool
	ids      string // what a read showed
}

// play has players append at what they last saw, repeat earlier calls, and read.
func play(ctx context.Context, s eventstore.Store, seed uint64) ([]porcupine.Operation, error) {
	p := &playing{store: s, names: map[string]rune{}, began: time.Now()}
	var wg sync.WaitGroup
	for n := range players {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		wg.Go(func() {
			if err := p.player(ctx, n, r); err != nil {
				p.fail(err)
			}
		})
	}
	wg.Wait()
	return p.history, p.failed
}

type playing struct {
	store eventstore.Store // set once
	began time.Time        // set once

	mu      sync.Mutex
	history []porcupine.Operation
	names   map[string]rune // of ids
	failed  error
}

func (p *playing) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = errors.Join(p.failed, err)
}

// name is what an id is called in the history.
func (p *playing) name(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.names[id]; !ok {
		p.names[id] = rune('A' + len(p.names))
	}
	return string(p.names[id])
}

func (p *playing) player(ctx context.Context, n int, r *rand.Rand) error {
	type call struct {
		move
		recs []eventstore.Record
	}
	at := map[string]int{} // how far this player knows a stream to be
	var last call
	for range playerCalls {
		stream := fmt.Sprint("a-", r.IntN(playerStreams))
		c := call{move: move{stream: stream, version: at[stream]}}
		switch k := r.IntN(10); {
		case k < 4: // read
		case k < 5 && last.recs != nil: // repeat, however far the stream is since
			c = last
		default:
			c.recs = records(1 + r.IntN(3))
			for _, rec := range c.recs {
				c.ids += p.name(rec.ID)
			}
			last = c
		}
		called := time.Since(p.began).Nanoseconds()
		out, err := p.ask(ctx, c.move, c.recs)
		if err != nil {
			return err
		}
		p.mu.Lock()
		p.history = append(p.history, porcupine.Operation{ClientId: n, Input: c.move, Call: called, Output: out, Return: time.Since(p.began).Nanoseconds()})
		p.mu.Unlock()
		switch {
		case c.recs == nil:
			at[c.stream] = len([]rune(out.ids))
		case !out.conflict:
			at[c.stream] = max(at[c.stream], c.version+len(c.recs))
		}
	}
	return nil
}

// ask makes one call. An append is repeated until its outcome is known.
func (p *playing) ask(ctx context.Context, m move, recs []eventstore.Record) (seen, error) {
	var out seen
	if recs == nil {
		for r, err := range p.store.Stream(ctx, m.stream, 0) {
			if err != nil {
				return out, fmt.Errorf("read %s: %w", m.stream, err)
			}
			out.ids += p.name(r.ID)
		}
		return out, nil
	}
	for {
		err := p.store.Append(ctx, m.stream, int64(m.version), recs...)
		switch {
		case err == nil:
			return out, nil
		case errors.Is(err, eventstore.ErrConflict):
			return seen{conflict: true}, nil
		case ctx.Err() != nil:
			return out, fmt.Errorf("append to %s: never known: %w", m.stream, err)
		}
	}
}

// linear compares a history with what one stream may do.
func linear(history []porcupine.Operation) error {
	model := porcupine.Model{
		Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
			parts := make([][]porcupine.Operation, playerStreams)
			for _, o := range all {
				for n := range parts {
					if o.Input.(move).stream == fmt.Sprint("a-", n) {
						parts[n] = append(parts[n], o)
					}
				}
			}
			return parts
		},
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			is, m, out := []rune(state.(string)), input.(move), output.(seen)
			if m.ids == "" {
				return out.ids == string(is), state
			}
			if m.version == len(is) {
				return !out.conflict, string(is) + m.ids
			}
			stored := m.version < len(is) && strings.HasPrefix(string(is[m.version:]), m.ids)
			return out.conflict != stored, state
		},
	}
	switch porcupine.CheckOperationsTimeout(model, history, patience) {
	case porcupine.Illegal:
		return fmt.Errorf("the %d calls fit no order of the moments at which they could have happened", len(history))
	case porcupine.Unknown:
		return errors.New("whether the calls fit an order was not found out in time")
	}
	return nil
}
