package ingest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// Rejects is a CSV file of the rows that were not accepted, with the reasons.
// It is made when there is a first one, and takes the place of an older file.
// The zero Rejects has no file and keeps nothing.
type Rejects struct {
	Path string

	file  *os.File
	size  int64
	marks []mark // one for each row written
}

// A mark is where a rejected row stands: in the source, and in the file.
type mark struct {
	place        int
	row          int64
	offset, size int64
}

var rejectHeader = []string{"file", "row", "line", "reason", "original"}

// add writes down one row. It is not safe for concurrent use.
func (r *Rejects) add(row row, reason string) error {
	if r == nil || r.Path == "" {
		return nil
	}
	if r.file == nil {
		file, err := os.OpenFile(r.Path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600) // it may hold names
		if err != nil {
			return fmt.Errorf("rejects: %w", err)
		}
		r.file = file
		if _, err := r.write(rejectHeader); err != nil {
			return err
		}
	}
	at := r.size
	n, err := r.write([]string{row.of.Name, strconv.FormatInt(row.number, 10), strconv.FormatInt(row.line, 10), reason, row.raw})
	r.marks = append(r.marks, mark{row.of.place, row.number, at, n})
	return err
}

func (r *Rejects) write(cells []string) (int64, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(cells); err != nil {
		return 0, fmt.Errorf("rejects: %w", err)
	}
	w.Flush() // into memory
	n, err := r.file.Write(b.Bytes())
	r.size += int64(n)
	if err != nil {
		return int64(n), fmt.Errorf("rejects: %w", err)
	}
	return int64(n), nil
}

// Close puts the rows into the order of their files and closes the file. Until
// then they stand in the order in which it was decided about them.
func (r *Rejects) Close() error {
	if r.file == nil {
		return nil
	}
	order := func(a, b mark) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.row, b.row)) }
	var err error
	if !slices.IsSortedFunc(r.marks, order) {
		slices.SortStableFunc(r.marks, order)
		err = r.sort()
	}
	return errors.Join(err, r.file.Close())
}

// sort writes a sorted copy beside the file and puts it in the file's place.
func (r *Rejects) sort() error {
	sorted, err := os.OpenFile(r.Path+".sorted", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	parts := []io.Reader{io.NewSectionReader(r.file, 0, r.headerSize())}
	for _, m := range r.marks {
		parts = append(parts, io.NewSectionReader(r.file, m.offset, m.size))
	}
	_, err = io.Copy(sorted, io.MultiReader(parts...))
	if err := errors.Join(err, sorted.Close()); err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	if err := os.Rename(sorted.Name(), r.Path); err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	return nil
}

func (r *Rejects) headerSize() int64 {
	first := r.size
	for _, m := range r.marks {
		first = min(first, m.offset)
	}
	return first
}

// Count is how many rows were written.
func (r *Rejects) Count() int { return len(r.marks) }
