package transport

import (
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

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

// TestIdIsFreeAfterTheLastWord: while it is sent the id is neither free, or it
// could come after the start of another operation, nor taken, or a client that has
// it already would be told so.
func TestIdIsFreeAfterTheLastWord(t *testing.T) {
	c := &socket{subs: map[string]*subscriber{}}
	sub := &subscriber{c: c, id: "a", over: true} // nobody listens, so nothing is written
	c.subs["a"] = sub
	sub.mu.Lock() // as while its last word is written
	asked := make(chan bool, 1)
	go func() { asked <- c.taken("a") }()
	select {
	case is := <-asked:
		t.Fatalf("it does not wait, and says %t", is)
	case <-time.After(50 * time.Millisecond):
	}
	sub.forget()
	sub.mu.Unlock()
	if await.Value(t, asked, "the question") {
		t.Error("the id is taken after the last word")
	}
	c.subs["a"] = sub
	if !c.taken("a") {
		t.Error("the id of an operation under way is free")
	}
	sub.last(plainMessage{Type: "complete", ID: "a"})
	if c.taken("a") {
		t.Error("the last word does not free the id")
	}
}
