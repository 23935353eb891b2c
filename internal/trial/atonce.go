package trial

import (
	"context"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/projections"
)

// AtOnce proves a log of which, as far as the API can tell, every record is
// published as soon as it is numbered. A test of what others may know before the
// log is published serves the API with the trial's Proofs themselves.
type AtOnce struct {
	*audit.Log
	Of projections.Log
}

// PublishedSize implements graph.Proofs.
func (a AtOnce) PublishedSize() int64 { return a.Of.Size() }

// AwaitPublished implements graph.Proofs.
func (a AtOnce) AwaitPublished(ctx context.Context, size int64) error { return a.Of.Wait(ctx, size) }
