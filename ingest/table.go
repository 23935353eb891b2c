package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A header says in which place each column of a table stands, by its name in
// lower case.
type header map[string]int

// has reports whether all columns are there.
func (h header) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { _, ok := h[n]; return !ok })
}

// get returns the cell of a column, without the space around it.
func (h header) get(r row, name string) string {
	if at, ok := h[name]; ok && at < len(r.cells) {
		return strings.TrimSpace(r.cells[at])
	}
	return ""
}

// table passes the rows of the CSV file at path, which count in s, to take,
// after what its header says. A row that cannot be read has a fault; one whose cells are fewer or
// more than the header's has too.
func (i *Import) table(ctx context.Context, path string, s *FileSums, begin func(header) error, take func(row) error) error {
	f, err := open(path, i.Encoding)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	var h header
	width := 0
	for r, err := range rows(f) {
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", path, err)
		case ctx.Err() != nil:
			return ctx.Err()
		case h == nil:
			if h, err = columns(path, r); err != nil {
				return err
			}
			width = len(r.cells)
			if err := begin(h); err != nil {
				return err
			}
			continue
		case r.fault == "" && len(r.cells) != width:
			r.fault = fmt.Sprintf("it has %d cells where the header has %d", len(r.cells), width)
		}
		r.of = s
		if err := take(r); err != nil {
			return err
		}
	}
	if h == nil {
		return refuse("%s is empty: it lacks a header with the names of its columns", filepath.Base(path))
	}
	return nil
}

func columns(path string, r row) (header, error) {
	name := filepath.Base(path)
	if r.fault != "" {
		return nil, refuse("%s: the header cannot be read: %s", name, r.fault)
	}
	h := header{}
	for at, c := range r.cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if _, twice := h[c]; twice && c != "" {
			return nil, refuse("%s has two columns called %s", name, c)
		}
		h[c] = at
	}
	return h, nil
}

// lacking explains that a file is none of those that a format reads.
func lacking(path string, h header, wanted string) error {
	text := fmt.Sprintf("%s is not a table of %s", filepath.Base(path), wanted)
	if len(h) == 1 {
		for c := range h {
			if strings.ContainsAny(c, ";\t|") {
				text += "; its cells seem to be separated by something else than commas: please save it with commas"
			}
		}
	}
	return &Refused{text}
}

// hash returns the SHA-256 of rows as they stand in their file, in hexadecimal,
// each with \n after it.
func hash(rows []row) string {
	h := sha256.New()
	for _, r := range rows {
		fmt.Fprintf(h, "%s\n", r.raw)
	}
	return hex.EncodeToString(h.Sum(nil))
}
