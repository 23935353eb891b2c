package demo

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

var (
	several = briefing.Voice{Attribution: domain.Unattributed, Quantifier: domain.Several}
	some    = briefing.Voice{Attribution: domain.Unattributed, Quantifier: domain.Some}
)

// A step is one thing recorded of the briefing, under its key.
type step struct {
	key string
	do  briefing.Command
}

// briefing records the meeting of 4 March 2020: its facts, in our words.
func (r *recorder) briefing() {
	schedule := briefing.Schedule{Title: en("Network briefing to Member States"), Place: briefing.Place{City: "Geneva", Date: day}}
	id := do(r, r.app.Briefings, "", briefing.Command(schedule), officer, "briefing")
	for _, part := range [][]step{opening, r.statements(), r.presentations(), discussion, r.answers(id), r.outcomes(), closing} {
		for _, s := range part {
			do(r, r.app.Briefings, id, s.do, officer, s.key)
		}
	}
}

func (r *recorder) coordinator() briefing.Party {
	return briefing.Party{Entity: r.entityOf("iom"), Office: "Coordinator of the Network"}
}

var opening = []step{
	{"agenda", briefing.PublishAgenda{Items: []briefing.AgendaItem{
		{Title: en("Workplan of the Network, champion countries and the Migration Multi-Partner Trust Fund")},
		{Title: en("A framework for regional reviews of the Compact"), Mandates: []domain.MandateRef{{Symbol: "A/RES/73/326"}}},
		{Title: en("Towards the Secretary-General's report"), Mandates: []domain.MandateRef{{Symbol: compact}}},
	}}},
	{"start", briefing.StartMeeting{OccurredOn: day}},
	{"attendance", briefing.RecordAttendance{Total: 139, OccurredOn: day}},
}

func principle(codes ...string) []briefing.Term {
	var out []briefing.Term
	for _, c := range codes {
		out = append(out, briefing.Term{Vocabulary: "gcm-principles", Code: c})
	}
	return out
}

// statements are the four that were delivered.
func (r *recorder) statements() []step {
	speaker := func(entity, office string) briefing.Party {
		return briefing.Party{Entity: r.entityOf(entity), Office: office}
	}
	return []step{
		{"statement of iom", briefing.RecordStatement{Speaker: r.coordinator(), OccurredOn: day, Points: []briefing.Point{
			{Text: en("Where the workplan stands: champion countries, key activities and the fund.")},
			{Text: en("A framework is proposed that States may use for their regional reviews.")},
			{Text: en("The Secretary-General's report is about to be prepared.")},
		}}},
		{"statement of ohchr", briefing.RecordStatement{Speaker: speaker("ohchr", "United Nations High Commissioner for Human Rights"), OccurredOn: day, Points: []briefing.Point{
			{Text: en("Migration is central, and the Network will help States develop roadmaps that involve all of government and all of society."), Terms: principle("i", "j")},
		}}},
		{"statement of ilo", briefing.RecordStatement{Speaker: speaker("ilo", "Deputy Director-General"), OccurredOn: day, Points: []briefing.Point{
			{Text: en("Migration is part of the world of work."), Figures: []briefing.Figure{{Claim: "over 164 million international migrant workers"}}},
			{Text: en("National and regional networks are emerging to coordinate support to States.")},
		}}},
		{"statement of unhcr", briefing.RecordStatement{Speaker: speaker("unhcr", "Assistant High Commissioner for Protection"), OccurredOn: day, Points: []briefing.Point{
			{Text: en("The two Compacts complement each other and both need support.")},
			{Text: en("The United Nations should speak with one voice on migrants and refugees.")},
		}}},
	}
}

func (r *recorder) presentations() []step {
	return []step{
		{"update on the platform", briefing.RecordWorkingGroupUpdate{Group: briefing.Party{Entity: r.entityOf("platform")}, Text: en("Status of the Global Knowledge Platform and Connection Hub."), OccurredOn: day}},
		{"update on support", briefing.RecordWorkingGroupUpdate{Group: briefing.Party{Entity: r.entityOf("support")}, Text: en("Status of support to implementation at national and regional level."), OccurredOn: day}},
	}
}

