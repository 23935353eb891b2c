package redis_test

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/redis"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

// hears reports whether a bell rang since the last time.
func hears(ear <-chan struct{}) bool {
	select {
	case <-ear:
		return true
	default:
		return false
	}
}

// ringing runs the bell of a node.
func ringing(t testing.TB, c *redis.Client) *redis.Bell {
	t.Helper()
	b := c.Bell()
	run(t, c.Run)
	run(t, b.Run)
	return b
}

func TestBell(t *testing.T) {
	s := server(t)
	sharedtest.Bell(t, func(t *testing.T) []shared.Bell {
		return []shared.Bell{ringing(t, node(t, s)), ringing(t, node(t, s))}
	})
}

// TestBellAway rings on every node, also after the server was away, and on its own
// without any server.
func TestBellAway(t *testing.T) {
	for _, tt := range away {
		t.Run(tt.name, func(t *testing.T) {
			s := server(t)
			one, two := node(t, s), node(t, s)
			here, there := ringing(t, one), ringing(t, two)
			mine, theirs := here.Listen(t.Context()), there.Listen(t.Context())
			rings := func() bool { here.Ring(); return hears(theirs) }
			eventually(t, "the other node hears", rings)
			do(t, func() error { return tt.leave(s) })
			eventually(t, "it is known to be away", func() bool { return one.Trouble() != "" })
			hears(mine)
			here.Ring()
			if !hears(mine) {
				t.Error("the bell did not ring on its own node")
			}
			do(t, func() error { return tt.comeBack(s) })
			hears(theirs)
			eventually(t, "the other node hears again", rings)
			eventually(t, "all is well", func() bool { return one.Trouble() == "" && two.Trouble() == "" })
		})
	}
}

// TestBellIsHeardOnce: a node's own rings do not come back to it.
func TestBellIsHeardOnce(t *testing.T) {
	s := server(t)
	c := node(t, s)
	b, channel := ringing(t, c), redis.Key(c, "bell")
	eventually(t, "it listens", func() bool {
		return keeper(t, s, "EVAL", "return redis.call('PUBSUB', 'NUMSUB', ARGV[1])[2]", "0", channel) == "1"
	})
	ear := b.Listen(t.Context())
	other := ringing(t, node(t, s))
	eventually(t, "the other one is heard", func() bool { other.Ring(); return hears(ear) })
	for hears(ear) {
	}
	b.Ring()
	if !hears(ear) {
		t.Fatal("it did not ring")
	}
	// Once another one's ring, which was sent later, has come, its own would have.
	heard := 0
	keeper(t, s, "PUBLISH", channel, "another")
	eventually(t, "the later one is heard", func() bool {
		if hears(ear) {
			heard++
		}
		return heard > 0
	})
	if hears(ear) {
		t.Error("a ring came back")
	}
}
