package verify

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

func answerWith(receipt string) string {
	text, _ := json.Marshal(map[string]any{
		"data":       map[string]any{"submitSubmission": map[string]any{"submission": map[string]any{"id": "sub_1"}, "receipt": map[string]any{"index": "7", "text": receipt}, "userErrors": []any{}}},
		"extensions": map[string]any{"index": "7"},
	})
	return string(text)
}

func jsonString(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func inUTF16(s string, order binary.AppendByteOrder, marked bool) []byte {
	var b []byte
	if marked {
		s = bom + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// TestCarried saves a receipt as programs do.
func TestCarried(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 30, makeRecord)
	trust := Trust{Key: m.verifier(t), From: "the test"}
	r := string(m.proof(t, 7, 30).Text())
	second := string(m.proof(t, 8, 30).Text())
	inner := strings.Trim(jsonString(r), `"`)
	const (
		windows = "note: the file had Windows line ends (CRLF); they were read as newlines (LF)"
		escaped = "note: the receipt was written as JSON writes a text"
	)
	for name, tt := range map[string]struct {
		file   string
		answer Answer
		said   string
	}{
		"as it was issued":            {r, Proved, "proved: the record thing.happened"},
		"by jq -r":                    {r + "\n", Proved, "note: blank lines at the end of the file were left out"},
		"by $()":                      {strings.TrimRight(r, "\n"), Proved, "note: the last newline was missing, and was added"},
		"by an editor on Windows":     {strings.ReplaceAll(r, "\n", "\r\n"), Proved, windows},
		"by one on an old Mac":        {strings.ReplaceAll(r, "\n", "\r"), Proved, "line ends of old Macs (CR)"},
		"by several":                  {strings.Replace(strings.ReplaceAll(r, "\n", "\r\n"), "\r\n", "\r", 2), Proved, "line ends of several kinds"},
		"in part by one on Windows":   {strings.Replace(r, "\n", "\r\n", 3), Proved, windows},
		"with a mark":                 {bom + r, Proved, "note: the file began with a byte order mark"},
		"with blank lines before":     {"\n \t\r\n" + r, Proved, "note: blank lines at the start"},
		"by PowerShell":               {string(inUTF16(strings.ReplaceAll(r, "\n", "\r\n")+"\r\n", binary.LittleEndian, true)), Proved, "note: the file was in UTF-16"},
		"UTF-16 without a mark":       {string(inUTF16(r, binary.BigEndian, false)), Proved, "note: the file was in UTF-16"},
		"with dashes of Windows":      {strings.ReplaceAll(r, "—", "\x97"), Proved, "note: the file was in Windows-1252"},
		"by jq without -r":            {jsonString(r) + "\n", Proved, `note: the file was JSON; the receipt was read from the text that it is`},
		"with escapes":                {inner, Proved, escaped},
		"with escapes, on Windows":    {strings.ReplaceAll(inner, `\n`, `\r\n`) + "\r\n", Proved, escaped},
		"with slashes escaped":        {`"` + strings.ReplaceAll(inner, "/", `\/`) + `"`, Proved, "the file was JSON"},
		"a line of the answer":        {`  "text": "` + inner + `",` + "\n", Proved, escaped},
		"without its first quote":     {inner + `"`, Proved, escaped},
		"the answer":                  {answerWith(r), Proved, `note: the file was JSON; the receipt was read from "data.submitSubmission.receipt.text"`},
		"the receipt object":          {`{"index":"7","text":` + jsonString(r) + `}`, Proved, `read from "text"`},
		"a list of it":                {`[` + jsonString(r) + `]`, Proved, "the file was JSON"},
		"twice":                       {`[` + jsonString(r) + `,` + jsonString(r+"\n") + `]`, Proved, "the file was JSON"},
		"a name that is there twice":  {`{"text":` + jsonString(r) + `,"text":` + jsonString(second) + `}`, Unknown, "the file holds 2 different receipts"},
		"two":                         {answerWith(r) + "\n" + answerWith(second), Unknown, "the file holds 2 different receipts"},
		"two levels":                  {jsonString(jsonString(r)), Unknown, "this file is no receipt"},
		"an answer without it":        {answerWith("none"), Unknown, "this file is no receipt"},
		"JSON that goes wrong":        {answerWith(r) + "}", Unknown, "this file is no receipt"},
		"words after it":              {inner + `" and more`, Unknown, "this file is no receipt"},
		"spaces before its first row": {" " + r, Unknown, "this file is no receipt"},
		"a space after a row":         {strings.Replace(r, "\n", " \n", 1), Unknown, "this file is no receipt"},
		"a blank row in it":           {strings.Replace(r, "\nindex", "\n\nindex", 1), Disproved, "it has no index"},
		"two marks":                   {bom + bom + r, Proved, "note: the file began with a byte order mark"},
		"nothing but blank lines":     {"\n \r\n\t", Unknown, "this file is no receipt"},
		"half a character of UTF-16":  {string(inUTF16(r, binary.LittleEndian, true)) + "x", Disproved, "malformed note"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Receipt([]byte(tt.file), trust)
			wants(t, f, tt.answer, tt.said)
			if plainly := tt.file == r; tt.answer == Proved && plainly != (f.Notes == nil) {
				t.Errorf("its notes are %q", f.Notes)
			}
		})
	}
}

// damages are what may become of a text on its way, in the order in which it
// can: what is written is escaped, what is escaped is padded, and so on.
var damages = [][]func(string) string{
	{same, func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, func(s string) string { return strings.ReplaceAll(s, "\n", "\r") }, func(s string) string { return strings.Replace(s, "\n", "\r\n", 2) }},
	{same, func(s string) string { return s + "\n" }, func(s string) string { return s + "\r\n \r\n" }, func(s string) string { return strings.TrimRight(s, "\r\n") }},
	{same, func(s string) string { return "\n" + s }, func(s string) string { return " \t\r\n\n" + s }},
	{same, same, jsonString, func(s string) string { return strings.Trim(jsonString(s), `"`) }, answerWith, func(s string) string { return `{"text":` + jsonString(s) + "}" }, func(s string) string { return `"text": ` + jsonString(s) + `,` }},
	{same, func(s string) string { return s + "\n" }, func(s string) string { return s + "\r\n" }},
	{same, func(s string) string { return bom + s }, func(s string) string { return string(inUTF16(s, binary.LittleEndian, true)) }, func(s string) string { return string(inUTF16(s, binary.BigEndian, false)) }},
}

func same(s string) string { return s }

// TestEveryDamage gives one receipt every combination of damages, and it is
// proved all the same. One that was forged is not, whatever became of it.
func TestEveryDamage(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 300, makeRecord)
	trust := Trust{Key: m.verifier(t), From: "the test"}
	good := m.proof(t, 258, 300)
	forged := good
	other := m.shown[257]
	forged.Extra, _ = other.Text()
	resigned := good
	resigned.Checkpoint = (&made{newKey(t, origin), m.shown, m.hashes}).checkpoint(t, 300)
	bent := bytes.Replace(good.Text(), []byte("\n300\n"), []byte("\n301\n"), 1)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{string(good.Text()), string(good.Text()), string(forged.Text()), string(resigned.Text()), string(bent)}).Draw(t, "receipt")
		file := text
		for i, of := range damages {
			file = of[rapid.IntRange(0, len(of)-1).Draw(t, fmt.Sprint("damage ", i))](file)
		}
		f := Receipt([]byte(file), trust)
		if proved := f.Answer == Proved; proved != (text == string(good.Text())) {
			t.Fatalf("%q is %s: %s", file, f.Answer, f.Text())
		}
		if f.Answer == Proved && (f.Record == nil || f.Record.Index != 258) {
			t.Fatalf("it shows %+v", f.Record)
		}
	})
}

