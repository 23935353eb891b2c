package main

import "testing"

// TestWrong says of each check the worst that was found, whatever was found first.
func TestWrong(t *testing.T) {
	for _, tt := range []struct {
		name         string
		found        []string // statuses, each said as it is called
		status, says string
	}{
		{"nothing", nil, isOK, isOK},
		{"a little", []string{isDegraded}, isDegraded, isDegraded},
		{"much", []string{isStale}, isStale, isStale},
		{"much after a little", []string{isDegraded, isStale}, isStale, isStale},
		{"a little after much", []string{isStale, isDegraded}, isStale, isStale},
	} {
		is := readiness{Status: isOK, Checks: map[string]string{"log": isOK}}
		for _, status := range tt.found {
			is.wrong("log", status, status)
		}
		if is.Status != tt.status || is.Checks["log"] != tt.says {
			t.Errorf("%s: %s, and the log %s; want %s and %s", tt.name, is.Status, is.Checks["log"], tt.status, tt.says)
		}
	}
}
