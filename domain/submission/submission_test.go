package submission

import (
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	ada      = domaintest.Own("per_ada")
	bob      = domaintest.Own("per_bob")
	ngo      = domaintest.As("per_ada", "ent_ngo", domain.Stakeholder)
	focal    = domaintest.As("per_focal", "ent_freedonia", domain.StateFocalPoint)
	mission  = domaintest.As("per_mission", "ent_freedonia", domain.StateMission)
	sylvania = domaintest.As("per_other", "ent_sylvania", domain.StateMission)
	officer  = domaintest.Officer("per_officer")
	prot     = domaintest.As("per_prot", "ent_secretariat", domain.Protection)

	openCall = Call{Open: true}
	lateCall = Call{LateAllowed: true, ClosedAt: domaintest.At.Add(-time.Second)}
	shut     = Call{ClosedAt: domaintest.At.Add(-time.Second)}
	hash     = strings.Repeat("ab", 32)
)

func text(s string) Input { return Input{Text: &domain.Text{Language: "es", Value: s}} }

func said(of domain.ID, s string) Content {
	return Content{Text: &Words{Language: "es", Text: domain.About(of, s)}}
}

func sent(of domain.ID) []Event {
	return []Event{Received{Consultation: "con_1", For: of, Content: said(of, "No."), Label: domain.Public}}
}

func drafted() []Event {
	return []Event{DraftSaved{Consultation: "con_1", For: "ent_freedonia", Content: said("per_focal", "Sí.")}}
}

func after(events []Event, more ...Event) []Event {
	return append(events[:len(events):len(events)], more...)
}

func one(n int64) *int64 { return &n }

