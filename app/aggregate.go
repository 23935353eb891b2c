package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

const (
	cached     = 4096                   // streams per aggregate kept folded in memory
	patience   = 2 * time.Second        // how long a command races others for its stream before BUSY
	resolution = 10 * time.Second       // how long an ambiguous append is repeated until it is known
	backoff    = 5 * time.Millisecond   // first pause between tries; doubled, with jitter
	maxBackoff = 250 * time.Millisecond // longest pause
)

// ErrOutcome says that nobody knows whether a command was recorded. The caller
// may repeat it with the same key.
var ErrOutcome = errors.New("the outcome is not known")

// ErrUnavailable says that nothing can be recorded for now. The caller may repeat
// the command later with the same key.
var ErrUnavailable = eventstore.ErrUnavailable

// An Aggregate is a decider bound to a store. Its one method is Do.
type Aggregate[C domain.Command, S any, E domain.Event] struct {
	domain.Decider[C, S, E]
	core  *core
	cache *lru.Cache[string, *folded[S]]

	app *App
	pin references[C, S] // nil: decides on its own stream alone
}

// references fills the reference fields of a command from other streams, and
// pins those streams.
type references[C, S any] func(ctx context.Context, target domain.ID, s S, c C, by domain.Cause, p *pins) (C, error)

func bind[C domain.Command, S any, E domain.Event](a *App, d domain.Decider[C, S, E]) *Aggregate[C, S, E] {
	cache, err := lru.New[string, *folded[S]](cached)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &Aggregate[C, S, E]{Decider: d, core: a.core, cache: cache, app: a}
}

func (a *Aggregate[C, S, E]) stream(id domain.ID) string { return a.Category + "-" + string(id) }

// Do carries out c on target, or creates an aggregate where target is empty.
//
// When it returns nil the outcome is durable. The same caller repeating the
// same command under the same key gets the same Result and stores nothing. A
// *domain.Error is a refusal; any other error is a fault after which the
// caller may repeat with the same key.
func (a *Aggregate[C, S, E]) Do(ctx context.Context, target domain.ID, c C, by Caller) (Result, error) {
	if by.Key == "" || by.Person == "" && !by.System {
		return Result{}, fmt.Errorf("%s: a command needs a person and a key", a.Category)
	}
	if target == "" {
		target = a.core.newID(a.Prefix, a.Category, by)
	}
	stream := a.stream(target)
	ctx, cancel := context.WithTimeout(ctx, patience+resolution)
	defer cancel()
	free, err := a.core.used.lock(ctx, by)
	if err != nil {
		return Result{}, fmt.Errorf("wait for a key: %w", err)
	}
	defer free()
	unlock, err := a.core.locks.lock(ctx, stream)
	if err != nil {
		return Result{}, fmt.Errorf("wait for %s: %w", stream, err)
	}
	defer unlock()
	for tries, until := 0, time.Now().Add(patience); ; tries++ {
		res, err := a.try(ctx, target, c, by)
		if !errors.Is(err, eventstore.ErrConflict) {
			return res, err
		}
		if time.Now().After(until) {
			return Result{}, domain.Refuse(domain.Busy, "busy", "Others are changing this at the same moment. Please try again.")
		}
		if err := pause(ctx, tries); err != nil {
			return Result{}, err
		}
	}
}

// try runs through the order that the house fixes: read, repeated key, may
// see, may act, pins, decide, append.
func (a *Aggregate[C, S, E]) try(ctx context.Context, target domain.ID, c C, by Caller) (Result, error) {
	stream := a.stream(target)
	f, err := a.load(ctx, target)
	if err != nil {
		return Result{}, err
	}
	hash, err := a.core.fingerprint(c)
	if err != nil {
		return Result{}, err
	}
	if d, ok := f.keys[keyOf(by.scope(), by.Key)]; ok {
		if d.hash != hash {
			return Result{}, reused()
		}
		return d.answer(target), nil
	}
	if err := a.core.used.elsewhere(ctx, stream, by); err != nil {
		return Result{}, err
	}
	p := &pins{at: a.core.now()}
	cause, err := a.authorise(ctx, f.state, c, by, p)
	if err != nil {
		return Result{}, err
	}
	if a.pin != nil {
		if c, err = a.pin(ctx, target, f.state, c, cause, p); err != nil {
			return Result{}, err
		}
	}
	events, err := a.Run(f.state, c, cause)
	if err != nil {
		return Result{}, err
	}
	if len(events) == 0 {
		return f.nothing(target, by), nil
	}
	recs, err := a.records(stream, events, cause, by, hash, p)
	if err != nil {
		return Result{}, err
	}
	if err := a.obeys(stream, f, c, events, recs, cause, domain.Meta{Actor: cause.By, Key: cause.Key, Hash: hash, Pins: p.list}); err != nil {
		return Result{}, err
	}
	if a.core.now().Sub(p.at) > rules.PinLife {
		return Result{}, eventstore.ErrConflict // read again rather than rest on an old read
	}
	err = a.append(ctx, stream, f.version, recs)
	if !errors.Is(err, eventstore.ErrConflict) { // any other error may have stored it
		a.core.used.use(stream, by)
	}
	if err != nil {
		return Result{}, err
	}
	return Result{ID: target, Record: recs[len(recs)-1].ID, Receipt: recs[0].ID}, nil
}

