package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

const streams = 10_000

// appendRow compares the store, which checks the version of the stream, with a
// raw file that is only made durable.
var appendRow = row{
	name: "append", unit: "records", target: ">= 0.35",
	sizes: func(s scale) string {
		return fmt.Sprintf("%d writers, records of 1 KiB in %s streams, 2 x %d x %s", clients, thousands(streams), s.rounds, s.round)
	},
	prepare: prepareAppend,
}

func prepareAppend(ctx context.Context, b *bench) (*contest, error) {
	db, err := sqlitestore.Open(ctx, filepath.Join(b.dir, "append.db"))
	if err != nil {
		return nil, err
	}
	raw, err := openRaw(filepath.Join(b.dir, "append.raw"))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	ours, bare := newWriters(), newWriters()
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			return drive(ctx, b.round, func(ctx context.Context, client int) error {
				stream, version, r := ours[client].next()
				return db.Append(ctx, stream, version, r)
			})
		},
		bare: func(ctx context.Context) (figure, error) {
			return drive(ctx, b.round, func(_ context.Context, client int) error {
				stream, version, r := bare[client].next()
				return raw.append(stream, version, r)
			})
		},
		close: func() error { return errors.Join(db.Close(), raw.close()) },
	}, nil
}

// A writer has streams of its own and appends to each in turn.
type writer struct {
	streams  []string
	versions []int64
	n        int
	record   eventstore.Record
	meta     []byte // of every record, but for the key
}

func newWriters() []*writer {
	all := make([]*writer, clients)
	for c := range all {
		all[c] = &writer{
			versions: make([]int64, streams/clients),
			record:   eventstore.Record{Type: "submission.received", Salt: noise(32), Data: fmt.Appendf(nil, `{"text":"%x"}`, noise(395)), At: time.UnixMilli(0)},
			meta:     fmt.Appendf(nil, `{"person":"per_%x","capacity":"STAKEHOLDER","hash":"%x"`, noise(13), noise(16)),
		}
		for s := range streams / clients {
			all[c].streams = append(all[c].streams, fmt.Sprintf("submission-sub_%02d-%06d", c, s))
		}
	}
	return all
}

// next returns what to append where.
func (w *writer) next() (stream string, version int64, r eventstore.Record) {
	i := w.n % len(w.streams)
	w.n++
	version = w.versions[i]
	w.versions[i]++
	w.record.ID = newUUID()
	w.record.Meta = fmt.Appendf(slices.Clip(w.meta), `,"key":"%s"}`, newKey())
	return w.streams[i], version, w.record
}

// noise is what no disk can make smaller.
func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func newUUID() string {
	s := hex.EncodeToString(noise(16))
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
