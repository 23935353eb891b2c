package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const receiptOf = `query($id: ID!) { receipt(id: $id) ` + receiptBody + ` }`

// answer is what the API sends to name for a query about an id, byte by byte.
func answer(t *testing.T, tr *trial.Trial, name, document string, id any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": map[string]any{"id": id}})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	if name != "" {
		req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: name, Name: name}))
	}
	w := httptest.NewRecorder()
	tr.API.ServeHTTP(w, req)
	return w.Body.String()
}

// TestWhoHoldsAReceipt asks for the receipts of others: to those who may not
// hold them they are as if they were not there.
func TestWhoHoldsAReceipt(t *testing.T) {
	s := everyLabel(t)
	s.tr.Appoint("colleague", s.ngo, domain.Stakeholder)
	s.tr.Appoint("former", s.ngo, domain.Stakeholder)
	revoke := credential.Revoke{Entity: s.ngo, Capacity: domain.Stakeholder, Reason: "left"}
	if _, err := s.tr.App.Credentials.Do(t.Context(), s.tr.Person("former"), revoke, s.tr.By("secretariat")); err != nil {
		t.Fatal(err)
	}
	s.tr.Settle()
	const none = "sub_0123456789abcdefghjkmnpqrs"
	for _, label := range []string{"PUBLIC", "SEALED", "draft"} {
		sub := s.ids[label]
		for _, holder := range []string{"ngo", "colleague"} {
			a := s.tr.Ask(holder, receiptOf, map[string]any{"id": sub})
			e, d := verified(t, s.tr, a.Get("receipt"))
			if e.Stream != "submission-"+string(sub) || metaOf(t, d).Entity != s.ngo {
				t.Errorf("%s: %s holds a receipt of %s, by %s", label, holder, e.Stream, d.Meta)
			}
			event := a.Get("receipt", "eventId")
			again := s.tr.Ask(holder, receiptOf, map[string]any{"id": event})
			if again.Get("receipt", "text") == nil || again.Get("receipt", "recordHash") != a.Get("receipt", "recordHash") {
				t.Errorf("%s: by its own id the receipt is %+v", label, again)
			}
			for _, other := range []string{"", "stranger", "former", "secretariat", "auditor"} {
				absent := answer(t, s.tr, other, receiptOf, none)
				if got := answer(t, s.tr, other, receiptOf, sub); got != absent {
					t.Errorf("G9: %s: %q gets %s by the object's id, and %s where there is none", label, other, got, absent)
				}
				if got, want := answer(t, s.tr, other, receiptOf, event), answer(t, s.tr, other, receiptOf, "evt_0"); got != want || got != absent {
					t.Errorf("G9: %s: %q gets %s by the event's id, and %s where there is none", label, other, got, want)
				}
			}
		}
	}
	if a := s.tr.Ask("ngo", receiptOf, map[string]any{"id": none}); a.Get("receipt") != nil || a.Errors != nil {
		t.Errorf("no receipt is %+v", a)
	}
}

