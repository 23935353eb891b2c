package graph_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const commitmentFields = `commitment { id version status published quantifier attribution owner { id } named { id } amount { amount currency } fund
	coPledgers { entity { id } confirmed } announcement { id } category { term version } progress { number stage evidence { link } challenges { entity { id } } } }`

// financial is the wording of a financial commitment to the fund.
func financial(more map[string]any) map[string]any {
	in := map[string]any{
		"kind": "FINANCIAL", "text": map[string]any{"language": "pt", "value": "Contribuímos para o fundo."},
		"scope":  map[string]any{"concerns": "MIGRANTS", "objectives": []int{23}, "places": []any{map[string]any{"symbol": "A/RES/73/195", "paragraph": "43"}}},
		"amount": map[string]any{"amount": "50000.00", "currency": "EUR"}, "fund": "fund_mptf",
	}
	maps.Copy(in, more)
	return in
}

// TestSeveralCountriesCommit is the outcome of 4 March 2020: several countries
// announce, nobody is named, and one of them pledges.
func TestSeveralCountriesCommit(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	portugal := recognised(t, tr, entity.Country, "Portugal", "PRT")
	iom := recognised(t, tr, entity.UNEntity, "IOM", "")
	for who, id := range map[string]domain.ID{"prt-mission": portugal, "iom": iom} {
		c := domain.NetworkEntity
		if id == portugal {
			c = domain.StateMission
		}
		tr.Appoint(who, id, c)
	}
	announcement := map[string]any{
		"quantifier": "SEVERAL", "attribution": "UNATTRIBUTED", "kind": "SECRETARIAT_SUPPORT", "text": map[string]any{"language": "en", "value": "Support for the Network."},
		"source": "Briefing to Member States, Geneva, 4 March 2020", "occurredOn": "2020-03-04",
	}
	several := accepted(t, say(t, tr, "secretariat", "recordAnnouncement", "RecordAnnouncementInput", commitmentFields, announcement))
	said := at(several, "commitment", "id")
	if at(several, "commitment", "owner") != nil || at(several, "commitment", "named") != nil || at(several, "commitment", "quantifier") != "SEVERAL" {
		t.Errorf("several countries: %+v", several)
	}
	if out := say(t, tr, "prt-mission", "confirmCommitment", "ConfirmCommitmentInput", commitmentFields, map[string]any{"id": said}); at(out, "userErrors", 0, "code") != "NOT_OWNER" {
		t.Errorf("UNATTRIBUTED is attributed: %+v", out)
	}
	if out := say(t, tr, "secretariat", "recordCommitment", "RecordCommitmentInput", commitmentFields, financial(map[string]any{"id": said, "owner": portugal, "source": "Summary"})); at(out, "userErrors", 0, "code") != "NOT_OWNER" {
		t.Errorf("UNATTRIBUTED is attributed by the secretariat: %+v", out)
	}

	pledge := accepted(t, say(t, tr, "prt-mission", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(map[string]any{"form": "COMMON", "coPledgers": []domain.ID{iom}, "announcement": said})))
	id := at(pledge, "commitment", "id")
	if diff := cmp.Diff(map[string]any{"amount": "50000.00", "currency": "EUR"}, at(pledge, "commitment", "amount")); diff != "" {
		t.Errorf("amount (-want +got):\n%s", diff)
	}
	const one = `query($id: ID!) { commitment(id: $id) { status owner { id } text { original { value } } coPledgers { entity { id } } announcement { id } } node(id: $id) { id } }`
	unseen, none := tr.Ask("", one, map[string]any{"id": id}), tr.Ask("", one, map[string]any{"id": "com_0123456789abcdefghjkmnpqrs"})
	if diff := cmp.Diff(none.Data, unseen.Data); diff != "" {
		t.Errorf("G9: an unpublished pledge answers otherwise than none:\n%s", diff)
	}
	tr.Appoint("other", recognised(t, tr, entity.UNEntity, "ILO", ""), domain.NetworkEntity)
	if out := say(t, tr, "other", "confirmCoPledge", "CommitmentActInput", commitmentFields, map[string]any{"id": id}); at(out, "userErrors", 0, "code") != "NOT_FOUND" {
		t.Errorf("G9: a command on an unpublished pledge: %+v", out)
	}
	accepted(t, say(t, tr, "iom", "confirmCoPledge", "CommitmentActInput", commitmentFields, map[string]any{"id": id}))
	published := accepted(t, say(t, tr, "prt-mission", "publishPledge", "CommitmentActInput", commitmentFields, map[string]any{"id": id}))
	seen := tr.Ask("", one, map[string]any{"id": id})
	if seen.Get("commitment", "owner", "id") != string(portugal) || seen.Get("commitment", "coPledgers", 0, "entity", "id") != string(iom) || seen.Get("commitment", "announcement", "id") != said {
		t.Errorf("the public sees %+v", seen)
	}

	const figures = `figures { received distinct confirmed entities announcements }`
	a := tr.Ask("", `query($at: Int64!, $prt: ID) {
		commitments(first: 10) { nodes { id } `+figures+` } mine: commitments(first: 10, filter: {owner: $prt, kind: FINANCIAL, objective: 23, stale: false}) { `+figures+` }
		asOf(at: {index: $at}) { commitments(first: 10) { `+figures+` } } }`, map[string]any{"at": at(several, "index"), "prt": portugal})
	numbers := func(n ...float64) map[string]any {
		return map[string]any{"received": n[0], "distinct": n[1], "confirmed": n[2], "entities": n[3], "announcements": n[4]}
	}
	if diff := cmp.Diff([]any{numbers(1, 1, 1, 2, 1), numbers(1, 1, 1, 2, 0), numbers(0, 0, 0, 0, 1)},
		[]any{a.Get("commitments", "figures"), a.Get("mine", "figures"), a.Get("asOf", "commitments", "figures")}); diff != "" {
		t.Errorf("G17: figures now, of Portugal, as of the briefing (-want +got):\n%s\n%+v", diff, a.Errors)
	}

	report := map[string]any{"id": id, "stage": "FULFILLED", "text": map[string]any{"language": "en", "value": "Paid."}}
	if out := say(t, tr, "prt-mission", "reportProgress", "ReportProgressInput", commitmentFields, maps.Clone(report)); at(out, "userErrors", 0, "reason") != "commitment.evidence" {
		t.Errorf("fulfilled without evidence: %+v", out)
	}
	report["evidence"] = []any{map[string]any{"title": map[string]any{"language": "en", "value": "Receipt"}, "link": "https://example.org/receipt"}}
	report["expectedVersion"] = at(published, "commitment", "version")
	accepted(t, say(t, tr, "prt-mission", "reportProgress", "ReportProgressInput", commitmentFields, report))
	doubt := accepted(t, say(t, tr, "other", "challengeProgress", "ChallengeProgressInput", commitmentFields, map[string]any{"id": id, "report": "1", "text": map[string]any{"language": "en", "value": "By whom?"}}))
	if at(doubt, "commitment", "status") != "FULFILLED" || at(doubt, "commitment", "progress", 0, "challenges", 0, "entity", "id") == nil || at(doubt, "commitment", "progress", 0, "evidence", 0, "link") != "https://example.org/receipt" {
		t.Errorf("reported and challenged: %+v", doubt)
	}
}

