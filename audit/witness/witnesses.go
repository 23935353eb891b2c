package witness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// ErrNoURL is the state of a witness that the policy names without saying where
// it is. It counts for the quorum, and somebody else has to ask it.
var ErrNoURL = errors.New("the policy gives no address of this witness")

// Witnesses asks all witnesses of a policy.
type Witnesses struct {
	all []asked
}

type asked struct {
	name   string
	client *Client // nil if it has no address
}

// NewWitnesses returns the witnesses of a policy. If over is nil, NewTransport's is used.
func NewWitnesses(p format.Policy, over http.RoundTripper) (*Witnesses, error) {
	if over == nil {
		over = NewTransport()
	}
	w := &Witnesses{}
	var errs []error
	for _, one := range p.Witnesses {
		a := asked{name: name(one)}
		if one.URL != "" {
			var err error
			if a.client, err = New(one, over); err != nil {
				errs = append(errs, err)
			}
		}
		w.all = append(w.all, a)
	}
	return w, errors.Join(errs...)
}

// Ask asks all witnesses at once to cosign a checkpoint, as Client.Ask does. It
// returns within that time, if prove heeds its context, with what came until
// then in the order of the policy. The error joins those of the witnesses
// that did not cosign; the cosignatures are good beside it.
func (w *Witnesses) Ask(ctx context.Context, within time.Duration, head format.Checkpoint, signed []byte, prove Prove) ([]note.Signature, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("no answer within %s: %w", within, context.DeadlineExceeded))
	defer cancel()
	sigs := make([]note.Signature, len(w.all)) // one element each, so none is shared
	errs := make([]error, len(w.all))
	var g errgroup.Group
	for i, a := range w.all {
		if a.client == nil {
			continue
		}
		g.Go(func() error {
			sigs[i], errs[i] = a.client.Ask(ctx, head, signed, prove)
			return nil // the others go on
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var got []note.Signature
	for i, a := range w.all {
		if a.client != nil && errs[i] == nil {
			got = append(got, sigs[i])
		}
	}
	return got, errors.Join(errs...)
}

// States returns how each witness of the policy does, in its order.
func (w *Witnesses) States() []State {
	all := make([]State, len(w.all))
	for i, a := range w.all {
		if all[i] = (State{Name: a.name, Err: ErrNoURL}); a.client != nil {
			all[i] = a.client.State()
		}
	}
	return all
}
