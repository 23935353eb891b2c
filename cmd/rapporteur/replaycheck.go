package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/projections"
)

// recheck completes f with the records that could not have been appended. It
// goes by the record alone.
func (r *replaying) recheck(ctx context.Context, f *finding) error {
	h, err := obey(ctx, r.log, f.Size, r.ids, time.Now())
	if err != nil {
		return err
	}
	f.Breaches = h.Breaches
	if r.ids == nil {
		f.NotTold = append(f.NotTold, "whether the ids are those that the installation's secret gives: it is not here, or another one was used before")
	}
	if len(h.Breaches) > 0 {
		f.Answer, f.Reason = differ, h.Breaches[0].String()
	} else if h.Withheld > 0 {
		f.Answer, f.Reason = untold, fmt.Sprintf("of %d records parts are withheld, so whether they obey the rules is not known", h.Withheld)
	}
	return nil
}

// obey checks the first size records against the rules of appending.
func obey(ctx context.Context, log projections.Log, size int64, ids rules.IDs, now time.Time) (*rules.History, error) {
	h := &rules.History{IDs: ids, Now: now}
	for facts, err := range log.From(ctx, 0) {
		if err != nil {
			return nil, err
		}
		for _, fact := range facts {
			if fact.Index >= size {
				break
			}
			h.Next(fact.Record, !fact.Withheld)
		}
	}
	h.End()
	return h, nil
}

// compareCertificates completes f with the first read model that, by the
// certificate that came with the bundle, saw another record than this one. Where
// none came, or one of another release, that cannot be told.
func (r *replaying) compareCertificates(f *finding, made []certificate) error {
	came, err := r.bundle.Certificates()
	if errors.Is(err, fs.ErrNotExist) {
		f.Answer, f.Reason = untold, "no certificates came with the bundle, so what its server answered from is not known"
		return nil
	}
	if err != nil {
		return err
	}
	for _, is := range made {
		compared := false
		for _, c := range came {
			if c.Name != is.Name || c.Version != is.Version {
				continue
			}
			compared = true
			if c.Next == is.Next && (c.Root != is.Root.String() || c.Fold != is.Fold.String()) {
				f.Answer, f.Reason = differ, fmt.Sprintf("the projection %s of the server saw another record: it skipped, doubled or reordered one", c.Name)
				return nil
			}
			if c.Next != is.Next {
				f.Answer, f.Reason = untold, fmt.Sprintf("the projection %s of the server had seen %d of %d records", c.Name, c.Next, is.Next)
			}
		}
		if !compared {
			f.Answer, f.Reason = untold, fmt.Sprintf("no certificate of the projection %s, version %d, came with the bundle, so what its server answered from is not known", is.Name, is.Version)
		}
	}
	if f.Reason == "" {
		f.Answer = agree
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
