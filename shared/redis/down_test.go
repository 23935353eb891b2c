package redis_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// run runs something until the test ends.
func run(t testing.TB, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var over sync.WaitGroup
	over.Go(func() {
		if err := f(ctx); err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Cleanup(func() { cancel(); await.All(t, &over, "the listeners") })
}

// eventually waits until something is so.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-end.C:
			t.Fatalf("never: %s", what)
		}
	}
}

// do does something to a server.
func do(t testing.TB, f func() error) {
	t.Helper()
	if err := f(); err != nil {
		t.Fatal(err)
	}
}

// away are the ways in which a server can be away, and how it comes back.
var away = []struct {
	name       string
	leave      func(*redisserver.Server) error
	comeBack   func(*redisserver.Server) error
	trouble    string
	forgetting bool // what it had is lost meanwhile
}{
	{"its port refuses", (*redisserver.Server).Kill, (*redisserver.Server).Restart, "cannot be reached", true},
	{"it hangs", (*redisserver.Server).Hang, (*redisserver.Server).Continue, "cannot be reached", false},
	{"its password is another one", changePassword, restorePassword, "does not let this node sign in", false},
}

// changePassword signs out who is in, as an operator does.
func changePassword(s *redisserver.Server) error {
	_, err := s.Do("ACL", "SETUSER", "rapporteur", "resetpass", ">another")
	if err == nil {
		_, err = s.Do("CLIENT", "KILL", "USER", "rapporteur")
	}
	return err
}

func restorePassword(s *redisserver.Server) error {
	_, err := s.Do("ACL", "SETUSER", "rapporteur", ">"+s.Password())
	return err
}

// TestAway: what is shared goes on by itself while the server is away, and is
// shared again once it is back.
func TestAway(t *testing.T) {
	minute := shared.Budget{Points: 60, Per: time.Minute}
	for _, tt := range away {
		t.Run(tt.name, func(t *testing.T) {
			s := server(t)
			c := node(t, s)
			b := c.Budgets()
			either := shared.EitherBudgets{First: b, Otherwise: memory.NewBudgets(time.Now)}
			docs, revoked := c.Documents(), c.Revocations(own(t, nil), nil)
			graced := &shared.Graced{Store: revoked, Grace: time.Hour}
			run(t, c.Run)
			eventually(t, "it is well", func() bool { return c.Trouble() == "" })
			mustSpend(t, either, "someone", 60, minute, true)
			mustSpend(t, either, "someone", 60, minute, false)
			mustRevoke(t, revoked, "taken-back")

			do(t, func() error { return tt.leave(s) })
			eventually(t, "it is known to be away", func() bool { return strings.HasPrefix(c.Trouble(), tt.trouble) })
			for range 100 { // and none of them waits for the server
				if _, err := b.Spend(t.Context(), "someone", 1, minute); !errors.Is(err, redis.ErrAway) {
					t.Fatalf("spent: %v, want %v", err, redis.ErrAway)
				}
			}
			mustSpend(t, either, "someone", 60, minute, true) // this node's own budget
			mustSpend(t, either, "someone", 60, minute, false)
			if _, _, err := docs.Document(t.Context(), shared.HashOf("{a}")); !errors.Is(err, redis.ErrAway) {
				t.Errorf("document: %v", err)
			}
			if err := revoked.Revoke(t.Context(), shared.Revocation{ID: "meanwhile", Until: time.Now().Add(time.Hour)}); !errors.Is(err, redis.ErrAway) {
				t.Errorf("revoked everywhere: %v", err)
			}
			for _, id := range []string{"taken-back", "meanwhile"} {
				mustBeRevoked(t, graced, id)
			}

			do(t, func() error { return tt.comeBack(s) })
			eventually(t, "it is well again", func() bool { return c.Trouble() == "" })
			mustSpend(t, b, "someone", 60, minute, tt.forgetting)
			other := node(t, s).Revocations(own(t, nil), nil)
			for _, id := range []string{"taken-back", "meanwhile"} {
				mustBeRevoked(t, other, id)
			}
		})
	}
}

// TestHangCostsOneWait: without anybody who looks after the server, the first
// who asks one that hangs waits, and nobody after that.
func TestHangCostsOneWait(t *testing.T) {
	s := server(t)
	b := opened(t, config(t, s), redis.Open).Budgets()
	minute := shared.Budget{Points: 60, Per: time.Minute}
	mustSpend(t, b, "someone", 1, minute, true)
	do(t, s.Hang)
	begun := time.Now()
	_, err := b.Spend(t.Context(), "someone", 1, minute)
	if took := time.Since(begun); err == nil || errors.Is(err, redis.ErrAway) || took > time.Second {
		t.Errorf("%v after %s, want no answer within some 50ms", err, took)
	}
	for range 1000 {
		if _, err := b.Spend(t.Context(), "someone", 1, minute); !errors.Is(err, redis.ErrAway) {
			t.Fatalf("%v, want %v", err, redis.ErrAway)
		}
	}
}

// TestWaits: the library's own waits are seconds, and it asks again what failed.
func TestWaits(t *testing.T) {
	o := redis.Options(opened(t, redis.Config{Address: redis.Address{Host: "127.0.0.1", Port: "1"}, Prefix: prefix, Secret: secret}, redis.Open))
	for name, is := range map[string][2]any{
		"DialTimeout":           {o.DialTimeout, 200 * time.Millisecond},
		"ReadTimeout":           {o.ReadTimeout, 50 * time.Millisecond},
		"WriteTimeout":          {o.WriteTimeout, 50 * time.Millisecond},
		"PoolTimeout":           {o.PoolTimeout, 60 * time.Millisecond},
		"MaxRetries":            {o.MaxRetries, 0},
		"DialerRetries":         {o.DialerRetries, 1},
		"ContextTimeoutEnabled": {o.ContextTimeoutEnabled, true},
	} {
		if is[0] != is[1] {
			t.Errorf("%s is %v, want %v", name, is[0], is[1])
		}
	}
}

// TestWhoAsksGoesAway: that somebody hangs up says nothing of the server.
func TestWhoAsksGoesAway(t *testing.T) {
	s := server(t)
	b := node(t, s).Budgets()
	minute := shared.Budget{Points: 60, Per: time.Minute}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Spend(gone, "someone", 1, minute); err == nil {
		t.Error("spent for somebody who hung up")
	}
	mustSpend(t, b, "someone", 60, minute, true)
}

func mustSpend(t testing.TB, b shared.Budgets, who string, points int, of shared.Budget, spent bool) {
	t.Helper()
	got, err := b.Spend(t.Context(), who, points, of)
	if err != nil || got.Spent != spent {
		t.Errorf("%d points: %+v, %v, want spent %t", points, got, err, spent)
	}
}

func mustRevoke(t testing.TB, r shared.Revocations, id string) {
	t.Helper()
	if err := r.Revoke(t.Context(), shared.Revocation{ID: id, Until: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
}

func mustBeRevoked(t testing.TB, r shared.Revocations, id string) {
	t.Helper()
	if yes, err := r.Revoked(t.Context(), time.Now(), id); !yes || err != nil {
		t.Errorf("%s: revoked %t, %v", id, yes, err)
	}
}