func TestSubmit(t *testing.T) {
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "in one's own name", When: Submit{Consultation: "con_1", Content: text("No."), Call: openCall}, By: ada, Then: sent("per_ada")},
		{Name: "for an entity", When: Submit{Consultation: "con_1", Content: text(" No. "), Call: openCall}, By: ngo, Then: sent("ent_ngo")},
		{Name: "empty", When: Submit{Consultation: "con_1", Content: text(" "), Call: openCall}, By: ada, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "nothing", When: Submit{Consultation: "con_1", Call: openCall}, By: ada, Code: domain.Invalid, Slug: "submission.empty"},
		{Name: "too long", When: Submit{Consultation: "con_1", Content: text(strings.Repeat("x", maxText+1)), Call: openCall}, By: ada, Code: domain.Invalid, Slug: "text.too_long"},
		{Name: "a focal point does not submit", When: Submit{Consultation: "con_1", Content: text("No."), Call: openCall}, By: focal, Code: domain.NotAllowed},
		{Name: "from outside the audience", When: Submit{Consultation: "con_1", Content: text("No."), Call: Call{Open: true, Outside: true}}, By: ngo, Code: domain.NotAllowed, Slug: "submission.audience"},
		{Name: "from outside the audience, told before the window", When: Submit{Consultation: "con_1", Content: text("No."), Call: Call{Outside: true}}, By: ngo, Code: domain.NotAllowed, Slug: "submission.audience"},
		{Name: "late from outside the audience", When: Submit{Consultation: "con_1", Content: text("No."), Late: "flood", Call: Call{LateAllowed: true, Outside: true}}, By: ngo, Code: domain.NotAllowed, Slug: "submission.audience"},
		{Name: "a draft from outside the audience", When: SaveDraft{Consultation: "con_1", Content: text("No."), Call: Call{Outside: true}}, By: ngo, Code: domain.NotAllowed, Slug: "submission.audience"},
		{Name: "a draft of who is no longer in the audience is not sent", Given: drafted(), When: Submit{Call: Call{Open: true, Outside: true}}, By: mission, Code: domain.NotAllowed, Slug: "submission.audience"},
		{Name: "nor authorised", Given: after(drafted(), AuthorisationProposed{1}), When: Authorise{Call: Call{Open: true, Outside: true}}, By: mission, Code: domain.NotAllowed, Slug: "submission.audience"},
		{Name: "it is thrown away", Given: drafted(), When: Discard{}, By: mission, Then: []Event{DraftDiscarded{}}},
		{Name: "what was taken is amended", Given: sent("ent_ngo"), When: Amend{Content: text("Sí."), Call: Call{Open: true, Outside: true}}, By: ngo, Then: []Event{Amended{Content: said("ent_ngo", "Sí.")}}},
		{Name: "not open yet", When: Submit{Consultation: "con_1", Content: text("No.")}, By: ada, Code: domain.WindowClosed, Slug: "submission.not_open"},
		{Name: "closed for good", When: Submit{Consultation: "con_1", Content: text("No."), Late: "flood", Call: shut}, By: ada, Code: domain.WindowClosed, Slug: "submission.closed"},
		{Name: "closed, late with no reason", When: Submit{Consultation: "con_1", Content: text("No."), Call: lateCall}, By: ada, Code: domain.WindowClosed},
		{Name: "late with a reason waits for a decision", When: Submit{Consultation: "con_1", Content: text("No."), Late: "flood", Call: lateCall}, By: ada,
			Then: []Event{Received{Consultation: "con_1", For: "per_ada", Content: said("per_ada", "No."), Label: domain.Public, Late: &Late{domain.About("per_ada", "flood")}}}},
		{Name: "sealed while a request is pending", When: Submit{Consultation: "con_1", Content: text("No."), Label: domain.Anonymised, Call: openCall}, By: ada,
			Then: []Event{Received{Consultation: "con_1", For: "per_ada", Content: said("per_ada", "No."), Label: domain.Sealed, Requested: domain.Anonymised}}},
		{Name: "co-signatories are invited, not taken", When: Submit{Consultation: "con_1", Content: text("No."), CoSigners: []domain.ID{"ent_b"}, Call: openCall}, By: ada,
			Then: after(sent("per_ada"), CoSignatoryInvited{"ent_b"})},
		{Name: "G4: stale edition", Given: drafted(), When: Submit{Expected: one(0), Call: openCall}, By: mission, Code: domain.VersionConflict},
		{Name: "from a draft, the words become the State's", Given: drafted(), When: Submit{Call: openCall}, By: mission,
			Then: []Event{Received{Consultation: "con_1", For: "ent_freedonia", Content: said("ent_freedonia", "Sí."), Label: domain.Public}}},
	})
}

func TestAuthorSovereignty(t *testing.T) {
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G6: the owner amends", Given: sent("per_ada"), When: Amend{Content: text("Yes."), Expected: one(1), Call: openCall}, By: ada, Then: []Event{Amended{said("per_ada", "Yes.")}}},
		{Name: "G6: another person does not amend", Given: sent("per_ada"), When: Amend{Content: text("Yes."), Call: openCall}, By: bob, Code: domain.NotOwner},
		{Name: "G6: the secretariat does not amend", Given: sent("per_ada"), When: Amend{Content: text("Yes."), Call: openCall}, By: officer, Code: domain.NotOwner},
		{Name: "G6: another State does not amend", Given: sent("ent_freedonia"), When: Amend{Content: text("Yes."), Call: openCall}, By: sylvania, Code: domain.NotOwner},
		{Name: "G6: the secretariat does not withdraw", Given: sent("per_ada"), When: Withdraw{}, By: officer, Code: domain.NotOwner},
		{Name: "G6: the secretariat does not restore", Given: after(sent("per_ada"), Withdrawn{}), When: Restore{}, By: officer, Code: domain.NotOwner},
		{Name: "G6: the secretariat does not open", Given: after(sent("per_ada"), ConfidentialityRequested{domain.Sealed}), When: LowerConfidentiality{domain.Public}, By: prot, Code: domain.NotOwner},
		{Name: "G6: what has no owner is nobody's to amend", Given: []Event{Recorded{Consultation: "con_1"}}, When: Amend{Content: text("Mine!"), Call: openCall}, By: ada, Code: domain.NotOwner},
		{Name: "the State's focal point does not amend", Given: sent("ent_freedonia"), When: Amend{Content: text("Yes."), Call: openCall}, By: focal, Code: domain.NotAllowed},
		{Name: "G4: a stale amendment", Given: sent("per_ada"), When: Amend{Content: text("Yes."), Expected: one(7), Call: openCall}, By: ada, Code: domain.VersionConflict},
		{Name: "no amendment after closing", Given: sent("per_ada"), When: Amend{Content: text("Yes."), Call: shut}, By: ada, Code: domain.WindowClosed},
		{Name: "nor a late one", Given: sent("per_ada"), When: Amend{Content: text("Yes."), Call: lateCall}, By: ada, Code: domain.WindowClosed},
		{Name: "withdrawn twice is quiet", Given: after(sent("per_ada"), Withdrawn{}), When: Withdraw{}, By: ada},
	})
}

