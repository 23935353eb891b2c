package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine says what it is measured on.
func machine() string {
	return fmt.Sprintf("%d cores, %s %s/%s", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// loadAverage is that of the last minute, where the system tells.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	minute, _, _ := strings.Cut(string(b), " ")
	return minute
}

// fsyncTime returns the median time of a small write that is made durable in dir.
func fsyncTime(dir string) (p50 time.Duration, err error) {
	const writes = 101
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return 0, fmt.Errorf("fsync: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	took := make([]time.Duration, writes)
	for i := range took {
		begin := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, fmt.Errorf("fsync: %w", err)
		}
		if err := f.Sync(); err != nil {
			return 0, fmt.Errorf("fsync: %w", err)
		}
		took[i] = time.Since(begin)
	}
	return median(took), nil
}
