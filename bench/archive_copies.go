package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// copiers is how many append copies at the same time: so many share a commit.
const copiers = 512

// A contribution's records, to be copied: those of one stream.
type contributed struct {
	stream string
	call   []byte // the consultation it was sent to
	recs   []eventstore.Record
	keys   [][]byte // the idempotency key of each of recs
}

// copyTurns copies what the clients have contributed until the archive is as
// large as it should be. A copy is another contribution, of the same person to
// another consultation.
func (b *bench) copyTurns(ctx context.Context, i *installation, calls []domain.ID) error {
	all, err := i.contributions(ctx)
	if err != nil {
		return err
	}
	head, err := i.store.Head(ctx)
	if err != nil {
		return err
	}
	var taken, size atomic.Int64
	size.Store(int64(head))
	errs := make([]error, copiers)
	return b.timed(fmt.Sprintf("append %s records", thousands(int64(b.archived))), func() error {
		var wg sync.WaitGroup
		for c := range copiers {
			wg.Go(func() {
				for size.Load() < int64(b.archived) && errs[c] == nil {
					n := int(taken.Add(1))
					from := all[n%len(all)]
					stream, recs := from.copy(calls[n/len(all)%len(calls)])
					errs[c] = i.store.Append(ctx, stream, 0, recs...)
					b.passed(size.Add(int64(len(recs))), len(recs))
				}
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	})
}

// passed says every so often how many records there are, when n more are.
func (b *bench) passed(size int64, n int) {
	if every := int64(b.archived / 5); size/every != (size-int64(n))/every {
		fmt.Fprintf(b.progress, "the archive: %s records\n", thousands(size))
	}
}

// contributions returns what is on the record of submissions.
func (i *installation) contributions(ctx context.Context) ([]*contributed, error) {
	var all []*contributed
	at := map[string]*contributed{}
	for r, err := range i.store.All(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(r.Stream, i.app.Submissions.Category+"-") {
			continue
		}
		c := at[r.Stream]
		if c == nil {
			c = &contributed{stream: r.Stream, call: field(r.Data, "consultation")}
			at[r.Stream], all = c, append(all, c)
		}
		c.recs, c.keys = append(c.recs, r), append(c.keys, field(r.Meta, "key"))
		if len(c.call) == 0 || len(c.keys[len(c.keys)-1]) == 0 {
			return nil, fmt.Errorf("record %s of stream %s has no consultation or no key", r.ID, r.Stream)
		}
	}
	return all, nil
}

// field returns a text of an object in JSON, as it is written there.
func field(object []byte, name string) []byte {
	_, rest, _ := bytes.Cut(object, []byte(`"`+name+`":"`))
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return value
}

// copy returns the records of another contribution, to call.
func (c *contributed) copy(call domain.ID) (stream string, recs []eventstore.Record) {
	was := c.stream[len(c.stream)-26:] // what an id has after its prefix
	is := hex.EncodeToString(noise(13))
	recs = make([]eventstore.Record, len(c.recs))
	for i, r := range c.recs {
		again := func(part []byte) []byte {
			part = bytes.ReplaceAll(part, c.call, []byte(call))
			return bytes.ReplaceAll(part, []byte(was), []byte(is))
		}
		r.ID, r.Salt, r.At = newUUID(), make([]byte, 32), time.Now()
		rand.Read(r.Salt) // never fails: it ends the process instead
		r.Data, r.Meta = again(r.Data), bytes.ReplaceAll(again(r.Meta), c.keys[i], []byte(newKey()))
		recs[i] = r
	}
	return strings.TrimSuffix(c.stream, was) + is, recs
}