func TestAuthorisation(t *testing.T) {
	waiting := after(drafted(), AuthorisationProposed{1})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a focal point drafts", When: SaveDraft{Consultation: "con_1", Content: text("Sí.")}, By: focal, Then: drafted()},
		{Name: "and proposes", Given: drafted(), When: Propose{}, By: focal, Then: []Event{AuthorisationProposed{1}}},
		{Name: "but does not authorise", Given: waiting, When: Authorise{Call: openCall}, By: focal, Code: domain.NotAllowed},
		{Name: "the mission does", Given: waiting, When: Authorise{Expected: one(1), Call: openCall}, By: mission,
			Then: []Event{Received{Consultation: "con_1", For: "ent_freedonia", Content: said("ent_freedonia", "Sí."), Label: domain.Public}}},
		{Name: "another mission does not", Given: waiting, When: Authorise{Call: openCall}, By: sylvania, Code: domain.NotOwner},
		{Name: "not what nobody proposed", Given: drafted(), When: Authorise{Call: openCall}, By: mission, Code: domain.NotAllowed},
		{Name: "changing takes the proposal back", Given: after(waiting, DraftSaved{Consultation: "con_1", For: "ent_freedonia"}), When: Authorise{Call: openCall}, By: mission, Code: domain.NotAllowed},
		{Name: "a draft stays in its consultation", Given: drafted(), When: SaveDraft{Consultation: "con_2", Content: text("Sí.")}, By: focal, Code: domain.Invalid},
	})
}

