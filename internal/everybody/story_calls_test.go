package everybody

import "time"

const call = `consultationId: "${call}"`

// letter is one that the secretariat takes down.
var letter = `consultationId: "${call}", owner: "${ngo}", author: "A letter writer", text: ` + text("By letter.") + `, publish: true, source: {name: "letters", item: "7", hash: "` + hash + `", moderation: ACCEPTED, agrees: "3", disagrees: "1", occurredOn: "spring 2020"}`

// calls are consultations, and what is sent to them.
var calls = []step{
	{as: "secretariat", does: "planConsultation", calls: "call", in: `title: ` + text("What should the report say?") + `, description: ` + text("Tell us.") + `, symbol: "CALL-1", heldOn: "spring 2020", closes: {local: "2020-05-01T12:00:00", zone: "UTC"}, mandates: [{symbol: "A/RES/73/195", paragraph: "44"}], latePolicy: NONE, maxCharacters: 5000, ` + day},
	{as: "ngo", does: "submitSubmission", in: call + `, text: ` + text("Too early."), fails: "WindowClosedError", says: `{"closedAt":null,"lateAllowed":false}`},
	{as: "secretariat", does: "declareLatePolicy", in: `id: "${call}", latePolicy: WITH_REASON_BEFORE_ANALYSIS`},
	{as: "secretariat", does: "setAudience", in: `id: "${call}", groups: [COUNTRY_TEAMS], named: ["${partner}"]`},
	{as: "secretariat", does: "announceConsultation", in: `id: "${call}", ` + day},
	{as: "secretariat", does: "openConsultation", in: `id: "${call}"`},
	{as: "secretariat", does: "extendConsultation", in: `id: "${call}", closes: {local: "2020-06-01T12:00:00", zone: "UTC"}, reason: "So many ask."`},
	{as: "secretariat", does: "planConsultation", calls: "asking", in: `title: ` + text("Answer us") + `, closes: {local: "2020-05-01T12:00:00", zone: "UTC"}`},
	{as: "secretariat", does: "rescheduleConsultation", in: `id: "${asking}", closes: {local: "2020-05-02T12:00:00", zone: "UTC"}, reason: "A holiday."`},
	{as: "secretariat", does: "attachQuestionnaire", in: `id: "${asking}", questionnaire: "${asked}", questionnaireVersion: "1"`},
	{as: "secretariat", does: "announceConsultation", in: `id: "${asking}"`},
	{as: "secretariat", does: "openConsultation", in: `id: "${asking}"`},
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
	{as: "secretariat", does: "recordSubmission", calls: "unnamed", in: letter},
	{as: "ngo", does: "confirmRecordedSubmission", of: "ngo", in: `id: "${unnamed}"`},
	{as: "ngo", does: "requestConfidentiality", of: "ngo", in: `id: "${unnamed}", label: ANONYMISED`},
	{as: "protection", does: "grantConfidentiality", in: `id: "${unnamed}", reason: "In danger."`},
	{as: "secretariat", does: "recordSubmission", calls: "recorded", in: letter},
	{as: "ngo", does: "confirmRecordedSubmission", of: "ngo", in: `id: "${recorded}"`},
}

// confidential are those of the other labels.
var confidential = []step{
	{as: "ngo", does: "submitSubmission", calls: "participants", in: call + `, label: PARTICIPANTS, text: ` + text("For those who take part.")},
	{as: "secretariat", does: "publishSubmission", in: `id: "${participants}"`},
	{as: "ngo", does: "submitSubmission", calls: "anonymised", in: call + `, label: ANONYMISED, text: ` + text("Do not say who I am.")},
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
	{as: "stranger", does: "submitSubmission", calls: "private", in: call + `, text: ` + text("In my own name.")},
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
