package witnesstest

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Log is a log in memory, for asking witnesses. It can lie: see Until.
type Log struct {
	VKey   string // verifies its signatures
	signer note.Signer
	hashes []tlog.Hash // as tlog stores them
	size   int64
}

// NewLog returns an empty log of that origin with a new key.
func NewLog(origin string) (*Log, error) {
	secret, public, err := note.GenerateKey(nil, origin)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	return &Log{VKey: public, signer: s}, nil
}

// Add appends entries.
func (l *Log) Add(entries ...string) error {
	for _, e := range entries {
		h, err := tlog.StoredHashes(l.size, []byte(e), l)
		if err != nil {
			return fmt.Errorf("add entry %d: %w", l.size, err)
		}
		l.hashes = append(l.hashes, h...)
		l.size++
	}
	return nil
}

// Until returns a log with the same key and only the first entries of l: l rolled
// back, and after another Add a second history.
func (l *Log) Until(size int64) *Log {
	short := *l
	short.size, short.hashes = size, slices.Clone(l.hashes[:tlog.StoredHashCount(size)])
	return &short
}

// ReadHashes makes l a tlog.HashReader.
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(l.hashes)) {
			return nil, fmt.Errorf("hash %d is past the log", x)
		}
		all[i] = l.hashes[x]
	}
	return all, nil
}

// Head returns the checkpoint of that size, and it signed.
func (l *Log) Head(size int64) (format.Checkpoint, []byte, error) {
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		return format.Checkpoint{}, nil, fmt.Errorf("root of size %d: %w", size, err)
	}
	c := format.Checkpoint{Origin: l.signer.Name(), Size: size, Root: root}
	signed, err := c.Sign(l.signer)
	return c, signed, err
}

// Sign signs any checkpoint with the log's key.
func (l *Log) Sign(c format.Checkpoint) ([]byte, error) { return c.Sign(l.signer) }

// Prove returns a consistency proof, as one who asks a witness needs it.
func (l *Log) Prove(_ context.Context, from, to int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(to, from, l)
}
