package memory

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

func TestDocuments(t *testing.T) {
	sharedtest.Documents(t, func(*testing.T) shared.Documents { return NewDocuments() })
}
