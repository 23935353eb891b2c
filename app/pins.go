package app

import (
	"context"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// pins collects what a decision rests on outside its own stream, and when the
// first of it was read.
type pins struct {
	at   time.Time
	list []domain.Pin
}

// read folds the stream of id as it is now and pins it at that version.
func (a *Aggregate[C, S, E]) read(ctx context.Context, id domain.ID, p *pins) (S, error) {
	f, err := a.load(ctx, id)
	if err != nil {
		var none S
		return none, err
	}
	pin := domain.Pin{Stream: a.stream(id), Version: f.version}
	if !slices.Contains(p.list, pin) {
		p.list = append(p.list, pin)
	}
	return f.state, nil
}
