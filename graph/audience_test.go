package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// An audienceTrial is an installation with people of every group.
type audienceTrial struct {
	*trial.Trial
	t   *testing.T
	ids map[string]domain.ID // whom each acts for
}

// A contributor is one kind of person who contributes.
type contributor struct {
	name   string
	kind   entity.Kind // of the entity acted for; empty for a person in their own name
	code   string
	as     domain.Capacity
	groups string // that they may contribute as
}

// in reports whether an audience of groups and contributors has c.
func (c contributor) in(audience []string) bool {
	return slices.Contains(audience, c.name) || slices.ContainsFunc(strings.Fields(c.groups), func(g string) bool { return slices.Contains(audience, g) })
}

var contributors = []contributor{
	{"stranger", "", "", "", "MIGRANTS STAKEHOLDERS"}, // in their own name
	{"ngo", entity.Stakeholder, "", domain.Stakeholder, "STAKEHOLDERS"},
	{"ngo-admin", entity.Stakeholder, "", domain.EntityAdmin, "STAKEHOLDERS"},
	{"migrants", entity.MigrantGroup, "", domain.Stakeholder, "MIGRANTS STAKEHOLDERS"},
	{"mission", entity.Country, "FRD", domain.StateMission, "MEMBER_STATES"},
	{"focal", entity.Country, "FRD", domain.StateFocalPoint, "MEMBER_STATES"},
	{"team", entity.CountryTeam, "", domain.CountryTeam, "COUNTRY_TEAMS"},
	{"team-admin", entity.CountryTeam, "", domain.EntityAdmin, "COUNTRY_TEAMS"},
	{"mechanism", entity.RegionalMechanism, "", domain.RegionalMechanism, "REGIONAL_MECHANISMS"},
	{"agency", entity.UNEntity, "", domain.NetworkEntity, ""},
	{"commission", entity.RegionalCommission, "", domain.RegionalCommission, ""},
}

