package graph

import (
	"cmp"
	"context"
	"iter"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/graph/transport"
	"github.com/rapporteur-project/rapporteur/projections"
)

const heartbeat = 15 * time.Second // between signs of life of a stream, unless Config says otherwise

func (r subscription) SubmissionChanged(ctx context.Context, id, consultation *domain.ID, after *int64) (<-chan *model.SubmissionChange, error) {
	beat := func(index int64) *model.SubmissionChange { return &model.SubmissionChange{Index: index} }
	return follow(ctx, r.Resolver, "submission", id, after, beat, func(rd projections.Reader, f follower.Fact, id domain.ID) (*model.SubmissionChange, error) {
		s, change, err := rd.SubmissionChange(ctx, id, f.Index)
		if s == nil || err != nil || consultation != nil && s.ConsultationID != *consultation {
			return nil, err
		}
		out := &model.SubmissionChange{Index: f.Index, Submission: s}
		if change != "" {
			out.Change = &change
		}
		return out, nil
	})
}

func (r subscription) ConsultationChanged(ctx context.Context, id *domain.ID, after *int64) (<-chan *model.ConsultationChange, error) {
	beat := func(index int64) *model.ConsultationChange { return &model.ConsultationChange{Index: index} }
	return follow(ctx, r.Resolver, "consultation", id, after, beat, func(rd projections.Reader, f follower.Fact, id domain.ID) (*model.ConsultationChange, error) {
		c, err := found(rd.Consultation(ctx, id))
		if c == nil || err != nil {
			return nil, err
		}
		return &model.ConsultationChange{Index: f.Index, Change: &f.Type, Consultation: c}, nil
	})
}

// follow sends what show makes of every record of a category, or of all for
// none, in the order of the log, from after on, or from now on. Each is sent once
// the subscriber may know of it. What they may not see at that moment gives
// nothing. A beat says how far it has looked when there was nothing to send for a
// while. It ends when the subscriber's token does, and with the first thing it
// would send to one whose token is no longer good.
func follow[T any](ctx context.Context, r *Resolver, category string, only *domain.ID, after *int64, beat func(int64) *T, show func(projections.Reader, follower.Fact, domain.ID) (*T, error)) (<-chan *T, error) {
	if err := r.standing(ctx); err != nil {
		return nil, err
	}
	next, err := r.begin(ctx, after)
	if err != nil {
		return nil, err
	}
	opened, stream := ctx, transport.StreamOf(ctx)
	ctx, cancel := r.lasting(ctx)
	out := make(chan *T)
	every := cmp.Or(r.Beat, heartbeat)
	due := time.Now().Add(every)
	send := func(index int64, t *T) error {
		if err := r.standing(ctx); err != nil {
			return err
		}
		stream.Mark(index)
		select {
		case out <- t:
			due = time.Now().Add(every)
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	done := func() { cancel(); close(out) }
	r.spawn(opened, done, func() error {
		for {
			size, wait, err := r.following(ctx)
			if err != nil {
				return cmp.Or(context.Cause(ctx), err)
			}
			for facts, err := range r.between(ctx, next, size) {
				if err != nil {
					return cmp.Or(context.Cause(ctx), err)
				}
				for _, f := range facts {
					t, err := showFact(ctx, r, category, only, f, show)
					if err == nil && t != nil {
						err = send(f.Index, t)
					}
					if err != nil {
						return cmp.Or(context.Cause(ctx), err)
					}
				}
				next += int64(len(facts))
			}
			waiting, stop := context.WithDeadline(ctx, due)
			err = wait(waiting, next+1)
			quiet := waiting.Err() != nil
			stop()
			switch {
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case err != nil && !quiet && r.ReadOnly: // there is no more to come
				return nil
			case err != nil && !quiet:
				return err
			case quiet:
				if err := send(next-1, beat(next-1)); err != nil {
					return err
				}
			}
		}
	})
	return out, nil
}

// begin returns the index that a stream begins with: the one after what the
// subscriber had last, or after all that they may know of.
func (r *Resolver) begin(ctx context.Context, after *int64) (int64, error) {
	if after = later(after, transport.StreamOf(ctx)); after == nil {
		return r.visibleSize(ctx)
	}
	if *after < -1 || *after >= 0 && !r.known(ctx, *after) {
		return 0, badInput("after is an index of the record.")
	}
	return *after + 1, nil
}

// following returns how many records a subscriber may be sent, and what waits for
// more: auditors follow the record, and everybody else the published log.
func (r *Resolver) following(ctx context.Context) (size int64, wait func(context.Context, int64) error, err error) {
	requestOf(ctx).forget()
	if v, err := r.viewerOf(ctx); err != nil {
		return 0, nil, err
	} else if r.ReadOnly || v.Is(domain.Auditor) {
		return r.Log.Size(), r.Log.Wait, nil
	}
	return min(r.Proofs.PublishedSize(), r.Log.Size()), r.Proofs.AwaitPublished, nil
}

// between yields the records from next on of those below size.
func (r *Resolver) between(ctx context.Context, next, size int64) iter.Seq2[[]follower.Fact, error] {
	return func(yield func([]follower.Fact, error) bool) {
		if next >= size {
			return
		}
		for facts, err := range r.Log.From(ctx, next) {
			facts = facts[:min(int64(len(facts)), size-next)]
			next += int64(len(facts))
			if !yield(facts, err) || next >= size {
				return
			}
		}
	}
}

// later is the later of after and what the caller's browser saw last: when it
// connects again by itself, it asks for what it asked for at first.
func later(after *int64, stream *transport.Stream) *int64 {
	if seen, ok := stream.After(); ok && (after == nil || seen > *after) {
		return &seen
	}
	return after
}

func showFact[T any](ctx context.Context, r *Resolver, category string, only *domain.ID, f follower.Fact, show func(projections.Reader, follower.Fact, domain.ID) (*T, error)) (*T, error) {
	of, id, _ := strings.Cut(f.Stream, "-")
	if category != "" && of != category || only != nil && domain.ID(id) != *only {
		return nil, nil
	}
	if err := r.Engine.AwaitIndex(ctx, f.Index); err != nil {
		return nil, err
	}
	rd, err := r.fresh(ctx)
	if err != nil {
		return nil, err
	}
	return show(rd, f, domain.ID(id))
}

// fresh is a reader with what its viewer may see at this moment, for streams
// that outlive a change of rights.
func (r *Resolver) fresh(ctx context.Context) (projections.Reader, error) {
	req := requestOf(ctx)
	req.forget()
	req.mu.Lock()
	req.now = r.Now()
	req.mu.Unlock()
	return r.reader(ctx)
}
