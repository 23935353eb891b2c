package demo

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// Symbol is the short code of the demo's open consultation.
const Symbol = "CALL-2020-1"

// consultations are the five that the briefing announced for the spring, and
// one open call.
func (r *recorder) consultations() {
	for _, c := range []struct {
		kind  consultation.Kind
		group consultation.Group
		with  string
	}{
		{consultation.InformalStates, consultation.MemberStates, "Member States"},
		{consultation.InformalMigrants, consultation.Migrants, "migrants"},
		{consultation.InformalStakeholders, consultation.Stakeholders, "stakeholders"},
		{consultation.InformalCountryTeams, consultation.CountryTeams, "UN country teams"},
		{consultation.InformalRegionalMechanisms, consultation.RegionalMechanisms, "regional coordination mechanisms"},
	} {
		plan := consultation.Plan{
			Title: en("Informal consultation with " + c.with + " on the Secretary-General's report"),
			Kind:  c.kind, HeldOn: "spring 2020", OccurredOn: day, Mandates: []domain.MandateRef{{Symbol: compact}},
		}
		id := do(r, r.app.Consultations, "", consultation.Command(plan), officer, "plan "+c.with)
		audience := consultation.SetAudience{Groups: []consultation.Group{c.group}}
		do(r, r.app.Consultations, id, consultation.Command(audience), officer, "audience "+c.with)
	}
	call := consultation.Plan{
		Title:       en("What should the Secretary-General's report say?"),
		Description: en("A made-up call for written input, open to everybody. Send a text in any language."),
		Symbol:      Symbol, Kind: consultation.WrittenCall, Late: consultation.WithReason,
		Closes: consultation.Closing{Local: "2035-12-31T23:59:59", Zone: "Europe/Zurich", Inclusive: true},
	}
	id := do(r, r.app.Consultations, "", consultation.Command(call), officer, "plan the call")
	do(r, r.app.Consultations, id, consultation.Command(consultation.Announce{}), officer, "announce the call")
	do(r, r.app.Consultations, id, consultation.Command(consultation.Open{}), officer, "open the call")
}

// contributions are made up, one in each official language of the United
// Nations, and one that is only a draft.
func (r *recorder) contributions() {
	call := r.app.Created(consultation.Decider.Prefix, consultation.Decider.Category, r.by(officer, "plan the call"))
	send := func(who, language, text string, objectives ...string) {
		c := submission.Submit{Consultation: call, Content: submission.Input{Text: &domain.Text{Language: language, Value: text}, Objectives: objectives}}
		id := do(r, r.app.Submissions, "", submission.Command(c), who, "submit in "+language)
		do(r, r.app.Submissions, id, submission.Command(submission.Publish{}), officer, "publish "+language)
	}
	send("ngo", "en", "Information must reach people before they leave, in the languages they speak.", "3")
	send("prt-mission", "fr", "Les voies régulières évitent des drames ; nous proposons d'en ouvrir davantage.", "5", "8")
	send("slv-mission", "es", "Las remesas sostienen a muchas familias: abaratar su envío es urgente.", "20")
	send("ngo2", "ar", "نطلب أن تُسمع أصوات المهاجرين أنفسهم في كل مرحلة.", "15")
	send("editor", "zh", "请在报告中说明地方政府如何帮助移民融入社区。", "16")
	send("moderator", "ru", "Признание квалификаций помогает и работникам, и работодателям.", "18")
	draft := submission.SaveDraft{Consultation: call, Content: submission.Input{Text: &domain.Text{Language: "es", Value: "Borrador: propuesta sobre la protección consular."}}}
	do(r, r.app.Submissions, "", submission.Command(draft), "slv-focal", "draft")
}
