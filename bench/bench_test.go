package main

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"sync/atomic"
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

// TestNoTime has the time be over before anybody has begun, as it is where a
// machine stands still: there is a figure all the same.
func TestNoTime(t *testing.T) {
	var done atomic.Int64
	f, err := drive(t.Context(), 0, func(context.Context, int) error { done.Add(1); return nil })
	if err != nil || done.Load() != clients || !(f.rate > 0) {
		t.Errorf("%d operations of %d clients, %v, %v", done.Load(), clients, f, err)
	}
}

func TestNoSuchRow(t *testing.T) {
	err := run(t.Context(), []string{"-row", "^nothing$"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "no row") {
		t.Errorf("got %v, want that there is no such row", err)
	}
}
