package ingest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpen(t *testing.T) {
	const text = "número,日本,naïve\n"
	utf16 := func(e unicode.Endianness, b unicode.BOMPolicy, s string) []byte {
		out, err := unicode.UTF16(e, b).NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	latin, err := charmap.Windows1252.NewEncoder().Bytes([]byte("número,naïve “x”\n"))
	if err != nil {
		t.Fatal(err)
	}
	chinese, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("移民工人的权利应当得到充分的保护\n"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		content  []byte
		encoding string
		want     string
		refused  string // part of the words
	}{
		{"UTF-8", []byte(text), "", text, ""},
		{"UTF-8, said so", []byte(text), "UTF-8", text, ""},
		{"UTF-8 with a mark", []byte("\xef\xbb\xbf" + text), "", text, ""},
		{"a mark beats what is said", []byte("\xef\xbb\xbf" + text), "windows-1252", text, ""},
		{"a mark within is kept", []byte("a\ufeffb"), "", "a\ufeffb", ""},
		{"U+FFFD of its own is kept", []byte("a\ufffdb"), "", "a\ufffdb", ""},
		{"empty", nil, "", "", ""},
		{"UTF-16, little end first", utf16(unicode.LittleEndian, unicode.UseBOM, text), "", text, ""},
		{"UTF-16, big end first", utf16(unicode.BigEndian, unicode.UseBOM, text), "", text, ""},
		{"UTF-16 without a mark", utf16(unicode.LittleEndian, unicode.IgnoreBOM, text), "", "", "--encoding utf-16le"},
		{"UTF-16 without a mark, said so", utf16(unicode.LittleEndian, unicode.IgnoreBOM, text), "utf-16le", text, ""},
		{"UTF-16 cut short", utf16(unicode.LittleEndian, unicode.UseBOM, text)[:7], "", "", "not UTF-16 throughout"},
		{"UTF-32", []byte("\xff\xfe\x00\x00a\x00\x00\x00"), "", "", "UTF-32"},
		{"windows-1252", latin, "", "", "--encoding windows-1252"},
		{"windows-1252, said so", latin, "windows-1252", "número,naïve “x”\n", ""},
		{"GB18030", chinese, "", "", "--encoding gb18030"},
		{"GB18030, said so", chinese, "gb18030", "移民工人的权利应当得到充分的保护\n", ""},
		{"GB18030 with a mark", append([]byte("\x84\x31\x95\x33"), chinese...), "", "移民工人的权利应当得到充分的保护\n", ""},
		{"not what is said", []byte("caf\xff\xff"), "gb18030", "", "not gb18030 throughout"},
		{"UTF-8 cut short", []byte("a\nb\xe6\x97"), "", "", "about line 2 holds the byte 0xE6"},
		{"a surrogate", []byte("a\xed\xa0\x80b"), "", "", "not UTF-8"},
		{"a spreadsheet", []byte("PK\x03\x04xx"), "", "", "a spreadsheet"},
		{"no such encoding", []byte(text), "utf-9", "", "no encoding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := whole(file(t, "input.csv", tt.content), tt.encoding)
			if tt.refused == "" {
				if err != nil || got != tt.want {
					t.Fatalf("got %q, %v; want %q", got, err, tt.want)
				}
				return
			}
			if r, ok := errors.AsType[*Refused](err); !ok || !strings.Contains(r.Msg, tt.refused) {
				t.Errorf("got %q, %v; want a refusal that says %q", got, err, tt.refused)
			}
		})
	}
}

func whole(path, encoding string) (string, error) {
	f, err := open(path, encoding)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(f)
	return string(b), errors.Join(err, f.Close())
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "absent.csv")} {
		if _, err := open(path, ""); err == nil || !errors.As(err, new(*Refused)) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// FuzzChecked reads any bytes in small pieces: what passes is the whole, and
// valid, or a refusal follows.
func FuzzChecked(f *testing.F) {
	f.Add([]byte("número 日本 \U0001F30D"))
	f.Add([]byte("a\xed\xa0\x80"))
	f.Add([]byte("\xf0\x9f\x8c"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := io.ReadAll(&checked{in: iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(content))), name: "f"})
		valid := bytes.ToValidUTF8(content, nil)
		switch {
		case err == nil && !bytes.Equal(got, content):
			t.Fatalf("got %q of %q", got, content)
		case err == nil && len(valid) != len(content):
			t.Fatalf("accepted %q", content)
		case err != nil && len(valid) == len(content):
			t.Fatalf("refused %q: %v", content, err)
		case !bytes.HasPrefix(content, got):
			t.Fatalf("got %q of %q", got, content)
		}
	})
}
