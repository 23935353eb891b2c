package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// TestCheckMetrics keeps metrics of this moment off the address that everybody
// reaches.
func TestCheckMetrics(t *testing.T) {
	for _, tt := range []struct {
		metrics, listen string
		ok              bool
	}{
		{"127.0.0.1:9090", "127.0.0.1:8080", true},
		{"127.0.0.1:0", "127.0.0.1:0", true},
		{"10.0.0.1:8080", "127.0.0.1:8080", true},
		{":9090", "0.0.0.0:8080", true},
		{"127.0.0.1:8080", "127.0.0.1:8080", false},
		{":8080", "127.0.0.1:8080", false},
		{"9090", "127.0.0.1:8080", false},
		{"127.0.0.1", "127.0.0.1:8080", false},
	} {
		if err := checkMetrics(tt.metrics, tt.listen); (err == nil) != tt.ok {
			t.Errorf("--metrics %s with --listen %s: %v", tt.metrics, tt.listen, err)
		}
	}
}

// TestSnapshot shows everything as it was when the snapshot was taken.
func TestSnapshot(t *testing.T) {
	r := prometheus.NewRegistry()
	c := newRefused()
	r.MustRegister(c)
	s := &snapshot{of: r}
	count := func(want int) {
		t.Helper()
		all, err := s.Gather()
		n := 0
		for _, f := range all {
			n += len(f.Metric)
		}
		if err != nil || n != want {
			t.Errorf("%d series, %v; want %d", n, err, want)
		}
	}
	c.WithLabelValues("depth").Inc()
	count(1) // the first to ask has it taken
	c.WithLabelValues("cost").Inc()
	count(1)
	s.take()
	count(2)
}

// TestOperatorsMetrics has a command recorded where the log is not published for
// an hour: operators see it at once, and everybody else nothing of it.
func TestOperatorsMetrics(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	k := newKill(t)
	s := &server{cmd: exec.Command(k.program, "serve", "--data", k.data, "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--publish-every", "1h")}
	s.cmd.Stderr = &s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.end(os.Interrupt); err != nil {
			t.Errorf("%v\n%s", err, &s.log)
		}
	}()
	lines := bufio.NewScanner(out)
	lines.Scan()
	address, ok := strings.CutPrefix(lines.Text(), "listening on ")
	lines.Scan()
	metrics, also := strings.CutPrefix(lines.Text(), "metrics on ")
	if !ok || !also {
		t.Fatalf("it says %q, %q", address, metrics)
	}
	get := func(url string) string {
		t.Helper()
		text, _, err := fetch(ctx, http.MethodGet, url, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	before := ""
	for !strings.Contains(before, `"status":"ok"`) {
		before = get(address + "/readyz")
	}
	snapshot := get(address + "/metrics")
	index, err := k.submit(ctx, address, "a-key-of-the-operator")
	if err != nil {
		t.Fatal(err)
	}
	if text, want := get(metrics), fmt.Sprintf("\nrapporteur_log_index %s\n", index); !strings.Contains(text, want) {
		t.Errorf("to operators, metrics do not say %q: %s", want, text)
	}
	if text := get(address + "/metrics"); text != snapshot {
		t.Errorf("to everybody, metrics move before the log is published: %s", text)
	}
	if text := get(address + "/readyz"); text != before {
		t.Errorf("/readyz moves before the log is published: %s", text)
	}
	if text := get(strings.TrimSuffix(metrics, "/metrics") + "/readyz"); !strings.Contains(text, "404") {
		t.Errorf("the address for metrics answers something else: %s", text)
	}
}
