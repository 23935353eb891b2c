package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Refused says why nothing, or nothing more, can be imported as it was asked
// for. Its words may be shown to the person who asked.
type Refused struct{ Msg string }

// Error implements error.
func (r *Refused) Error() string { return r.Msg }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// CheckEncoding refuses a name that stands for no encoding. Empty is UTF-8.
func CheckEncoding(name string) error {
	_, err := named(name)
	return err
}

func named(name string) (encoding.Encoding, error) {
	if name == "" {
		return nil, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, refuse("there is no encoding %q: give a name such as utf-8, utf-16le, windows-1252, iso-8859-2 or gb18030", name)
	}
	if n, err := htmlindex.Name(e); err == nil && n == "utf-8" {
		return nil, nil
	}
	return e, nil
}

// A source is a file, read as UTF-8 without a byte order mark.
type source struct {
	io.Reader
	file *os.File
}

// Close closes the file.
func (s *source) Close() error { return s.file.Close() }

// open opens the file at path. A byte order mark says how it is encoded; where
// there is none, the name given does, or else it must be UTF-8. Reading ends
// in a *Refused at the first byte that is not in that encoding.
func open(path, encodingName string) (*source, error) {
	given, err := named(encodingName)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, refuse("%s: there is no such file", path)
	case err != nil:
		return nil, fmt.Errorf("source: %w", err)
	case !info.Mode().IsRegular():
		return nil, refuse("%s is not a file; it is read twice, so it cannot be a pipe or a folder", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	in := bufio.NewReaderSize(f, sample)
	head, err := in.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	r, err := decoded(in, head, filepath.Base(path), given)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &source{r, f}, nil
}

const sample = 64 << 10 // bytes looked at to tell an encoding

var marks = []struct {
	bytes, name string
	e           encoding.Encoding // nil: not read
}{
	{"\xff\xfe\x00\x00", "UTF-32", nil}, // before UTF-16, whose mark it begins with
	{"\x00\x00\xfe\xff", "UTF-32", nil},
	{"\xff\xfe", "UTF-16", utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM)},
	{"\xfe\xff", "UTF-16", utf16.UTF16(utf16.BigEndian, utf16.ExpectBOM)},
	{"\x84\x31\x95\x33", "GB18030", simplifiedchinese.GB18030},
	{"PK\x03\x04", "a spreadsheet or an archive", nil},
	{"\xd0\xcf\x11\xe0", "a spreadsheet of an older kind", nil},
	{"\x1f\x8b", "a compressed file", nil},
	{"%PDF", "a PDF file", nil},
}

func decoded(in *bufio.Reader, head []byte, name string, given encoding.Encoding) (io.Reader, error) {
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
		return &checked{in: in, name: name, sample: head}, nil
	}
	for _, m := range marks {
		if !bytes.HasPrefix(head, []byte(m.bytes)) {
			continue
		}
		if m.e == nil {
			return nil, refuse("%s is %s, which is not read. Please save it as UTF-8 text and import that.", name, m.name)
		}
		if m.e == simplifiedchinese.GB18030 { // the others take their marks off
			if _, err := in.Discard(len(m.bytes)); err != nil {
				return nil, err
			}
		}
		return from(in, m.e, name, m.name), nil
	}
	if given != nil {
		label, err := htmlindex.Name(given)
		if err != nil {
			return nil, fmt.Errorf("name of an encoding: %w", err)
		}
		return from(in, given, name, label), nil
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, refuse("%s holds zero bytes, as UTF-16 without a byte order mark does. If that is what it is, give --encoding utf-16le, or utf-16be.", name)
	}
	return &checked{in: in, name: name, sample: head}, nil
}

// from decodes in. What cannot be decoded turns into U+FFFD, by which it is seen.
func from(in io.Reader, e encoding.Encoding, name, label string) io.Reader {
	return &checked{in: transform.NewReader(in, e.NewDecoder()), name: name, label: label}
}

// checked passes on valid UTF-8 and ends in a *Refused elsewhere.
type checked struct {
	in     io.Reader
	name   string
	label  string // of the encoding it was decoded from; empty for UTF-8
	sample []byte // the beginning of the file, to guess from

	rest []byte // of a character cut in two by a read, at most 3 bytes
	line int64  // line ends seen
	err  error  // to be returned when what is left was passed on
}

// Read implements io.Reader.
func (c *checked) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if len(p) < utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	n := copy(p, c.rest)
	m, err := c.in.Read(p[n:])
	c.rest = c.rest[:0]
	n += m
	good := c.valid(p[:n])
	c.line += lines(p[:good])
	switch tail := p[good:n]; {
	case len(tail) == 0:
		c.err = err
	case err == nil && !utf8.FullRune(tail):
		c.rest = append(c.rest, tail...)
	default:
		c.err = c.refused(tail[0])
	}
	if good == 0 && c.err != nil {
		return 0, c.err
	}
	return good, nil
}

// valid returns how many bytes of b are as they should be.
func (c *checked) valid(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && (size < 2 || c.label != "") {
			return i
		}
		i += size
	}
	return len(b)
}

func lines(b []byte) int64 {
	n := bytes.Count(b, []byte("\n"))
	if n == 0 {
		n = bytes.Count(b, []byte("\r"))
	}
	return int64(n)
}

func (c *checked) refused(b byte) error {
	if c.label != "" {
		return refuse("%s is not %s throughout: about line %d holds what that encoding has not. Please say which it is with --encoding.", c.name, c.label, c.line+1)
	}
	guess := c.guess()
	return refuse("%s is not UTF-8: about line %d holds the byte 0x%02X, which no UTF-8 text has there. It could be %s: give --encoding %s if it is, or convert it, for example by iconv -f %s -t UTF-8.",
		c.name, c.line+1, b, guess, guess, guess)
}

// guess names an encoding in which the file makes some sense.
func (c *checked) guess() string {
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(c.sample)
	if err != nil || bytes.Contains(text, []byte("\ufffd")) {
		return "windows-1252"
	}
	// Chinese comes in runs; in Western text read as Chinese, single
	// characters stand between letters.
	runs, han := 0, false
	for _, r := range string(text) {
		is := unicode.Is(unicode.Han, r)
		if is && han {
			runs++
		}
		han = is
	}
	if runs > 2 {
		return "gb18030"
	}
	return "windows-1252"
}
