package main

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A prover is the least that makes a receipt: it reads the record and the
// hashes, and signs, but neither checks nor writes anything.
type prover struct {
	events, log  *sql.DB
	record, hash *sql.Stmt
	key          ed25519.PrivateKey
}

func openProver(ctx context.Context, dir string) (*prover, error) {
	p := &prover{key: ed25519.NewKeyFromSeed(noise(ed25519.SeedSize))}
	for _, f := range []struct {
		name, query string
		db          **sql.DB
		stmt        **sql.Stmt
	}{
		{"events.db", `SELECT data, meta, salt FROM events WHERE position = ?`, &p.events, &p.record},
		{"log.db", `SELECT hash FROM hashes WHERE i = ?`, &p.log, &p.hash},
	} {
		db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(dir, f.name)}).EscapedPath()+"?_query_only=1")
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		*f.db = db
		if *f.stmt, err = db.PrepareContext(ctx, f.query); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare %q: %w", f.query, err), p.close())
		}
	}
	return p, nil
}

func (p *prover) close() error {
	var errs []error
	for _, db := range []*sql.DB{p.events, p.log} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func (p *prover) prove(ctx context.Context, index, size int64) error {
	var data, meta, salt []byte
	if err := p.record.QueryRowContext(ctx, index+1).Scan(&data, &meta, &salt); err != nil {
		return err
	}
	_, err := tlog.ProveRecord(size, index, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for n, i := range indexes {
			var b []byte
			if err := p.hash.QueryRowContext(ctx, i).Scan(&b); err != nil {
				return nil, err
			}
			out[n] = tlog.Hash(b)
		}
		return out, nil
	}))
	ed25519.Sign(p.key, salt)
	return err
}

// proven is a receipt that was read already.
type proven struct {
	d                format.Disclosure
	e                format.Envelope
	signed           []byte
	signature        []byte
	proof            tlog.RecordProof
	index            int64
	head             format.Checkpoint
	dataSum, metaSum []byte // the commitments
}

func readProof(text []byte, key format.Key) (*proven, error) {
	p, err := format.ParseProof(text)
	if err != nil {
		return nil, err
	}
	k := &proven{proof: p.Hashes, index: p.Index}
	if k.d, err = format.ParseDisclosure(p.Extra); err != nil {
		return nil, err
	}
	if k.e, err = k.d.Open(); err != nil {
		return nil, err
	}
	n, err := note.Open(p.Checkpoint, note.VerifierList(key))
	if err != nil {
		return nil, err
	}
	if k.head, err = format.ParseCheckpoint(n.Text); err != nil {
		return nil, err
	}
	signature, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil {
		return nil, err
	}
	k.signed, k.signature = []byte(n.Text), signature[4:] // after the hash of the key
	if k.dataSum, err = hex.DecodeString(k.e.Data); err != nil {
		return nil, err
	}
	k.metaSum, err = hex.DecodeString(k.e.Meta)
	return k, err
}

// check does the hashing and checks the signature.
func (k *proven) check(key format.Key) error {
	if !key.Verify(k.signed, k.signature) {
		return errors.New("another signature")
	}
	if !opens(k.d.DataKey, k.d.Data, k.dataSum) || !opens(k.d.MetaKey, k.d.Meta, k.metaSum) {
		return errors.New("another commitment")
	}
	return tlog.CheckRecord(k.proof, k.head.Size, k.head.Root, k.index, k.d.Entry().Leaf())
}

func opens(key, text, sum []byte) bool {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return hmac.Equal(h.Sum(nil), sum)
}
