package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// joins has somebody submit jointly with others, and returns what it gives.
func (a audienceTrial) joins(who, call string, others ...string) trial.Answer {
	a.t.Helper()
	return a.Ask(who, fmt.Sprintf(`mutation { out: submitSubmission(input: {idempotencyKey: %q, consultationId: %q, text: {language: "en", value: "Joint words."}, coSignatories: ["%s"]}) {
		submission { id } userErrors { code reason path message } } }`, a.Key(), call, strings.Join(others, `", "`)), nil)
}

// Only who is on record is asked to sign, and a proposal of somebody else is
// refused just as what does not exist.
func TestCoSignatoriesAreKnown(t *testing.T) {
	a := newAudienceTrial(t)
	call := a.call("")
	proposed, refused := a.sends("stranger", "proposeEntity", `kind: STAKEHOLDER, name: {language: "en", value: "Not yet"}`, "entity")
	if refused != "" {
		t.Fatal(refused)
	}
	ngo, somebody := string(a.ids["ngo"]), string(a.ids["stranger"])
	for name, tt := range map[string]struct {
		who    string
		others []string
		at     string // the index that is refused; empty for none
	}{
		"an entity":                     {"mission", []string{ngo}, ""},
		"a person":                      {"mission", []string{somebody}, ""},
		"nobody":                        {"mission", []string{"ent_00000000000000000000000000"}, "0"},
		"nobody after an entity":        {"mission", []string{ngo, "ent_00000000000000000000000000"}, "1"},
		"no person":                     {"mission", []string{"per_00000000000000000000000000"}, "0"},
		"no working group":              {"mission", []string{"wg_00000000000000000000000000"}, "0"},
		"something else":                {"mission", []string{call}, "0"},
		"no id":                         {"mission", []string{"Portugal"}, "0"},
		"a proposal of somebody else":   {"mission", []string{proposed}, "0"},
		"a proposal of one's own":       {"stranger", []string{proposed}, ""},
		"a proposal after an entity":    {"mission", []string{ngo, somebody, proposed}, "2"},
		"a proposal, by those who wait": {"ngo", []string{proposed}, "0"},
	} {
		got := a.joins(tt.who, call, tt.others...)
		want := map[string]any{"code": "NOT_FOUND", "reason": "submission.co_signatory_unknown", "path": []any{"coSignatories", tt.at}}
		switch e, _ := got.Get("out", "userErrors", 0).(map[string]any); {
		case tt.at == "" && (e != nil || got.Get("out", "submission", "id") == nil):
			t.Errorf("%s: %+v", name, got)
		case tt.at != "":
			says := e["message"]
			delete(e, "message")
			if d := cmp.Diff(want, e); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
			if unknown := a.joins(tt.who, call, "ent_00000000000000000000000001").Get("out", "userErrors", 0, "message"); says != unknown {
				t.Errorf("%s is told by the words %v; of what does not exist they are %v", name, says, unknown)
			}
		}
	}
}

// asked lists what somebody is asked to sign.
func (a audienceTrial) asked(who string) []any {
	a.t.Helper()
	a.Settle()
	got := a.Ask(who, `{ viewer { coSignaturesAsked(first: 10) { nodes { id text { original { value } } } } } }`, nil)
	nodes, ok := got.Get("viewer", "coSignaturesAsked", "nodes").([]any)
	if !ok {
		a.t.Fatalf("%q asks: %+v", who, got)
	}
	return nodes
}

