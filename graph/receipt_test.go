package graph_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	rapporteur "github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const (
	receiptBody   = `{ eventId index recordHash recordedAt inclusionProof text status checkpoint { origin size root text verifierKey witnessed } }`
	receiptFields = `receipt ` + receiptBody
)

// verified checks a receipt as somebody would who has nothing but its text and
// the log's verifier key, and then that its fields say what the text says.
func verified(t *testing.T, tr *trial.Trial, receipt any) (format.Envelope, format.Disclosure) {
	t.Helper()
	got, ok := receipt.(map[string]any)
	if !ok {
		t.Fatalf("no receipt: %v", receipt)
	}
	key, err := note.NewVerifier(tr.Proofs.Key.VKey)
	if err != nil {
		t.Fatal(err)
	}
	p, err := format.ParseProof([]byte(got["text"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	head, _, err := format.OpenCheckpoint(p.Checkpoint, note.VerifierList(key))
	if err != nil {
		t.Fatal(err)
	}
	d, err := format.ParseDisclosure(p.Extra)
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	entry := d.Entry()
	if err := tlog.CheckRecord(p.Hashes, head.Size, head.Root, p.Index, entry.Leaf()); err != nil {
		t.Errorf("%s: %v", e.Type, err)
	}
	if len(d.Data) == 0 || len(d.Meta) == 0 || e.Index != p.Index {
		t.Errorf("%s: what it discloses is not whole, or of index %d rather than %d: %s", e.Type, e.Index, p.Index, p.Extra)
	}
	checkpoint := map[string]any{
		"origin": head.Origin, "size": digits(head.Size), "root": hex.EncodeToString(head.Root[:]), "text": string(p.Checkpoint),
		"verifierKey": tr.Proofs.Key.VKey, "witnessed": false,
	}
	if !maps.Equal(checkpoint, got["checkpoint"].(map[string]any)) {
		t.Errorf("%s: the checkpoint is %v, and the text says %v", e.Type, got["checkpoint"], checkpoint)
	}
	if got["eventId"] != "evt_"+e.ID || got["index"] != digits(e.Index) || got["recordHash"] != hex.EncodeToString(entry[:]) || got["recordedAt"] != e.At || got["status"] != "LOGGED" {
		t.Errorf("%s: the fields are %v, and the text says %+v", e.Type, got, e)
	}
	return e, d
}

func digits(n int64) string { b, _ := json.Marshal(n); return string(b) }

// metaOf is who made the record that a receipt discloses.
func metaOf(t *testing.T, d format.Disclosure) domain.Meta {
	t.Helper()
	var m domain.Meta
	if err := json.Unmarshal(d.Meta, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestEveryPayloadHasAReceipt sends one command for each kind of payload that
// the schema has; a payload that is new to the schema fails until it is here.
func TestEveryPayloadHasAReceipt(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	unhcr := recognised(t, tr, entity.UNEntity, "UNHCR", "")
	tr.Appoint("unhcr", unhcr, domain.NetworkEntity)
	tr.Appoint("protection", tr.App.Secretariat(), domain.Protection)
	call := tr.Call("What should the report say?")
	en := map[string]any{"language": "en", "value": "Many doors"}
	tests := []struct {
		who, mutation, event string
		input                map[string]any
	}{
		{"stranger", "proposeEntity", "entity.proposed", map[string]any{"kind": "STAKEHOLDER", "name": en}},
		{"secretariat", "verifyPerson", "person.identity_verified", map[string]any{"id": tr.Person("unhcr"), "level": "DOCUMENTED", "name": "Ada"}},
		{"stranger", "requestCredential", "credential.requested", map[string]any{"entity": unhcr, "capacity": "NETWORK_ENTITY"}},
		{"secretariat", "planConsultation", "consultation.planned", map[string]any{"title": en}},
		{"secretariat", "draftQuestionnaire", "questionnaire.drafted", map[string]any{"title": en, "questions": []any{map[string]any{"number": "1", "text": en}}}},
		{"stranger", "submitSubmission", "submission.received", map[string]any{"consultationId": call, "text": en}},
		{"secretariat", "registerMandate", "mandate.registered", map[string]any{"symbol": "A/RES/99/1", "title": en}},
		{"secretariat", "publishVocabulary", "vocabulary.published", map[string]any{"name": "doors", "version": 1, "source": map[string]any{"symbol": "A/RES/73/195"}, "terms": []any{map[string]any{"code": "many", "label": en}}}},
		{"secretariat", "registerState", "state.registered", map[string]any{"code": "SWZ", "names": []any{map[string]any{"language": "en", "short": "Eswatini"}}, "facts": map[string]any{"numeric": "748", "membership": "MEMBER_STATE"}}},
		{"secretariat", "inviteChampion", "champion.invited", map[string]any{"state": recognised(t, tr, entity.Country, "Portugal", "PRT")}},
		{"secretariat", "retractImport", "import.retraction_proposed", map[string]any{"id": imported(t, tr, call), "reason": en}},
		{"secretariat", "constituteWorkingGroup", "working_group.constituted", map[string]any{"name": en}},
		{"unhcr", "offerSecondment", "secondment.offered", map[string]any{"post": map[string]any{"language": "en", "title": "Adviser"}}},
		{"secretariat", "recordAnnouncement", "commitment.announced", map[string]any{"quantifier": "SEVERAL", "attribution": "UNATTRIBUTED", "kind": "SECRETARIAT_SUPPORT", "text": en, "source": "The summary"}},
		{"secretariat", "scheduleBriefing", "briefing.scheduled", map[string]any{"title": en, "place": map[string]any{"city": "Geneva", "date": "2020-03-04"}}},
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: rapporteur.Schema})
	asked := map[string]bool{}
	for _, tt := range tests {
		f := schema.Mutation.Fields.ForName(tt.mutation)
		asked[f.Type.Name()] = true
		out := accepted(t, say(t, tr, tt.who, tt.mutation, f.Arguments.ForName("input").Type.Name(), receiptFields, tt.input))
		e, d := verified(t, tr, at(out, "receipt"))
		if e.Type != tt.event || metaOf(t, d).Person != tr.Person(tt.who) || metaOf(t, d).Key != tt.input["idempotencyKey"] {
			t.Errorf("%s: the receipt is of %s, with the meta %s", tt.mutation, e.Type, d.Meta)
		}
	}
	for _, f := range schema.Mutation.Fields {
		if !asked[f.Type.Name()] {
			t.Errorf("no receipt was asked for in a %s, such as that of %s", f.Type.Name(), f.Name)
		}
	}
	for name, d := range schema.Types {
		if f := d.Fields.ForName("receipt"); strings.HasSuffix(name, "Payload") && (f == nil || f.Type.String() != "Receipt") {
			t.Errorf("%s has no receipt", name)
		}
	}
	names := slices.Sorted(maps.Keys(asked))
	if len(names) != len(tests) {
		t.Errorf("%d commands and the payloads %q", len(tests), names)
	}
}

// TestReceiptIsOfTheFirstRecord repeats a command that records several things:
// its receipt is of the first, what was sent, and the same each time.
func TestReceiptIsOfTheFirstRecord(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("What should the report say?")
	var partners []domain.ID
	for _, name := range []string{"Partner", "Another"} {
		partners = append(partners, recognised(t, tr, entity.Stakeholder, name, ""))
	}
	in := map[string]any{"idempotencyKey": tr.Key(), "consultationId": call, "text": map[string]any{"language": "en", "value": "Many doors"}, "coSignatories": partners}
	const document = `mutation($in: SubmitSubmissionInput!) { submitSubmission(input: $in) { submission { id } index userErrors { code reason } ` + receiptFields + ` } }`
	send := func() map[string]any {
		return accepted(t, tr.Ask("stranger", document, map[string]any{"in": in}).Get("submitSubmission").(map[string]any))
	}
	first := send()
	e, _ := verified(t, tr, first["receipt"])
	if e.Type != "submission.received" || at(first, "index") != digits(e.Index+2) {
		t.Errorf("the receipt is of %s at %d, the command ends at %v", e.Type, e.Index, at(first, "index"))
	}
	accepted(t, say(t, tr, "stranger", "amendSubmission", "AmendSubmissionInput", "submission { id }", map[string]any{
		"id": at(first, "submission", "id"), "text": map[string]any{"language": "en", "value": "More doors"},
	}))
	if err := tr.Proofs.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	size := tr.Log.Size()
	again := send()
	verified(t, tr, again["receipt"])
	for _, field := range []string{"eventId", "index", "recordHash", "recordedAt"} {
		if at(again, "receipt", field) != at(first, "receipt", field) {
			t.Errorf("%s is %v, and was %v", field, at(again, "receipt", field), at(first, "receipt", field))
		}
	}
	if tr.Log.Size() != size {
		t.Error("G3: the same key recorded something")
	}
}

// TestReceiptIsShort computes a receipt of a log of a million records: what is
// added to the record itself stays within 1.5 KB.
func TestReceiptIsShort(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	out := accepted(t, say(t, tr, "stranger", "proposeEntity", "ProposeEntityInput", receiptFields, map[string]any{"kind": "STAKEHOLDER", "name": map[string]any{"language": "en", "value": "Many doors"}}))
	p, err := format.ParseProof([]byte(at(out, "receipt", "text").(string)))
	if err != nil {
		t.Fatal(err)
	}
	p.Index, p.Hashes = 999_999, make(tlog.RecordProof, 20)
	p.Checkpoint = []byte(strings.Replace(string(p.Checkpoint), "\n"+at(out, "receipt", "checkpoint", "size").(string)+"\n", "\n1000000\n", 1))
	if n := len(p.Text()) - base64.StdEncoding.EncodedLen(len(p.Extra)); n > 1500 || n < 20*45 {
		t.Errorf("beside the record a receipt has %d bytes", n)
	}
}
