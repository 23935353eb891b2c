// Package await lets tests wait with a time-out of their own: a test that waits
// for what never comes fails after a minute, in words that say what for, and
// does not hang the run.
package await

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// Patience is how long a test waits. It is far longer than anything takes on a
// machine that does ten other things.
const Patience = time.Minute

// A Test is what waits: one of package testing, or of rapid.
type Test interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Value returns what comes from a channel, or its zero value once it is closed.
func Value[T any](t Test, from <-chan T, what string) T {
	t.Helper()
	return value(t, from, what, Patience)
}

func value[T any](t Test, from <-chan T, what string, patience time.Duration) (v T) {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v = <-from:
	case <-timer.C:
		t.Fatalf("waited %s for %s, which did not come", patience, what)
	}
	return v
}

// All waits for a group of goroutines to end.
func All(t Test, group interface{ Wait() }, what string) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		group.Wait()
	}()
	Value(t, ended, what+" to end")
}

// End waits for a program to end, and returns how it did.
func End(t Test, program interface{ Wait() error }, what string) error {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	return Value(t, ended, what+" to end")
}

// Context returns the test's context with a time-out. What is done with it ends
// with an error that says what was waited for.
func Context(t testing.TB, what string) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), Patience, fmt.Errorf("waited %s for %s, which did not come", Patience, what))
	t.Cleanup(cancel)
	return ctx
}
