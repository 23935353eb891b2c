package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTable measures next to nothing, to see that both sides of every row do
// their work and come to a figure.
func TestTable(t *testing.T) {
	var out bytes.Buffer
	tiny := scale{rounds: 1, round: 20 * time.Millisecond, events: 800, archived: 2_000}
	if err := measure(t.Context(), tiny, regexp.MustCompile("."), t.TempDir(), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2+len(rows) {
		t.Fatalf("%d lines, want a heading and %d rows:\n%s", len(lines), len(rows), out.String())
	}
	for i, line := range lines[2:] {
		if cells := strings.Split(line, " | "); len(cells) != 6 || !strings.Contains(cells[0], rows[i].name) {
			t.Errorf("not a row of %s: %s", rows[i].name, line)
		} else if strings.HasPrefix(cells[1], "0/s") || strings.HasPrefix(cells[2], "0/s") {
			t.Errorf("a side did nothing: %s", line)
		}
	}
}

func TestNoSuchRow(t *testing.T) {
	err := run(t.Context(), []string{"-row", "^nothing$"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "no row") {
		t.Errorf("got %v, want that there is no such row", err)
	}
}
