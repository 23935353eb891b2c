package everybody

import "strings"

const (
	here     = `id: "${briefing}", `
	floor    = `voice: {attribution: UNATTRIBUTED, quantifier: SEVERAL}, terms: [{vocabulary: "audiences", term: "states"}], ` + day + `, `
	society  = `{vocabulary: "audiences", term: "society"}`
	document = `{link: "https://network.example/text"}`
)

// meeting is a briefing.
var meeting = []step{
	{as: "secretariat", does: "scheduleBriefing", calls: "off", in: `title: ` + text("Another") + `, place: {city: "New York", date: "2020-04-01"}`},
	{as: "secretariat", does: "scheduleBriefing", calls: "before", in: `title: ` + text("The one before") + `, place: {city: "Geneva", date: "2020-02-01"}`},
	{as: "secretariat", does: "startMeeting", in: `id: "${before}", ` + day},
	{as: "secretariat", does: "recordOutcome", item: "carried", in: `id: "${before}", kind: ACTION, owner: {id: "${agency}"}, text: ` + text("To be done.") + `, due: "2020-12"`},
	{as: "secretariat", does: "scheduleBriefing", calls: "briefing", in: `title: ` + text("A briefing") + `, place: {city: "Geneva", date: "2020-03-03", localTime: "10:00"}`},
	{as: "secretariat", does: "rescheduleBriefing", in: here + `place: {city: "Geneva", date: "2020-03-04", localTime: "11:00"}, reason: ` + text("A strike.")},
	{as: "secretariat", does: "publishAgenda", in: here + `items: [{title: ` + text("Reviews") + `, mandates: [{symbol: "A/RES/73/326", paragraph: "5"}]}]`},
	{as: "secretariat", does: "carryOutcome", in: here + `fromBriefing: "${before}", outcome: "${carried}"`},
	{as: "secretariat", does: "inviteToBriefing", in: here + `invitees: [{entity: "${ngo}"}, {entity: "${freedonia}"}, {category: ` + society + `}]`},
	{as: "secretariat", does: "registerParticipant", item: "shy", in: here + `category: ` + society + `, entity: "${ngo}", person: "${per.ngo}", name: "N. Go", consent: NOBODY`},
	{as: "secretariat", does: "registerParticipant", item: "bold", in: here + `category: ` + society + `, entity: "${partner}", person: "${per.partner}", name: "P. Artner", consent: PUBLIC, basis: "She said so."`},
	{as: "partner", does: "changeConsent", only: "secretariat", in: here + `participant: "${bold}", consent: PARTICIPANTS`},
	{as: "secretariat", does: "registerParticipant", item: "open", in: here + `category: ` + society + `, entity: "${other}", person: "${per.ngo2}", name: "O. Ther", consent: PUBLIC, basis: "So did he."`},
	{as: "secretariat", does: "startMeeting", in: here + day},
	{as: "secretariat", does: "recordAttendance", in: here + `total: 100, counts: [{category: ` + society + `, number: 20}], ` + day},
	{as: "secretariat", does: "recordAttendance", in: here + `total: 139, counts: [{category: ` + society + `, number: 30}, {category: {vocabulary: "audiences", term: "network"}, number: 2}], represented: [{vocabulary: "audiences", term: "states"}], ` + day},
	{as: "secretariat", does: "recordStatement", item: "statement", in: here + `speaker: {id: "${agency}", office: "Director"}, person: "${per.network}", name: "D. Irector", onBehalfOf: ["${freedonia}"], points: [{text: ` + text("Work.") + `, terms: [` + society + `], figures: [{claim: "164 million", source: "A report"}]}], ` + day},
	{as: "network", does: "depositText", only: "secretariat", in: here + `statement: "${statement}", text: ` + text("Excellencies.") + `, document: ` + document},
	{as: "secretariat", does: "translateText", only: "network", in: here + `statement: "${statement}", translation: {language: "es", value: "Excelencias.", origin: HUMAN}`},
	{as: "secretariat", does: "recordStatement", item: "taken", in: here + `speaker: {id: "${agency}"}`},
	{as: "network", does: "depositText", only: "secretariat", in: here + `statement: "${taken}", text: ` + text("Never said.")},
	{as: "network", does: "withdrawText", only: none, in: here + `statement: "${taken}", reason: "Never said."`},
	{as: "secretariat", does: "recordStatement", item: "mistaken", in: here + `speaker: {id: "${agency}"}`},
	{as: "secretariat", does: "recordPresentation", item: "mistake", in: here + `presenter: {id: "${agency}"}, title: ` + text("Slides of another")},
	{as: "secretariat", does: "recordAppreciation", item: "unthanked", in: here + floor + `text: ` + text("Thanks too.")},
	{as: "secretariat", does: "recordWorkingGroupUpdate", item: "update", in: here + `group: {id: "${group}"}, text: ` + text("It goes on.") + `, terms: [` + society + `], ` + day},
	{as: "secretariat", does: "recordPresentation", item: "presentation", in: here + `presenter: {id: "${agency}", office: "Director"}, title: ` + text("Slides") + `, beside: "${update}", ` + day},
	{as: "network", does: "depositPresentation", only: "secretariat", in: here + `presentation: "${presentation}", document: ` + document},
	{as: "secretariat", does: "recordAppreciation", item: "thanks", in: here + floor + `text: ` + text("Thanks.")},
	{as: "secretariat", does: "recordIntervention", item: "intervention", in: here + `voice: {attribution: CATEGORY, category: ` + society + `, quantifier: SOME}, terms: [` + society + `], text: ` + text("A useful basis.") + `, ` + day},
	{as: "secretariat", does: "recordIntervention", item: "named", in: here + `voice: {attribution: NAMED, parties: [{id: "${agency}", office: "Director"}]}, text: ` + text("So do we.")},
	{as: "ngo", does: "claimIntervention", only: everySpoke, in: here + `item: "${intervention}"`},
	{as: "ngo", does: "withdrawClaim", holds: apart, in: here + `item: "${intervention}"`},
	{as: "mission", does: "claimIntervention", only: everySpoke, in: here + `item: "${thanks}", note: "At the end."`},
	{as: "secretariat", does: "acceptInterventionClaim", in: here + `item: "${thanks}", speakerId: "${freedonia}"`},
	{as: "ngo", does: "claimIntervention", only: everySpoke, holds: "mission", in: here + `item: "${thanks}"`},
	{as: "secretariat", does: "takeBackInterventionClaim", in: here + `item: "${thanks}", speakerId: "${ngo}", reason: "It was another."`},
	{as: "stranger", does: "claimIntervention", only: everySpoke, in: here + `item: "${intervention}", note: "It was me."`},
	{as: "secretariat", does: "refuseInterventionClaim", in: here + `item: "${intervention}", speakerId: "${per.stranger}", reason: "Not there."`},
	{as: "team", does: "claimIntervention", only: strings.TrimPrefix(everySpoke, "stranger "), in: here + `item: "${intervention}", note: "It was us."`},
	{as: "secretariat", does: "raiseIssue", item: "issue", in: here + floor + `text: ` + text("One voice.")},
	{as: "secretariat", does: "raiseConcern", item: "concern", in: here + floor + `place: "At sea", text: ` + text("Those at sea.")},
	{as: "secretariat", does: "addressIssue", item: "answer", in: here + `issue: "${issue}", answerers: [{id: "${agency}", office: "Director"}], text: ` + text("We try.") + `, ` + day},
	{as: "secretariat", does: "addressIssue", item: "answer2", in: here + `issue: "${concern}", answerers: [{office: "Committee"}], text: ` + text("We try that too.") + `, ` + day},
}

