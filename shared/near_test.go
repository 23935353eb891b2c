package shared_test

import (
	"context"
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

// farDocuments can be away, and count how often they are asked.
type farDocuments struct {
	shared.Documents
	away  bool
	asked int
}

func (f *farDocuments) Document(ctx context.Context, hash string) (string, bool, error) {
	f.asked++
	if f.away {
		return "", false, errDown
	}
	return f.Documents.Document(ctx, hash)
}

func (f *farDocuments) KeepDocument(ctx context.Context, text string) error {
	if f.away {
		return errDown
	}
	return f.Documents.KeepDocument(ctx, text)
}

func TestNearDocumentsKeepTheContract(t *testing.T) {
	sharedtest.Documents(t, func(*testing.T) shared.Documents {
		return shared.NearDocuments{Here: memory.NewDocuments(), There: memory.NewDocuments()}
	})
}

// TestNearDocuments: what one node was sent another finds, and asks for once;
// while they are away each has what it was sent itself.
func TestNearDocuments(t *testing.T) {
	far := &farDocuments{Documents: memory.NewDocuments()}
	one := shared.NearDocuments{Here: memory.NewDocuments(), There: far}
	two := shared.NearDocuments{Here: memory.NewDocuments(), There: far}
	if err := one.KeepDocument(t.Context(), "{a}"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if text, found, err := two.Document(t.Context(), shared.HashOf("{a}")); text != "{a}" || !found || err != nil {
			t.Errorf("got %q, %t, %v", text, found, err)
		}
	}
	if far.asked != 1 {
		t.Errorf("asked %d times, want once", far.asked)
	}
	far.away = true
	if err := one.KeepDocument(t.Context(), "{b}"); !errors.Is(err, errDown) {
		t.Errorf("kept there: %v", err)
	}
	if text, found, err := one.Document(t.Context(), shared.HashOf("{b}")); text != "{b}" || !found || err != nil {
		t.Errorf("got %q, %t, %v", text, found, err)
	}
	if _, found, err := two.Document(t.Context(), shared.HashOf("{b}")); found || !errors.Is(err, errDown) {
		t.Errorf("found %t, %v", found, err)
	}
}
