package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// printTable prints results as Markdown.
func printTable(w io.Writer, results []result) error {
	var b strings.Builder
	b.WriteString("| row | ours | bare | ratio (of the rounds) | target | conditions |\n|---|---|---|---|---|---|\n")
	for _, r := range results {
		bare, ratio := "-", "-"
		if r.bare != (figure{}) {
			bare, ratio = r.bare.String(), fmt.Sprintf("%.2f (%.2f to %.2f)", r.ratio, r.least, r.top)
		}
		fmt.Fprintf(&b, "| %s, %s | %s | %s | %s | %s | %s |\n", r.name, r.unit, r.ours, bare, ratio, r.target, r.conditions)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String says it shortly, such as "12,500/s, p50 4.1 ms, p99 11.0 ms".
func (f figure) String() string {
	if f.resident > 0 {
		return fmt.Sprintf("%.0f MB", f.resident)
	}
	s := thousands(int64(f.rate)) + "/s"
	if f.rate < 10 {
		s = fmt.Sprintf("%.2f/s", f.rate)
	}
	if f.p50 > 0 {
		s += ", p50 " + inMillis(f.p50)
	}
	if f.p99 > 0 {
		s += ", p99 " + inMillis(f.p99)
	}
	return s
}

func inMillis(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }

// thousands parts digits by commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
