package graph

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/graph/model"
)

func dateOf(in *string) domain.PartialDate { return domain.PartialDate(or(in)) }

func placeOf(in *model.BriefingPlaceInput) briefing.Place {
	return briefing.Place{City: in.City, Date: domain.PartialDate(in.Date), LocalTime: or(in.LocalTime)}
}

func agendaOf(in []*model.BriefingAgendaItemInput) []briefing.AgendaItem {
	var out []briefing.AgendaItem
	for _, i := range in {
		out = append(out, briefing.AgendaItem{Title: textOf(i.Title), Mandates: mandates(i.Mandates)})
	}
	return out
}

func termOf(in *model.BriefingTermInput) briefing.Term {
	if in == nil {
		return briefing.Term{}
	}
	return briefing.Term{Vocabulary: in.Vocabulary, Version: or(in.Version), Code: in.Term}
}

func termsOf(in []*model.BriefingTermInput) []briefing.Term {
	var out []briefing.Term
	for _, t := range in {
		out = append(out, termOf(t))
	}
	return out
}

func partyOf(in *model.BriefingPartyInput) briefing.Party {
	if in == nil {
		return briefing.Party{}
	}
	return briefing.Party{Entity: or(in.ID), Office: or(in.Office)}
}

func partiesOf(in []*model.BriefingPartyInput) []briefing.Party {
	var out []briefing.Party
	for _, p := range in {
		out = append(out, partyOf(p))
	}
	return out
}

func voiceOf(in *model.BriefingVoiceInput) briefing.Voice {
	return briefing.Voice{Attribution: in.Attribution, Quantifier: or(in.Quantifier), Parties: partiesOf(in.Parties), Category: termOf(in.Category)}
}

func inviteesOf(in []*model.BriefingInviteeInput) []briefing.Invitee {
	var out []briefing.Invitee
	for _, i := range in {
		out = append(out, briefing.Invitee{Entity: or(i.Entity), Category: termOf(i.Category)})
	}
	return out
}

func countsOf(in []*model.BriefingCountInput) []briefing.Count {
	var out []briefing.Count
	for _, c := range in {
		out = append(out, briefing.Count{Category: termOf(c.Category), Number: int64(c.Number)})
	}
	return out
}

func pointsOf(in []*model.BriefingPointInput) []briefing.Point {
	var out []briefing.Point
	for _, p := range in {
		q := briefing.Point{Text: textOf(p.Text), Terms: termsOf(p.Terms)}
		for _, f := range p.Figures {
			q.Figures = append(q.Figures, briefing.Figure{Claim: f.Claim, Source: or(f.Source)})
		}
		out = append(out, q)
	}
	return out
}

func documentOf(in *model.BriefingDocumentInput) briefing.Document {
	if in == nil {
		return briefing.Document{}
	}
	return briefing.Document{Link: or(in.Link), Sha256: or(in.Sha256)}
}