func reused() error {
	return domain.Refuse(domain.IdempotencyKeyReused, "key.reused", "You have used this idempotency key for something else.").At("idempotencyKey")
}

// authorise says in which capacity the caller acts, or refuses.
func (a *Aggregate[C, S, E]) authorise(ctx context.Context, s S, c C, by Caller, p *pins) (domain.Cause, error) {
	exists := a.Status(s) != ""
	absent := !exists && (by.Named || !a.Creates(c))
	cause := domain.Cause{At: p.at, Key: by.Key}
	if by.System {
		switch {
		case absent:
			return domain.Cause{}, a.Unknown()
		case !slices.Contains(c.By(), domain.System):
			return cause, fmt.Errorf("%T is not for the system to ask", c)
		}
		cause.By = domain.Actor{Capacity: domain.System}
		return cause, nil
	}
	// Who asks is looked up for what is not there too: no clock tells it from
	// what may not be seen.
	who, err := a.app.claimant(ctx, by, p.at, p)
	if err != nil {
		return domain.Cause{}, err
	}
	if absent {
		return domain.Cause{}, a.Unknown()
	}
	viewer := domain.Viewer{Person: who.Person, Holds: who.Holds, Takes: func(round domain.ID) bool { return a.app.takes(ctx, who, round) }}
	if exists && !a.Sees(s, viewer) {
		return domain.Cause{}, a.unseen(who, c, by.Named)
	}
	if cause.By, err = who.Authorise(c.By(), a.OwnerOf(s)); err != nil {
		return domain.Cause{}, err
	}
	return cause, a.app.acts(ctx, cause.By, p)
}

// unseen is the answer to a command on what the caller may not see: the same
// as if it were not there. Where an id derives from something known, as a
// champion country's from its State, the command may be one that creates it,
// and who may not create it hears just that; not so where they named the id.
func (a *Aggregate[C, S, E]) unseen(who domain.Claimant, c C, named bool) error {
	if a.Creates(c) && !named {
		if _, err := who.Authorise(c.By(), ""); err != nil {
			return err
		}
	}
	return a.Unknown()
}

func (a *Aggregate[C, S, E]) records(stream string, events []E, cause domain.Cause, by Caller, hash string, p *pins) ([]eventstore.Record, error) {
	meta, err := json.Marshal(domain.Meta{Actor: cause.By, Key: cause.Key, Hash: hash, Pins: p.list})
	if err != nil {
		return nil, fmt.Errorf("encode meta: %w", err)
	}
	recs := make([]eventstore.Record, len(events))
	size := 0
	for i, e := range events {
		name, data, err := a.Codec.Encode(e)
		if err != nil {
			return nil, err
		}
		size += len(data) + len(meta)
		recs[i] = eventstore.Record{ID: a.core.recordID(stream, by, i), Type: name, Data: data, Meta: meta, Salt: newSalt(), At: cause.At}
	}
	if size > eventstore.MaxAppend {
		return nil, domain.Refuse(domain.Invalid, "command.too_large", "This is too large to record in one piece: %d KiB of at most %d.", size>>10, eventstore.MaxAppend>>10)
	}
	return recs, nil
}

// obeys checks what is about to be appended against the rules that a replay
// checks everything by. What breaks one is a fault of the program.
func (a *Aggregate[C, S, E]) obeys(stream string, f *folded[S], c C, events []E, recs []eventstore.Record, cause domain.Cause, m domain.Meta) error {
	b := &rules.Batch{Stream: stream, First: f.version + 1, At: cause.At, Meta: m, Records: recs, Command: c, From: a.Status(f.state), Owner: a.OwnerOf(f.state)}
	for _, e := range events {
		b.Events = append(b.Events, e)
	}
	after := a.Fold(a.Copy(f.state), events...)
	b.To, b.Owned = a.Status(after), a.OwnerOf(after)
	return rules.Check(b)
}

// append stores recs and finds out what came of it. A client that goes away
// does not make the outcome uncertain: the append goes on without it.
func (a *Aggregate[C, S, E]) append(ctx context.Context, stream string, version int64, recs []eventstore.Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resolution)
	defer cancel()
	for tries := 0; ; tries++ {
		err := a.core.Store.Append(ctx, stream, version, recs...)
		if err == nil || errors.Is(err, eventstore.ErrConflict) || errors.Is(err, ErrUnavailable) {
			return err
		}
		if pause(ctx, tries) != nil {
			return fmt.Errorf("append to %s: %w: %w", stream, ErrOutcome, err)
		}
	}
}

// pause waits a little longer after every try, with jitter.
func pause(ctx context.Context, tries int) error {
	d := min(backoff<<min(tries, 10), maxBackoff)
	t := time.NewTimer(d/2 + rand.N(d/2+1))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