// TestRecordedCommitment attributes a record to nobody before its owner
// confirms it, and leaves a tombstone of what is withdrawn.
func TestRecordedCommitment(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	portugal := recognised(t, tr, entity.Country, "Portugal", "PRT")
	tr.Appoint("prt-mission", portugal, domain.StateMission)
	out := accepted(t, say(t, tr, "secretariat", "recordCommitment", "RecordCommitmentInput", commitmentFields, financial(map[string]any{"owner": portugal, "source": "Letter"})))
	id := at(out, "commitment", "id")
	const one = `query($id: ID!, $owner: ID) { commitment(id: $id) { status owner { id } named { id } reason { original { value } } text { original { value } } } commitments(first: 1, filter: {owner: $owner}) { nodes { id } } }`
	ask := func(who string) trial.Answer { return tr.Ask(who, one, map[string]any{"id": id, "owner": portugal}) }
	if a := ask(""); a.Get("commitment", "status") != "RECORDED" || a.Get("commitment", "owner") != nil || a.Get("commitment", "named") != nil || a.Get("commitments", "nodes", 0) != nil {
		t.Errorf("attributed before it is confirmed: %+v", a)
	}
	if a := ask("prt-mission"); a.Get("commitment", "named", "id") != string(portugal) || a.Get("commitments", "nodes", 0, "id") != id {
		t.Errorf("the owner does not find it: %+v", a)
	}
	accepted(t, say(t, tr, "prt-mission", "confirmCommitment", "ConfirmCommitmentInput", commitmentFields, map[string]any{"id": id, "expectedVersion": "1"}))
	if a := ask(""); a.Get("commitment", "owner", "id") != string(portugal) || a.Get("commitments", "nodes", 0, "id") != id {
		t.Errorf("confirmed: %+v", a)
	}
	accepted(t, say(t, tr, "prt-mission", "withdrawPledge", "CommitmentReasonInput", commitmentFields, map[string]any{"id": id, "reason": map[string]any{"language": "en", "value": "Budget"}}))
	if a := ask(""); a.Get("commitment", "status") != "WITHDRAWN" || a.Get("commitment", "text") != nil || a.Get("commitment", "reason", "original", "value") != "Budget" {
		t.Errorf("a tombstone: %+v", a)
	}
	if a := ask("prt-mission"); a.Get("commitment", "text") == nil {
		t.Errorf("the owner does not read it any more: %+v", a)
	}
}

