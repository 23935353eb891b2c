package graph_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// otherwise is proofs that differ from the trial's.
type otherwise struct {
	*audit.Log
	fault, fails error
	witnessed    bool
}

func (o otherwise) Fault() error { return o.fault }

func (o otherwise) Receipt(ctx context.Context, d format.Disclosure) (audit.Receipt, error) {
	if o.fails != nil {
		return audit.Receipt{}, o.fails
	}
	r, err := o.Log.Receipt(ctx, d)
	r.Head.Witnessed = o.witnessed
	return r, err
}

func serveWith(tr *trial.Trial, c graph.Config) {
	c.App, c.Search, c.Log, c.Now = tr.App, tr.Search, tr.Log, tr.Now
	if c.Engine == nil {
		c.Engine = tr.Engine
	}
	tr.API = graph.Handler(c)
}

const propose = `mutation($key: IdempotencyKey!) { proposeEntity(input: {idempotencyKey: $key, kind: STAKEHOLDER, name: {language: "en", value: "Many doors"}}) { entity { id } index ` + receiptFields + ` userErrors { code } } }`

// TestLateReceipt comes with the index: neither while reads are behind, both
// when the command is repeated.
func TestLateReceipt(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	key := map[string]any{"key": "one-key-of-many-doors"}
	behind := &projections.Engine{Log: tr.Log, Path: filepath.Join(t.TempDir(), "behind.db"), All: projections.All()} // does not run
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Engine: behind})
	a := tr.Ask("stranger", propose, key)
	if a.Errors != nil || a.Get("proposeEntity", "index") != nil || a.Get("proposeEntity", "receipt") != nil || a.Extensions["recorded"] != true {
		t.Errorf("with reads behind: %+v", a)
	}
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}})
	a = tr.Ask("stranger", propose, key)
	if e, _ := verified(t, tr, a.Get("proposeEntity", "receipt")); a.Get("proposeEntity", "index") != digits(e.Index) {
		t.Errorf("repeated: %+v", a)
	}
}

// TestProofsFail keeps a command apart from its proof: with a signer that has
// stopped nothing is recorded, and what is recorded is not lost when it stops.
func TestProofsFail(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	key := map[string]any{"key": "one-key-of-many-doors"}
	size := tr.Log.Size()

	serveWith(tr, graph.Config{Proofs: otherwise{Log: tr.Proofs, fault: errors.New("forked")}})
	a := tr.Ask("stranger", propose, key)
	if len(a.Errors) != 1 || a.Errors[0]["extensions"].(map[string]any)["code"] != "UNAVAILABLE" {
		t.Errorf("with a signer that has stopped: %+v", a)
	}
	tr.Settle()
	if tr.Log.Size() != size {
		t.Error("something was recorded that cannot be proved")
	}

	serveWith(tr, graph.Config{Proofs: otherwise{Log: tr.Proofs, fails: errors.New("forked")}})
	if a = tr.Ask("stranger", propose, key); a.Errors != nil || a.Get("proposeEntity", "index") != nil || a.Get("proposeEntity", "receipt") != nil || a.Extensions["recorded"] != true {
		t.Errorf("without a receipt: %+v", a)
	}

	for _, unasked := range []string{"", receiptFields[:7] + ` @include(if: false) ` + receiptBody} { // it is made for those alone who ask for it
		document := strings.Replace(propose, receiptFields, unasked, 1)
		if a = tr.Ask("stranger", document, key); a.Errors != nil || a.Get("proposeEntity", "index") == nil || a.Extensions["recorded"] != nil {
			t.Errorf("where no receipt is asked for: %+v", a)
		}
	}

	serveWith(tr, graph.Config{Proofs: otherwise{Log: tr.Proofs, witnessed: true}})
	a = tr.Ask("stranger", propose, key)
	if a.Get("proposeEntity", "receipt", "status") != "WITNESSED" || a.Get("proposeEntity", "receipt", "checkpoint", "witnessed") != true || a.Extensions["recorded"] != nil {
		t.Errorf("once it was witnessed: %+v", a)
	}
	if a := tr.Ask("stranger", receiptOf, map[string]any{"id": a.Get("proposeEntity", "entity", "id")}); a.Get("receipt", "status") != "WITNESSED" {
		t.Errorf("asked for again: %+v", a)
	}
}

// TestBundleIsReadOnly answers everybody as a viewer that is given, and records nothing.
func TestBundleIsReadOnly(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Entity(entity.Country, "Portugal", "PRT")
	accepted(t, say(t, tr, "secretariat", "registerState", "RegisterStateInput", "memberState { id }", map[string]any{
		"code": "PRT", "names": []any{map[string]any{"language": "en", "short": "Portugal"}}, "facts": map[string]any{"numeric": "620", "membership": "MEMBER_STATE"},
	}))
	tr.API = graph.Handler(graph.Config{
		Engine: tr.Engine, Search: tr.Search, Log: tr.Log, Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Now: tr.Now,
		ReadOnly: true, Everyone: &domain.Viewer{Holds: []domain.Holding{{Capacity: domain.Auditor}}},
	})
	size := tr.Log.Size()
	for _, who := range []string{"", "secretariat"} {
		for _, m := range []string{`proposeEntity(input: {idempotencyKey: $key, kind: STATE, code: "SLV", name: {language: "en", value: "x"}}) { index }`, `openConsultation(input: {idempotencyKey: $key, id: "con_1"}) { index }`} {
			a := tr.Ask(who, `mutation($key: IdempotencyKey!) { `+m+` }`, map[string]any{"key": tr.Key()})
			if len(a.Errors) != 1 || a.Errors[0]["message"] != "This is a bundle of a record: it can be read and not added to." || a.Data != nil {
				t.Errorf("%q: %+v", who, a)
			}
		}
		a := tr.Ask(who, `{ viewer { person { id } } audit { event(index: "0") { type } } memberStates(first: 5) { nodes { entity { code } } } receipt(id: "ent_1") { eventId } }`, nil)
		if a.Errors != nil || a.Get("audit", "event", "type") == nil || a.Get("memberStates", "nodes", 0, "entity", "code") != "PRT" || a.Get("viewer") != nil {
			t.Errorf("%q reads %+v", who, a)
		}
	}
	tr.Settle()
	if tr.Log.Size() != size {
		t.Error("something was recorded")
	}
}

// whole is a log that grows no more.
type whole struct{ *follower.Follower }

var errWhole = errors.New("there is no more")

func (l whole) Wait(ctx context.Context, size int64) error {
	if size > l.Size() {
		return errWhole
	}
	return nil
}

// TestBundleStreamEnds sends what there is, and ends.
func TestBundleStreamEnds(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.API = graph.Handler(graph.Config{
		Engine: tr.Engine, Search: tr.Search, Log: whole{tr.Log}, Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Now: tr.Now,
		ReadOnly: true, Everyone: &domain.Viewer{Holds: []domain.Holding{{Capacity: domain.Auditor}}},
	})
	all := tr.Stream("", `subscription { auditEvents(after: "-1") { index event { type } } }`, nil, func(trial.Answer) bool { return false })
	if int64(len(all)) != tr.Log.Size() || all[0].Get("auditEvents", "event", "type") == nil || all[len(all)-1].Errors != nil {
		t.Errorf("of %d records the stream sent %+v", tr.Log.Size(), all)
	}
}