// TestOfficersKeepTheirOwn asks for what a protection officer recorded: another
// officer of the same secretariat may not read why, nor hold the receipt.
func TestOfficersKeepTheirOwn(t *testing.T) {
	s := everyLabel(t)
	sub := s.ids["RESTRICTED"]
	if a := s.tr.Ask("protection", receiptOf, map[string]any{"id": sub}); a.Get("receipt", "text") == nil {
		t.Errorf("the officer who decided holds no receipt: %+v", a)
	}
	s.tr.Appoint("second", s.tr.App.Secretariat(), domain.Protection)
	for _, other := range []string{"secretariat", "second"} {
		if a := s.tr.Ask(other, receiptOf, map[string]any{"id": sub}); a.Get("receipt") != nil {
			t.Errorf("%s holds the receipt of a colleague's decision: %+v", other, a)
		}
	}
	// Who acts for an entity is for those who run it, though it was for the entity.
	s.tr.Appoint("admin", s.ngo, domain.EntityAdmin)
	s.tr.Appoint("admin2", s.ngo, domain.EntityAdmin)
	if err := s.tr.App.Register(t.Context(), s.tr.Person("newcomer"), "newcomer"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.tr.App.Credentials.Do(t.Context(), s.tr.Person("newcomer"), credential.Request{Person: s.tr.Person("newcomer"), Entity: s.ngo, Capacity: domain.Stakeholder}, app.Caller{Person: s.tr.Person("newcomer"), For: s.tr.Person("newcomer"), Key: s.tr.Key()}); err != nil {
		t.Fatal(err)
	}
	grant := credential.Grant{Person: s.tr.Person("newcomer"), Entity: s.ngo, Capacity: domain.Stakeholder, Document: "letter"}
	if _, err := s.tr.App.Credentials.Do(t.Context(), s.tr.Person("newcomer"), grant, s.tr.By("admin")); err != nil {
		t.Fatal(err)
	}
	s.tr.Settle()
	for who, holds := range map[string]bool{"admin": true, "admin2": true, "ngo": false, "stranger": false} {
		a := s.tr.Ask(who, receiptOf, map[string]any{"id": s.tr.Person("newcomer")})
		if got := a.Get("receipt") != nil; got != holds || a.Errors != nil {
			t.Errorf("%s holds a receipt of the grant: %v: %+v", who, got, a)
		}
	}
}

// TestReceiptOfASubmission is of the record that made the edition shown.
func TestReceiptOfASubmission(t *testing.T) {
	s := everyLabel(t)
	first := s.tr.Log.Size() - 1
	s.do(t, "ngo", s.ids["PUBLIC"], submission.Amend{Content: saying("Better words.")})
	s.do(t, "ngo", s.ids["PUBLIC"], submission.Withdraw{Reason: "second thoughts"})
	s.tr.Settle()
	const document = `query($id: ID!) { submission(id: $id) { version ` + receiptFields + ` } }`
	for name, want := range map[string]string{"PUBLIC": "submission.amended", "SEALED": "submission.received", "draft": "submission.draft_saved"} {
		a := s.tr.Ask("ngo", document, map[string]any{"id": s.ids[name]})
		if e, _ := verified(t, s.tr, a.Get("submission", "receipt")); e.Type != want {
			t.Errorf("%s: the receipt is of %s", name, e.Type)
		}
	}
	const then = `query($id: ID!, $at: Int64!) { asOf(at: {index: $at}) { submission(id: $id) { version ` + receiptFields + ` } receipt(id: $id) { index } } }`
	a := s.tr.Ask("ngo", then, map[string]any{"id": s.ids["PUBLIC"], "at": digits(first)})
	if e, _ := verified(t, s.tr, a.Get("asOf", "submission", "receipt")); e.Type != "submission.received" || a.Get("asOf", "submission", "receipt", "checkpoint", "size") != digits(s.tr.Log.Size()) {
		t.Errorf("as of %d the receipt is of %s: %+v", first, e.Type, a)
	}
	if a.Get("asOf", "receipt", "index") != digits(s.tr.Log.Size()-1) {
		t.Errorf("under asOf receipt is not of now: %+v", a)
	}
	list := s.tr.Ask("secretariat", `{ submissions(first: 50) { nodes { id `+receiptFields+` } } }`, nil)
	nodes, _ := list.Get("submissions", "nodes").([]any)
	for _, n := range nodes {
		if at(n.(map[string]any), "receipt") != nil {
			t.Errorf("an officer gets the receipt of another's submission: %+v", n)
		}
	}
	if len(nodes) < 3 || list.Errors != nil {
		t.Errorf("the officer sees %+v", list)
	}
}

// TestQuietCommands records nothing, so there is no receipt but of the newest
// record, where that is by the same person.
func TestQuietCommands(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Appoint("second", tr.App.Secretariat(), domain.Secretariat)
	id := tr.Entity(entity.Stakeholder, "Many Doors", "")
	recognise := func(who string) map[string]any {
		return accepted(t, say(t, tr, who, "recogniseEntity", "EntityActInput", receiptFields, map[string]any{"id": id}))
	}
	first := recognise("secretariat")
	size := tr.Log.Size()
	own, another := recognise("secretariat"), recognise("second")
	if tr.Log.Size() != size {
		t.Fatal("recognising twice recorded something")
	}
	verified(t, tr, own["receipt"])
	if at(own, "receipt", "eventId") != at(first, "receipt", "eventId") {
		t.Errorf("the quiet repeat has the receipt %v, the first %v", at(own, "receipt"), at(first, "receipt"))
	}
	if another["receipt"] != nil || another["index"] == nil {
		t.Errorf("a quiet command gives another's receipt: %+v", another)
	}
}
