package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// An away register cannot be read while there is an error.
type away struct {
	eventstore.Register
	err error
}

func (a *away) Get(ctx context.Context, name string) ([]byte, int64, error) {
	if a.err != nil {
		return nil, 0, a.err
	}
	return a.Register.Get(ctx, name)
}

// TestStaying: a node that was suspended while its record was moved away appends
// nothing when it goes on, not even before it looks by itself.
func TestStaying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, st := &away{Register: new(memstore.Register)}, new(memstore.Store)
		n := newNodes(r)
		s := staying{st, newStay(n)}
		version := int64(0)
		add := func() error {
			id := "00000000-0000-8000-8000-00000000000" + string(rune('0'+version))
			err := s.Append(t.Context(), "thing-1", version, eventstore.Record{ID: id, Type: "thing.happened", Salt: make([]byte, 32), Data: []byte("{}"), Meta: []byte("{}")})
			if err == nil {
				version++
			}
			return err
		}
		down := errors.New("down")
		r.err = down
		if err := add(); !errors.Is(err, down) {
			t.Errorf("before it could look: %v", err)
		}
		r.err = nil
		if err := add(); err != nil {
			t.Error(err)
		}
		r.err = down
		if err := add(); err != nil {
			t.Errorf("a moment after it looked, servers being away: %v", err)
		}
		r.err = nil
		if err := n.put(t.Context(), agreement{Moved: time.Now(), MovedTo: inFolder, Mover: "X"}); err != nil {
			t.Fatal(err)
		}
		<-time.After(staysGood)
		if err := add(); !errors.Is(err, errMoved) {
			t.Errorf("after it was suspended: %v", err)
		}
		s.stay.now = func() time.Time { return time.Now().Add(-time.Hour) } // a clock that was set back
		if err := add(); !errors.Is(err, errMoved) {
			t.Errorf("with a clock set back: %v", err)
		}
		if err := s.stay.Run(t.Context()); !errors.Is(err, errMoved) {
			t.Errorf("its look ended with %v", err)
		}
	})
}

// A slow register lets time pass after it was asked, and then tells what was so
// before.
type slow struct {
	eventstore.Register
	lasts []time.Duration
}

func (r *slow) Get(ctx context.Context, name string) ([]byte, int64, error) {
	text, version, err := r.Register.Get(ctx, name)
	if len(r.lasts) > 0 {
		<-time.After(r.lasts[0])
		r.lasts = r.lasts[1:]
	}
	return text, version, err
}

// A hung store takes what is appended, and answers nobody.
type hung struct{ eventstore.Store }

func (hung) Append(ctx context.Context, _ string, _ int64, _ ...eventstore.Record) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestLooksAgain: what a node saw before it was suspended in the midst of a look
// says nothing, and an append does not outlast the look that it relies on.
func TestLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &slow{new(memstore.Register), []time.Duration{staysGood}}
		s := staying{hung{}, newStay(newNodes(r))}
		moved := time.AfterFunc(time.Second, func() {
			if err := newNodes(r.Register).put(t.Context(), agreement{Moved: time.Now(), MovedTo: inFolder, Mover: "X"}); err != nil {
				t.Error(err)
			}
		})
		defer moved.Stop()
		if err := s.Append(t.Context(), "thing-1", 0); !errors.Is(err, errMoved) {
			t.Errorf("after a look in which it was suspended: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := staying{hung{}, newStay(newNodes(&slow{new(memstore.Register), []time.Duration{time.Second}}))}
		began := time.Now()
		if err := s.Append(t.Context(), "thing-1", 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != staysGood {
			t.Errorf("an append that hangs ended after %s: %v", time.Since(began), err)
		}
	})
}

// TestNobodyCanSay: while what nodes agree on is garbled nothing is recorded, and
// the node says so; once it is put back, it goes on by itself.
func TestNobodyCanSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(new(memstore.Register))
		s := newStay(n)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		for version, tt := range []struct {
			text    string
			garbled bool
		}{{"", false}, {"[]", true}, {"{", true}, {`{"secret": "s"}`, false}} {
			if err := n.register.Set(ctx, agreementName, int64(version), []byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			<-time.After(staysGood)
			if err := s.Fault(); errors.Is(err, errGarbled) != tt.garbled {
				t.Errorf("with %q: %v", tt.text, err)
			}
			if _, err := s.here(ctx); errors.Is(err, errGarbled) != tt.garbled {
				t.Errorf("with %q something is recorded: %v", tt.text, err)
			}
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestMarkKeepsTheAgreement: nodes of a record that stays after all must have what
// they had to before; where one comes to, its first node says what.
func TestMarkKeepsTheAgreement(t *testing.T) {
	had := agreement{Secret: "s", Origin: "example/log", Key: "k", Blobs: "b", Vault: "v"}
	for _, tt := range []struct {
		to   string
		want agreement
	}{{inFolder, had}, {inServers, agreement{}}} {
		m := &migration{nodes: newNodes(new(memstore.Register)), mover: "US"}
		if err := m.nodes.agree(t.Context(), had); err != nil {
			t.Fatal(err)
		}
		if err := m.shut(t.Context(), tt.to); err != nil {
			t.Fatal(err)
		}
		if err := m.nodes.agree(t.Context(), had); !errors.Is(err, errMoved) {
			t.Errorf("to %s: with the mark a node starts: %v", tt.to, err)
		}
		if err := m.nodes.open(t.Context()); err != nil {
			t.Fatal(err)
		}
		if is, _, err := m.nodes.agreed(t.Context()); err != nil || is != tt.want {
			t.Errorf("to %s: they agree on %+v, %v; want %+v", tt.to, is, err, tt.want)
		}
	}
}
