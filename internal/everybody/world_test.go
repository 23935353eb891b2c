// Package everybody holds tests alone: it records something of every kind, and
// has every kind of person send every command and read every field.
package everybody

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// A person is one kind of reader and sender.
type person struct {
	name     string // of their token
	of       string // the entity they act for, by its name here; empty for none
	capacity domain.Capacity
}

// people are everybody, but the public, who have no name.
var people = []person{
	{name: "stranger"},
	{"ngo", "ngo", domain.Stakeholder},
	{"ngo-admin", "ngo", domain.EntityAdmin},
	{"partner", "partner", domain.Stakeholder},
	{"ngo2", "other", domain.Stakeholder},
	{"mission", "freedonia", domain.StateMission},
	{"focal", "freedonia", domain.StateFocalPoint},
	{"mission2", "sylvania", domain.StateMission},
	{"team", "team", domain.CountryTeam},
	{"mechanism", "mechanism", domain.RegionalMechanism},
	{"network", "agency", domain.NetworkEntity},
	{"lead", "group", domain.WorkingGroup},
	{"commission", "commission", domain.RegionalCommission},
	{"secretariat", "secretariat", domain.Secretariat},
	{"editor", "secretariat", domain.Editor},
	{"moderator", "secretariat", domain.Moderator},
	{"appeal", "secretariat", domain.AppealReviewer},
	{"protection", "secretariat", domain.Protection},
	{"coordinator", "secretariat", domain.Coordinator},
	{"fund", "secretariat", domain.FundManagement},
	{"committee", "secretariat", domain.CommitteeMember},
	{"chair", "secretariat", domain.CommitteeChair},
	{"agent", "secretariat", domain.AdministrativeAgent},
	{"auditor", "secretariat", domain.Auditor},
	{"dpo", "secretariat", domain.DataProtection},
}

// readers are everybody.
func readers() []string {
	all := []string{""}
	for _, p := range people {
		all = append(all, p.name)
	}
	return all
}

// entities are whom people act for.
var entities = []struct {
	name string
	kind entity.Kind
	code string
}{
	{"ngo", entity.Stakeholder, ""}, {"partner", entity.Stakeholder, ""}, {"other", entity.Stakeholder, ""},
	{"freedonia", entity.Country, "FRD"}, {"sylvania", entity.Country, "SYL"}, {"team", entity.CountryTeam, ""},
	{"mechanism", entity.RegionalMechanism, ""}, {"agency", entity.UNEntity, ""}, {"group", entity.WorkingGroup, ""},
	{"commission", entity.RegionalCommission, ""},
}

// A world is an installation with everybody in it.
type world struct {
	*trial.Trial
	t      testing.TB
	schema *ast.Schema
	names  map[string]string // what documents call ${name}, by name
	dry    *dry
	api    http.Handler // that records nothing
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{Trial: trial.New(t), t: t, schema: generated.NewExecutableSchema(generated.Config{}).Schema(), names: map[string]string{}}
	w.Officer("secretariat")
	w.names["secretariat"] = string(w.App.Secretariat())
	for _, e := range entities {
		id := w.Entity(e.kind, "The "+e.name, e.code)
		w.names[e.name] = string(id)
		if _, err := w.App.Entities.Do(t.Context(), id, entity.Recognise{}, w.By("secretariat")); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range people {
		w.names["per."+p.name] = string(w.Person(p.name))
		if p.of == "" {
			if err := w.App.Register(t.Context(), w.Person(p.name), "Somebody"); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w.Appoint(p.name, domain.ID(w.names[p.of]), p.capacity)
	}
	w.names["per.guest"] = string(w.Person("guest")) // who is spoken of, and asks for nothing
	if err := w.App.Register(t.Context(), w.Person("guest"), "A guest"); err != nil {
		t.Fatal(err)
	}
	w.dry = &dry{Store: w.Store}
	a := app.New(app.Config{Store: w.dry, Secret: bytes.Repeat([]byte{7}, 32), Keys: w.Log, Now: w.Now, Contributors: w.Engine})
	w.api = graph.Handler(graph.Config{App: a, Engine: w.Engine, Search: w.Search, Log: w.Log, Proofs: trial.AtOnce{Log: w.Proofs, Of: w.Log}, Now: w.Now})
	w.Settle()
	return w
}

// holds is what somebody may act as.
func (w *world) holds(name string) (h domain.Holding, ok bool) {
	i := slices.IndexFunc(people, func(p person) bool { return p.name == name })
	if i < 0 || people[i].of == "" {
		return h, false
	}
	return domain.Holding{Entity: domain.ID(w.names[people[i].of]), Capacity: people[i].capacity}, true
}

// kind is of what kind the entity is that somebody acts for.
func (w *world) kind(name string) string {
	of := people[slices.IndexFunc(people, func(p person) bool { return p.name == name })].of
	for _, e := range entities {
		if e.name == of {
			return string(e.kind)
		}
	}
	return string(entity.Secretariat)
}

// viewer is somebody as the domain sees them, who takes part in those rounds.
func (w *world) viewer(name string) domain.Viewer {
	v := domain.Viewer{}
	if name != "" {
		v.Person = w.Person(name)
	}
	if h, ok := w.holds(name); ok {
		v.Holds, v.Kinds = []domain.Holding{h}, map[domain.ID]string{h.Entity: w.kind(name)}
	}
	return v
}

// named puts ids into a document.
func (w *world) named(document string) string {
	w.t.Helper()
	return os.Expand(document, func(name string) string {
		id, ok := w.names[name]
		if !ok {
			w.t.Fatalf("nothing is called %s yet, in %s", name, document)
		}
		return id
	})
}

// dry is a store that reads as another does and keeps nothing. Whoever gets so
// far that something would be recorded has not been refused; their request is
// given up, so that nobody waits for the record to be read.
type dry struct {
	eventstore.Store

	appended int
	giveUp   context.CancelFunc
}

func (d *dry) Append(context.Context, string, int64, ...eventstore.Record) error {
	d.appended++
	d.giveUp()
	return nil
}

// attempt sends a mutation that records nothing. It returns the answer, all of
// it as it was sent, and whether something would have been recorded.
func (w *world) attempt(who, document string) (trial.Answer, string, bool) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.dry.appended, w.dry.giveUp = 0, cancel
	if who != "" {
		ctx = auth.With(ctx, auth.Identity{Issuer: auth.DevName, Subject: who, Name: who})
	}
	body, err := json.Marshal(map[string]any{"query": document})
	if err != nil {
		w.t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, req)
	var a trial.Answer
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		w.t.Fatalf("%v in %s", err, rec.Body)
	}
	return a, fmt.Sprint(rec.Code, rec.Header(), rec.Body), w.dry.appended > 0
}
