package audit

import (
	"context"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// ahead is a register of which others make use just before it is read.
type ahead struct {
	eventstore.Register
	others func()
}

func (a ahead) Get(ctx context.Context, name string) ([]byte, int64, error) {
	if name == signerName {
		a.others()
	}
	return a.Register.Get(ctx, name)
}

// TestStartWhileOthersPublish has another node record and publish after a node
// that starts has numbered what there was: its record does not end too early.
func TestStartWhileOthersPublish(t *testing.T) {
	tn := newTown(t, newHouse(t), 2)
	a, b := tn.houses[0], tn.houses[1]
	tn.grow(3)
	a.publish()
	b.close()
	b.shared = &Shared{ahead{tn.register, func() {
		a.grow(a.size + 1)
		a.publish()
	}}, b.shared.Lease}
	if err := b.open(); err != nil {
		t.Fatal(err)
	}
}
