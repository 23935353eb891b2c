package sharedtest

import (
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/shared"
)

// Documents proves that what open returns keeps the contract. Each call of open
// begins with none.
func Documents(t *testing.T, open func(t *testing.T) shared.Documents) {
	d := open(t)
	ask := func(hash string) (string, bool) {
		t.Helper()
		text, ok, err := d.Document(t.Context(), hash)
		if err != nil {
			t.Fatal(err)
		}
		return text, ok
	}
	for _, text := range []string{"{viewer{id}}", "", "{\u00e9\n}"} {
		if _, ok := ask(shared.HashOf(text)); ok {
			t.Errorf("%q is there before it was kept", text)
		}
		for range 2 {
			if err := d.KeepDocument(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := ask(shared.HashOf(text)); !ok || got != text {
			t.Errorf("got %q, %t, want %q", got, ok, text)
		}
	}
	for i := range 5_000 { // more than anybody keeps in memory: it may forget, and not fail
		if err := d.KeepDocument(t.Context(), fmt.Sprint("{a", i, "}")); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok := ask(shared.HashOf("{a4999}")); !ok || got != "{a4999}" {
		t.Errorf("got %q, %t, want what was kept last", got, ok)
	}
}
