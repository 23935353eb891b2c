package memory

import (
	"github.com/rapporteur-project/rapporteur/internal/bell"
	"github.com/rapporteur-project/rapporteur/shared"
)

// A Bell rings on this node. Its zero value is ready.
type Bell struct{ bell.Bell }

var _ shared.Bell = (*Bell)(nil)
