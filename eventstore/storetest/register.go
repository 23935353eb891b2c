package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// RunRegister proves the contract of a register. It calls open for one that
// holds nothing in every case.
func RunRegister(t *testing.T, open func(*testing.T) eventstore.Register) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, context.Context, eventstore.Register)
	}{
		{"nothing stands at version 0", nothingStands},
		{"what was set is got", setIsGot},
		{"names are kept apart", registersAreApart},
		{"a wrong version conflicts", wrongRegisterVersion},
		{"one of many racing setters wins", oneSetterWins},
		{"racing additions lose nothing", additionsLoseNothing},
		{"a value has a size limit", valueIsLimited},
		{"the register keeps its own bytes", registerKeepsBytes},
		{"a dead context sets nothing", deadContextSetsNothing},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			c.run(t, ctx, open(t))
		})
	}
}

func wantValue(t *testing.T, ctx context.Context, r eventstore.Register, name, value string, version int64) {
	t.Helper()
	got, at, err := r.Get(ctx, name)
	if err != nil || string(got) != value || at != version {
		t.Errorf("Get(%s) = %q at %d, %v; want %q at %d", name, got, at, err, value, version)
	}
}

func mustSet(t *testing.T, ctx context.Context, r eventstore.Register, name string, version int64, value string) {
	t.Helper()
	if err := r.Set(ctx, name, version, []byte(value)); err != nil {
		t.Fatalf("Set(%s) at %d: %v", name, version, err)
	}
}

func nothingStands(t *testing.T, ctx context.Context, r eventstore.Register) {
	wantValue(t, ctx, r, "signer", "", 0)
}

func setIsGot(t *testing.T, ctx context.Context, r eventstore.Register) {
	for version := range int64(20) {
		mustSet(t, ctx, r, "signer", version, fmt.Sprint("value ", version))
		wantValue(t, ctx, r, "signer", fmt.Sprint("value ", version), version+1)
	}
	mustSet(t, ctx, r, "signer", 20, "\x00not text\xff")
	wantValue(t, ctx, r, "signer", "\x00not text\xff", 21)
	mustSet(t, ctx, r, "signer", 21, "")
	wantValue(t, ctx, r, "signer", "", 22)
}

func registersAreApart(t *testing.T, ctx context.Context, r eventstore.Register) {
	mustSet(t, ctx, r, "signer", 0, "a")
	wantValue(t, ctx, r, "timers", "", 0)
	mustSet(t, ctx, r, "timers", 0, "b")
	mustSet(t, ctx, r, "timers", 1, "c")
	wantValue(t, ctx, r, "signer", "a", 1)
	wantValue(t, ctx, r, "timers", "c", 2)
}

func wrongRegisterVersion(t *testing.T, ctx context.Context, r eventstore.Register) {
	for _, version := range []int64{1, 7} {
		if err := r.Set(ctx, "signer", version, []byte("x")); !errors.Is(err, eventstore.ErrConflict) {
			t.Errorf("Set at %d where nothing stands = %v; want ErrConflict", version, err)
		}
	}
	mustSet(t, ctx, r, "signer", 0, "a")
	for _, version := range []int64{0, 2} {
		if err := r.Set(ctx, "signer", version, []byte("x")); !errors.Is(err, eventstore.ErrConflict) {
			t.Errorf("Set at %d where version 1 stands = %v; want ErrConflict", version, err)
		}
	}
	wantValue(t, ctx, r, "signer", "a", 1)
}

func oneSetterWins(t *testing.T, ctx context.Context, r eventstore.Register) {
	const setters = 16
	for version := range int64(5) {
		var wg sync.WaitGroup
		var won atomic.Int64
		for n := range setters {
			wg.Go(func() {
				switch err := r.Set(ctx, "signer", version, fmt.Append(nil, n)); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, eventstore.ErrConflict):
					t.Errorf("Set: %v", err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of %d setters won", won.Load(), setters)
		}
	}
}

func additionsLoseNothing(t *testing.T, ctx context.Context, r eventstore.Register) {
	const adders, each = 8, 10
	var wg sync.WaitGroup
	for range adders {
		wg.Go(func() {
			for done := 0; done < each && ctx.Err() == nil; {
				value, version, err := r.Get(ctx, "sum")
				n, _ := strconv.Atoi(string(value))
				if err == nil {
					err = r.Set(ctx, "sum", version, fmt.Append(nil, n+1))
				}
				if err == nil {
					done++
				} else if !errors.Is(err, eventstore.ErrConflict) {
					t.Errorf("add: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	wantValue(t, ctx, r, "sum", fmt.Sprint(adders*each), adders*each)
}

func valueIsLimited(t *testing.T, ctx context.Context, r eventstore.Register) {
	most := bytes.Repeat([]byte("x"), eventstore.MaxRegister)
	if err := r.Set(ctx, "signer", 0, append(most, 'x')); err == nil || errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("a byte too many: %v; want a refusal", err)
	}
	wantValue(t, ctx, r, "signer", "", 0)
	mustSet(t, ctx, r, "signer", 0, string(most))
	wantValue(t, ctx, r, "signer", string(most), 1)
}

func registerKeepsBytes(t *testing.T, ctx context.Context, r eventstore.Register) {
	value := []byte("abc")
	if err := r.Set(ctx, "signer", 0, value); err != nil {
		t.Fatal(err)
	}
	value[0] = 'x'
	got, _, err := r.Get(ctx, "signer")
	if err != nil || len(got) != 3 {
		t.Fatalf("Get = %q, %v", got, err)
	}
	got[1] = 'y'
	wantValue(t, ctx, r, "signer", "abc", 1)
}

func deadContextSetsNothing(t *testing.T, ctx context.Context, r eventstore.Register) {
	dead, cancel := context.WithCancel(ctx)
	cancel()
	if err := r.Set(dead, "signer", 0, []byte("x")); err == nil || errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("Set with a dead context = %v", err)
	}
	if _, _, err := r.Get(dead, "signer"); err == nil {
		t.Error("Get with a dead context gave no error")
	}
	wantValue(t, ctx, r, "signer", "", 0)
}
