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
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A Bundle is open for reading. It is safe for concurrent use.
type Bundle struct {
	format.Manifest
	VKey string // came with the bundle, so it proves nothing by itself

	dir     string
	root    *os.Root // nothing outside it is read, whatever links a bundle has
	head    format.Checkpoint
	note    []byte
	records *os.File
	offsets []int64 // of every line, and of the end
	tiles   tiles
}

// Open opens the bundle in dir. It reads the records once, to know where each
// is, and checks that the head is signed with the bundle's own key.
func Open(ctx context.Context, dir string) (*Bundle, error) {
	b := &Bundle{dir: dir}
	var err error
	if b.root, err = os.OpenRoot(dir); err != nil {
		return nil, fmt.Errorf("%s is no bundle: %w", dir, err)
	}
	if err := b.open(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Bundle) open(ctx context.Context) error {
	dir := b.dir
	text, err := b.file(format.ManifestFile)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is no bundle: there is no %s in it; an export that was interrupted has none until it is run again", dir, format.ManifestFile)
	}
	if err != nil {
		return err
	}
	if b.Manifest, err = format.ParseManifest(text); err != nil {
		return fmt.Errorf("bundle %s: %w", dir, err)
	}
	if err := b.openHead(); err != nil {
		return fmt.Errorf("bundle %s: %w", dir, err)
	}
	if b.records, err = b.regular(format.RecordsFile); err != nil {
		return fmt.Errorf("bundle %s: %w", dir, err)
	}
	if err := b.find(ctx); err != nil {
		return fmt.Errorf("bundle %s: %s: %w", dir, format.RecordsFile, err)
	}
	b.tiles = tiles{b}
	return nil
}

// RootHex returns the root of the signed head, in hexadecimal: what the bundle is.
func (b *Bundle) RootHex() string { return hex.EncodeToString(b.head.Root[:]) }

// Close closes the bundle's files.
func (b *Bundle) Close() error {
	if b.records == nil {
		return b.root.Close()
	}
	return errors.Join(b.records.Close(), b.root.Close())
}

// maxFile is the most bytes of any file but the records: the manifest, a
// policy, a bundle of entries.
const maxFile = 1 << 20

// file reads a small file.
func (b *Bundle) file(name string) ([]byte, error) {
	f, err := b.regular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s: it is longer than %d bytes", name, maxFile)
	}
	return text, err
}

// regular opens a file, and nothing that is none: reading a pipe might never end.
func (b *Bundle) regular(name string) (*os.File, error) {
	is, err := b.root.Stat(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if !is.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: it is not a file", name)
	}
	return b.root.Open(filepath.FromSlash(name))
}

// Certificates returns what came with the bundle of what its server's read models
// had seen. If nothing did, the error is fs.ErrNotExist.
func (b *Bundle) Certificates() (all []format.Certificate, err error) {
	text, err := b.file(format.CertificatesFile)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %s: %w", b.dir, format.CertificatesFile, err)
	}
	return all, nil
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
	if b.head, _, err = format.OpenCheckpoint(b.note, policy); err != nil {
		return err
	}
	if b.head.Size != b.Manifest.Size {
		return fmt.Errorf("the manifest says %d records, and the head %d", b.Manifest.Size, b.head.Size)
	}
	return nil
}

// maxLine is the most bytes of one record: what one command may store, and what
// is around it.
const maxLine = 1 << 20

// find notes where every line begins.
func (b *Bundle) find(ctx context.Context) error {
	b.offsets = []int64{0}
	end := int64(0)
	for in := bufio.NewReaderSize(b.records, 1<<20); ; {
		if len(b.offsets)%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		part, err := in.ReadSlice('\n')
		end += int64(len(part))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if end-b.offsets[len(b.offsets)-1] > maxLine {
				return fmt.Errorf("line %d is longer than %d bytes", len(b.offsets), maxLine)
			}
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
		if int64(len(b.offsets)) > b.Manifest.Size {
			return fmt.Errorf("it has more lines than the %d records of the head", b.Manifest.Size)
		}
		if end-b.offsets[len(b.offsets)-1] > maxLine {
			return fmt.Errorf("line %d is longer than %d bytes", len(b.offsets), maxLine)
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
