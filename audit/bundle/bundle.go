// Package bundle reads a bundle: a whole history in a folder, as package audit
// exports it. It stands in for the follower and the log of a server, so that
// the same queries can be answered from a folder and nothing else.
//
// Every record is checked against the signed head on its way. To check a bundle
// as a whole, and say in words what that proves, is package verify's.
package bundle

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Bundle is open for reading. It is safe for concurrent use.
type Bundle struct {
	format.Manifest
	VKey string // came with the bundle, so it proves nothing by itself

	dir       string
	head      format.Checkpoint
	note      []byte
	witnessed bool // by the policy that came with the bundle
	records   *os.File
	offsets   []int64 // of every line, and of the end
	tiles     tiles
}

// Open opens the bundle in dir. It reads the records once, to know where each
// is, and checks that the head is signed with the bundle's own key.
func Open(ctx context.Context, dir string) (*Bundle, error) {
	b := &Bundle{dir: dir}
	text, err := b.file(format.ManifestFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is no bundle: there is no %s in it; an export that was interrupted has none until it is run again", dir, format.ManifestFile)
	}
	if err != nil {
		return nil, err
	}
	if b.Manifest, err = format.ParseManifest(text); err != nil {
		return nil, fmt.Errorf("bundle %s: %w", dir, err)
	}
	if err := b.openHead(); err != nil {
		return nil, fmt.Errorf("bundle %s: %w", dir, err)
	}
	if b.records, err = os.Open(filepath.Join(dir, format.RecordsFile)); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	if err := b.find(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("bundle %s: %s: %w", dir, format.RecordsFile, err), b.records.Close())
	}
	b.tiles = tiles{filepath.Join(dir, format.LogFolder)}
	return b, nil
}

// Close closes the bundle's files.
func (b *Bundle) Close() error { return b.records.Close() }

func (b *Bundle) file(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(b.dir, filepath.FromSlash(name)))
}

// openHead reads the signed head.
func (b *Bundle) openHead() error {
	text, err := b.file(format.VKeyFile)
	if err != nil {
		return err
	}
	b.VKey = strings.TrimSpace(string(text))
	key, err := format.ParseKey(b.VKey)
	if err != nil {
		return fmt.Errorf("%s: %w", format.VKeyFile, err)
	}
	if text, err = b.file(format.PolicyFile); err != nil {
		return err
	}
	policy, err := format.ParsePolicy(text)
	if err == nil {
		policy, err = policy.WithLog(key)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", format.PolicyFile, err)
	}
	if b.note, err = b.file(format.LogFolder + "/checkpoint"); err != nil {
		return err
	}
	var n *note.Note
	if b.head, n, err = format.OpenCheckpoint(b.note, policy); err != nil {
		return err
	}
	b.witnessed = len(policy.Cosigners(n.Sigs)) > 0 && policy.Met(n.Sigs)
	if b.head.Size != b.Manifest.Size {
		return fmt.Errorf("the manifest says %d records, and the head %d", b.Manifest.Size, b.head.Size)
	}
	return nil
}

// find notes where every line begins.
func (b *Bundle) find(ctx context.Context) error {
	b.offsets = make([]int64, 1, b.Manifest.Size+1)
	end := int64(0)
	for in := bufio.NewReaderSize(b.records, 1<<20); ; {
		if len(b.offsets)%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		part, err := in.ReadSlice('\n')
		end += int64(len(part))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(part) > 0:
			return errors.New("its last line is not whole")
		case errors.Is(err, io.EOF):
			if lines := int64(len(b.offsets) - 1); lines != b.Manifest.Size {
				return fmt.Errorf("it has %d lines, and the head has %d records", lines, b.Manifest.Size)
			}
			return nil
		case err != nil:
			return err
		}
		b.offsets = append(b.offsets, end)
	}
}

// lines returns the lines of n records from index on.
func (b *Bundle) lines(index int64, n int) ([][]byte, error) {
	from, to := b.offsets[index], b.offsets[index+int64(n)]
	text := make([]byte, to-from)
	if _, err := b.records.ReadAt(text, from); err != nil {
		return nil, fmt.Errorf("%s: %w", format.RecordsFile, err)
	}
	return bytes.SplitN(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"), n), nil
}

// tree is the tree of the signed head, for tlog.
func (b *Bundle) tree() tlog.Tree { return tlog.Tree{N: b.head.Size, Hash: b.head.Root} }