// outcomes are what came of it.
var outcomes = []step{
	{as: "secretariat", does: "recordOutcome", item: "outcome", in: here + `kind: FURTHER_MEETING, owner: {id: "${agency}", office: "Director"}, due: "throughout 2020", text: ` + text("More.") + `, terms: [` + society + `], ` + day},
	{as: "secretariat", does: "followUpOutcome", item: "followed", only: "network", in: here + `outcome: "${outcome}", text: ` + text("One is planned.") + `, due: "2020-12", ` + day},
	{as: "secretariat", does: "concludeMeeting", in: here + day},
	{as: "secretariat", does: "draftSummary", in: here + `text: ` + text("A draft.")},
	{as: "secretariat", does: "publishSummary", in: here + `text: ` + text("What was said.")},
	{as: "secretariat", does: "correctSummary", in: here + `corrects: "9", text: ` + text("What was never said.") + `, reason: ` + text("A slip."), fails: "ConflictError", says: `{"currentVersion":"1"}`},
	{as: "secretariat", does: "correctSummary", in: here + `corrects: "1", text: ` + text("What was really said.") + `, reason: ` + text("A slip.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${mistaken}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${mistake}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${update}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${intervention}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${answer}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${answer2}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${issue}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${concern}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${unthanked}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "retractItem", in: here + `item: "${outcome}", reason: ` + text("It was another.")},
	{as: "secretariat", does: "cancelBriefing", in: `id: "${off}", reason: ` + text("Nobody could come.")},
}

// everySpoke may say that it was they who spoke: whoever speaks for an entity,
// or for themselves.
const everySpoke = "stranger ngo ngo-admin partner ngo2 mission mission2 team mechanism network lead commission"
