package timer_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/timer"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// acts lists the events that the installation recorded since n records.
func acts(t *testing.T, tr *trial.Trial, n int64) []string {
	t.Helper()
	tr.Settle()
	var names []string
	i := int64(0)
	for r, err := range tr.Store.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if i++; i > n {
			names = append(names, r.Type)
		}
	}
	slices.Sort(names)
	return names
}

func timers(tr *trial.Trial) *timer.Timers {
	return &timer.Timers{App: tr.App, Engine: tr.Engine, All: timer.All(), Now: tr.Now, Every: time.Millisecond}
}

// TestTurn acts only when it is this node's turn, and says why it cannot know.
func TestTurn(t *testing.T) {
	tr := setUp(t)
	tr.Wait(25 * time.Hour)
	tm, before := timers(tr), tr.Log.Size()
	turn, down := false, error(nil)
	tm.Turn = func(context.Context) (bool, error) { return turn, down }
	fire := func(want error, acted int) {
		t.Helper()
		if err := tm.Fire(t.Context()); !errors.Is(err, want) {
			t.Errorf("Fire = %v, want %v", err, want)
		}
		if got := acts(t, tr, before); len(got) != acted {
			t.Errorf("recorded %v, want %d", got, acted)
		}
	}
	fire(nil, 0)
	turn, down = true, errors.New("down")
	fire(down, 0)
	down = nil
	fire(nil, 1)
}

// setUp has a call that closes in a day, a credential that runs out in two, and
// pledges that end in a month, or never but are to be reported on in a year.
func setUp(t *testing.T) *trial.Trial {
	t.Helper()
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("What should the report say?")
	caritas := tr.Entity(entity.Stakeholder, "Caritas", "")
	tr.Appoint("ngo", caritas, domain.Stakeholder)
	until := tr.Now().Add(48 * time.Hour)
	if err := tr.App.Register(t.Context(), tr.Person("guest"), "guest"); err != nil {
		t.Fatal(err)
	}
	grant := credential.Grant{Person: tr.Person("guest"), Entity: caritas, Capacity: domain.Stakeholder, Until: &until, Document: "letter"}
	done(t)(tr.App.Credentials.Do(t.Context(), tr.Person("guest"), grant, app.Caller{System: true, Key: tr.Key()}))
	for _, ends := range []string{"March 2020", ""} {
		w := commitment.Wording{
			Kind: commitment.Policy, Text: domain.Text{Language: "en", Value: "We will."}, Ends: ends,
			Scope: commitment.Scope{Concerns: commitment.Migrants, Objectives: []int{1}},
		}
		id := done(t)(tr.App.Commitments.Do(t.Context(), "", commitment.Submit{Wording: w}, tr.By("ngo")))
		done(t)(tr.App.Commitments.Do(t.Context(), id, commitment.Publish{}, tr.By("ngo")))
	}
	tr.Settle()
	return tr
}

// done returns what a command was about, and ends the test if it was refused.
func done(t *testing.T) func(app.Result, error) domain.ID {
	return func(res app.Result, err error) domain.ID {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return res.ID
	}
}

// TestFire lets time pass and looks what the timers record, twice and by two
// nodes at once each time.
func TestFire(t *testing.T) {
	tr := setUp(t)
	for _, step := range []struct {
		wait time.Duration
		want []string
	}{
		{0, nil},
		{24 * time.Hour, nil}, // the last instant still counts
		{time.Millisecond, []string{"consultation.closed"}},
		{24*time.Hour - 2*time.Millisecond, nil},
		{time.Millisecond, []string{"credential.expired"}},
		{26*24*time.Hour + 3*time.Hour - time.Millisecond, nil},
		{time.Millisecond, []string{"commitment.lapsed"}}, // 31 March has ended everywhere
		{366 * 24 * time.Hour, []string{"commitment.became_stale"}},
		{366 * 24 * time.Hour, nil},
	} {
		tr.Wait(step.wait)
		before := tr.Log.Size()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := timers(tr).Fire(t.Context()); err != nil {
					t.Errorf("at %s: %v", tr.Now(), err)
				}
			})
		}
		await.All(t, &both, "both nodes' timers")
		if err := timers(tr).Fire(t.Context()); err != nil { // perhaps before the read models know
			t.Errorf("at %s: %v", tr.Now(), err)
		}
		if diff := cmp.Diff(step.want, acts(t, tr, before)); diff != "" {
			t.Fatalf("at %s (-want +got):\n%s", tr.Now(), diff)
		}
	}
}

// TestNotDue shows timers rows that are not due: the command decides.
func TestNotDue(t *testing.T) {
	tr := setUp(t)
	all := timer.All()
	for i := range all {
		due := all[i].Due
		all[i].Due = func(r projections.Reader, ctx context.Context, after *projections.Due) ([]projections.Due, error) {
			r.Now = r.Now.AddDate(10, 0, 0)
			return due(r, ctx, after)
		}
	}
	early := timers(tr)
	early.All = all
	before := tr.Log.Size()
	if err := early.Fire(t.Context()); err != nil {
		t.Error(err)
	}
	if got := acts(t, tr, before); got != nil {
		t.Errorf("timers recorded %v before the time", got)
	}
}

// TestFault lets one timer fail: the others act, and it is asked again.
func TestFault(t *testing.T) {
	tr := setUp(t)
	tr.Wait(25 * time.Hour)
	broken := errors.New("the line went dead")
	all := timers(tr)
	closes := &all.All[3]
	good, fails := closes.Do, 1
	closes.Do = func(ctx context.Context, a *app.App, d projections.Due, by app.Caller) (app.Result, error) {
		if fails--; fails >= 0 {
			return app.Result{}, broken
		}
		return good(ctx, a, d, by)
	}
	tr.Wait(24 * time.Hour)
	before := tr.Log.Size()
	if err := all.Fire(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the fault came out as %v", err)
	}
	if diff := cmp.Diff([]string{"credential.expired"}, acts(t, tr, before)); diff != "" {
		t.Errorf("beside a fault (-want +got):\n%s", diff)
	}
	if err := all.Fire(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"consultation.closed", "credential.expired"}, acts(t, tr, before)); diff != "" {
		t.Errorf("after the fault (-want +got):\n%s", diff)
	}
}

// TestRun runs timers until they have acted, and ends without a fault.
func TestRun(t *testing.T) {
	tr := setUp(t)
	tr.Wait(25 * time.Hour)
	before := tr.Log.Size()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- timers(tr).Run(ctx) }()
	if err := tr.Engine.AwaitIndex(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := await.Value(t, ended, "the end of the timers"); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"consultation.closed"}, acts(t, tr, before)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
