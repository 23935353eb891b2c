package verify

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// maxLine is the most bytes of one record: what a store takes in one go, and
// the canonical bytes.
const maxLine = 1 << 20

// lines reads a file of records line by line.
type lines struct {
	in   *bufio.Reader
	long []byte // a line that is longer than the buffer of in
}

func newLines(r io.Reader) *lines { return &lines{in: bufio.NewReaderSize(r, 128<<10)} }

// next returns the line of the record at index, of size records, without its
// newline. It is good until the next call.
func (l *lines) next(index, size int64) ([]byte, error) {
	here := line(format.RecordsFile, index+1, index)
	text, err := l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		text, err = l.rest(text)
	}
	switch {
	case errors.Is(err, io.EOF) && len(text) == 0:
		return nil, wrong(here, "the records end here, and the log has %d: the tail is missing", size)
	case errors.Is(err, io.EOF):
		return nil, wrong(here, "the line does not end: the tail is missing")
	case errors.Is(err, ErrTooLong):
		return nil, wrong(here, "the line is longer than a record can be")
	case err != nil:
		return nil, fmt.Errorf("read the records: %w", err)
	}
	return bytes.TrimSuffix(text, []byte("\n")), nil
}

// rest returns a whole line that begins with text.
func (l *lines) rest(text []byte) ([]byte, error) {
	l.long = append(l.long[:0], text...)
	for len(l.long) <= maxLine {
		text, err := l.in.ReadSlice('\n')
		l.long = append(l.long, text...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.long, err
		}
	}
	return nil, ErrTooLong
}

// end refuses more lines than the log has records.
func (l *lines) end(size int64) error {
	switch _, err := l.in.ReadByte(); {
	case err == nil:
		return wrong(line(format.RecordsFile, size+1, size), "the records go on here, and the log has only %d", size)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return fmt.Errorf("read the records: %w", err)
	}
}
