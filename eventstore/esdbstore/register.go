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

// Get implements eventstore.Register. It asks the leader.
func (r Register) Get(ctx context.Context, name string) (value []byte, version int64, err error) {
	err = r.store.persist(ctx, func() (bool, error) {
		value, version = nil, 0
		return r.store.events(ctx, readLast(r.stream(name)), func(i item) error {
			value, version = i.event.Data, int64(i.event.EventNumber)+1
			return nil
		})
	})
	if err != nil && kindOf(err) != missing {
		return nil, 0, fmt.Errorf("register %s: %w", name, cause(ctx, err))
	}
	return value, version, nil
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