// TestReferences refuses what other streams do not bear out.
func TestReferences(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	portugal, proposed := recognised(t, tr, entity.Country, "Portugal", "PRT"), tr.Entity(entity.Stakeholder, "Nobody knows us", "")
	iom := recognised(t, tr, entity.UNEntity, "IOM", "")
	tr.Appoint("prt-mission", portugal, domain.StateMission)
	tr.Appoint("iom", iom, domain.NetworkEntity)
	for _, v := range vocabulary.GCM() {
		if _, err := tr.App.Vocabularies.Do(t.Context(), tr.App.VocabularyTarget(v.Name), v, tr.By("secretariat")); err != nil {
			t.Fatal(err)
		}
	}
	category := func(term string) map[string]any {
		return map[string]any{
			"quantifier": "SOME", "attribution": "CATEGORY", "category": map[string]any{"vocabulary": vocabulary.Categories, "term": term},
			"kind": "POLICY", "text": map[string]any{"language": "en", "value": "We will."}, "source": "Briefing",
		}
	}
	accept := accepted(t, say(t, tr, "secretariat", "recordAnnouncement", "RecordAnnouncementInput", commitmentFields, category("trade-unions")))
	if at(accept, "commitment", "category", "term") != "trade-unions" || at(accept, "commitment", "category", "version") != 1.0 {
		t.Errorf("category: %+v", accept)
	}
	unseen := accepted(t, say(t, tr, "prt-mission", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(map[string]any{"form": "MATCHING"})))
	mine := accepted(t, say(t, tr, "iom", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(nil)))
	accepted(t, say(t, tr, "iom", "publishPledge", "CommitmentActInput", commitmentFields, map[string]any{"id": at(mine, "commitment", "id")}))
	match := func() map[string]any {
		return say(t, tr, "iom", "matchPledge", "MatchPledgeInput", `commitment { matches(first: 5) { nodes { id } figures { received distinct } } }`,
			map[string]any{"id": at(mine, "commitment", "id"), "with": at(unseen, "commitment", "id")})
	}
	for _, refused := range []struct {
		out  map[string]any
		want string
	}{
		{say(t, tr, "secretariat", "recordAnnouncement", "RecordAnnouncementInput", commitmentFields, category("no-such-term")), "commitment.category"},
		{say(t, tr, "secretariat", "recordCommitment", "RecordCommitmentInput", commitmentFields, financial(map[string]any{"owner": proposed, "source": "Letter"})), "commitment.entity"},
		{say(t, tr, "iom", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(map[string]any{"form": "COMMON", "coPledgers": []domain.ID{"ent_none"}})), "commitment.entity"},
		{say(t, tr, "iom", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(map[string]any{"fund": "fund_other"})), "commitment.fund"},
		{say(t, tr, "iom", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(map[string]any{"announcement": at(unseen, "commitment", "id")})), "commitment.announcement"},
		{say(t, tr, "iom", "submitPledge", "SubmitPledgeInput", commitmentFields, financial(map[string]any{"announcement": "com_none"})), "commitment.announcement"},
		{match(), "commitment.match"},
	} {
		if got := at(refused.out, "userErrors", 0, "reason"); got != refused.want {
			t.Errorf("got %v, want %s: %+v", got, refused.want, refused.out)
		}
	}
	accepted(t, say(t, tr, "prt-mission", "publishPledge", "CommitmentActInput", commitmentFields, map[string]any{"id": at(unseen, "commitment", "id")}))
	linked := accepted(t, match())
	if at(linked, "commitment", "matches", "nodes", 0, "id") != at(unseen, "commitment", "id") {
		t.Errorf("matched with %+v", linked)
	}
	a := tr.Ask("", `{ commitments(first: 5) { figures { received distinct } } }`, nil)
	if diff := cmp.Diff(map[string]any{"received": 2.0, "distinct": 1.0}, a.Get("commitments", "figures")); diff != "" {
		t.Errorf("G17: matched pledges count as one (-want +got):\n%s", diff)
	}
}
