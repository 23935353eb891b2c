package everybody

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

const call = `consultationId: "${call}"`

// letter is one that the secretariat takes down.
var letter = `consultationId: "${call}", owner: "${ngo}", author: "A letter writer", text: ` + text("By letter.") + `, publish: true, source: {name: "letters", item: "7", hash: "` + hash + `", moderation: ACCEPTED, agrees: "3", disagrees: "1", occurredOn: "spring 2020"}`

// calls are consultations, and what is sent to them.
var calls = []step{
	{as: "secretariat", does: "planConsultation", calls: "call", in: `title: ` + text("What should the report say?") + `, description: ` + text("Tell us.") + `, symbol: "CALL-1", heldOn: "spring 2020", closes: {local: "2020-05-01T12:00:00", zone: "UTC"}, mandates: [{symbol: "A/RES/73/195", paragraph: "44"}], latePolicy: NONE, maxCharacters: 5000, ` + day},
	{as: "ngo", does: "submitSubmission", in: call + `, text: ` + text("Too early."), fails: "WindowClosedError", says: `{"closedAt":null,"lateAllowed":false}`},
	{as: "secretariat", does: "declareLatePolicy", in: `id: "${call}", latePolicy: WITH_REASON_BEFORE_ANALYSIS`},
	{as: "secretariat", does: "setAudience", in: `id: "${call}", groups: [COUNTRY_TEAMS], named: ["${partner}"], openToAll: true`},
	{as: "secretariat", does: "announceConsultation", in: `id: "${call}", ` + day},
	{as: "secretariat", does: "openConsultation", in: `id: "${call}"`},
	{as: "secretariat", does: "extendConsultation", in: `id: "${call}", closes: {local: "2020-06-01T12:00:00", zone: "UTC"}, reason: "So many ask."`},
	{as: "secretariat", does: "planConsultation", calls: "asking", in: `title: ` + text("Answer us") + `, closes: {local: "2020-05-01T12:00:00", zone: "UTC"}`},
	{as: "secretariat", does: "rescheduleConsultation", in: `id: "${asking}", closes: {local: "2020-05-02T12:00:00", zone: "UTC"}, reason: "A holiday."`},
	{as: "secretariat", does: "attachQuestionnaire", in: `id: "${asking}", questionnaire: "${asked}", questionnaireVersion: "1"`},
	{as: "secretariat", does: "announceConsultation", in: `id: "${asking}"`},
	{as: "secretariat", does: "openConsultation", in: `id: "${asking}"`},
	{as: "secretariat", does: "planConsultation", calls: "closed", in: `title: ` + text("Member States, tell us") + `, closes: {local: "2020-05-01T12:00:00", zone: "UTC"}`},
	{as: "secretariat", does: "setAudience", in: `id: "${closed}", groups: [MEMBER_STATES]`},
	{as: "secretariat", does: "announceConsultation", in: `id: "${closed}"`},
	{as: "secretariat", does: "openConsultation", in: `id: "${closed}"`},
	{as: "mission", does: "saveDraft", calls: "drafted", in: `consultationId: "${closed}", text: ` + text("Of a State."), only: "mission2 focal"},
	{as: "mission", does: "submitSubmission", calls: "invitees", in: `consultationId: "${closed}", text: ` + text("Of a State."), only: "mission2"},
	{as: "secretariat", does: "recordSubmission", calls: "stray", in: `consultationId: "${closed}", owner: "${ngo}", text: ` + text("We write all the same.") + `, publish: true, source: {name: "letters", item: "8", hash: "` + hash + `"}`},
	{as: "secretariat", does: "attestSubmissionRecord", in: `id: "${stray}", source: {title: "What the association published", link: "https://ngo.example/letter"}`},
	{as: "secretariat", does: "planConsultation", calls: "cancelled", in: `title: ` + text("Never mind")},
	{as: "secretariat", does: "cancelConsultation", in: `id: "${cancelled}", reason: "Never mind."`},

	{as: "mission", does: "submitSubmission", calls: "public", in: call + `, text: ` + text("Open more doors.") + `, objectives: ["8"], coSignatories: ["${partner}", "${other}"]`},
	{as: "partner", does: "confirmCoSignature", in: `id: "${public}"`, only: "ngo2"},
	{as: "secretariat", does: "attachTranslation", in: `id: "${public}", version: "1", translation: {language: "es", value: "Abran más puertas.", origin: MACHINE}`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${public}"`},
	{as: "partner", does: "leaveJointSubmission", in: `id: "${public}"`, only: "ngo2"},
	{as: "partner", does: "submitSubmission", calls: "joint", in: call + `, text: ` + text("We agree.") + `, coSignatories: ["${ngo}", "${other}"]`},
	{as: "ngo", does: "confirmCoSignature", in: `id: "${joint}"`, only: "ngo-admin ngo2"},
	{as: "ngo", does: "submitSubmission", calls: "unpublished", in: call + `, text: ` + text("Not yet for everybody.") + `, objectives: ["3"]`},
	{as: "ngo", does: "amendSubmission", of: "ngo", in: `id: "${unpublished}", text: ` + text("Still not for everybody.")},
	{as: "ngo", does: "submitSubmission", calls: "answering", in: `consultationId: "${asking}", answers: [{questionId: "${question1}", text: ` + text("Because.") + `}, {questionId: "${question2}", chosen: ["${option}"]}]`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${answering}"`},
	{as: "ngo", does: "amendSubmission", of: "ngo", in: `id: "${answering}", answers: [{questionId: "${question1}", text: ` + text("Because of that.") + `}, {questionId: "${question2}", chosen: ["${option}"]}]`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${answering}"`},
	{as: "ngo", does: "submitSubmission", calls: "amended", in: call + `, text: ` + text("The first word.") + `, objectives: ["1"]`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${amended}"`},
	{as: "ngo", does: "amendSubmission", of: "ngo", in: `id: "${amended}", objectives: ["2"], text: {language: "es", value: "La segunda."}`},
	{as: "ngo", does: "submitSubmission", calls: "unsaid", in: call + `, text: ` + text("She lives in Harbour Street.")},
	{as: "secretariat", does: "publishSubmission", in: `id: "${unsaid}"`},
	{as: "ngo", does: "amendSubmission", of: "ngo", in: `id: "${unsaid}", text: ` + text("She lives in town.")},
	{as: "secretariat", does: "publishSubmission", in: `id: "${unsaid}"`},
	{as: "ngo", does: "retractEdition", of: "ngo", in: `id: "${unsaid}", version: "1", reason: "It says where she lives."`},
	{as: "ngo", does: "submitSubmission", calls: "hidden", in: call + `, text: ` + text("Buy our pills.")},
	{as: "secretariat", does: "publishSubmission", in: `id: "${hidden}"`},
	{as: "moderator", does: "hideSubmission", in: `id: "${hidden}", reason: {policy: "interim", code: "SPAM", text: "It sells pills."}`, then: imported},
	{as: "secretariat", does: "retractImport", in: `id: "${import}", reason: ` + text("It is the wrong file.")},
	{as: "moderator", does: "retractImport", only: none, in: `id: "${import}"`},
	{as: "focal", does: "saveDraft", calls: "draft", in: call + `, text: ` + text("A draft of the State.")},
	{as: "focal", does: "proposeForAuthorisation", of: "freedonia", in: `id: "${draft}"`},
	{as: "mission", does: "authoriseSubmission", of: "freedonia", in: `id: "${draft}", label: STATES`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${draft}"`},
	{as: "ngo", does: "saveDraft", calls: "kept", in: call + `, text: ` + text("Kept for myself.")},
	{as: "ngo", does: "saveDraft", calls: "discarded", in: call + `, text: ` + text("Rubbish.")},
	{as: "ngo", does: "discardDraft", of: "ngo", in: `id: "${discarded}"`},
	{as: "ngo", does: "submitSubmission", calls: "withdrawn", in: call + `, text: ` + text("I take it back.") + `, objectives: ["8"], coSignatories: ["${partner}"]`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${withdrawn}"`},
	{as: "ngo", does: "withdrawSubmission", of: "ngo", in: `id: "${withdrawn}", reason: "We erred."`},
	{as: "ngo", does: "restoreSubmission", of: "ngo", in: `id: "${withdrawn}"`},
	{as: "ngo", does: "withdrawSubmission", of: "ngo", in: `id: "${withdrawn}", reason: "We erred after all."`},
	{as: "ngo", does: "submitSubmission", calls: "unseen", in: call + `, text: ` + text("Gone before anybody read it.")},
	{as: "ngo", does: "withdrawSubmission", of: "ngo", in: `id: "${unseen}"`},
	{as: "ngo", does: "submitSubmission", calls: "unanswered", in: `consultationId: "${asking}", answers: [{questionId: "${question1}", text: ` + text("On second thoughts.") + `}]`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${unanswered}"`},
	{as: "ngo", does: "withdrawSubmission", of: "ngo", in: `id: "${unanswered}"`},
	{as: "secretariat", does: "recordSubmission", calls: "returned", in: letter},
	{as: "ngo", does: "confirmRecordedSubmission", of: "ngo", in: `id: "${returned}"`},
	{as: "ngo", does: "withdrawSubmission", of: "ngo", in: `id: "${returned}"`},
	{as: "secretariat", does: "recordSubmission", calls: "disputed", in: letter},
	{as: "secretariat", does: "correctSubmissionRecord", in: `id: "${disputed}", text: ` + text("By another letter.") + `, source: "The letter, read again."`},
	{as: "ngo", does: "contestRecordedSubmission", of: "ngo", in: `id: "${disputed}", reason: "We wrote no letter."`},
	{as: "secretariat", does: "recordSubmission", calls: "unnamed", in: letter},
	{as: "ngo", does: "confirmRecordedSubmission", of: "ngo", in: `id: "${unnamed}"`},
	{as: "ngo", does: "requestConfidentiality", of: "ngo", in: `id: "${unnamed}", label: ANONYMISED`},
	{as: "protection", does: "grantConfidentiality", in: `id: "${unnamed}", reason: "In danger."`},
	{as: "secretariat", does: "recordSubmission", calls: "recorded", in: letter},
	{as: "ngo", does: "confirmRecordedSubmission", of: "ngo", in: `id: "${recorded}"`},
}

// confidential are those of the other labels.
var confidential = []step{
	{as: "stranger", does: "submitSubmission", calls: "private", in: call + `, text: ` + text("In my own name.")},
	{as: "stranger", does: "submitSubmission", calls: "own", in: call + `, text: ` + text("In my own name, for everybody.")},
	{as: "secretariat", does: "publishSubmission", in: `id: "${own}"`},
	{as: "secretariat", does: "recordSubmission", calls: "written", in: `consultationId: "${call}", author: "A reader", text: ` + text("By a letter of somebody.") + `, publish: true, source: {name: "letters", item: "8", hash: "` + hash + `"}`},
	{as: "ngo", does: "submitSubmission", calls: "participants", in: call + `, label: PARTICIPANTS, text: ` + text("For those who take part.")},
	{as: "secretariat", does: "publishSubmission", in: `id: "${participants}"`},
	{as: "ngo", does: "submitSubmission", calls: "anonymised", in: call + `, label: ANONYMISED, text: ` + text("Do not say who I am.") + `, coSignatories: ["${partner}"]`},
	{as: "partner", does: "confirmCoSignature", in: `id: "${anonymised}"`, only: none},
	{as: "protection", does: "grantConfidentiality", in: `id: "${anonymised}", reason: "In danger."`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${anonymised}"`},
	{as: "ngo", does: "submitSubmission", calls: "restricted", in: call + `, label: RESTRICTED, text: ` + text("For the drafters alone.")},
	{as: "protection", does: "grantConfidentiality", in: `id: "${restricted}", reason: "In danger."`},
	{as: "editor", does: "publishSubmission", in: `id: "${restricted}"`},
	{as: "ngo", does: "submitSubmission", calls: "sealed", in: call + `, label: SEALED, text: ` + text("For nobody.")},
	{as: "ngo", does: "submitSubmission", calls: "declined", in: call + `, label: RESTRICTED, text: ` + text("Not granted.")},
	{as: "protection", does: "declineConfidentiality", in: `id: "${declined}", reason: "No danger."`},
	{as: "ngo", does: "lowerConfidentiality", of: "ngo", in: `id: "${declined}", label: PUBLIC`},
	{as: "ngo", does: "submitSubmission", calls: "pending", in: call + `, text: ` + text("Better not.")},
	{as: "ngo", does: "requestConfidentiality", of: "ngo", in: `id: "${pending}", label: ANONYMISED`},
}

// latecomers come after the call has closed, and it ends.
var latecomers = []step{
	{as: "secretariat", does: "closeConsultation", in: `id: "${asking}", reason: "All have answered."`, wait: time.Hour},
	{as: "ngo", does: "submitSubmission", calls: "accepted", in: call + `, text: ` + text("Sorry.") + `, late: {reason: "The post."}`, wait: 100 * 24 * time.Hour},
	{as: "ngo", does: "submitSubmission", in: call + `, text: ` + text("Without a reason."), fails: "WindowClosedError", says: `{"closedAt":"2020-06-01T12:00:00.000Z","lateAllowed":true}`},
	{as: "secretariat", does: "acceptLateSubmission", in: `id: "${accepted}", reason: "The post is slow."`},
	{as: "secretariat", does: "publishSubmission", in: `id: "${accepted}"`},
	{as: "ngo", does: "submitSubmission", calls: "hushed", in: call + `, text: ` + text("Sorry, and do not say who.") + `, label: ANONYMISED, late: {reason: "I had to hide."}`},
	{as: "protection", does: "grantConfidentiality", in: `id: "${hushed}", reason: "In danger."`},
	{as: "protection", does: "acceptLateSubmission", in: `id: "${hushed}", reason: "In danger."`},
	{as: "protection", does: "publishSubmission", in: `id: "${hushed}"`},
	{as: "ngo2", does: "submitSubmission", calls: "refused", in: call + `, text: ` + text("Sorry too.") + `, late: {reason: "I slept."}`},
	{as: "secretariat", does: "refuseLateSubmission", in: `id: "${refused}", reason: {policy: "1", code: "LATE", text: "Too late."}`},
	{as: "secretariat", does: "closeConsultation", in: `id: "${call}"`},
	{as: "secretariat", does: "publishFactualSummary", in: `id: "${call}", text: ` + text("Some wrote.")},
	{as: "secretariat", does: "reportBack", in: `id: "${call}", text: ` + text("We listened.") + `, ` + day},
	{as: "secretariat", does: "archiveConsultation", in: `id: "${call}"`},
	{as: "ngo", does: "submitSubmission", in: call + `, text: ` + text("Too late."), fails: "WindowClosedError", says: `{"closedAt":"2020-06-01T12:00:00.000Z","lateAllowed":false}`},
}

// imported records one item as an import does.
func imported(w *world) {
	begin := importing.Begin{Format: "polis", Source: "talk", Into: domain.ID(w.names["call"])}
	res, err := w.App.Imports.Do(w.t.Context(), "", begin, w.By("secretariat"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.names["import"] = string(res.ID)
	item := submission.Record{
		Consultation: begin.Into, Content: submission.Input{Text: new(domain.Text{Language: "en", Value: "A comment."})}, Publish: true,
		Source: submission.Source{Name: begin.Source, Hash: hash}, Import: res.ID,
	}
	if _, err := w.App.Submissions.Do(w.t.Context(), "", item, w.By("secretariat")); err != nil {
		w.t.Fatal(err)
	}
	w.Settle()
}
