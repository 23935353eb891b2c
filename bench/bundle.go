package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
)

// bundleRow compares verifying a bundle with reading it: one SHA-256 over its
// bytes, and decoding its JSON.
var bundleRow = row{
	name: "verify a bundle", unit: "records", target: ">= 0.33",
	sizes: func(s scale) string {
		return fmt.Sprintf("a bundle of %s records; bare is one SHA-256 over its records and encoding/json, line by line, 2 x %d", thousands(int64(s.archived)), s.rounds)
	},
	prepare: prepareBundle,
}

func prepareBundle(ctx context.Context, b *bench) (*contest, error) {
	a, err := b.archive(ctx)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.dir, "bundle")
	key, err := b.export(ctx, a, dir)
	if err != nil {
		return nil, err
	}
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			folder, err := verify.OpenFolder(dir)
			if err != nil {
				return figure{}, err
			}
			defer folder.Close()
			begin := time.Now()
			f := verify.Bundle(ctx, folder, verify.Trust{Key: key}, nil, &verify.Progress{})
			if f.Answer != verify.Proved {
				return figure{}, errors.New(f.Text())
			}
			return perSecond(a.size, begin), nil
		},
		bare: func(ctx context.Context) (figure, error) {
			begin := time.Now()
			n, err := readLines(filepath.Join(dir, format.RecordsFile))
			if err == nil && n != a.size {
				err = fmt.Errorf("the bundle has %d records of %d", n, a.size)
			}
			return perSecond(n, begin), err
		},
		close: func() error { return os.RemoveAll(dir) },
	}, nil
}

// export writes the archive as a bundle, and returns the log's key.
func (b *bench) export(ctx context.Context, a *archive, dir string) (key format.Key, err error) {
	i, err := openInstallation(ctx, a.dir)
	if err != nil {
		return key, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	x := &audit.Export{Log: i.proofs, Dir: dir, MadeAt: time.Now(), Policy: i.proofs.Policy.Text()}
	if err := b.timed("write a bundle", func() error { return x.Run(ctx) }); err != nil {
		return key, err
	}
	return format.ParseKey(i.proofs.Key.VKey)
}

// readLines hashes and decodes a bundle's records.
func readLines(path string) (n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	in, sum := bufio.NewReaderSize(f, 1<<20), sha256.New()
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		sum.Write(line)
		var d struct {
			Record           format.Envelope
			Data, Meta       json.RawMessage
			DataKey, MetaKey string
		}
		if err := json.Unmarshal(line, &d); err != nil {
			return n, err
		}
		n++
	}
}
