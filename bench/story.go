package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

const (
	calls = 50 // consultations in a story

	// A turn is what a client does over and over: three contributions that are
	// published, one of them amended.
	turnRecords = 7
)

// A story is a record of contributions in a folder of its own, numbered.
type story struct {
	dir   string
	calls []domain.ID
	size  int64 // records
}

// story records the story on first use, by the commands that a person sends.
func (b *bench) story(ctx context.Context) (_ *story, err error) {
	if b.told != nil {
		return b.told, nil
	}
	s := &story{dir: filepath.Join(b.dir, "story")}
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, s.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	if s.calls, err = i.begin(ctx); err != nil {
		return nil, err
	}
	if err := i.contribute(ctx, s.calls, b.events/turnRecords); err != nil {
		return nil, err
	}
	if err := i.log.CatchUp(ctx); err != nil {
		return nil, err
	}
	s.size = i.log.Size()
	b.told = s
	return s, nil
}

// begin records what a story begins with, and returns its consultations.
func (i *installation) begin(ctx context.Context) ([]domain.ID, error) {
	if err := i.found(ctx); err != nil {
		return nil, err
	}
	var all []domain.ID
	for n := range calls {
		id, err := i.call(ctx, fmt.Sprintf("What should report %d say?", n+1))
		if err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, nil
}

// contribute has the clients take turns.
func (i *installation) contribute(ctx context.Context, calls []domain.ID, turns int) error {
	var taken atomic.Int64
	errs := make([]error, clients)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for n := int(taken.Add(1)); n <= turns && errs[c] == nil; n = int(taken.Add(1)) {
				errs[c] = i.turn(ctx, clientName(c), calls[n%len(calls)])
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (i *installation) turn(ctx context.Context, name string, call domain.ID) error {
	text := inEnglish(essay)
	for n := range 3 {
		res, err := i.app.Submissions.Do(ctx, "", submission.Submit{Consultation: call, Content: submission.Input{Text: &text}}, i.by(name))
		if err != nil {
			return fmt.Errorf("submit: %w", err)
		}
		if n == 0 {
			if _, err := i.app.Submissions.Do(ctx, res.ID, submission.Amend{Content: submission.Input{Text: &text}}, i.by(name)); err != nil {
				return fmt.Errorf("amend: %w", err)
			}
		}
		if _, err := i.app.Submissions.Do(ctx, res.ID, submission.Publish{}, i.by(officer)); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return nil
}
