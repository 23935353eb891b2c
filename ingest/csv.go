package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
)

const (
	maxCell  = 8 << 20  // bytes of one cell: 30 times what a submission may have
	maxRow   = 32 << 20 // bytes of one row; what is in memory of a file
	maxCells = 10_000   // more than spreadsheets are wide in practice
	maxShown = 1 << 20  // bytes kept of a row that is over a limit
)

// A row is one record of a CSV file. Rows with a fault are rows too: each ends
// as accepted or rejected.
type row struct {
	number int64     // from 1; the header is 0
	line   int64     // of the file, from 1: where it begins
	cells  []string  // decoded
	raw    string    // as it stands in the file, without its line end
	fault  string    // why it cannot be read as it is, in words; empty when it can
	of     *FileSums // that it counts in
}

// rows reads CSV as RFC 4180 has it, and as it is met: lines end in \n, \r\n or
// a bare \r, cells hold line ends and commas between quotes, a quote within a
// cell without quotes stands for itself. Empty lines are no rows. An error is
// of in, once and last.
func rows(in io.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		r := csvReader{in: bufio.NewReaderSize(in, 64<<10), line: 1}
		for n := int64(0); ; {
			got, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(row{}, err)
				return
			}
			if got.raw == "" && got.fault == "" {
				continue
			}
			got.number = n
			n++
			if !yield(got, nil) {
				return
			}
		}
	}
}

// csvReader is a state machine over bytes; in UTF-8 no byte of a longer
// character looks like a comma, a quote or a line end.
type csvReader struct {
	in   *bufio.Reader
	line int64

	row   row
	cell  []byte
	raw   []byte
	size  int // bytes of the row, kept or not
	long  int // bytes of the cell, kept or not
	count int // cells of the row, kept or not
	state place
}

// place is where in a row the reader is.
type place int

const (
	atStart place = iota // of a cell
	inPlain              // in a cell without quotes
	inQuotes
	afterQuote // which ends the cell, or is the first of two
)

// next returns the next line or row, or io.EOF.
func (r *csvReader) next() (row, error) {
	r.row, r.cell, r.raw = row{line: r.line}, r.cell[:0], r.raw[:0]
	r.size, r.long, r.count, r.state = 0, 0, 0, atStart
	for {
		b, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			if r.size == 0 {
				return row{}, io.EOF
			}
			if r.state == inQuotes {
				r.fail("the quote that cell %d begins with is never closed: lines %d to %d belong to it", r.count+1, r.row.line, r.line)
			}
			return r.end(), nil
		}
		if err != nil {
			return row{}, err
		}
		ends, err := r.lineEnd(b)
		if err != nil {
			return row{}, err
		}
		if ends && r.state != inQuotes {
			return r.end(), nil
		}
		r.keepRaw(b)
		r.take(b)
	}
}

// lineEnd reports whether b ends a line. Between rows it swallows the \n that
// belongs to a \r; within quotes that \n follows as a byte of its own, and ends
// the line.
func (r *csvReader) lineEnd(b byte) (bool, error) {
	if b != '\r' && b != '\n' {
		return false, nil
	}
	if b == '\r' {
		after, err := r.in.Peek(1)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if len(after) == 1 && after[0] == '\n' {
			if r.state == inQuotes {
				return true, nil
			}
			if _, err := r.in.Discard(1); err != nil {
				return false, err
			}
		}
	}
	r.line++
	return true, nil
}

// take moves the state machine on by one byte that is no end of the row.
func (r *csvReader) take(b byte) {
	switch {
	case r.state == atStart && b == '"':
		r.state = inQuotes
	case r.state == inQuotes && b == '"':
		r.state = afterQuote
	case r.state == afterQuote && b == '"':
		r.state = inQuotes
		r.keep(b)
	case r.state != inQuotes && b == ',':
		r.endCell()
	case r.state == afterQuote:
		r.fail("there is text after the closing quote of cell %d", r.count+1)
		r.state = inPlain
		r.keep(b)
	default:
		if r.state == atStart {
			r.state = inPlain
		}
		r.keep(b)
	}
}

// keep adds a byte to the cell while it is within bounds.
func (r *csvReader) keep(b byte) {
	if r.long++; r.long > maxCell {
		r.fail("cell %d is larger than %d MiB", r.count+1, maxCell>>20)
		return
	}
	if r.size <= maxRow {
		r.cell = append(r.cell, b)
	}
}

func (r *csvReader) keepRaw(b byte) {
	if r.size++; r.size > maxRow {
		r.fail("the row is larger than %d MiB", maxRow>>20)
	}
	if len(r.raw) < maxShown || r.row.fault == "" {
		r.raw = append(r.raw, b)
	}
}

func (r *csvReader) endCell() {
	if r.count++; r.count > maxCells {
		r.fail("it has more than %d cells", maxCells)
	} else if r.size <= maxRow {
		r.row.cells = append(r.row.cells, string(r.cell))
	}
	r.cell, r.long, r.state = r.cell[:0], 0, atStart
}

// fail notes the first fault of a row.
func (r *csvReader) fail(format string, args ...any) {
	if r.row.fault == "" {
		r.row.fault = fmt.Sprintf(format, args...)
	}
}

func (r *csvReader) end() row {
	r.endCell()
	if r.row.fault != "" && len(r.raw) > maxShown {
		r.raw = r.raw[:maxShown]
	}
	r.row.raw = string(r.raw)
	if cap(r.cell) > maxShown {
		r.cell = nil
	}
	if cap(r.raw) > maxShown {
		r.raw = nil
	}
	return r.row
}
