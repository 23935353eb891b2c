package everybody

import "time"

// A step is one command of the story. Everybody tries it first.
type step struct {
	as    string // who sends it in earnest
	does  string // the mutation
	in    string // its input, but for the key
	calls string // what its object is called from then on
	item  string // and the item of a briefing that it made

	of    string        // whose the object is: an entity, or a person as per.NAME; for commands that are their owner's
	only  string        // who else may, where the command asks for more than to be among those who may send it
	holds string        // for whom of them it holds already, so that there is nothing to record
	fails string        // a kind of UserError: everybody tries it, and to those who may it is refused so
	says  string        // what that says besides, as JSON
	wait  time.Duration // that passes before
	then  func(*world)  // more to remember, once it is recorded
}

// text is an input of words in a language.
func text(words string) string { return `{language: "en", value: "` + words + `"}` }

const (
	none  = "nobody else"                                   // for step.only
	apart = "all who do not act for the same as its sender" // for step.holds
	hash  = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	day   = `occurredOn: "2020-03-04"`
)

// told is the whole story, in its order.
func told() []step {
	var all []step
	for _, part := range [][]step{reference, participants, questions, calls, confidential, latecomers, meeting, outcomes, coordination, lent, pledges} {
		all = append(all, part...)
	}
	return all
}

var reference = []step{
	{as: "secretariat", does: "registerMandate", calls: "mandate", in: `symbol: "A/RES/99/1", title: ` + text("A mandate") + `, adoptedOn: "2019-12-19", paragraphs: [{number: "44", text: ` + text("All take part.") + `}]`},
	{as: "secretariat", does: "supersedeMandate", in: `id: "${mandate}", successor: {symbol: "A/RES/73/195", paragraph: "44"}, ` + day},
	{as: "secretariat", does: "publishVocabulary", calls: "audiences", in: `name: "audiences", version: 1, source: {symbol: "A/RES/73/195", paragraph: "44"}, terms: [{code: "states", label: ` + text("States") + `}, {code: "network", label: ` + text("Network") + `}, {code: "society", label: ` + text("Civil society") + `}]`},
	{as: "secretariat", does: "addTerm", in: `id: "${audiences}", term: {code: "other", label: ` + text("Others") + `}`},
	{as: "secretariat", does: "mapTerm", in: `id: "${audiences}", code: "society", to: {vocabulary: "stakeholder-categories-gcm-44", version: 1, term: "civil-society"}`},
	{as: "secretariat", does: "deprecateTerm", in: `id: "${audiences}", code: "other", successor: "society", reason: "Nobody is other."`},
	{as: "secretariat", does: "registerState", calls: "state", in: `code: "FRD", names: [{language: "en", short: "Freedonia", formal: "Republic of Freedonia"}], facts: {numeric: "901", memberSince: "1945", membership: MEMBER_STATE, region: "Americas", subRegion: "Caribbean"}`},
	{as: "secretariat", does: "recordRegionMembership", in: `id: "${state}", commission: ECLAC, ` + day},
	{as: "secretariat", does: "recordRegionMembership", in: `id: "${state}", commission: ECE`},
	{as: "secretariat", does: "endRegionMembership", in: `id: "${state}", commission: ECE, ` + day},
	{as: "secretariat", does: "renameState", in: `id: "${state}", names: [{language: "en", short: "New Freedonia", formal: "Republic of New Freedonia"}], ` + day},
	{as: "secretariat", does: "endState", in: `id: "${state}", reason: "Merged.", ` + day},
}

