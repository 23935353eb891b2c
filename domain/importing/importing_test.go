package importing

import (
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestRetract(t *testing.T) {
	first, second := domaintest.Officer("per_first"), domaintest.Officer("per_second")
	moderator := domaintest.As("per_moderator", "ent_secretariat", domain.Moderator)
	begun := Begun{Format: "polis", Source: "comments.csv", Into: "con_a"}
	begin := Begin(begun)
	why := domain.Text{Language: "en", Value: "It is the wrong file."}
	proposal := RetractionProposed{Officer: "per_first", Reason: why, At: first.At}
	waits := []Event{begun, proposal}
	last := domaintest.When(second, first.At.Add(14*24*time.Hour))
	late := domaintest.When(second, last.At.Add(time.Millisecond))
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "an officer imports", When: begin, By: first, Then: []Event{begun}},
		{Name: "nobody else imports", When: begin, By: moderator, Code: domain.NotAllowed},
		{Name: "an import has a source", When: Begin{Format: "polis", Into: "con_a"}, By: first, Code: domain.Invalid},
		{Name: "a source has a bound", When: Begin{Source: strings.Repeat("a", maxSource+1)}, By: first, Code: domain.Invalid},
		{Name: "the first officer proposes", Given: []Event{begun}, When: Retract{Reason: why}, By: first, Then: []Event{proposal}},
		{Name: "and says why", Given: []Event{begun}, When: Retract{}, By: first, Code: domain.Invalid, Slug: "import.reason"},
		{Name: "and cannot agree with themselves", Given: waits, When: Retract{Reason: why}, By: first, Code: domain.FourEyesRequired, Slug: "import.second_officer"},
		{Name: "the second agrees", Given: waits, When: Retract{}, By: second, Then: []Event{Retracted{}}},
		{Name: "a moderator is an officer", Given: waits, When: Retract{}, By: moderator, Then: []Event{Retracted{}}},
		{Name: "after exactly 14 days too", Given: waits, When: Retract{}, By: last, Then: []Event{Retracted{}}},
		{Name: "a moment later it is proposed anew", Given: waits, When: Retract{Reason: why}, By: late,
			Then: []Event{RetractionProposed{Officer: "per_second", Reason: why, At: late.At}}},
		{Name: "and by the same officer too", Given: waits, When: Retract{Reason: why}, By: domaintest.When(first, late.At),
			Then: []Event{RetractionProposed{Officer: "per_first", Reason: why, At: late.At}}},
		{Name: "retracted twice is quiet", Given: append(waits, Retracted{}), When: Retract{Reason: why}, By: first},
		{Name: "nobody else retracts", Given: waits, When: Retract{Reason: why}, By: domaintest.As("per_ngo", "ent_ngo", domain.Stakeholder), Code: domain.NotAllowed},
	})
}
