package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/follower"
)

// oldProofRow compares making a receipt for any record of the archive, under
// the head that is published, with reading what goes into it.
var oldProofRow = row{
	name: "proof made, old record", unit: "receipts", target: "<= 1 ms; <= 1,536 bytes beside the record",
	sizes: func(s scale) string {
		return fmt.Sprintf("one client, any of %s records; bare reads the record and the hashes, and signs once, 2 x %d x %s", thousands(int64(s.archived)), s.rounds, s.round)
	},
	prepare: prepareOldProof,
}

// newProofRow is the same for a record that no head was signed over yet.
var newProofRow = row{
	name: "proof made, newest record", unit: "receipts", target: "<= 1 ms; <= 1,536 bytes beside the record",
	sizes: func(s scale) string {
		return fmt.Sprintf("one client, after %s records, each receipt with a head signed for it; bare as for old records, 2 x %d x %s", thousands(int64(s.archived)), s.rounds, s.round)
	},
	prepare: prepareNewProof,
}

// checkRow compares checking receipts offline with the hashing and the one
// signature that it takes.
var checkRow = row{
	name: "proof checked", unit: "receipts", target: "<= 1 ms",
	sizes: func(s scale) string {
		return fmt.Sprintf("one client, %d receipts for any of %s records; bare is one signature and the hashes, of what was read already, 2 x %d x %s", receipts, thousands(int64(s.archived)), s.rounds, s.round)
	},
	prepare: prepareCheck,
}

// receipts is how many are checked over and over.
const receipts = 500

func prepareOldProof(ctx context.Context, b *bench) (*contest, error) {
	a, err := b.archive(ctx)
	if err != nil {
		return nil, err
	}
	return proving(ctx, b, a.dir, func(context.Context, *installation) (int64, error) { return rand.Int64N(a.size), nil })
}

func prepareNewProof(ctx context.Context, b *bench) (*contest, error) {
	dir, err := b.grows(ctx)
	if err != nil {
		return nil, err
	}
	return proving(ctx, b, dir, func(ctx context.Context, i *installation) (int64, error) {
		text := inEnglish(essay)
		_, err := i.app.Submissions.Do(ctx, "", submission.Submit{Consultation: b.kept.calls[0], Content: submission.Input{Text: &text}}, i.by(clientName(0)))
		if err == nil {
			err = i.log.CatchUp(ctx)
		}
		return i.log.Size() - 1, err
	})
}

// proving makes receipts in dir, each for the record at the index that pick returns.
func proving(ctx context.Context, b *bench, dir string, pick func(context.Context, *installation) (int64, error)) (*contest, error) {
	i, err := openInstallation(ctx, dir)
	if err != nil {
		return nil, err
	}
	p, err := openProver(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	var f follower.Fact // what the receipt is for; its place is known from the read models
	picked := func(ctx context.Context) error {
		index, err := pick(ctx, i)
		if err == nil {
			f, err = i.log.At(ctx, index)
		}
		return err
	}
	beside := 0
	c := &contest{
		ours: func(ctx context.Context) (figure, error) {
			return alone(ctx, b.round, picked, func(ctx context.Context) error {
				_, _, err := i.receipt(ctx, f)
				return err
			})
		},
		bare: func(ctx context.Context) (figure, error) {
			return alone(ctx, b.round, picked, func(ctx context.Context) error { return p.prove(ctx, f.Index, i.log.Size()) })
		},
		close: func() error { return errors.Join(p.close(), i.close()) },
	}
	for range 100 {
		if err := picked(ctx); err != nil {
			return nil, errors.Join(err, c.close())
		}
		text, shown, err := i.receipt(ctx, f)
		if err != nil {
			return nil, errors.Join(err, c.close())
		}
		beside = max(beside, len(text)-(len(shown)+2)/3*4) // the record is in base64
	}
	c.seen = fmt.Sprintf("%s bytes beside the record at most", thousands(int64(beside)))
	return c, nil
}

// receipt reads a record again and makes its receipt, as the API does. It
// returns what the receipt shows, too.
func (i *installation) receipt(ctx context.Context, f follower.Fact) (text, shown []byte, err error) {
	if f, err = i.log.Again(ctx, f.Index, f.Stream, f.Version); err != nil {
		return nil, nil, err
	}
	d, err := format.Disclose(f.Record, f.Index)
	if err != nil {
		return nil, nil, err
	}
	r, err := i.proofs.Receipt(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	shown, err = d.Text()
	return r.Text, shown, err
}

func prepareCheck(ctx context.Context, b *bench) (*contest, error) {
	a, err := b.archive(ctx)
	if err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, a.dir)
	if err != nil {
		return nil, err
	}
	key, err := format.ParseKey(i.proofs.Key.VKey)
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	texts, known := make([][]byte, receipts), make([]*proven, receipts)
	for n := range texts {
		f, err := i.log.At(ctx, rand.Int64N(a.size))
		if err == nil {
			texts[n], _, err = i.receipt(ctx, f)
		}
		if err == nil {
			known[n], err = readProof(texts[n], key)
		}
		if err != nil {
			return nil, errors.Join(err, i.close())
		}
	}
	n := 0
	next := func() int { n++; return n % receipts }
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			return alone(ctx, b.round, nil, func(context.Context) error {
				if f := verify.Receipt(texts[next()], verify.Trust{Key: key}); f.Answer != verify.Proved {
					return errors.New(f.Text())
				}
				return nil
			})
		},
		bare: func(ctx context.Context) (figure, error) {
			return alone(ctx, b.round, nil, func(context.Context) error { return known[next()].check(key) })
		},
		close: i.close,
	}, nil
}
