package redis_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// TestFlushed: what the server loses the nodes give it again, each what any of
// them ever knew.
func TestFlushed(t *testing.T) {
	s := server(t)
	first, cancel := context.WithCancel(t.Context())
	one, two := node(t, s), node(t, s)
	byOne, byTwo := one.Revocations(own(t, nil), nil), two.Revocations(own(t, nil), nil)
	over := make(chan error)
	go func() { over <- one.Run(first) }()
	run(t, two.Run)
	mustRevoke(t, byOne, "taken-back")
	eventually(t, "the second node knows", func() bool {
		yes, err := byTwo.Revoked(t.Context(), time.Now(), "taken-back")
		return yes && err == nil
	})
	cancel() // the first node is gone for good
	if err := await.Value(t, over, "the end of listening"); err != nil {
		t.Fatal(err)
	}
	keeper(t, s, "FLUSHALL")
	mustBeRevoked(t, byTwo, "taken-back")
	eventually(t, "the server has it again", func() bool { return keeper(t, s, "LLEN", redis.Key(one, "revocations")) == "2" })
	mustBeRevoked(t, node(t, s).Revocations(own(t, nil), nil), "taken-back")
}

// TestKeptByOthers: a node keeps what others took back, so that it knows it
// after a start without the server.
func TestKeptByOthers(t *testing.T) {
	s := server(t)
	mustRevoke(t, node(t, s).Revocations(own(t, nil), nil), "taken-back")
	other, kept := node(t, s), own(t, nil)
	other.Revocations(kept, nil)
	run(t, other.Run)
	eventually(t, "it is kept", func() bool {
		yes, err := kept.Revoked(t.Context(), time.Now(), "taken-back")
		return yes && err == nil
	})
}