func TestWrapping(t *testing.T) {
	late := []Event{Received{Consultation: "con_1", For: "per_ada", Content: said("per_ada", "No."), Label: domain.Public, Late: &Late{}}}
	asked := after(sent("per_ada"), ConfidentialityRequested{domain.Restricted})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "published", Given: sent("per_ada"), When: Publish{}, By: officer, Then: []Event{Published{1}}},
		{Name: "not by the owner", Given: sent("per_ada"), When: Publish{}, By: ada, Code: domain.NotAllowed},
		{Name: "nothing sealed is published", Given: asked, When: Publish{}, By: prot, Code: domain.LabelForbidden},
		{Name: "nothing undecided is published", Given: late, When: Publish{}, By: officer, Code: domain.NotAllowed},
		{Name: "late accepted", Given: late, When: AcceptLate{Reason: "a flood is no fault"}, By: officer, Then: []Event{LateAccepted{"a flood is no fault"}}},
		{Name: "what came in time is not late", Given: sent("per_ada"), When: AcceptLate{Reason: "why not"}, By: officer, Code: domain.NotAllowed},
		{Name: "a decision stands", Given: after(late, LateAccepted{"x"}), When: RefuseLate{domain.ReasonCode{Policy: "1", Code: "LATE", Text: "late"}}, By: officer, Code: domain.NotAllowed},
		{Name: "granted", Given: asked, When: GrantConfidentiality{Reason: "at risk"}, By: prot, Then: []Event{ConfidentialityGranted{domain.Restricted, "at risk"}}},
		{Name: "not by the secretariat", Given: asked, When: GrantConfidentiality{Reason: "at risk"}, By: officer, Code: domain.NotAllowed},
		{Name: "declined leaves it sealed", Given: after(asked, ConfidentialityDeclined{domain.Restricted, "no"}), When: Publish{}, By: prot, Code: domain.LabelForbidden},
		{Name: "until the owner opens it", Given: after(asked, ConfidentialityDeclined{domain.Restricted, "no"}), When: LowerConfidentiality{domain.Public}, By: ada, Then: []Event{ConfidentialityLowered{domain.Public}}},
		{Name: "lowering does not raise", Given: sent("per_ada"), When: LowerConfidentiality{domain.States}, By: ada, Code: domain.LabelForbidden},
		{Name: "G16: a translation is of an edition", Given: sent("per_ada"), When: AttachTranslation{domain.Text{Language: "en", Value: "No."}, domain.Machine, 2}, By: officer, Code: domain.VersionConflict},
		{Name: "G16: and says who made it", Given: sent("per_ada"), When: AttachTranslation{domain.Text{Language: "en", Value: "No."}, domain.Machine, 1}, By: officer,
			Then: []Event{TranslationAttached{Translation{1, Words{"en", domain.About("per_ada", "No.")}, domain.Machine}}}},
		{Name: "co-signed", Given: after(sent("per_ada"), CoSignatoryInvited{"ent_ngo"}), When: ConfirmCoSignature{}, By: domaintest.As("per_bob", "ent_ngo", domain.Stakeholder), Then: []Event{CoSignatoryConfirmed{"ent_ngo"}}},
		{Name: "co-signed again once it is amended", Given: after(sent("per_ada"), CoSignatoryInvited{"ent_ngo"}, CoSignatoryConfirmed{"ent_ngo"}, Amended{said("per_ada", "Yes.")}),
			When: ConfirmCoSignature{}, By: ngo, Then: []Event{CoSignatoryConfirmed{"ent_ngo"}}},
		{Name: "co-signed twice is quiet", Given: after(sent("per_ada"), CoSignatoryInvited{"ent_ngo"}, CoSignatoryConfirmed{"ent_ngo"}), When: ConfirmCoSignature{}, By: ngo},
		{Name: "not by who was not asked", Given: after(sent("per_ada"), CoSignatoryInvited{"ent_ngo"}), When: ConfirmCoSignature{}, By: bob, Code: domain.NotOwner},
	})
}

var hiding = domain.ReasonCode{Policy: InterimPolicy, Code: "PERSONAL_DATA", Text: "It says where somebody lives."}

