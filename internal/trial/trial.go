// Package trial puts a whole Rapporteur together for tests: a store in memory,
// the follower, the read models in a temporary folder, the app, and the API as
// a handler.
package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/projections"
)

// A Trial is a running installation. Its clock stands still until it is moved.
type Trial struct {
	App    *app.App
	Store  *memstore.Store
	Log    *follower.Follower
	Engine *projections.Engine
	Search *projections.Engine // its own file
	Proofs *audit.Log          // published only when a test says so
	Verify *auth.Verifier      // it takes no token, but knows when one has ended
	API    http.Handler

	t     testing.TB
	clock atomic.Int64 // milliseconds since 1970
	keys  atomic.Int64

	recorder recorder
}

var secret = bytes.Repeat([]byte{7}, 32) // of every trial's installation

// New starts a trial that ends with the test.
func New(t testing.TB) *Trial {
	t.Helper()
	tr := &Trial{Store: new(memstore.Store), t: t}
	tr.clock.Store(time.Date(2020, 3, 4, 9, 0, 0, 0, time.UTC).UnixMilli())
	dir := t.TempDir()
	log, err := follower.Open(t.Context(), filepath.Join(dir, "log.db"), tr.Store)
	if err != nil {
		t.Fatal(err)
	}
	tr.Log = log
	tr.Engine = &projections.Engine{Log: log, Path: filepath.Join(dir, "readmodel.db"), All: projections.All(), Connect: tr.recorder.open}
	tr.Search = &projections.Engine{Log: log, Path: filepath.Join(dir, "search.db"), All: projections.SearchProjections(), Connect: tr.recorder.open}
	tr.App = app.New(app.Config{Store: eventstore.Store(tr.Store), Secret: secret, Keys: log, Now: tr.Now, Contributors: tr.Engine})
	key, err := audit.OpenKey(filepath.Join(dir, "keys", "log"), "trial.example/log")
	if err != nil {
		t.Fatal(err)
	}
	tr.Proofs = &audit.Log{Follower: log, Key: key, Dir: filepath.Join(dir, "log")}
	if err := tr.Proofs.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	tr.Verify = &auth.Verifier{Now: tr.Now}
	api, sharing := tr.share(graph.Config{App: tr.App, Engine: tr.Engine, Search: tr.Search, Log: log, Proofs: AtOnce{tr.Proofs, log}, Verify: tr.Verify, Now: tr.Now})
	tr.API = graph.Handler(api)

	ctx, cancel := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	for _, run := range sharing {
		g.Go(func() error { return run(ctx) })
	}
	g.Go(func() error { return log.Run(ctx) })
	g.Go(func() error { return tr.Engine.Run(ctx) })
	g.Go(func() error { return tr.Search.Run(ctx) })
	t.Cleanup(func() {
		tr.obeys()
		cancel()
		if err := g.Wait(); err != nil {
			t.Errorf("the trial ended with %v", err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	for !tr.ready() { // building an empty read model takes a moment
	}
	return tr
}

// configured are the categories of what a test sets up as configuration does, at any
// time.
var configured = []string{"consultation", "credential", "entity", "person", "vocabulary"}

// obeys checks what the test recorded as a replay does. A test appoints people
// as configuration does, at any time, and has people act who sent no token.
func (tr *Trial) obeys() {
	h := &rules.History{IDs: app.IDs{Secret: secret}}
	for r, err := range tr.Store.All(context.Background(), 0) {
		if err != nil {
			tr.t.Error(err)
		}
		h.Next(r, true)
	}
	h.End()
	for _, b := range h.Breaches {
		category, _, _ := strings.Cut(b.Stream, "-")
		if b.Rule == "system.genesis" && slices.Contains(configured, category) || b.Rule == "actor.person" {
			continue
		}
		tr.t.Errorf("a replay of what was recorded here says: %s", b)
	}
}

func (tr *Trial) ready() bool {
	ctx, r := tr.t.Context(), tr.Reader(domain.Viewer{})
	_, err := r.EntityList(ctx, projections.EntityFilter{}, projections.Page{First: new(1)})
	if err == nil {
		_, err = r.Search(ctx, "ready", nil, projections.Page{First: new(1)})
	}
	if _, building := errors.AsType[projections.Unavailable](err); err != nil && !building {
		tr.t.Fatal(err)
	}
	return err == nil
}

// Now is the trial's clock.
func (tr *Trial) Now() time.Time { return time.UnixMilli(tr.clock.Load()).UTC() }

// Wait moves the clock on.
func (tr *Trial) Wait(d time.Duration) { tr.clock.Add(d.Milliseconds()) }

// Key is a new idempotency key.
func (tr *Trial) Key() string { return fmt.Sprintf("key-of-the-trial-%06d", tr.keys.Add(1)) }

// Person is the id of whoever the development issuer calls name.
func (tr *Trial) Person(name string) domain.ID { return tr.App.PersonID(auth.DevName, name) }

// Reader reads as viewer, now.
func (tr *Trial) Reader(v domain.Viewer) projections.Reader {
	return projections.Reader{Engine: tr.Engine, Searching: tr.Search, Viewer: v, Now: tr.Now()}
}

// As is a viewer who holds what the record says name holds.
func (tr *Trial) As(name string) domain.Viewer {
	tr.t.Helper()
	v, err := tr.Reader(domain.Viewer{}).ViewerOf(tr.t.Context(), tr.Person(name))
	if err != nil {
		tr.t.Fatal(err)
	}
	return v
}

// Officer bootstraps the installation with an officer of the secretariat.
func (tr *Trial) Officer(name string) {
	tr.t.Helper()
	if err := tr.App.Bootstrap(tr.t.Context(), tr.Person(name)); err != nil {
		tr.t.Fatal(err)
	}
	tr.Settle()
}

// Appoint lets name act for an entity in a capacity.
func (tr *Trial) Appoint(name string, entity domain.ID, c domain.Capacity) {
	tr.t.Helper()
	if err := tr.App.Appoint(tr.t.Context(), tr.Person(name), name, entity, c); err != nil {
		tr.t.Fatal(err)
	}
	tr.Settle()
}

// Entity records an entity of a kind and returns its id.
func (tr *Trial) Entity(kind entity.Kind, name, code string) domain.ID {
	tr.t.Helper()
	c := entity.Propose{Kind: kind, Name: domain.Text{Language: "en", Value: name}, Code: code}
	res, err := tr.App.Entities.Do(tr.t.Context(), tr.App.EntityTarget(c), c, app.Caller{System: true, Key: tr.Key()})
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.Settle()
	return res.ID
}

// Call opens a written call that closes in a day, by an officer named
// "secretariat", and returns its id.
func (tr *Trial) Call(title string) domain.ID {
	tr.t.Helper()
	closes := consultation.Closing{Local: tr.Now().Add(24 * time.Hour).Format("2006-01-02T15:04:05"), Zone: "UTC", Inclusive: true}
	var id domain.ID
	for _, c := range []consultation.Command{
		consultation.Plan{Title: domain.Text{Language: "en", Value: title}, Closes: closes, Late: consultation.WithReason},
		consultation.Announce{}, consultation.Open{},
	} {
		res, err := tr.App.Consultations.Do(tr.t.Context(), id, c, tr.By("secretariat"))
		if err != nil {
			tr.t.Fatal(err)
		}
		id = res.ID
	}
	tr.Settle()
	return id
}

// By is name as a caller with a new key.
func (tr *Trial) By(name string) app.Caller {
	return app.Caller{Person: tr.Person(name), Key: tr.Key()}
}

// Settle waits until the read models have all that is stored.
func (tr *Trial) Settle() {
	tr.t.Helper()
	var last string
	for r, err := range tr.Store.All(tr.t.Context(), 0) {
		if err != nil {
			tr.t.Fatal(err)
		}
		last = r.ID
	}
	if last == "" {
		return
	}
	ctx := await.Context(tr.t, "the read models to have all that is stored")
	for _, e := range []*projections.Engine{tr.Engine, tr.Search} {
		if _, err := e.Await(ctx, last); err != nil {
			tr.t.Fatalf("%v: %v", context.Cause(ctx), err)
		}
	}
}

// An Answer is what the API said.
type Answer struct {
	Data       map[string]any
	Errors     []map[string]any
	Extensions map[string]any
}

// Ask sends a document as name, or as the public for an empty name.
func (tr *Trial) Ask(name, document string, variables map[string]any) Answer {
	tr.t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		tr.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	if name != "" {
		req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: name, Name: name}))
	}
	w := httptest.NewRecorder()
	tr.API.ServeHTTP(w, req)
	var a Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		tr.t.Fatalf("%v in %s", err, w.Body)
	}
	return a
}

// Get walks into the answer's data: names of fields, and indexes of lists.
func (a Answer) Get(path ...any) any {
	var v any = a.Data
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}
