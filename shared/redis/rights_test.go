package redis_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// TestRights: with what operators are told to give, all is well, and without
// any one of it the node says that something is not.
func TestRights(t *testing.T) {
	s := server(t)
	c := node(t, s)
	c.Budgets()
	c.Documents()
	c.Revocations(own(t, nil), nil)
	ringing(t, c)
	well := func() bool { return c.Trouble() == "" }
	eventually(t, "it is well", well)
	words := strings.Fields(redis.Rights(prefix))
	set := func(words ...string) {
		t.Helper()
		keeper(t, s, append([]string{"ACL", "SETUSER", "rapporteur"}, words...)...)
		keeper(t, s, "FLUSHALL")
		keeper(t, s, "SCRIPT", "FLUSH")
		keeper(t, s, "CLIENT", "KILL", "TYPE", "pubsub")
	}
	for _, word := range words {
		command, isCommand := strings.CutPrefix(word, "+")
		without := []string{"-" + command}
		switch {
		case strings.HasPrefix(word, "~"):
			without = []string{"resetkeys"}
		case strings.HasPrefix(word, "&"):
			without = []string{"resetchannels"}
		case !isCommand:
			continue
		}
		set(without...)
		eventually(t, "it is not well without "+word, func() bool { return !well() })
		if said := c.Trouble(); !strings.HasSuffix(said, "; the server's own log says why") {
			t.Errorf("without %s: %q", word, said)
		}
		set(words...)
		eventually(t, "it is well again with "+word, well)
	}
}

// TestDocumentedRights are those, and no others.
func TestDocumentedRights(t *testing.T) {
	for _, path := range []string{"../../deploy/redis/users.acl", "../../docs/operating.md"} {
		text, err := os.ReadFile(path)
		if want := "\nuser rapporteur on >PASSWORD " + redis.Rights("rapporteur") + "\n"; err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, want in it: %s", path, err, want)
		}
	}
}

// TestInstallations can have one server, one user and one prefix, and have
// nothing in common.
func TestInstallations(t *testing.T) {
	s := server(t)
	here := node(t, s)
	another := config(t, s)
	another.Secret = []byte("the secret of another installation")
	there := open(t, another)
	minute := shared.Budget{Points: 60, Per: time.Minute}
	mustSpend(t, here.Budgets(), "someone", 60, minute, true)
	mustSpend(t, there.Budgets(), "someone", 60, minute, true)
	mustRevoke(t, here.Revocations(own(t, nil), nil), "taken-back")
	if yes, err := there.Revocations(own(t, nil), nil).Revoked(t.Context(), time.Now(), "taken-back"); yes || err != nil {
		t.Errorf("revoked %t, %v", yes, err)
	}
	if redis.Key(here, "bell") == redis.Key(there, "bell") {
		t.Error("they wake each other up")
	}
	another.Secret = []byte("short")
	if _, err := redis.Open(another); err == nil {
		t.Error("took a secret that can be guessed")
	}
}

// TestPrefixes keep installations apart: a user can do nothing to another's.
func TestPrefixes(t *testing.T) {
	s := server(t)
	other := config(t, s)
	other.Prefix = "other"
	c := open(t, other)
	c.Budgets()
	run(t, c.Run)
	eventually(t, "it may not", func() bool { return strings.Contains(c.Trouble(), "does not let this node share budgets") })
	for _, bad := range []string{"", "a b", "a:b", "a*", "[a]", "é", strings.Repeat("a", 65)} {
		if err := redis.CheckPrefix(bad); err == nil {
			t.Errorf("took the prefix %q", bad)
		}
	}
}
