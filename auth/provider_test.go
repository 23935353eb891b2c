package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// An origin stands in for an issuer's server, where time is not real.
type origin struct {
	mu    sync.Mutex
	keys  []byte        // guarded by mu; what it publishes
	down  error         // guarded by mu; it cannot be reached
	slow  time.Duration // guarded by mu; how long it takes to answer
	looks []time.Time   // guarded by mu; when its keys were fetched
}

func (o *origin) RoundTrip(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	keys, down, slow := o.keys, o.down, o.slow
	o.mu.Unlock()
	wait := time.NewTimer(slow)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if down != nil {
		o.note(r)
		return nil, down
	}
	body := `{"issuer":"https://id.example.org","jwks_uri":"https://id.example.org/keys"}`
	if r.URL.Path == "/keys" {
		o.note(r)
		body = string(keys)
	}
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (o *origin) note(*http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks = append(o.looks, time.Now())
}

func (o *origin) set(change func(*origin)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(o)
}

func (o *origin) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.looks)
}

// run starts a provider over o, in a bubble of synctest.
func run(t *testing.T, o *origin) *Provider {
	t.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	p, err := NewProvider("https://id.example.org", o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := await.Value(t, ended, "the provider to end"); err != nil {
			t.Error(err)
		}
	})
	return p
}

func pass(d time.Duration) {
	t := time.NewTimer(d)
	<-t.C
	synctest.Wait()
}

func named(m member, kid string) member { return changed(m, member{"kid": kid}) }

// TestRotationDuringAFlood: junk key ids come all the time, from many at once.
// The issuer is asked once in ten seconds at most, nobody waits for longer than
// a tenth of a second, and a new key is known within ten seconds.
func TestRotationDuringAFlood(t *testing.T) {
	ed, _, _ := pairs(t)
	synctest.Test(t, func(t *testing.T) {
		o := &origin{keys: keySet(t, named(ed, "old")), slow: 20 * time.Millisecond}
		p := run(t, o)
		ctx, cancel := context.WithCancel(t.Context())
		var flood sync.WaitGroup
		for i := range 50 {
			flood.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					begun := time.Now()
					_, _, err := p.Key(ctx, fmt.Sprintf("junk-%d-%d", i, n))
					if err == nil {
						t.Error("a key of a junk id")
					}
					if took := time.Since(begun); took > waitForKeys {
						t.Errorf("waited for %s", took)
					}
					rest := time.NewTimer(7 * time.Millisecond)
					<-rest.C
				}
			})
		}
		pass(33 * time.Second)
		if _, _, err := p.Key(t.Context(), "old"); err != nil {
			t.Errorf("the old key: %v", err)
		}
		o.set(func(o *origin) { o.keys = keySet(t, named(ed, "old"), named(ed, "new")) })
		rotated := time.Now()
		for {
			if _, _, err := p.Key(t.Context(), "new"); err == nil {
				break
			}
			if time.Since(rotated) > refreshAfter+100*time.Millisecond {
				t.Fatal("the new key is not known after ten seconds")
			}
			pass(50 * time.Millisecond)
		}
		pass(time.Minute)
		cancel()
		await.All(t, &flood, "the flood")
		o.mu.Lock()
		defer o.mu.Unlock()
		if len(o.looks) < 5 {
			t.Errorf("looked %d times in a minute and a half", len(o.looks))
		}
		for i := range o.looks[1:] {
			if gap := o.looks[i+1].Sub(o.looks[i]); gap < refreshAfter {
				t.Errorf("two looks within %s", gap)
			}
		}
	})
}

// TestQuietIssuer is asked every five minutes, and for a key that is new at
// once.
func TestQuietIssuer(t *testing.T) {
	ed, _, _ := pairs(t)
	synctest.Test(t, func(t *testing.T) {
		o := &origin{keys: keySet(t, named(ed, "old"))}
		p := run(t, o)
		if _, _, err := p.Key(t.Context(), "old"); err != nil {
			t.Errorf("at the start: %v", err)
		}
		pass(14 * time.Minute)
		if n := o.count(); n != 3 {
			t.Errorf("looked %d times in 14 minutes, want 3", n)
		}
		o.set(func(o *origin) { o.keys = keySet(t, named(ed, "new")) })
		begun := time.Now()
		if _, _, err := p.Key(t.Context(), "new"); err != nil || time.Since(begun) > waitForKeys {
			t.Errorf("a new key: %v, after %s", err, time.Since(begun))
		}
		if _, _, err := p.Key(t.Context(), "old"); err != ErrUnknownKey {
			t.Errorf("a key that was withdrawn: %v", err)
		}
	})
}

// TestIssuerAway: what is known stays, what is not is nobody's fault, and it is
// found when the issuer is back.
func TestIssuerAway(t *testing.T) {
	ed, _, _ := pairs(t)
	down := errors.New("connection refused")
	synctest.Test(t, func(t *testing.T) {
		o := &origin{keys: keySet(t, named(ed, "old")), down: down}
		p := run(t, o)
		pass(time.Second)
		if _, _, err := p.Key(t.Context(), "old"); !errors.Is(err, down) {
			t.Errorf("away from the start: %v", err)
		}
		if h := p.Health(); h.Keys != 0 || !h.Since.IsZero() || !errors.Is(h.Fault, down) {
			t.Errorf("health %+v", h)
		}
		o.set(func(o *origin) { o.down = nil })
		pass(refreshAfter)
		if _, _, err := p.Key(t.Context(), "old"); err != nil {
			t.Errorf("back: %v", err)
		}
		for name, fail := range map[string]func(*origin){
			"away":            func(o *origin) { o.down = down },
			"an empty set":    func(o *origin) { o.down, o.keys = nil, []byte(`{"keys":[]}`) },
			"an error page":   func(o *origin) { o.down, o.keys = nil, []byte(`<html>`) },
			"it says nothing": func(o *origin) { o.down, o.keys, o.slow = nil, keySet(t, named(ed, "old")), time.Hour },
		} {
			o.set(fail)
			pass(2 * refreshEvery)
			if _, _, err := p.Key(t.Context(), "old"); err != nil {
				t.Errorf("%s: a known key: %v", name, err)
			}
			begun := time.Now()
			if _, _, err := p.Key(t.Context(), "new"); err == nil || errors.Is(err, ErrUnknownKey) || time.Since(begun) > waitForKeys {
				t.Errorf("%s: whether there is a key: %v, after %s", name, err, time.Since(begun))
			}
			if h := p.Health(); h.Keys != 1 || h.Since.IsZero() || h.Fault == nil {
				t.Errorf("%s: health %+v", name, h)
			}
			o.set(func(o *origin) { o.down, o.keys, o.slow = nil, keySet(t, named(ed, "old")), 0 })
			pass(refreshAfter + 2*documentTime)
			if h := p.Health(); h.Fault != nil {
				t.Errorf("%s: back: %v", name, h.Fault)
			}
		}
	})
}

// TestCallerWhoLeaves waits no longer.
func TestCallerWhoLeaves(t *testing.T) {
	p, err := NewProvider("https://id.example.org", &origin{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := p.Key(ctx, "any"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
