package memory

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

func TestBell(t *testing.T) {
	sharedtest.Bell(t, func(*testing.T) []shared.Bell { return []shared.Bell{new(Bell)} })
}