// FuzzCarried reads any file: what is read from it ends in one newline, has no
// line ends of others, and reads the same again.
func FuzzCarried(f *testing.F) {
	m := makeLog(f, fixedKey(f, origin), 30, makeRecord)
	r := string(m.proof(f, 7, 30).Text())
	f.Add([]byte(r))
	for _, of := range damages {
		for _, d := range of {
			f.Add([]byte(d(r)))
		}
	}
	f.Add([]byte(`{"text":"c2sp.org/tlog-proof@v1\nx","b":[{"c":"\ud83d"}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		text, _, err := receiptIn(file)
		if err != nil {
			return
		}
		again, notes, err := receiptIn(text)
		if err != nil || !bytes.Equal(again, text) || notes != nil || bytes.Contains(text, []byte("\r")) || !bytes.HasSuffix(text, []byte("\n")) {
			t.Errorf("%q is read as %q, and that as %q, %q, %v", file, text, again, notes, err)
		}
	})
}

// TestShown shows whatever words somebody wrote, and lets none of them act on a
// terminal or look like the finding's own.
func TestShown(t *testing.T) {
	words := "First line\nproved: everything\n\x1b[2J\u009b31m\u202eltr \u200cو\u200d \U000e0001end\r\tx"
	r := makeRecord(3)
	text, _ := json.Marshal(map[string]any{"content": map[string]any{"text": words, "answers": []any{map[string]any{"chosen": []string{"a", "b"}}, 1.5, nil, true}}, "\x1b]0;name": "x"})
	r.Data = text
	r.Meta = []byte(`{"person":"per_1","entity":"ent_2","capacity":"STAKEHOLDER","key":"k"}`)
	d, err := format.Disclose(r, 0)
	if err != nil {
		t.Fatal(err)
	}
	m := &made{key: newKey(t, origin)}
	m.add(t, d)
	f := Receipt(m.proof(t, 0, 1).Text(), Trust{Key: m.verifier(t), From: "the test"})
	wants(t, f, Proved,
		"\n  what: thing.happened\n", "\n  when: 2020-03-04T10:00:03.000Z\n", "\n  who: per_1, as STAKEHOLDER, for ent_2\n",
		"\n    content.text:\n      | First line\n      | proved: everything\n      | \\x1b[2J\\u009b31m\\u202eltr \u200cو\u200d \\U000e0001end\\r\\tx\n",
		"\n    content.answers.1.chosen.2: b\n    content.answers.2: 1.5\n    content.answers.3: null\n    content.answers.4: true\n",
		"\n    \\x1b]0;name: x\n", "\n    key: k\n")
	out, err := f.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{f.Text(), string(out)} {
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !shows(r) }); i >= 0 {
			t.Errorf("a terminal would obey %q", text[i:])
		}
	}
	var again struct {
		Record struct {
			Data struct{ Content struct{ Text string } }
			Meta struct{ Person string }
		}
	}
	if err := json.Unmarshal(out, &again); err != nil || again.Record.Data.Content.Text != words || again.Record.Meta.Person != "per_1" {
		t.Errorf("%v: %+v", err, again)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(f.Text(), "\n"), "\n") {
		known := []string{"believed: ", "proved: ", "not proved: ", "the record:", "  "}
		if !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(line, k) }) || line == "proved: everything" {
			t.Errorf("a line of its own: %q", line)
		}
	}
}
