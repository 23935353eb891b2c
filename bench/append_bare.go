package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A raw file is the least that keeps records: it is never read, so that it
// knows no streams and no versions.
type raw struct {
	file  *os.File
	group *group[[]byte]
	buf   []byte // of the next write, used over and over
}

func openRaw(path string) (*raw, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("raw file: %w", err)
	}
	r := &raw{file: f}
	r.group = newGroup(r.write)
	return r, nil
}

func (r *raw) append(stream string, version int64, rec eventstore.Record) error {
	b := make([]byte, 0, 2048)
	for _, part := range []string{stream, rec.ID, rec.Type} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	b = binary.AppendVarint(binary.AppendVarint(b, version), rec.At.UnixMilli())
	for _, part := range [][]byte{rec.Salt, rec.Data, rec.Meta} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	return r.group.do(b)
}

func (r *raw) write(all [][]byte) error {
	r.buf = r.buf[:0]
	for _, b := range all {
		r.buf = append(r.buf, b...)
	}
	if _, err := r.file.Write(r.buf); err != nil {
		return fmt.Errorf("raw file: %w", err)
	}
	return r.file.Sync()
}

func (r *raw) close() error { return errors.Join(r.file.Close(), os.Remove(r.file.Name())) }