// TestManyRevocations go by pages, and what is past its time leaves the list.
func TestManyRevocations(t *testing.T) {
	s := server(t)
	now := time.Now()
	clock := func() time.Time { return now }
	many := own(t, clock)
	const all = 2_600
	for i := range all {
		until := now.Add(time.Hour)
		if i%10 == 0 {
			until = now.Add(24 * time.Hour)
		}
		if err := many.Revoke(t.Context(), shared.Revocation{ID: "id-" + strconv.Itoa(i), Until: until}); err != nil {
			t.Fatal(err)
		}
	}
	c := node(t, s)
	key := redis.Key(c, "revocations")
	one, two := c.Revocations(many, clock), node(t, s).Revocations(own(t, clock), clock)
	if yes, err := one.Revoked(t.Context(), now, "another"); yes || err != nil {
		t.Errorf("another: revoked %t, %v", yes, err)
	}
	for _, r := range []shared.Revocations{one, two} {
		for _, id := range []string{"id-0", "id-2599"} {
			if yes, err := r.Revoked(t.Context(), now, id); !yes || err != nil {
				t.Errorf("%s: revoked %t, %v", id, yes, err)
			}
		}
	}
	if n := keeper(t, s, "LLEN", key); n != "2601" {
		t.Errorf("the list has %s elements, want a name and %d entries", n, all)
	}
	now = now.Add(2 * time.Hour)
	if err := one.Revoke(t.Context(), shared.Revocation{ID: "new", Until: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if n := keeper(t, s, "LLEN", key); n != "262" {
		t.Errorf("the list has %s elements, want a name and what is not past its time", n)
	}
	for _, id := range []string{"id-0", "new"} {
		mustBeKnown := func() bool {
			yes, err := two.Revoked(t.Context(), now.Add(-time.Hour), id)
			return yes && err == nil
		}
		eventually(t, id+" is known through the new list", mustBeKnown)
	}
}

// TestSomebodyElseWrites: who can write to the server cannot make a document
// or a revocation, and what is not ours is passed over, or in doubt refused.
func TestSomebodyElseWrites(t *testing.T) {
	s := server(t)
	c := node(t, s)
	docs := c.Documents()
	if err := docs.KeepDocument(t.Context(), "{viewer{id}}"); err != nil {
		t.Fatal(err)
	}
	hash := shared.HashOf("{viewer{id}}")
	key := keeper(t, s, "EVAL", "return redis.call('KEYS', 'trial:document:*')[1]", "0")
	good := keeper(t, s, "GET", key)
	for _, bad := range []string{"{evil}", "", good[:len(good)-1], good + "x", strings.Repeat("x", 1<<20)} {
		keeper(t, s, "SET", key, bad)
		if text, ok, err := docs.Document(t.Context(), hash); ok || err != nil {
			t.Errorf("%.20q: got %q, %v", bad, text, err)
		}
	}
	if err := docs.KeepDocument(t.Context(), "{another}"); err != nil {
		t.Fatal(err)
	}
	// A document of ours under the hash of another one.
	keeper(t, s, "EVAL", `for _, key in ipairs(redis.call('KEYS', 'trial:document:*')) do
		if key ~= ARGV[1] then redis.call('COPY', key, ARGV[1], 'REPLACE') end
	end`, "0", key)
	if text, ok, err := docs.Document(t.Context(), hash); ok || err != nil {
		t.Errorf("moved: got %q, %v", text, err)
	}
	if err := docs.KeepDocument(t.Context(), "{viewer{id}}"); err != nil {
		t.Fatal(err)
	}
	if text, ok, err := docs.Document(t.Context(), hash); !ok || err != nil || text != "{viewer{id}}" {
		t.Errorf("kept again: got %q, %t, %v", text, ok, err)
	}

	r := c.Revocations(own(t, nil), nil)
	mustRevoke(t, r, "taken-back")
	list := redis.Key(c, "revocations")
	keeper(t, s, "RPUSH", list, `{"id":"other","until":9999999999}`, "")
	mustRevoke(t, r, "more")
	if yes, err := r.Revoked(t.Context(), time.Now(), "other"); yes || err != nil {
		t.Errorf("somebody else took something back: %t, %v", yes, err)
	}
	for _, command := range [][]string{{"DEL", list}, {"LTRIM", list, "0", "0"}, {"LSET", list, "0", "another"}} {
		keeper(t, s, command...)
		mustRevoke(t, r, "even-more")
		mustBeRevoked(t, node(t, s).Revocations(own(t, nil), nil), "taken-back")
	}
	keeper(t, s, "SET", list, "x")
	if _, err := node(t, s).Revocations(own(t, nil), nil).Revoked(t.Context(), time.Now(), "taken-back"); err == nil {
		t.Error("it says what is taken back without knowing")
	}
}

// TestOddBudgets: whatever stands in the place of a budget, nobody waits for
// longer than a whole one takes.
func TestOddBudgets(t *testing.T) {
	s := server(t)
	b := node(t, s).Budgets()
	minute := shared.Budget{Points: 60, Per: time.Minute}
	mustSpend(t, b, "someone", 1, minute, true)
	key := keeper(t, s, "EVAL", "return redis.call('KEYS', 'trial:budget:*')[1]", "0")
	for _, bad := range []string{"", "x", "nan", "-nan", "inf", "-inf", "1e300", "-1e300", "0x10"} {
		keeper(t, s, "SET", key, bad)
		got, err := b.Spend(t.Context(), "someone", 1, minute)
		if err != nil || got.Retry > time.Minute || got.Left < 0 || got.Left > 60 {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
	keeper(t, s, "DEL", key)
	keeper(t, s, "RPUSH", key, "x")
	mustSpend(t, b, "someone", 60, minute, true)
	mustSpend(t, b, "someone", 1, minute, false)
}

// TestBudgetsLeave: a full budget takes no memory.
func TestBudgetsLeave(t *testing.T) {
	s := server(t)
	b := node(t, s).Budgets()
	mustSpend(t, b, "someone", 60, shared.Budget{Points: 60, Per: time.Second / 10}, true)
	eventually(t, "nothing is left", func() bool { return keeper(t, s, "DBSIZE") == "0" })
}

// TestNewerRelease: a revocation that this release cannot read may be of
// anything.
func TestNewerRelease(t *testing.T) {
	s := server(t)
	c := node(t, s)
	r := c.Revocations(own(t, nil), nil)
	mustRevoke(t, r, "taken-back")
	list := redis.Key(c, "revocations")
	for _, text := range []string{"{}", "x", `{"id":"a","until":"soon"}`} {
		keeper(t, s, "RPUSH", list, redis.Sealed(c, list, text))
		if _, err := node(t, s).Revocations(own(t, nil), nil).Revoked(t.Context(), time.Now(), "b"); err == nil || errors.Is(err, redis.ErrAway) {
			t.Errorf("%s: %v", text, err)
		}
		mustBeRevoked(t, r, "taken-back")
		keeper(t, s, "LTRIM", list, "0", "1")
	}
}
