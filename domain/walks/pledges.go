package walks

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
)

const heard = "Briefing to Member States, 4 March 2020"

// Commitment walks from what was announced or pledged to its end.
var Commitment = domaintest.Walker[commitment.Command, commitment.State, commitment.Event]{
	Decider: commitment.Decider,
	Begin: among(func(domain.ID) []move[commitment.Command] {
		known := commitment.Known{Entities: []domain.ID{agency, stateA, stateB, ngo}, Funds: []domain.ID{"fun_mptf"}, Version: 2, Usable: true}
		scope := commitment.Scope{Concerns: commitment.Migrants, Objectives: []int{23}}
		help := commitment.Wording{Kind: commitment.RoadmapSupport, Text: en("Help States with roadmaps"), Scope: scope}
		backing := commitment.Wording{Kind: commitment.SecretariatSupport, Text: en("Support the Network")}
		money := commitment.Wording{Kind: commitment.Financial, Text: en("Two million"), Scope: scope, Amount: &commitment.Sum{Amount: "2000000.50", Currency: "EUR"}, Fund: "fun_mptf", Ends: "December 2020"}
		late := domaintest.When(system, domaintest.At.AddDate(2, 0, 0))
		proof := []commitment.Evidence{{Title: en("Receipt"), Link: "https://fund.example/receipts/1"}}
		report := func(s commitment.Stage, e ...commitment.Evidence) commitment.ReportProgress {
			return commitment.ReportProgress{Stage: s, Text: en("So far"), Evidence: e}
		}
		return []move[commitment.Command]{
			{commitment.RecordAnnouncement{Quantifier: domain.Several, Attribution: domain.Unattributed, Wording: backing, Source: heard}, officer},
			{commitment.RecordAnnouncement{Quantifier: domain.One, Attribution: domain.Named, Owner: stateA, Wording: help, Source: heard, Known: known}, officer},
			{commitment.Record{Owner: stateA, Wording: help, Source: heard, Known: known}, officer}, {commitment.Record{Wording: backing, Source: heard}, officer},
			{commitment.CorrectRecord{Wording: backing, Source: heard}, officer}, {commitment.CorrectRecord{Wording: help, Source: heard}, officer},
			{commitment.Confirm{}, missionA}, {commitment.Confirm{Terms: &money, Known: known}, missionA}, {commitment.Contest{}, missionA},
			{commitment.Submit{Form: commitment.Common, Wording: money, CoPledgers: []domain.ID{stateB, ngo}, Known: known}, missionA},
			{commitment.Submit{Form: commitment.Matching, Wording: money, Known: known}, missionA},
			{commitment.ConfirmCoPledge{}, missionB}, {commitment.LeavePledge{}, forNGO}, {commitment.LeavePledge{}, missionB}, {commitment.Publish{}, missionA}, {commitment.Publish{}, missionA},
			{commitment.Match{With: "com_ngo", Other: commitment.Counterpart{Owner: ngo, Form: commitment.Matching, Open: true}}, missionA},
			{report(commitment.StagePlanning), missionA}, {report(commitment.StageInProgress), missionA}, {report(commitment.StageFulfilled, proof...), missionA},
			{commitment.ChallengeProgress{Report: 1, Text: en("No.")}, forNGO}, {commitment.ChallengeProgress{Report: 1, Text: en("No.")}, missionB},
			{commitment.MarkStale{}, late}, {commitment.Lapse{}, late}, {commitment.Lapse{}, system}, {commitment.Withdraw{}, missionA},
		}
	}),
}

// Secondment walks from an offer, or what was heard of one, to its end.
var Secondment = domaintest.Walker[secondment.Command, secondment.State, secondment.Event]{
	Decider: secondment.Decider,
	Begin: among(func(domain.ID) []move[secondment.Command] {
		adviser := secondment.Description{Language: "en", Title: "Protection adviser", Grade: "P-4", DutyStation: "Geneva"}
		lender := secondment.Lender{Recognised: true, Lends: true}
		moves := []move[secondment.Command]{
			{secondment.Record{Entity: agency, Source: heard, Lender: lender}, officer}, {secondment.Record{Entity: agency, Impending: true, Source: heard, Lender: lender}, officer},
			{secondment.CorrectRecord{Source: heard}, officer}, {secondment.CorrectRecord{Impending: true, Start: "2020", Source: heard}, officer}, {secondment.Acknowledge{}, officer},
		}
		for _, c := range []secondment.Command{
			secondment.Offer{Post: adviser}, secondment.Confirm{}, secondment.Confirm{Post: &adviser}, secondment.Contest{}, secondment.Announce{}, secondment.Announce{Start: "spring 2020"},
			secondment.ConfirmStart{}, secondment.ConfirmStart{OccurredOn: "2020-02-01"}, secondment.Extend{Until: "2021"}, secondment.Extend{Until: "2022"},
			secondment.End{}, secondment.Cancel{}, secondment.NamePerson{Name: "Jo Doe", Subject: "per_made"},
		} {
			moves = append(moves, move[secondment.Command]{c, forOrg})
		}
		return moves
	}),
}
