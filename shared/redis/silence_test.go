package redis_test

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

// A written is what was logged meanwhile.
type written struct {
	mu  sync.Mutex
	all bytes.Buffer // guarded by mu
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.Write(p)
}

// TestCanary: who asks, what they ask and what is taken back shows neither in
// the server nor in a log, nor does the password; whatever happens.
func TestCanary(t *testing.T) {
	var logged written
	before, errs := slog.Default(), os.Stderr
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	printed, err := os.Create(t.TempDir() + "/stderr")
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = printed
	defer func() { slog.SetDefault(before); os.Stderr = errs }()

	s := server(t)
	for _, tt := range away {
		c := node(t, s)
		b, docs, r := c.Budgets(), c.Documents(), c.Revocations(own(t, nil), nil)
		bell := ringing(t, c)
		eventually(t, "it is well", func() bool { return c.Trouble() == "" })
		use := func() (errs []error) {
			_, err := b.Spend(t.Context(), "canary-192.0.2.1", 1, shared.Budget{Points: 60, Per: time.Minute})
			errs = append(errs, err, docs.KeepDocument(t.Context(), "{canary}"))
			_, _, err = docs.Document(t.Context(), shared.HashOf("{canary}"))
			errs = append(errs, err, r.Revoke(t.Context(), shared.Revocation{ID: "canary", Until: time.Now().Add(time.Hour)}))
			bell.Ring()
			return errs
		}
		use()
		held := keeper(t, s, "EVAL", `local all = ''
			for _, key in ipairs(redis.call('KEYS', '*')) do all = all .. key .. redis.call('DUMP', key) end
			return all`, "0")
		if len(held) < 200 || strings.Contains(held, "canary") || strings.Contains(held, "192.0.2.1") || strings.Contains(held, shared.HashOf("{canary}")) {
			t.Errorf("the server holds %q", held)
		}
		do(t, func() error { return tt.leave(s) })
		for _, err := range use() {
			if err != nil && (strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), s.Password())) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		eventually(t, "it is known to be away", func() bool { return c.Trouble() != "" })
		do(t, func() error { return tt.comeBack(s) })
		eventually(t, "it is well again", func() bool { return c.Trouble() == "" })
	}
	said, err := os.ReadFile(printed.Name())
	if err != nil || len(said) > 0 {
		t.Errorf("to standard error: %s, %v", said, err)
	}
	logged.mu.Lock()
	defer logged.mu.Unlock()
	for _, word := range []string{"canary", "192.0.2.1", s.Password()} {
		if strings.Contains(logged.all.String(), word) {
			t.Errorf("%s is logged: %s", word, logged.all.String())
		}
	}
	if !strings.Contains(logged.all.String(), "redis is well again") {
		t.Error("nothing is logged")
	}
}
