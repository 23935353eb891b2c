package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t testing.TB, text string) (all []row) {
	t.Helper()
	for r, err := range rows(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestRows(t *testing.T) {
	type want struct {
		line  int64
		cells []string
		fault string
	}
	tests := []struct {
		name, text string
		want       []want
	}{
		{"nothing", "", nil},
		{"plain", "a,b\n1,2\n", []want{{1, []string{"a", "b"}, ""}, {2, []string{"1", "2"}, ""}}},
		{"no end to the last line", "a,b\n1,2", []want{{1, []string{"a", "b"}, ""}, {2, []string{"1", "2"}, ""}}},
		{"\\r\\n", "a,b\r\n1,2\r\n", []want{{1, []string{"a", "b"}, ""}, {2, []string{"1", "2"}, ""}}},
		{"bare \\r", "a,b\r1,2\r3,4", []want{{1, []string{"a", "b"}, ""}, {2, []string{"1", "2"}, ""}, {3, []string{"3", "4"}, ""}}},
		{"all line ends mixed", "a\rb\nc\r\nd", []want{{1, []string{"a"}, ""}, {2, []string{"b"}, ""}, {3, []string{"c"}, ""}, {4, []string{"d"}, ""}}},
		{"empty lines are no rows", "a\n\n\r\n\rb\n", []want{{1, []string{"a"}, ""}, {5, []string{"b"}, ""}}},
		{"line ends within quotes", "\"x\ny\r\nz\rw\",2\n3,4\n", []want{{1, []string{"x\ny\r\nz\rw", "2"}, ""}, {5, []string{"3", "4"}, ""}}},
		{"doubled quotes", `"say ""yes""",""` + "\n", []want{{1, []string{`say "yes"`, ""}, ""}}},
		{"a quote in a cell without quotes", `5" pipe,x`, []want{{1, []string{`5" pipe`, "x"}, ""}}},
		{"empty cells", ",,\n", []want{{1, []string{"", "", ""}, ""}}},
		{"only an empty quoted cell", "\"\"\n", []want{{1, []string{""}, ""}}},
		{"commas within quotes", `"1,2",3`, []want{{1, []string{"1,2", "3"}, ""}}},
		{"characters of many bytes", "é,日本,\U0001F30D\n", []want{{1, []string{"é", "日本", "\U0001F30D"}, ""}}},
		{"text after a quote", "\"a\"b,c\nd,e\n", []want{
			{1, []string{"ab", "c"}, "there is text after the closing quote of cell 1"}, {2, []string{"d", "e"}, ""},
		}},
		{"a quote never closed", "a,\"b\nc,d\n", []want{{1, []string{"a", "b\nc,d\n"}, "the quote that cell 2 begins with is never closed: lines 1 to 3 belong to it"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []want
			for n, r := range read(t, tt.text) {
				if r.number != int64(n) {
					t.Errorf("row %d has the number %d", n, r.number)
				}
				got = append(got, want{r.line, r.cells, r.fault})
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowsKeepTheOriginal(t *testing.T) {
	var raws []string
	for _, r := range read(t, "a,\"b\r\nc\"\r\n\"d\"\"\",e\rf,g") {
		raws = append(raws, r.raw)
	}
	if diff := cmp.Diff([]string{"a,\"b\r\nc\"", "\"d\"\"\",e", "f,g"}, raws); diff != "" {
		t.Error(diff)
	}
}

func TestRowsAreBounded(t *testing.T) {
	tests := []struct{ name, row, fault string }{
		{"a cell", "1," + strings.Repeat("x", maxCell+1), "cell 2 is larger than 8 MiB"},
		{"a quoted cell", "1,\"" + strings.Repeat("x\n", maxCell/2+1) + "\"", "cell 2 is larger than 8 MiB"},
		{"a row", strings.Repeat(strings.Repeat("x", maxCell)+",", 5), "the row is larger than 32 MiB"},
		{"many cells", strings.Repeat(",", maxCells), "it has more than 10000 cells"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read(t, "a,b\n"+tt.row+"\nnext,row\n")
			if len(got) != 3 || got[1].fault != tt.fault || len(got[1].raw) > maxShown || got[2].cells[1] != "row" || got[2].fault != "" {
				t.Errorf("got %d rows, %q", len(got), got[1].fault)
			}
		})
	}
	t.Run("a cell that just fits", func(t *testing.T) {
		got := read(t, strings.Repeat("x", maxCell)+",b\n")
		if got[0].fault != "" || len(got[0].cells[0]) != maxCell {
			t.Errorf("%q, %d bytes", got[0].fault, len(got[0].cells[0]))
		}
	})
}

func TestRowsPassErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	var got error
	n := 0
	for _, err := range rows(io.MultiReader(strings.NewReader("a,b\n1,"), failing{broken})) {
		got = err
		n++
	}
	if !errors.Is(got, broken) || n != 2 {
		t.Errorf("%d rows and %v", n, got)
	}
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzRows compares with the standard library where that accepts the text, and
// wants every byte of any text to belong to one row or to none.
func FuzzRows(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\rb\r\"c\rd\"", "\"\"\"", "a,\"b\"c\n\n,", "\ufeffa;b", "\r\n\r\n\"x\r\n\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := read(t, text)
		line, size := int64(0), 0
		var cells [][]string
		faults := 0
		for n, r := range got {
			if r.number != int64(n) || r.line <= line || r.raw == "" || len(r.cells) == 0 {
				t.Fatalf("row %d: %+v after line %d", n, r, line)
			}
			line = r.line
			size += len(r.raw)
			if !strings.Contains(text, r.raw) {
				t.Fatalf("%q is not in the text", r.raw)
			}
			if r.fault != "" {
				faults++
			}
			cells = append(cells, r.cells)
		}
		if ends := strings.Count(text, "\n") + strings.Count(text, "\r"); size > len(text) || size < len(text)-ends {
			t.Fatalf("%d bytes in rows of %d, with %d line ends", size, len(text), ends)
		}
		if bareReturn(text) {
			return // those end lines here, and not in the standard library
		}
		std := csv.NewReader(strings.NewReader(text))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		for _, r := range cells {
			for n := range r {
				r[n] = strings.ReplaceAll(r[n], "\r\n", "\n") // as the standard library does
			}
		}
		if diff := cmp.Diff(want, cells); diff != "" || faults > 0 {
			t.Fatalf("%d faults; %s", faults, diff)
		}
	})
}

func bareReturn(text string) bool {
	return strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r")
}

func BenchmarkRows(b *testing.B) {
	var text strings.Builder
	for n := range 10_000 {
		fmt.Fprintf(&text, "%d,somebody,Q01 Something,\"%s\"\n", n, strings.Repeat("words, and \"\"words\"\" ", 20))
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		read(b, text.String())
	}
}
