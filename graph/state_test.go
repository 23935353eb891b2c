package graph_test

import (
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// states puts two States, their people and an open call on the record.
func states(t *testing.T) (tr *trial.Trial, call, freedonia domain.ID) {
	t.Helper()
	tr = trial.New(t)
	tr.Officer("secretariat")
	freedonia = tr.Entity(entity.Country, "Freedonia", "FRE")
	sylvania := tr.Entity(entity.Country, "Sylvania", "SYL")
	tr.Appoint("focal", freedonia, domain.StateFocalPoint)
	tr.Appoint("mission", freedonia, domain.StateMission)
	tr.Appoint("sylvania", sylvania, domain.StateMission)
	tr.Appoint("sylvania-focal", sylvania, domain.StateFocalPoint)
	return tr, tr.Call("What should the report say?"), freedonia
}

// send runs one mutation whose input is given as text, with a new key and the
// fields of a submission's payload.
func send(tr *trial.Trial, who, mutation, input string) trial.Answer {
	return tr.Ask(who, `mutation($key: IdempotencyKey!) { do: `+mutation+`(input: {idempotencyKey: $key, `+input+`}) {
		submission { id version status visibility text { original { value } } } index userErrors { code reason } } }`, map[string]any{"key": tr.Key()})
}

func wantCode(t *testing.T, what string, a trial.Answer, code any) {
	t.Helper()
	if got := a.Get("do", "userErrors", 0, "code"); got != code {
		t.Errorf("%s: got %v, want %v (%+v)", what, got, code, a)
	}
}

// TestFocalPointDrafts tells how a State contributes: its focal point drafts
// and proposes, its mission authorises, others read and can change nothing.
func TestFocalPointDrafts(t *testing.T) {
	tr, call, freedonia := states(t)
	on := `consultationId: "` + string(call) + `", text: {language: "en", value: "Regular pathways."}`
	wantCode(t, "a focal point does not submit", send(tr, "focal", "submitSubmission", on), "NOT_ALLOWED")

	draft := send(tr, "focal", "saveDraft", on)
	id, _ := draft.Get("do", "submission", "id").(string)
	if draft.Get("do", "submission", "status") != "DRAFT" {
		t.Fatalf("no draft: %+v", draft)
	}
	this := `id: "` + id + `"`
	for _, who := range []string{"", "sylvania", "secretariat", "stranger"} {
		if a := tr.Ask(who, `{ submission(`+this+`) { id } submissions(first: 9) { nodes { id } } }`, nil); a.Get("submission") != nil || a.Get("submissions", "nodes", 0) != nil {
			t.Errorf("%q sees a draft: %+v", who, a)
		}
	}
	wantCode(t, "a focal point does not authorise", send(tr, "focal", "authoriseSubmission", this), "NOT_ALLOWED")
	wantCode(t, "nobody authorises what is not proposed", send(tr, "mission", "authoriseSubmission", this), "NOT_ALLOWED")
	wantCode(t, "the focal point proposes", send(tr, "focal", "proposeForAuthorisation", this), nil)
	wantCode(t, "another mission may not know", send(tr, "sylvania", "authoriseSubmission", this), "NOT_FOUND")
	wantCode(t, "the mission authorises", send(tr, "mission", "authoriseSubmission", this+`, expectedVersion: "1"`), nil)
	wantCode(t, "and amends", send(tr, "mission", "amendSubmission", this+`, expectedVersion: "2", text: {language: "en", value: "More regular pathways."}`), nil)
	wantCode(t, "G4: not a version that is gone", send(tr, "mission", "amendSubmission", this+`, expectedVersion: "2", text: {language: "en", value: "Fewer."}`), "VERSION_CONFLICT")
	wantCode(t, "the secretariat publishes", send(tr, "secretariat", "publishSubmission", this), nil)

	a := tr.Ask("mission", `{ viewer { contributions(first: 9) { nodes { version kind index submission { id } } } } }`, nil)
	for i, kind := range []string{"AMENDED", "SUBMITTED", "DRAFT"} {
		if a.Get("viewer", "contributions", "nodes", i, "kind") != kind || a.Get("viewer", "contributions", "nodes", i, "index") == nil {
			t.Errorf("contribution %d is not %s with an index: %+v", i, kind, a)
		}
	}
	if a := tr.Ask("sylvania", `{ submission(`+this+`) { text { original { value } } entity { id } versions { version } } }`, nil); a.Get("submission", "text", "original", "value") != "More regular pathways." || a.Get("submission", "entity", "id") != string(freedonia) || a.Get("submission", "versions", 1) != nil {
		t.Errorf("another State reads %+v", a)
	}
	text := `, text: {language: "en", value: "Ours."}`
	wantCode(t, "G6: another mission does not amend", send(tr, "sylvania", "amendSubmission", this+text), "NOT_OWNER")
	wantCode(t, "G6: nor another focal point", send(tr, "sylvania-focal", "amendSubmission", this+text), "NOT_OWNER")
	wantCode(t, "G6: not by forging whom they act for", send(tr, "sylvania", "amendSubmission", this+text+`, actingFor: "`+string(freedonia)+`"`), "NOT_OWNER")
	wantCode(t, "G6: nor the secretariat", send(tr, "secretariat", "amendSubmission", this+text), "NOT_OWNER")
	wantCode(t, "G6: the secretariat does not withdraw", send(tr, "secretariat", "withdrawSubmission", this), "NOT_OWNER")
}

// TestRevoked has a mission whose credential was just revoked act: it cannot.
func TestRevoked(t *testing.T) {
	tr, call, freedonia := states(t)
	a := send(tr, "mission", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "Ours."}`)
	id, _ := a.Get("do", "submission", "id").(string)
	wantCode(t, "publish", send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`), nil)
	wantCode(t, "no officer takes a mission's credential back", tr.Ask("secretariat", `mutation($key: IdempotencyKey!, $person: ID!, $entity: ID!) {
		do: revokeCredential(input: {idempotencyKey: $key, person: $person, entity: $entity, capacity: STATE_MISSION, reason: "why not"}) { userErrors { code } } }`,
		map[string]any{"key": tr.Key(), "person": tr.Person("mission"), "entity": freedonia}), "NOT_ALLOWED")
	tr.Appoint("new-mission", freedonia, domain.StateMission)
	c := credential.Revoke{Entity: freedonia, Capacity: domain.StateMission, Reason: "a new mission"}
	if _, err := tr.App.Credentials.Do(t.Context(), tr.Person("mission"), c, tr.By("new-mission")); err != nil {
		t.Fatal(err)
	}
	tr.Settle()
	wantCode(t, "G2: a revoked credential", send(tr, "mission", "amendSubmission", `id: "`+id+`", text: {language: "en", value: "Still ours."}, actingFor: "`+string(freedonia)+`"`), "NOT_OWNER")
	if got := tr.Ask("", `{ submission(id: "`+id+`") { status } }`, nil).Get("submission", "status"); got != "SUBMITTED" {
		t.Errorf("what was done before the revocation is %v", got)
	}
}

