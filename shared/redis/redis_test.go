package redis_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/redis"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

const prefix = "trial"

var secret = []byte("an installation's secret, for tests")

// server runs a Redis whose user has the rights that operators are told to give.
func server(t testing.TB) *redisserver.Server { return redisserver.Start(t, redis.Rights(prefix)) }

// node is a client of s, as a node of the installation opens it.
func node(t testing.TB, s *redisserver.Server) *redis.Client { return open(t, config(t, s)) }

func config(t testing.TB, s *redisserver.Server) redis.Config {
	t.Helper()
	a, err := redis.ParseAddress(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return redis.Config{Address: a, Prefix: prefix, Secret: secret}
}

func open(t testing.TB, c redis.Config) *redis.Client {
	t.Helper()
	return opened(t, c, redis.OpenPatient)
}

func opened(t testing.TB, c redis.Config, open func(redis.Config) (*redis.Client, error)) *redis.Client {
	t.Helper()
	client, err := open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// keeper has the server do what its user may not.
func keeper(t testing.TB, s *redisserver.Server, command ...string) string {
	t.Helper()
	answer, err := s.Do(command...)
	if err != nil {
		t.Fatalf("%s: %v", command[0], err)
	}
	return answer
}

func TestBudgets(t *testing.T) {
	s := server(t)
	sharedtest.Budgets(t, func(t *testing.T) (shared.Budgets, func(time.Duration)) {
		keeper(t, s, "FLUSHALL")
		return node(t, s).Budgets(), func(d time.Duration) { pass(t, s, d) }
	})
}

// pass lets time pass for budgets, whose clock is the server's: each is full
// that much sooner.
func pass(t testing.TB, s *redisserver.Server, d time.Duration) {
	t.Helper()
	keeper(t, s, "EVAL", `for _, key in ipairs(redis.call('KEYS', '*:budget:*')) do
		redis.call('SET', key, string.format('%.0f', redis.call('GET', key) - ARGV[1]), 'KEEPTTL')
	end`, "0", strconv.FormatInt(d.Microseconds(), 10))
}

func TestDocuments(t *testing.T) {
	s := server(t)
	sharedtest.Documents(t, func(t *testing.T) shared.Documents {
		keeper(t, s, "FLUSHALL")
		return node(t, s).Documents()
	})
}

func TestRevocations(t *testing.T) {
	s := server(t)
	sharedtest.Revocations(t, func(t *testing.T, now func() time.Time) (shared.Revocations, func(*testing.T) shared.Revocations) {
		keeper(t, s, "FLUSHALL")
		open := func(t *testing.T) shared.Revocations { return node(t, s).Revocations(own(t, now), now) }
		return open(t), open
	})
}

// own are the revocations of one node.
func own(t testing.TB, now func() time.Time) *memory.Revocations {
	t.Helper()
	r, err := memory.OpenRevocations(t.TempDir()+"/revoked.jsonl", now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}