// Whoever is invited finds what they are asked to sign, and reads it, before
// anybody else may; until they sign or leave, and again after an amendment.
func TestCoSignaturesAsked(t *testing.T) {
	a := newAudienceTrial(t)
	call := a.call("")
	id, _ := a.joins("ngo", call, string(a.ids["mission"]), string(a.ids["stranger"])).Get("out", "submission", "id").(string)
	here := fmt.Sprintf("id: %q", id)
	finds := func(when string, want map[string]string) {
		t.Helper()
		for who, words := range map[string]string{"ngo": "", "team": "", "secretariat": "", "focal": "", "mission": "", "stranger": ""} {
			if w, ok := want[who]; ok {
				words = w
			}
			got := a.asked(who)
			switch {
			case words == "" && len(got) > 0, words != "" && len(got) != 1:
				t.Errorf("%s: %q is asked to sign %v", when, who, got)
			case words != "" && cmp.Diff(map[string]any{"id": id, "text": map[string]any{"original": map[string]any{"value": words}}}, got[0]) != "":
				t.Errorf("%s: %q is asked to sign %v, want %s", when, who, got, words)
			}
		}
	}
	do := func(who, does, in string) {
		t.Helper()
		if _, refused := a.sends(who, does, in, "submission"); refused != "" {
			t.Fatalf("%s by %s: %s", does, who, refused)
		}
	}
	finds("unpublished", map[string]string{"mission": "Joint words.", "stranger": "Joint words."})
	do("mission", "confirmCoSignature", here)
	finds("signed", map[string]string{"stranger": "Joint words."})
	do("secretariat", "publishSubmission", here)
	do("stranger", "leaveJointSubmission", here)
	finds("left", nil)
	do("ngo", "amendSubmission", here+`, text: {language: "en", value: "Other words."}`)
	finds("amended", map[string]string{"mission": "Other words."})
	public := a.Ask("", fmt.Sprintf(`{ submission(%s) { text { original { value } } coSignatories { partyId confirmed } versions { version coSignatories { partyId confirmed entity { id } } } history { change } } }`, here), nil)
	signed := map[string]any{"partyId": string(a.ids["mission"]), "confirmed": true}
	if got := public.Get("submission", "coSignatories"); cmp.Diff([]any{signed}, got) != "" || public.Get("submission", "text", "original", "value") != "Joint words." {
		t.Errorf("the public reads %+v", public.Data)
	}
	if got := public.Get("submission", "versions", 0, "coSignatories", 0, "entity", "id"); got != string(a.ids["mission"]) {
		t.Errorf("the edition that is released is signed by %v", got)
	}
	changes := []any{"submission.received", "submission.co_signatory_confirmed", "submission.published"}
	var told []any
	for i := range changes {
		told = append(told, public.Get("submission", "history", i, "change"))
	}
	if cmp.Diff(changes, told) != "" || public.Get("submission", "history", len(changes)) != nil {
		t.Errorf("the history tells the public %+v", public.Get("submission", "history"))
	}
	do("ngo", "withdrawSubmission", here)
	finds("withdrawn", nil)
}

// An auditor sees who signs while that is told, and never who left.
func TestAuditTellsNotWhoLeft(t *testing.T) {
	a := newAudienceTrial(t)
	a.Appoint("auditor", a.App.Secretariat(), domain.Auditor)
	call := a.call("")
	id, _ := a.joins("ngo", call, string(a.ids["mission"]), string(a.ids["team"])).Get("out", "submission", "id").(string)
	here := fmt.Sprintf("id: %q", id)
	for _, step := range [][2]string{
		{"mission", "confirmCoSignature"}, {"team", "confirmCoSignature"}, {"secretariat", "publishSubmission"}, {"team", "leaveJointSubmission"},
	} {
		if _, refused := a.sends(step[0], step[1], here, "submission"); refused != "" {
			t.Fatalf("%s by %s: %s", step[1], step[0], refused)
		}
	}
	a.Settle()
	got := a.Ask("auditor", fmt.Sprintf(`{ audit { events(first: 50, filter: {stream: "submission-%s"}) { nodes { type actor actingFor data } } } }`, id), nil)
	text := fmt.Sprint(got.Data)
	if strings.Contains(text, string(a.ids["team"])) || strings.Contains(text, string(a.Person("team"))) {
		t.Errorf("the audit tells who left: %s", text)
	}
	if !strings.Contains(text, string(a.ids["mission"])) {
		t.Errorf("the audit does not tell who signs: %s", text)
	}
	if n := len(a.Ask("auditor", fmt.Sprintf(`{ audit { events(first: 50, filter: {actingFor: %q}) { nodes { type } } } }`, a.ids["team"]), nil).Get("audit", "events", "nodes").([]any)); n != 0 {
		t.Errorf("by whom they act for the audit finds %d events", n)
	}
}
