package await

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A failing test keeps what it is told, and ends the goroutine as a test does.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) { f.said = fmt.Sprintf(format, args...) }

func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := make(chan int, 1)
		one <- 7
		if got := Value(t, one, "a number"); got != 7 {
			t.Errorf("got %d", got)
		}
		f := &failing{TB: t}
		began := time.Now()
		Value(f, one, "a second number")
		if !strings.Contains(f.said, "a second number") || time.Since(began) != Patience {
			t.Errorf("after %s it said %q", time.Since(began), f.said)
		}
		var group sync.WaitGroup
		group.Go(func() { Value(t, time.After(time.Second), "a second") })
		All(t, &group, "a sleeper")
		ctx := Context(t, "the end of days")
		if value(t, ctx.Done(), "the context", 2*Patience); !strings.Contains(fmt.Sprint(context.Cause(ctx)), "the end of days") {
			t.Errorf("it ended with %v", context.Cause(ctx))
		}
	})
}