// TestEditions: what is released, superseded and taken back is an edition.
func TestEditions(t *testing.T) {
	var (
		shown    = after(sent("per_ada"), Published{1})
		amended  = after(shown, Amended{said("per_ada", "Yes.")})
		replaced = after(amended, Published{2})
		gone     = func(edition int64) Event { return EditionRetracted{edition, domain.About("per_ada", "")} }
	)
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a released edition is not released again", Given: shown, When: Publish{}, By: officer},
		{Name: "an amended one waits, and is released by itself", Given: amended, When: Publish{Expected: one(2)}, By: officer, Then: []Event{Published{2}}},
		{Name: "not before it was read", Given: amended, When: Publish{Expected: one(1)}, By: officer, Code: domain.VersionConflict},
		{Name: "an old record of a release is of the edition of then", Given: after(sent("per_ada"), Published{}), When: Publish{}, By: officer},
		{Name: "amending may take back what was before", Given: replaced, When: Amend{Content: text("Perhaps."), RetractPrevious: true, Call: openCall}, By: ada,
			Then: []Event{Amended{said("per_ada", "Perhaps.")}, gone(1), gone(2)}},
		{Name: "each edition once", Given: after(replaced, gone(1)), When: Amend{Content: text("Perhaps."), RetractPrevious: true, Call: openCall}, By: ada,
			Then: []Event{Amended{said("per_ada", "Perhaps.")}, gone(2)}},
		{Name: "the edition shown is taken back", Given: shown, When: Retract{Edition: 1}, By: ada, Then: []Event{gone(1)}},
		{Name: "a superseded one too", Given: replaced, When: Retract{Edition: 1, Expected: one(2)}, By: ada, Then: []Event{gone(1)}},
		{Name: "twice is a no-op", Given: after(replaced, gone(1)), When: Retract{Edition: 1}, By: ada},
		{Name: "not the one that waits", Given: amended, When: Retract{Edition: 2}, By: ada, Code: domain.NotAllowed, Slug: "submission.not_released"},
		{Name: "none before the first", Given: shown, When: Retract{}, By: ada, Code: domain.NotFound, Slug: "submission.no_edition"},
		{Name: "none after the newest", Given: shown, When: Retract{Edition: 2}, By: ada, Code: domain.NotFound},
		{Name: "G6: nobody else takes words back", Given: shown, When: Retract{Edition: 1}, By: officer, Code: domain.NotOwner},
		{Name: "what was taken back is not translated", Given: after(shown, gone(1)), When: AttachTranslation{domain.Text{Language: "en", Value: "No."}, domain.Human, 1}, By: officer, Code: domain.NotAllowed, Slug: "submission.retracted"},
		{Name: "what is withdrawn can be taken back", Given: after(shown, Withdrawn{}), When: Retract{Edition: 1}, By: ada, Then: []Event{gone(1)}},
	})
}

func TestHide(t *testing.T) {
	moderator := domaintest.As("per_mod", "ent_secretariat", domain.Moderator)
	shown := after(sent("per_ada"), Published{1})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a moderator hides", Given: shown, When: Hide{hiding}, By: moderator, Then: []Event{Hidden{hiding}}},
		{Name: "twice is a no-op", Given: after(shown, Hidden{hiding}), When: Hide{hiding}, By: moderator},
		{Name: "before it is published too", Given: sent("per_ada"), When: Hide{hiding}, By: moderator, Then: []Event{Hidden{hiding}}},
		{Name: "what is withdrawn too", Given: after(shown, Withdrawn{}), When: Hide{hiding}, By: moderator, Then: []Event{Hidden{hiding}}},
		{Name: "by a policy that is in force", Given: shown, When: Hide{domain.ReasonCode{Policy: "moderation-1", Code: "SPAM", Text: "x"}}, By: moderator, Code: domain.Invalid, Slug: "submission.policy"},
		{Name: "for a reason that it lists", Given: shown, When: Hide{domain.ReasonCode{Policy: InterimPolicy, Code: "DISLIKED", Text: "x"}}, By: moderator, Code: domain.Invalid, Slug: "submission.reason_code"},
		{Name: "in words", Given: shown, When: Hide{domain.ReasonCode{Policy: InterimPolicy, Code: "SPAM"}}, By: moderator, Code: domain.Invalid},
		{Name: "not the secretariat", Given: shown, When: Hide{hiding}, By: officer, Code: domain.NotAllowed},
		{Name: "nothing hidden is released", Given: after(sent("per_ada"), Hidden{hiding}), When: Publish{}, By: officer, Code: domain.NotAllowed, Slug: "submission.hidden"},
	})
}

