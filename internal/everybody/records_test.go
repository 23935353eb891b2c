package everybody

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/follower"
)

// A moment is a submission right after one of its records, by folding its
// events alone.
type moment struct {
	submission.State
	released map[int64]bool // editions released by then
}

// sight is how much of a submission somebody sees, and which edition they read.
type sight struct {
	level   domain.Level
	edition int64
}

// sight is what v sees of m, given how it is now: no more than then, no more
// than now, and nothing that was taken back since.
func (m moment) sight(now moment, v domain.Viewer) sight {
	if m.Status == "" {
		return sight{}
	}
	s := sight{min(m.Access().Level(v), now.Access().Level(v)), m.Released}
	if m.Access().Inside(v) && now.Access().Inside(v) {
		s.edition = m.Edition
	}
	if s.edition == 0 {
		s.level = domain.Nothing
	}
	if now.Retracted[s.edition] {
		s.edition = 0
	}
	return s
}

// history folds a submission's records: what it was before and after each, by
// the record's index.
func (c *checker) history(stream string) (at map[int64][2]moment, told map[int64]submission.Event, now moment) {
	at, told = map[int64][2]moment{}, map[int64]submission.Event{}
	now.released = map[int64]bool{}
	for _, f := range c.facts(stream) {
		e, err := submission.Decider.DecodeEvent(f.Type, f.Data)
		if err != nil {
			c.t.Fatal(err)
		}
		before := now
		now.State = submission.Decider.Evolve(submission.Decider.Copy(now.State), e.(submission.Event))
		now.released = map[int64]bool{}
		for edition := range before.released {
			now.released[edition] = true
		}
		now.released[now.Released] = true
		at[f.Index], told[f.Index] = [2]moment{before, now}, e.(submission.Event)
	}
	return at, told, now
}

// changed says of a submission's record whether somebody is sent it, and told
// what it changed.
func (c *checker) changed(f follower.Fact) func(who string) (sent, told bool) {
	all, events, now := c.history(f.Stream)
	before, after, e := all[f.Index][0], all[f.Index][1], events[f.Index]
	about := after.Edition
	switch e := e.(type) {
	case submission.EditionRetracted:
		about = e.Edition
	case submission.TranslationAttached:
		about = e.Edition
	case submission.TranslationCorrected:
		about = e.Edition
	}
	return func(who string) (sent, told bool) {
		v := c.viewer(who)
		v.Takes = func(domain.ID) bool { return takes(who) }
		was, is := before.sight(now, v), after.sight(now, v)
		if is.level == domain.Nothing {
			return false, false
		}
		least := submission.Outsiders
		switch {
		case v.ActsFor(after.Owner):
			least = submission.OwnPeople
		case after.Access().Inside(v) && now.Access().Inside(v):
			least = submission.Insiders
		}
		told = is.level == domain.Everything && e.Told() >= least &&
			(least < submission.Outsiders || e.Told() == submission.WithItem || after.released[about] && stands(e, now))
		return told || was != is, told
	}
}

// stands reports whether what a record says of a signature still does: nobody
// else hears who left. In the story nobody signs twice.
func stands(e submission.Event, now moment) bool {
	signed, ok := e.(submission.CoSignatoryConfirmed)
	if !ok {
		return true
	}
	_, asked := now.CoSigners[signed.Party]
	return asked
}