var participants = []step{
	{as: "stranger", does: "proposeEntity", calls: "choir", in: `kind: STAKEHOLDER, name: ` + text("A choir") + `, acronym: "AC", website: "https://choir.example", description: ` + text("It sings.") + `, vocabulary: "stakeholder-categories-gcm-44", term: "civil-society"`},
	{as: "secretariat", does: "recogniseEntity", in: `id: "${choir}"`},
	{as: "stranger", does: "proposeEntity", calls: "choir2", in: `kind: STAKEHOLDER, name: ` + text("A chоir") + `, acronym: "New Freedonia"`}, // with a Cyrillic o
	{as: "secretariat", does: "classifyEntity", in: `id: "${choir}", vocabulary: "stakeholder-categories-gcm-44", term: "media"`},
	{as: "ngo-admin", does: "renameEntity", in: `id: "${ngo}", expectedVersion: "99", name: ` + text("Another"), only: "secretariat", fails: "ConflictError", says: `{"currentVersion":"1"}`},
	{as: "ngo-admin", does: "renameEntity", in: `id: "${ngo}", name: ` + text("An association") + `, acronym: "AA", ` + day, only: "secretariat"},
	{as: "secretariat", does: "recogniseEntity", in: `id: "${ngo}"`}, // again, by its new name
	{as: "secretariat", does: "suspendEntity", in: `id: "${choir}", reason: "It is silent."`},
	{as: "secretariat", does: "reinstateEntity", in: `id: "${choir}", reason: "It sings again."`},
	{as: "secretariat", does: "nameAdministrator", in: `id: "${choir}", person: "${per.stranger}", document: "A letter."`, only: none},
	{as: "secretariat", does: "dissolveEntity", in: `id: "${choir}", reason: "It fell silent."`, only: none},
	{as: "stranger", does: "requestCredential", holds: "ngo", in: `entity: "${ngo}", capacity: STAKEHOLDER, note: "I sing."`},
	{as: "ngo-admin", does: "grantCredential", in: `person: "${per.stranger}", entity: "${ngo}", capacity: STAKEHOLDER, until: "2030-01-01T00:00:00.000Z", document: "A letter."`, only: none},
	{as: "ngo-admin", does: "revokeCredential", in: `person: "${per.stranger}", entity: "${ngo}", capacity: STAKEHOLDER, reason: "Gone."`, only: "secretariat"},
	{as: "ngo-admin", does: "grantCredential", in: `person: "${per.guest}", entity: "${ngo}", capacity: STAKEHOLDER, until: "2030-01-01T00:00:00.000Z", document: "A letter."`, only: none},
	{as: "secretariat", does: "verifyPerson", in: `id: "${per.stranger}", level: DOCUMENTED, name: "A. Singer"`},
	{as: "stranger", does: "chooseDisplayName", in: `name: "A voice"`},
	{as: "secretariat", does: "suspendPerson", in: `id: "${per.stranger}", reason: "Asked for."`},
	{as: "secretariat", does: "reinstatePerson", in: `id: "${per.stranger}", reason: "Asked for."`},
}

var questions = []step{
	{as: "commission", does: "draftQuestionnaire", calls: "asked", of: "commission", in: `title: {language: "en", value: "What we ask"}, questions: [{number: "1", text: {language: "en", value: "Why?"}}]`},
	{as: "commission", does: "reviseQuestionnaire", of: "commission", only: none, in: `id: "${asked}", title: {language: "en", value: "What we ask", translations: [{language: "es", value: "Lo que preguntamos", origin: HUMAN}]}, questions: [
		{number: "1", text: {language: "en", value: "Why?"}, help: {language: "en", value: "Say why."}, required: true, maxCharacters: 500},
		{number: "2", text: {language: "en", value: "How?"}, kind: SINGLE_CHOICE, options: [{language: "en", value: "So"}, {language: "en", value: "Otherwise"}]}]`},
	{as: "commission", does: "reviseQuestionnaire", of: "commission", only: none, in: `id: "${asked}", expectedVersion: "1", title: {language: "en", value: "Again"}, questions: []`, fails: "ConflictError", says: `{"currentVersion":"2"}`},
	{as: "commission", does: "publishQuestionnaire", of: "commission", only: none, in: `id: "${asked}"`, then: (*world).questions},
	{as: "commission", does: "startQuestionnaireVersion", of: "commission", only: none, in: `id: "${asked}"`},
	{as: "secretariat", does: "forkQuestionnaire", calls: "forked", in: `questionnaire: "${asked}", version: "1"`},
	{as: "secretariat", does: "forkQuestionnaire", calls: "retired", in: `questionnaire: "${asked}", version: "1"`},
	{as: "secretariat", does: "publishQuestionnaire", only: none, in: `id: "${retired}"`},
	{as: "secretariat", does: "retireQuestionnaire", only: none, in: `id: "${retired}", reason: "Old."`},
}
