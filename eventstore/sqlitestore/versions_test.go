package sqlitestore

import (
	"fmt"
	"testing"
)

func TestVersionsForgetTheOldest(t *testing.T) {
	var v versions
	for n := range 3 * generation {
		v.set(fmt.Sprint(n), int64(n))
		if n%generation == 0 {
			v.set("in use", int64(n))
		}
	}
	if _, known := v.get("0"); known {
		t.Error("the first of many streams is still known")
	}
	for _, n := range []int{2 * generation, 3*generation - 1} {
		if got, known := v.get(fmt.Sprint(n)); !known || got != int64(n) {
			t.Errorf("stream %d is at %d, %t", n, got, known)
		}
	}
	if got, known := v.get("in use"); !known || got != 2*generation {
		t.Errorf("a stream set again is at %d, %t; want %d", got, known, 2*generation)
	}
	if held := len(v.young) + len(v.old); held > 2*generation {
		t.Errorf("%d streams are held, want at most %d", held, 2*generation)
	}
}
