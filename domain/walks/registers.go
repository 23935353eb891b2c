package walks

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// Mandate walks from registration through two successors.
var Mandate = domaintest.Walker[mandate.Command, mandate.State, mandate.Event]{
	Decider: mandate.Decider,
	Begin: among(func(id domain.ID) []move[mandate.Command] {
		text := mandate.Register{Symbol: "A/RES/73/" + string(id), Title: en("Format of the review forum"), AdoptedOn: "19 July 2019",
			Paragraphs: []mandate.Paragraph{{Number: "1"}, {Number: "16 (d)", Text: en("Invites States to consult.")}}}
		return []move[mandate.Command]{
			{text, officer}, {mandate.Supersede{Successor: domain.MandateRef{Symbol: "A/RES/76/266"}}, officer},
			{mandate.Supersede{Successor: domain.MandateRef{Symbol: "A/RES/77/1"}}, officer},
		}
	}),
}

// Vocabulary walks through versions and their terms.
var Vocabulary = domaintest.Walker[vocabulary.Command, vocabulary.State, vocabulary.Event]{
	Decider: vocabulary.Decider,
	Begin: among(func(id domain.ID) []move[vocabulary.Command] {
		term := func(code string) vocabulary.Term { return vocabulary.Term{Code: code, Label: en("About " + code)} }
		publish := func(version int) vocabulary.Publish {
			return vocabulary.Publish{Name: "forum-categories", Version: version, Source: domain.MandateRef{Symbol: "A/RES/73/326"}, Terms: []vocabulary.Term{term("youth"), term("media")}}
		}
		to := vocabulary.Ref{Vocabulary: vocabulary.Categories, Version: 1, Term: "other"}
		return []move[vocabulary.Command]{
			{publish(1), officer}, {publish(2), officer}, {vocabulary.AddTerm{Term: term("x")}, officer},
			{vocabulary.DeprecateTerm{Code: "youth"}, officer}, {vocabulary.MapTerm{Code: "media", To: to, Known: true}, officer},
		}
	}),
}

// State walks through a State's names, regions and end.
var State = domaintest.Walker[state.Command, state.State, state.Event]{
	Decider: state.Decider,
	Begin: among(func(domain.ID) []move[state.Command] {
		facts := state.Facts{Numeric: "748", Membership: state.MemberState, MemberSince: "24 September 1968", Region: "Africa", SubRegion: "Sub-Saharan Africa", LLDC: true}
		island := facts
		island.SIDS = true
		old := map[string]state.Name{"en": {Short: "Swaziland", Formal: "the Kingdom of Swaziland"}, "fr": {Short: "Swaziland"}}
		now := map[string]state.Name{"en": {Short: "Eswatini", Formal: "the Kingdom of Eswatini"}}
		register := func(n map[string]state.Name, f state.Facts) state.Register {
			return state.Register{Code: "SWZ", Names: n, Facts: f}
		}
		var all []move[state.Command]
		for _, c := range []state.Command{
			register(old, facts), register(old, facts), register(now, facts), register(old, island),
			state.Rename{Names: now}, state.Rename{Names: old}, state.End{Reason: "merged"},
			state.RecordRegionMembership{Commission: state.ECA}, state.RecordRegionMembership{Commission: state.ECE},
			state.EndRegionMembership{Commission: state.ECA}, state.EndRegionMembership{Commission: state.ECE},
		} {
			all = append(all, move[state.Command]{c, officer})
		}
		return all
	}),
}

// Champion walks from an invitation to stepping down, and round again.
var Champion = domaintest.Walker[champion.Command, champion.State, champion.Event]{
	Decider: champion.Decider,
	Begin: among(func(domain.ID) []move[champion.Command] {
		return []move[champion.Command]{
			{champion.Invite{State: stateA, IsState: true}, officer}, {champion.Accept{}, missionA}, {champion.Accept{}, missionA}, {champion.List{ListVersion: 1}, officer},
			{champion.AgreeSupport{Plan: en("A")}, missionA}, {champion.AgreeSupport{Plan: en("B")}, missionA}, {champion.ShareLesson{Lesson: en("C")}, missionA},
			{champion.StepDown{}, missionA}, {champion.Decline{}, missionA},
		}
	}),
}

// Importing walks from an import to its retraction by two officers.
var Importing = domaintest.Walker[importing.Command, importing.State, importing.Event]{
	Decider: importing.Decider,
	Begin: among(func(id domain.ID) []move[importing.Command] {
		return []move[importing.Command]{
			{importing.Begin{Format: "polis", Source: "comments.csv", Into: "con_a"}, officer},
			{importing.Retract{Reason: en("The wrong file.")}, officer}, {importing.Retract{Reason: en("The wrong file.")}, second},
			{importing.Retract{Reason: en("The wrong file.")}, domaintest.When(second, second.At.Add(15*24*time.Hour))},
		}
	}),
}

// WorkingGroup walks through members, updates and the end.
var WorkingGroup = domaintest.Walker[workinggroup.Command, workinggroup.State, workinggroup.Event]{
	Decider: workinggroup.Decider,
	Begin: among(func(id domain.ID) []move[workinggroup.Command] {
		group := "ent_of_" + id
		lead, member := domaintest.As("per_lead", group, domain.WorkingGroup), domaintest.As("per_ida", agency, domain.NetworkEntity)
		found := workinggroup.Constitute{Name: en("Hub"), Entity: group, IsGroup: true}
		return []move[workinggroup.Command]{
			{found, officer}, {found, officer}, {workinggroup.DesignateCoLead{CoLead: ngo, Acts: true}, officer}, {workinggroup.DesignateCoLead{CoLead: agency, Acts: true}, officer},
			{workinggroup.Join{Member: agency, Acts: true}, member}, {workinggroup.Leave{Member: agency}, member}, {workinggroup.Join{Member: ngo, Acts: true}, forNGO},
			{workinggroup.ReportUpdate{Text: en("A")}, lead}, {workinggroup.ReportUpdate{Text: en("B")}, forNGO},
			{workinggroup.PublishDeliverable{Title: en("B")}, lead}, {workinggroup.Conclude{}, officer},
		}
	}),
}