func newAudienceTrial(t *testing.T) audienceTrial {
	a := audienceTrial{trial.New(t), t, map[string]domain.ID{}}
	a.Officer("secretariat")
	byKind := map[entity.Kind]domain.ID{}
	for _, c := range contributors {
		if c.kind == "" {
			a.ids[c.name] = a.Person(c.name)
			if err := a.App.Register(t.Context(), a.Person(c.name), c.name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if byKind[c.kind] == "" {
			byKind[c.kind] = a.Entity(c.kind, "The "+c.name, c.code)
		}
		a.ids[c.name] = byKind[c.kind]
		a.Appoint(c.name, byKind[c.kind], c.as)
	}
	return a
}

// sends sends a mutation and returns the id of what it gives, or the refusal.
func (a audienceTrial) sends(who, does, in, gives string) (id, refusal string) {
	a.t.Helper()
	answer := a.Ask(who, fmt.Sprintf(`mutation { out: %s(input: {idempotencyKey: %q, %s}) { %s { id } userErrors { code reason } } }`, does, a.Key(), in, gives), nil)
	if len(answer.Errors) > 0 {
		a.t.Fatalf("%s by %s: %v", does, who, answer.Errors)
	}
	if reason, ok := answer.Get("out", "userErrors", 0, "reason").(string); ok {
		return "", reason
	}
	id, _ = answer.Get("out", gives, "id").(string)
	return id, ""
}

// call opens a call for an audience.
func (a audienceTrial) call(audience string) string {
	a.t.Helper()
	closes := a.Now().Add(24 * time.Hour).Format("2006-01-02T15:04:05")
	id, refused := a.sends("secretariat", "planConsultation", fmt.Sprintf(`title: {language: "en", value: "A call"}, closes: {local: %q, zone: "UTC"}`, closes), "consultation")
	for _, step := range [][2]string{{"setAudience", audience}, {"announceConsultation", ""}, {"openConsultation", ""}} {
		if refused == "" && (step[1] != "" || step[0] != "setAudience") {
			_, refused = a.sends("secretariat", step[0], fmt.Sprintf("id: %q, %s", id, step[1]), "consultation")
		}
	}
	if refused != "" {
		a.t.Fatal(refused)
	}
	return id
}

// Every audience, every kind of person, every way in.
func TestWhoMaySubmit(t *testing.T) {
	a := newAudienceTrial(t)
	audiences := map[string][]string{"": nil, "groups: [MEMBER_STATES], openToAll: true": nil, "groups: []": nil} // by whom it takes from; nil: from all
	for _, g := range consultation.Groups {
		audiences[fmt.Sprintf("groups: [%s]", g)] = []string{string(g)}
	}
	audiences["groups: [MEMBER_STATES, COUNTRY_TEAMS]"] = []string{"MEMBER_STATES", "COUNTRY_TEAMS"}
	audiences[fmt.Sprintf("named: [%q, %q]", a.ids["agency"], a.ids["stranger"])] = []string{"agency", "stranger"}
	audiences[fmt.Sprintf("groups: [MEMBER_STATES], named: [%q]", a.ids["ngo"])] = []string{"MEMBER_STATES", "ngo", "ngo-admin"}
	const words = `text: {language: "en", value: "Hear us."}`
	for audience, takes := range audiences {
		call := a.call(audience)
		to := fmt.Sprintf("consultationId: %q, %s", call, words)
		open := takes == nil
		if shown := a.Ask("", fmt.Sprintf(`{ consultation(id: %q) { openToAll } }`, call), nil).Get("consultation", "openToAll"); shown != open {
			t.Errorf("%s: open to all is shown as %v", audience, shown)
		}
		for _, c := range contributors {
			want := "submission.audience"
			if open || c.in(takes) {
				want = ""
			}
			draft, refused := a.sends(c.name, "saveDraft", to, "submission")
			if refused != want {
				t.Errorf("%s: a draft of %s: %q, want %q", audience, c.name, refused, want)
			}
			if _, refused := a.sends("secretariat", "recordSubmission", to+fmt.Sprintf(`, owner: %q, source: {name: "post", hash: %q}`, a.ids[c.name], strings.Repeat("ab", 32)), "submission"); refused != "" {
				t.Errorf("%s: the secretariat records what came from %s: %s", audience, c.name, refused)
			}
			if c.as == domain.StateFocalPoint {
				if want == "" {
					a.authorises(draft)
				}
				continue
			}
			if want == "" {
				if _, refused := a.sends(c.name, "submitSubmission", fmt.Sprintf("id: %q", draft), "submission"); refused != "" {
					t.Errorf("%s: the draft of %s is not taken: %s", audience, c.name, refused)
				}
			}
			if _, refused := a.sends(c.name, "submitSubmission", to, "submission"); refused != want {
				t.Errorf("%s: %s submits: %q, want %q", audience, c.name, refused, want)
			}
			if _, refused := a.sends(c.name, "submitSubmission", fmt.Sprintf("actingFor: %q, %s", a.Person(c.name), to), "submission"); c.kind != "" {
				own := ""
				if !open && !slices.Contains(takes, "STAKEHOLDERS") && !slices.Contains(takes, "MIGRANTS") {
					own = "submission.audience"
				}
				if refused != own {
					t.Errorf("%s: %s submits in their own name: %q, want %q", audience, c.name, refused, own)
				}
			}
		}
		a.Settle()
		if !open {
			a.marked(call, audience, takes)
		}
	}
}

func (a audienceTrial) authorises(draft string) {
	a.t.Helper()
	_, refused := a.sends("focal", "proposeForAuthorisation", fmt.Sprintf("id: %q", draft), "submission")
	if refused == "" {
		_, refused = a.sends("mission", "authoriseSubmission", fmt.Sprintf("id: %q", draft), "submission")
	}
	if refused != "" {
		a.t.Errorf("a State's draft is not authorised: %s", refused)
	}
}

// marked checks that of what the secretariat recorded just that is marked which
// came from outside the audience.
func (a audienceTrial) marked(call, audience string, takes []string) {
	a.t.Helper()
	nodes, _ := a.Ask("secretariat", fmt.Sprintf(`{ submissions(filter: {consultation: %q}, first: 100) { nodes { recorded outsideAudience entity { id } } } }`, call), nil).Get("submissions", "nodes").([]any)
	recorded := 0
	for _, n := range nodes {
		n := n.(map[string]any)
		of, _ := n["entity"].(map[string]any)
		in := slices.ContainsFunc(contributors, func(c contributor) bool {
			mine := of == nil && c.kind == "" || of != nil && of["id"] == string(a.ids[c.name])
			return mine && c.in(takes)
		})
		if n["recorded"] == true {
			recorded++
		}
		if want := n["recorded"] == true && !in; n["outsideAudience"] != want {
			a.t.Errorf("%s: %v is marked as from outside: %v, want %v", audience, n, n["outsideAudience"], want)
		}
	}
	if recorded != len(contributors) {
		a.t.Errorf("%s: %d recorded of %d, of %d", audience, recorded, len(contributors), len(nodes))
	}
}

// In a call without an audience those who contributed read what is labelled
// PARTICIPANTS, once theirs is received, and until they withdraw it.
func TestContributorsTakePart(t *testing.T) {
	a := newAudienceTrial(t)
	call := a.call("")
	send := func(who, more string) string {
		t.Helper()
		id, refused := a.sends(who, "submitSubmission", fmt.Sprintf(`consultationId: %q, text: {language: "en", value: "Among us."}%s`, call, more), "submission")
		if refused != "" {
			t.Fatal(refused)
		}
		return id
	}
	shared := send("team", ", label: PARTICIPANTS")
	if _, refused := a.sends("secretariat", "publishSubmission", fmt.Sprintf("id: %q", shared), "submission"); refused != "" {
		t.Fatal(refused)
	}
	reads := func(who string) bool {
		t.Helper()
		a.Settle()
		one := a.Ask(who, fmt.Sprintf(`{ submission(id: %q) { text { original { value } } } }`, shared), nil).Get("submission") != nil
		nodes, _ := a.Ask(who, fmt.Sprintf(`{ submissions(filter: {consultation: %q}, first: 100) { nodes { id } } }`, call), nil).Get("submissions", "nodes").([]any)
		listed := slices.ContainsFunc(nodes, func(n any) bool { return n.(map[string]any)["id"] == shared })
		found := a.Ask(who, `{ search(query: "among", first: 50) { nodes { node { ... on Submission { id } } } } }`, nil)
		hits, _ := found.Get("search", "nodes").([]any)
		hit := slices.ContainsFunc(hits, func(h any) bool { return h.(map[string]any)["node"].(map[string]any)["id"] == shared })
		refused := a.refusal(who, shared)
		if known := refused != "submission.unknown"; one != listed || one != hit || who != "" && one != known {
			t.Errorf("%q reads it by id %t, in the list %t, by search %t, and is told of it %t", who, one, listed, hit, known)
		}
		return one
	}
	for _, c := range contributors {
		if want := c.kind == entity.CountryTeam; reads(c.name) != want {
			t.Errorf("%s, who sent nothing, takes part: %t", c.name, !want)
		}
	}
	mine := send("ngo", "")
	for _, who := range []string{"ngo", "ngo-admin"} {
		if !reads(who) {
			t.Errorf("%s sent something and does not take part", who)
		}
	}
	for _, who := range []string{"", "stranger", "mission", "migrants", "agency"} {
		if reads(who) {
			t.Errorf("%q sent nothing and takes part", who)
		}
	}
	if _, refused := a.sends("ngo", "withdrawSubmission", fmt.Sprintf("id: %q", mine), "submission"); refused != "" {
		t.Fatal(refused)
	}
	if reads("ngo") || reads("ngo-admin") {
		t.Error("who took theirs back still takes part")
	}
	send("stranger", ", label: SEALED")
	if !reads("stranger") {
		t.Error("a person who sent something under seal does not take part")
	}
}

// refusal is how somebody is refused a command on a submission that nobody but
// its owner may send.
func (a audienceTrial) refusal(who, id string) string {
	if who == "" {
		return ""
	}
	_, refused := a.sends(who, "withdrawSubmission", fmt.Sprintf(`id: %q, expectedVersion: "99"`, id), "submission")
	return refused
}