func TestRecord(t *testing.T) {
	source := Source{Name: "polis", Item: "7", Hash: hash, Moderation: SourceAccepted, Agrees: 3}
	recorded := Recorded{Consultation: "con_1", Author: domain.About("", "Anonymous"), Content: said("", "No."), Source: source}
	rejected := source
	rejected.Moderation = SourceRejected
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "recorded, needs no window", When: Record{Consultation: "con_1", Author: "Anonymous", Content: text("No."), Source: source}, By: officer, Then: []Event{recorded}},
		{Name: "recorded and published", When: Record{Consultation: "con_1", Author: "Anonymous", Content: text("No."), Source: source, Publish: true}, By: officer, Then: []Event{recorded, Published{1}}},
		{Name: "what its source rejected is not published", When: Record{Consultation: "con_1", Content: text("No."), Source: rejected, Publish: true}, By: officer, Code: domain.Invalid},
		{Name: "not by a stakeholder", When: Record{Consultation: "con_1", Content: text("No."), Source: source}, By: ada, Code: domain.NotAllowed},
		{Name: "from outside the audience it is recorded and marked", When: Record{Consultation: "con_1", Author: "Anonymous", Content: text("No."), Source: source, Outside: true}, By: officer,
			Then: []Event{Recorded{Consultation: "con_1", Author: domain.About("", "Anonymous"), Content: said("", "No."), Source: source, Outside: true}}},
		{Name: "no hash", When: Record{Consultation: "con_1", Content: text("No."), Source: Source{Name: "polis"}}, By: officer, Code: domain.Invalid},
		{Name: "confirmed by its owner", Given: []Event{Recorded{Consultation: "con_1", For: "per_ada"}}, When: ConfirmRecorded{}, By: ada, Then: []Event{RecordedConfirmed{}}},
		{Name: "by nobody else", Given: []Event{Recorded{Consultation: "con_1", For: "per_ada"}}, When: ConfirmRecorded{}, By: bob, Code: domain.NotOwner},
	})
}

