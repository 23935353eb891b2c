package verify

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	proofHeader = "c2sp.org/tlog-proof@v1"
	bom         = "\ufeff" // a byte order mark, as UTF-8 has it
)

// PlainText returns a text file as it was written, with the traces of the
// programs that it passed through removed: another encoding, a byte order mark,
// the line ends of other systems, blank lines at its start and end, and a missing
// last newline. Notes say in words what was removed. All of this stands around
// the lines and never in one, so no two files of different lines become one.
func PlainText(file []byte) (text []byte, notes []string) {
	s, notes := decoded(file)
	s, more := unpadded(s)
	return []byte(s), append(notes, more...)
}

// receiptIn returns the receipt in a file. The file is a receipt, or JSON that
// holds one as a string, or such a string alone.
func receiptIn(file []byte) (text []byte, notes []string, err error) {
	s, notes := decoded(file)
	s, from, err := unescaped(strings.TrimSpace(s), s)
	if err != nil {
		return nil, notes, err
	}
	if from != "" {
		notes = append(notes, from)
	}
	s, more := unpadded(strings.TrimPrefix(s, bom))
	if !strings.HasPrefix(s, proofHeader+"\n") {
		return nil, notes, errors.New("this file is no receipt: it does not begin with " + proofHeader + ", and is no JSON that holds a receipt")
	}
	return []byte(s), append(notes, more...), nil
}

// decoded returns a file as UTF-8 without a byte order mark.
func decoded(file []byte) (s string, notes []string) {
	s = string(file)
	if order := orderOf(file); order != nil {
		units := make([]uint16, len(file)/2)
		for i := range units {
			units[i] = order.Uint16(file[2*i:])
		}
		s = string(utf16.Decode(units)) + strings.Repeat("\ufffd", len(file)%2)
		notes = append(notes, "the file was in UTF-16, as some Windows programs save it; it was read as UTF-8")
	} else if !utf8.ValidString(s) {
		// The only character of a receipt that is not ASCII is the dash before a
		// signature.
		if dashed := strings.ReplaceAll(s, "\x97", "—"); utf8.ValidString(dashed) {
			s, notes = dashed, append(notes, "the file was in Windows-1252; its dashes were read as UTF-8 has them")
		}
	}
	if strings.HasPrefix(s, bom) {
		s, notes = strings.TrimPrefix(s, bom), append(notes, "the file began with a byte order mark, which was left out")
	}
	return s, notes
}

// orderOf returns the order of bytes of a file in UTF-16, or nil. What is read
// here begins with an ASCII character.
func orderOf(file []byte) binary.ByteOrder {
	switch {
	case len(file) < 2:
	case file[0] == 0xff && file[1] == 0xfe, file[0] != 0 && file[1] == 0:
		return binary.LittleEndian
	case file[0] == 0xfe && file[1] == 0xff, file[0] == 0 && file[1] != 0:
		return binary.BigEndian
	}
	return nil
}

// unpadded returns lines that end in one newline each, without blank lines
// before and after them.
func unpadded(s string) (text string, notes []string) {
	windows, mac := strings.Contains(s, "\r\n"), false
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if mac = strings.Contains(s, "\r"); mac {
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	switch {
	case windows && mac:
		notes = append(notes, "the file had line ends of several kinds (CRLF and CR); all were read as newlines (LF)")
	case windows:
		notes = append(notes, "the file had Windows line ends (CRLF); they were read as newlines (LF)")
	case mac:
		notes = append(notes, "the file had the line ends of old Macs (CR); they were read as newlines (LF)")
	}
	lines := strings.Split(s, "\n")
	last := lines[len(lines)-1]
	if last == "" {
		lines = lines[:len(lines)-1]
	}
	blank := func(l string) bool { return strings.Trim(l, " \t") == "" }
	first := slices.IndexFunc(lines, func(l string) bool { return !blank(l) })
	if first < 0 {
		return "", notes
	}
	if first > 0 {
		notes = append(notes, "blank lines at the start of the file were left out")
	}
	end := len(lines)
	for blank(lines[end-1]) {
		end--
	}
	switch {
	case end < len(lines):
		notes = append(notes, "blank lines at the end of the file were left out")
	case last != "":
		notes = append(notes, "the last newline was missing, and was added")
	}
	return strings.Join(lines[first:end], "\n") + "\n", notes
}

// unescaped returns the one receipt that a text in JSON holds, and says where it
// stands in it. A text that is not in JSON is returned as otherwise.
func unescaped(trimmed, otherwise string) (s, from string, err error) {
	if strings.HasPrefix(trimmed, proofHeader) && !strings.HasPrefix(trimmed, proofHeader+`\`) {
		return otherwise, "", nil
	}
	found, err := receiptStrings(trimmed)
	if err != nil {
		s, ok := fragment(trimmed)
		if !ok {
			return otherwise, "", nil
		}
		return s, "the receipt was written as JSON writes a text (\\n for a newline); it was read as that text", nil
	}
	switch len(found) {
	case 0:
		return otherwise, "", nil
	case 1:
		return found[0].text, "the file was JSON; the receipt was read from " + found[0].path, nil
	}
	return "", "", fmt.Errorf("the file holds %d different receipts, at %s and at %s: save the one that is meant in a file of its own", len(found), found[0].path, found[1].path)
}

// A found is a receipt that stands in JSON.
type found struct {
	text, plain string // as it stands there, and without what surrounds its lines
	path        string
}

// receiptStrings returns the different receipts among all strings in JSON
// values, also under a name that an object has twice.
func receiptStrings(s string) (all []found, err error) {
	d := json.NewDecoder(strings.NewReader(s))
	var w walker
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && len(w.levels) == 0 {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if !w.step(t) {
			continue
		}
		text, _ := t.(string)
		plain, _ := unpadded(strings.TrimPrefix(text, bom))
		if strings.HasPrefix(plain, proofHeader+"\n") && !slices.ContainsFunc(all, func(f found) bool { return f.plain == plain }) {
			all = append(all, found{text, plain, where(w.path())})
		}
		w.done()
	}
}

// where writes a path for people.
func where(path string) string {
	if path == "" {
		return "the text that it is"
	}
	return fmt.Sprintf("%.200q", path)
}

// fragment reads a string of JSON that was copied with or without its quotation
// marks, its name and the comma after it.
func fragment(s string) (text string, ok bool) {
	if after, named := strings.CutPrefix(s, `"text"`); named {
		if s, ok = strings.CutPrefix(strings.TrimSpace(after), ":"); !ok {
			return "", false
		}
		s = strings.TrimSpace(s)
	}
	s = strings.TrimPrefix(s, `"`)
	if end := strings.IndexByte(s, '"'); end >= 0 {
		if strings.Trim(s[end:], "\",}] \t\r\n") != "" {
			return "", false
		}
		s = s[:end]
	}
	s = strings.NewReplacer("\r", `\r`, "\n", `\n`, "\t", `\t`).Replace(s)
	if err := json.Unmarshal([]byte(`"`+s+`"`), &text); err != nil {
		return "", false
	}
	return text, strings.HasPrefix(strings.TrimSpace(text), proofHeader)
}
