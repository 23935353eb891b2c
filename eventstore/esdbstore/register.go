package esdbstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// ErrGone reports that what nodes agreed on was deleted for good: nobody can agree
// on anything there again, so nobody will record there.
var ErrGone = errors.New("it was deleted for good")

// registerType is the type of the events in which a register's values stand.
const registerType = "register.set"

// A Register is an eventstore.Register on the servers of a Store: the newest
// event of a stream is the value. Its streams begin with the installation's name
// and an equals sign, so none of them is among the records, and the guard lets an
// administrator say how much of them is kept.
type Register struct{ store *Store }

var _ eventstore.Register = Register{}

// Register returns the register beside the records of s.
func (s *Store) Register() Register { return Register{s} }

func (r Register) stream(name string) string {
	return strings.TrimSuffix(r.store.prefix, ":") + "=" + name
}

// Get implements eventstore.Register. It asks the leader. Where somebody deleted
// what stood there, it returns nothing, so that the records can still be read, and
// the Store stops: what was agreed on is not known, and may have been that nobody
// records any more.
func (r Register) Get(ctx context.Context, name string) (value []byte, version int64, err error) {
	stream := r.stream(name)
	value, version, err = r.last(ctx, stream)
	var deleted error
	switch kindOf(err) {
	case missing:
		var metadata []byte
		if metadata, _, err = r.last(ctx, "$$"+stream); kindOf(err) == missing {
			return nil, 0, nil
		}
		if what := cuts(metadata, "$maxCount"); what != "" {
			deleted = errors.New(what)
		}
	case gone:
		err, deleted = nil, ErrGone
	}
	if err != nil {
		return nil, 0, fmt.Errorf("register %s: %w", name, cause(ctx, err))
	}
	if deleted != nil {
		_ = r.store.stop(fmt.Errorf("stream %s, where nodes agree: %w", stream, deleted))
	}
	return value, version, nil
}

// last returns what the newest event of a stream holds, and its version.
func (r Register) last(ctx context.Context, stream string) (data []byte, version int64, err error) {
	err = r.store.persist(ctx, func() (bool, error) {
		data, version = nil, 0
		return r.store.events(ctx, readLast(stream), func(i item) error {
			data, version = i.event.Data, int64(i.event.EventNumber)+1
			return nil
		})
	})
	return data, version, err
}

// Set implements eventstore.Register. Like an append it is sent again until it is
// known what came of it.
func (r Register) Set(ctx context.Context, name string, version int64, value []byte) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	if len(value) > eventstore.MaxRegister {
		return fmt.Errorf("register %s: %d bytes, the most is %d", name, len(value), eventstore.MaxRegister)
	}
	if err := r.store.Fault(); err != nil {
		return fmt.Errorf("register %s: nothing is set until an operator has looked: %w", name, err)
	}
	e := esdb.EventData{EventID: uuid.New(), EventType: registerType, ContentType: esdb.ContentTypeBinary, Data: append([]byte{}, value...)}
	err := r.store.send(ctx, r.stream(name), version, []esdb.EventData{e})
	if err != nil && !errors.Is(err, eventstore.ErrConflict) {
		return fmt.Errorf("register %s: %w", name, err)
	}
	return err
}