// It is told whose a record is once its owner confirms it, or two officers
// attest it with a public source, each within the time of the first.
func TestWhoseARecordIs(t *testing.T) {
	letter := []Event{Recorded{Consultation: "con_1", For: "ent_ngo", Content: said("ent_ngo", "No.")}}
	bare := []Event{Recorded{Consultation: "con_1", Content: said("", "No.")}}
	own, confirmed := sent("ent_ngo"), after(letter, RecordedConfirmed{})
	source := PublicSource{Title: "A statement", Link: "https://ngo.example/statement"}
	attest := func(link string) AttestRecord {
		return AttestRecord{Source: PublicSource{Title: " A statement ", Link: link}}
	}
	second, lapse := domaintest.Officer("per_second"), domaintest.At.Add(attestingFor)
	proposed := RecordedAttestationProposed{Officer: "per_officer", Source: source, Until: lapse}
	waiting := after(letter, proposed)
	attested := after(waiting, RecordedAttested{Source: source})
	contested := after(letter, RecordedContested{Reason: domain.About("ent_ngo", "Forged.")})
	corrected := RecordCorrected{Corrects: 1, Content: said("ent_ngo", "Yes."), Source: domain.About("ent_ngo", "The letter.")}
	correct := CorrectRecord{Content: text("Yes."), Source: " The letter. "}
	again := func(officer domain.ID, at time.Time) Event {
		return RecordedAttestationProposed{Officer: officer, Source: source, Until: at.Add(attestingFor)}
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "contested", Given: letter, When: ContestRecorded{Reason: " Forged. "}, By: ngo, Then: contested[1:]},
		{Name: "contested without a reason", Given: letter, When: ContestRecorded{}, By: ngo, Then: []Event{RecordedContested{Reason: domain.About("ent_ngo", "")}}},
		{Name: "contested twice is quiet", Given: contested, When: ContestRecorded{}, By: ngo},
		{Name: "contested after officers attested", Given: attested, When: ContestRecorded{Reason: "Forged."}, By: ngo, Then: contested[1:]},
		{Name: "contested by somebody else", Given: letter, When: ContestRecorded{}, By: bob, Code: domain.NotOwner},
		{Name: "contested by an officer", Given: letter, When: ContestRecorded{}, By: officer, Code: domain.NotOwner},
		{Name: "contested after it was confirmed", Given: confirmed, When: ContestRecorded{}, By: ngo, Code: domain.NotAllowed, Slug: "submission.record_confirmed"},
		{Name: "contested though one sent it", Given: own, When: ContestRecorded{}, By: ngo, Code: domain.NotAllowed, Slug: "submission.not_recorded"},
		{Name: "contested by what was read before", Given: after(letter, corrected), When: ContestRecorded{Expected: one(1)}, By: ngo, Code: domain.VersionConflict},
		{Name: "confirmed after all", Given: contested, When: ConfirmRecorded{}, By: ngo, Then: []Event{RecordedConfirmed{}}},
		{Name: "who contested does not amend", Given: contested, When: Amend{Content: text("Yes."), Call: openCall}, By: ngo, Code: domain.NotAllowed, Slug: "submission.disowned"},
		{Name: "nor withdraw", Given: contested, When: Withdraw{}, By: ngo, Code: domain.NotAllowed, Slug: "submission.disowned"},
		{Name: "nor take an edition back", Given: contested, When: Retract{Edition: 1}, By: ngo, Code: domain.NotAllowed, Slug: "submission.disowned"},
		{Name: "nor seal", Given: contested, When: RequestConfidentiality{domain.Sealed}, By: ngo, Code: domain.NotAllowed, Slug: "submission.disowned"},
		{Name: "nor open", Given: contested, When: LowerConfidentiality{domain.Public}, By: ngo, Code: domain.NotAllowed, Slug: "submission.disowned"},

		{Name: "corrected", Given: letter, When: correct, By: officer, Then: []Event{corrected}},
		{Name: "corrected after it was contested", Given: contested, When: correct, By: officer, Then: []Event{corrected}},
		{Name: "corrected without a source", Given: letter, When: CorrectRecord{Content: text("Yes.")}, By: officer, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "corrected to nothing", Given: letter, When: CorrectRecord{Source: "The letter."}, By: officer, Code: domain.Invalid, Slug: "submission.empty"},
		{Name: "corrected by its owner", Given: letter, When: correct, By: ngo, Code: domain.NotAllowed},
		{Name: "corrected after it was confirmed", Given: confirmed, When: correct, By: officer, Code: domain.NotOwner, Slug: "submission.record_confirmed"},
		{Name: "corrected though its owner sent it", Given: own, When: correct, By: officer, Code: domain.NotOwner, Slug: "submission.not_recorded"},
		{Name: "corrected by what was read before", Given: after(letter, corrected), When: CorrectRecord{Content: text("Yes."), Source: "x", Expected: one(1)}, By: officer, Code: domain.VersionConflict},

		{Name: "attested once", Given: letter, When: attest(" https://ngo.example/statement "), By: officer, Then: []Event{proposed}},
		{Name: "attested by the same officer again", Given: waiting, When: attest(source.Link), By: officer, Code: domain.FourEyesRequired, Slug: "submission.second_officer"},
		{Name: "attested by another, a moment before it lapses", Given: waiting, When: attest(source.Link), By: domaintest.When(second, lapse.Add(-1)), Then: []Event{RecordedAttested{Source: source}}},
		{Name: "attested as it lapses", Given: waiting, When: attest(source.Link), By: domaintest.When(second, lapse), Then: []Event{again("per_second", lapse)}},
		{Name: "attested by the same after it lapsed", Given: waiting, When: attest(source.Link), By: domaintest.When(officer, lapse), Then: []Event{again("per_officer", lapse)}},
		{Name: "attested a third time is quiet", Given: attested, When: attest(source.Link), By: domaintest.Officer("per_third")},
		{Name: "attested anew once it is corrected", Given: after(attested, corrected), When: attest(source.Link), By: second, Then: []Event{again("per_second", domaintest.At)}},
		{Name: "one attestation falls with a correction", Given: after(waiting, corrected), When: attest(source.Link), By: second, Then: []Event{again("per_second", domaintest.At)}},
		{Name: "attested without a title", Given: letter, When: AttestRecord{Source: PublicSource{Link: source.Link}}, By: officer, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "attested without a link", Given: letter, When: attest(""), By: officer, Code: domain.Invalid, Slug: "submission.link"},
		{Name: "attested with what is no page", Given: letter, When: attest("file:///letter"), By: officer, Code: domain.Invalid, Slug: "submission.link"},
		{Name: "attested by its owner", Given: letter, When: attest(source.Link), By: ngo, Code: domain.NotAllowed},
		{Name: "attested though nobody is named", Given: bare, When: attest(source.Link), By: officer, Code: domain.NotAllowed, Slug: "submission.names_nobody"},
		{Name: "attested against who is named", Given: contested, When: attest(source.Link), By: second, Code: domain.NotAllowed, Slug: "submission.contested"},
		{Name: "attested though it is confirmed", Given: confirmed, When: attest(source.Link), By: officer, Code: domain.NotOwner, Slug: "submission.record_confirmed"},
		{Name: "attested though its owner sent it", Given: own, When: attest(source.Link), By: officer, Code: domain.NotOwner, Slug: "submission.not_recorded"},
		{Name: "attested by what was read before", Given: after(letter, corrected), When: AttestRecord{Source: source, Expected: one(1)}, By: officer, Code: domain.VersionConflict},
	})
	for name, tt := range map[string]struct {
		events  []Event
		settled bool
	}{
		"sent": {own, true}, "recorded": {letter, false}, "nobody is named": {bare, true}, "confirmed": {confirmed, true}, "attested once": {waiting, false},
		"attested": {attested, true}, "contested": {contested, false}, "attested, contested": {after(attested, RecordedContested{}), false},
		"attested, corrected": {after(attested, corrected), false}, "contested, confirmed": {after(contested, RecordedConfirmed{}), true},
		"attested, confirmed": {after(attested, RecordedConfirmed{}), true},
	} {
		if got := Decider.Fold(State{}, tt.events...).Settled(); got != tt.settled {
			t.Errorf("%s: settled is %t", name, got)
		}
	}
}

