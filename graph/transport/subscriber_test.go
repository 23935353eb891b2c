package transport

import "testing"

// TestNothingFollowsUponComplete has an operation say at once that it was ended:
// its client has completed it, and may already use its id for another.
func TestNothingFollowsUponComplete(t *testing.T) {
	c := &socket{subs: map[string]*subscriber{}}
	ended := false
	sub := &subscriber{c: c, id: "a"}
	sub.end = func() {
		ended = true
		sub.mu.Lock()
		defer sub.mu.Unlock()
		if !sub.over {
			t.Error("it ends while what it says is still sent")
		}
	}
	c.subs["a"] = sub
	c.complete("a")
	if !ended || len(c.subs) != 0 {
		t.Errorf("ended: %t, with %d operations left", ended, len(c.subs))
	}
	c.complete("a") // of one that is not known
}
