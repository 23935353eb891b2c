package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/projections"
)

// recheck completes f with the first record whose author held no credential
// for it. It goes by the record alone.
func (r *replaying) recheck(ctx context.Context, f *finding) error {
	if n := r.withheld(); n > 0 {
		f.Answer, f.Reason = untold, fmt.Sprintf("of %d records parts are withheld, so who held which credential is not known", n)
		return nil
	}
	var c app.Recheck
	for facts, err := range r.log.From(ctx, 0) {
		if err != nil {
			return err
		}
		for _, fact := range facts {
			if fact.Index >= f.Size {
				return nil
			}
			if err := c.Next(fact.Record); err != nil {
				f.Answer, f.Reason = differ, fmt.Sprintf("index %d: %v", fact.Index, err)
				return nil
			}
		}
	}
	return nil
}

// compareFiles completes f with the first difference between the two files.
func compareFiles(ctx context.Context, f *finding, m replayedFile) error {
	for _, c := range f.Projections {
		if c.Failed != "" {
			f.Answer, f.Reason = untold, fmt.Sprintf("the projection %s fails at index %d: %s", c.Name, c.Next, c.Failed)
			return nil
		}
	}
	d, err := projections.Compare(ctx, m.live, m.fresh, m.all)
	switch {
	case errors.As(err, new(projections.Withheld)):
		f.Answer, f.Reason = untold, err.Error()
	case err != nil:
		return err
	case d != nil:
		f.Answer, f.Reason, f.Difference = differ, d.String(), d
	case f.Reason == "":
		f.Answer = agree
	}
	return nil
}