// Who contributed, after each thing that may happen to what they sent.
func TestContributes(t *testing.T) {
	late := Received{Consultation: "con_1", For: "ent_ngo", Content: said("ent_ngo", "No."), Label: domain.Public, Late: &Late{}}
	letter := Recorded{Consultation: "con_1", For: "ent_ngo"}
	stray := Recorded{Consultation: "con_1", For: "ent_ngo", Outside: true}
	for name, tt := range map[string]struct {
		events []Event
		want   bool
	}{
		"nothing":                      {nil, false},
		"a draft":                      {drafted(), false},
		"sent":                         {sent("ent_ngo"), true},
		"sent under seal":              {after(sent("ent_ngo"), ConfidentialityRequested{domain.Sealed}), true},
		"withdrawn":                    {after(sent("ent_ngo"), Withdrawn{}), false},
		"restored":                     {after(sent("ent_ngo"), Withdrawn{}, Restored{}), true},
		"late and undecided":           {[]Event{late}, false},
		"late and accepted":            {[]Event{late, LateAccepted{}}, true},
		"late and refused":             {[]Event{late, LateRefused{}}, false},
		"recorded":                     {[]Event{letter}, false},
		"recorded and confirmed":       {[]Event{letter, RecordedConfirmed{}}, true},
		"confirmed, from outside":      {[]Event{stray, RecordedConfirmed{}}, false},
		"recorded, confirmed, revoked": {[]Event{letter, RecordedConfirmed{}, Withdrawn{}}, false},
	} {
		if got := Decider.Fold(State{}, tt.events...).Contributes(); got != tt.want {
			t.Errorf("%s contributes: %t", name, got)
		}
	}
}