var discussion = []step{
	{"appreciation", briefing.RecordAppreciation{Voice: several, Text: en("Thanks for the briefing and the news of progress; more of the same, please."), OccurredOn: day}},
	{"framework noted", briefing.RecordIntervention{Voice: several, Text: en("The proposed framework for regional reviews is a useful basis to go on from."), OccurredOn: day}},
	{"working groups", briefing.RaiseIssue{Voice: several, Text: en("News of the working groups and of projects in the field, also on the website."), OccurredOn: day}},
	{"periodic updates", briefing.RaiseIssue{Voice: several, Text: en("Periodic updates on the regional reviews, and on work with the regional commissions."), OccurredOn: day}},
	{"guidance", briefing.RaiseIssue{Voice: several, Text: en("Guidance on implementing the Compact at the national level."), OccurredOn: day}},
	{"everybody included", briefing.RaiseIssue{Voice: several, Text: en("Include all stakeholders, without losing that States lead."), OccurredOn: day}},
	{"regional players", briefing.RaiseIssue{Voice: several, Text: en("Use the commissions and a diversity of regional players to find gaps and solutions."), OccurredOn: day}},
	{"one voice", briefing.RaiseIssue{Voice: several, Text: en("The United Nations speaking with one voice."), OccurredOn: day}},
	{"exchange", briefing.RaiseIssue{Voice: several, Text: en("Exchange of experience between and across nations and regions."), OccurredOn: day}},
	{"inconsistency", briefing.RaiseConcern{Voice: some, Text: en("The United Nations system acts inconsistently at the regional level; planning should be flexible."), OccurredOn: day}},
	{"mediterranean", briefing.RaiseConcern{Voice: some, Text: en("The situation at sea, and the need to invoke the Compact to resolve it."), Place: "Mediterranean", OccurredOn: day}},
}

// answers are what the Coordinator and others said to the issues raised.
func (r *recorder) answers(id domain.ID) []step {
	by := []briefing.Party{r.coordinator(), {Office: "Representatives of the Executive Committee"}, {Entity: r.entityOf("platform")}, {Entity: r.entityOf("support")}}
	var out []step
	for _, issue := range []string{"periodic updates", "one voice", "exchange"} {
		out = append(out, step{"answer to " + issue, briefing.AddressIssue{Issue: r.app.Item(id, r.by(officer, issue)), Answerers: by, OccurredOn: day}})
	}
	return out
}

func (r *recorder) outcomes() []step {
	office := func(name string) briefing.Party { return briefing.Party{Office: name} }
	return []step{
		{"outcome champions", briefing.RecordOutcome{Kind: briefing.Acceptance, Text: en("El Salvador and Portugal accept to be champion countries."), OccurredOn: day}},
		{"outcome structures", briefing.RecordOutcome{Kind: briefing.Ongoing, Text: en("Coordination structures of the Network are being created in regions and countries."), OccurredOn: day}},
		{"outcome information", briefing.RecordOutcome{Kind: briefing.Information, Owner: office("Secretariat of the Network"), Text: en("A checklist and templates for regional reviews, and an initial list of champion countries, on the website."), OccurredOn: day}},
		{"outcome concept notes", briefing.RecordOutcome{Kind: briefing.Action, Owner: office("Steering Committee of the fund"), Text: en("Review the first batch of concept notes, to decide on the initial allocations."), OccurredOn: day}},
		{"outcome pipeline", briefing.RecordOutcome{Kind: briefing.Action, Owner: office("Steering Committee of the fund"), Text: en("Develop a pipeline of joint programmes, to raise funds and allocate later; notes are reviewed as they come."), OccurredOn: day}},
		{"outcome consultations", briefing.RecordOutcome{Kind: briefing.Action, Owner: r.coordinator(), Due: "spring 2020", Text: en("Begin informal consultations with States, migrants, stakeholders, country teams and regional mechanisms."), OccurredOn: day}},
		{"outcome report", briefing.RecordOutcome{Kind: briefing.Action, Owner: office("Secretary-General"), Due: "December 2020", Text: en("Launch the report, on the second anniversary of the Compact."), OccurredOn: day}},
		{"outcome briefings", briefing.RecordOutcome{Kind: briefing.FurtherMeeting, Owner: r.coordinator(), Due: "throughout 2020", Text: en("Brief States again, in Geneva and in New York."), OccurredOn: day}},
		{"outcome secondments", briefing.RecordOutcome{Kind: briefing.Recognition, Text: en("Secondments matter: the one by UNHCR is acknowledged, one by UNICEF is to come."), OccurredOn: day}},
		{"outcome core work", briefing.RecordOutcome{Kind: briefing.Ongoing, Text: en("Support to implementation and better coordination of the United Nations go on."), OccurredOn: day}},
	}
}

var closing = []step{{"conclude", briefing.ConcludeMeeting{OccurredOn: day}}}