// TestWithdrawn leaves a tombstone of what was public and nothing of what was
// not; the words are gone for everybody but the owner, also as of before.
func TestWithdrawn(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("A call")
	on := `consultationId: "` + string(call) + `", text: {language: "en", value: "No."}`
	read := func(who, id, at string) trial.Answer {
		q := `submission(id: "` + id + `") { status number author text { original { value } } versions { version } entity { id } }`
		if at != "" {
			q = `asOf(at: {index: "` + at + `"}) { ` + q + ` }`
		}
		return tr.Ask(who, `{ `+q+` }`, nil)
	}
	for _, public := range []bool{true, false} {
		id, _ := send(tr, "ngo", "submitSubmission", on).Get("do", "submission", "id").(string)
		var index string
		if public {
			index, _ = send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`).Get("do", "index").(string)
			if got := read("", id, index).Get("asOf", "submission", "text", "original", "value"); got != "No." {
				t.Errorf("as of its publication it says %v", got)
			}
		}
		wantCode(t, "withdraw", send(tr, "ngo", "withdrawSubmission", `id: "`+id+`", reason: "changed my mind"`), nil)
		if got := read("ngo", id, "").Get("submission", "text", "original", "value"); got != "No." {
			t.Errorf("the owner reads %v", got)
		}
		a := read("", id, "")
		if public && (a.Get("submission", "status") != "WITHDRAWN" || a.Get("submission", "number") != "1") || !public && a.Get("submission") != nil {
			t.Errorf("public %v: the tombstone is %+v", public, a)
		}
		if a.Get("submission", "text") != nil || a.Get("submission", "versions", 0) != nil {
			t.Errorf("the words are still there: %+v", a)
		}
		if public {
			if a := read("", id, index); a.Get("asOf", "submission", "text") != nil {
				t.Errorf("what is withdrawn now is read as of before: %+v", a)
			}
		}
	}
}

// TestChosenIDs has a client name what does not exist: there is no such thing,
// and nothing is made.
func TestChosenIDs(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("A call")
	tr.Ask("ngo", `{ viewer { id } }`, nil)
	on := `id: "sub_official0statement", consultationId: "` + string(call) + `", text: {language: "en", value: "Vanity."}`
	for _, mutation := range []string{"submitSubmission", "saveDraft"} {
		wantCode(t, mutation+" under a chosen id", send(tr, "ngo", mutation, on), "NOT_FOUND")
	}
	if a := tr.Ask("ngo", `{ submission(id: "sub_official0statement") { id } }`, nil); a.Get("submission") != nil {
		t.Errorf("it was made all the same: %+v", a)
	}
}

// TestSignaturesAreOfAnEdition amends a text after it was co-signed: the other
// text is not signed, and nobody but those asked and the owner sees the invitation.
func TestSignaturesAreOfAnEdition(t *testing.T) {
	tr, call, freedonia := states(t)
	id, _ := send(tr, "ngo", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "We agree."}, coSignatories: ["`+string(freedonia)+`"]`).Get("do", "submission", "id").(string)
	this := `id: "` + id + `"`
	signers := func(who string) any {
		return tr.Ask(who, `{ submission(`+this+`) { coSignatories { partyId confirmed } } }`, nil).Get("submission", "coSignatories", 0, "confirmed")
	}
	wantCode(t, "publish", send(tr, "secretariat", "publishSubmission", this), nil)
	if got := signers(""); got != nil {
		t.Errorf("the public sees an invitation that nobody accepted: %v", got)
	}
	wantCode(t, "sign", send(tr, "mission", "confirmCoSignature", this), nil)
	if got := signers(""); got != true {
		t.Errorf("the public sees the signature as %v", got)
	}
	wantCode(t, "amend", send(tr, "ngo", "amendSubmission", this+`, text: {language: "en", value: "They all agree."}`), nil)
	if got := signers(""); got != true {
		t.Errorf("the text that is released lost its signature: %v", got)
	}
	if got := signers("mission"); got != false {
		t.Errorf("who was asked sees %v", got)
	}
	wantCode(t, "publish again", send(tr, "secretariat", "publishSubmission", this), nil)
	if got := signers(""); got != nil {
		t.Errorf("a signature of another text is shown: %v", got)
	}
	wantCode(t, "withdraw", send(tr, "ngo", "withdrawSubmission", this), nil)
	if a := tr.Ask("mission", `{ submission(`+this+`) { text { original { value } } } }`, nil); a.Get("submission", "text") != nil {
		t.Errorf("who was asked reads what is withdrawn: %+v", a)
	}
}

// TestGrantToNobody grants only to persons on record: any other id is refused,
// and gets no stream.
func TestGrantToNobody(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	for _, id := range []string{"per_nobody0knows0this0one00000", "con_bogus", "\x00"} {
		size := tr.Log.Size()
		a := tr.Ask("secretariat", `mutation($key: IdempotencyKey!, $person: ID!, $entity: ID!) {
			do: grantCredential(input: {idempotencyKey: $key, person: $person, entity: $entity, capacity: EDITOR}) { userErrors { code reason } } }`,
			map[string]any{"key": tr.Key(), "person": id, "entity": tr.App.Secretariat()})
		wantCode(t, "granting to "+id, a, "NOT_FOUND")
		tr.Settle()
		if tr.Log.Size() != size {
			t.Errorf("granting to %q recorded something", id)
		}
	}
}

// TestRecordedFollowsItsCall gives what the secretariat takes down the label of
// its consultation, publishes nothing sealed, and knows its owner.
func TestRecordedFollowsItsCall(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := func(label string) string {
		a := tr.Ask("secretariat", `mutation($key: IdempotencyKey!) { do: planConsultation(input: {idempotencyKey: $key, title: {language: "en", value: "A call"}, label: `+label+`}) { consultation { id } } }`, map[string]any{"key": tr.Key()})
		id, _ := a.Get("do", "consultation", "id").(string)
		return id
	}
	record := func(call, more string) trial.Answer {
		return send(tr, "secretariat", "recordSubmission", `consultationId: "`+call+`", text: {language: "en", value: "By post."},
			source: {name: "post", hash: "`+strings.Repeat("0", 64)+`"}`+more)
	}
	states := call("STATES")
	id, _ := record(states, `, publish: true`).Get("do", "submission", "id").(string)
	if got := tr.Ask("secretariat", `{ submission(id: "`+id+`") { label } }`, nil).Get("submission", "label"); got != "STATES" {
		t.Errorf("the label is %v, not its call's", got)
	}
	if a := tr.Ask("", `{ submission(id: "`+id+`") { id } }`, nil); a.Get("submission") != nil {
		t.Errorf("the public reads what is for States: %+v", a)
	}
	wantCode(t, "nothing sealed is published", record(call("SEALED"), `, publish: true`), "LABEL_FORBIDDEN")
	for _, owner := range []string{"ent_bogus", "per_bogus", "con_bogus"} {
		wantCode(t, "owned by "+owner, record(states, `, owner: "`+owner+`"`), "NOT_FOUND")
	}
}
