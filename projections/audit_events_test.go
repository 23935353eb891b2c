package projections

import (
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

func TestWhatAnAuditorSeesOfAnEvent(t *testing.T) {
	for _, tt := range []struct {
		event domain.Event
		want  int
	}{
		{consultation.Planned{}, showsData},
		{consultation.AudienceSet{Audience: consultation.Audience{Named: []domain.ID{"ent_x"}}}, showsWho},
		{entity.Proposed{}, showsData},
		{entity.AdministratorNamed{Person: "per_x"}, showsWho},
		{person.Suspended{Reason: "spam"}, showsWho},
		{credential.Granted{Entity: "ent_x"}, showsWho},
		{secondment.Offered{Entity: "ent_x"}, showsData},
		{secondment.PersonNamed{Person: domain.About("per_x", "Ada")}, showsWho},
		{questionnaire.Published{}, showsData},
		{questionnaire.Revised{}, showsWho},
		{briefing.Scheduled{}, showsData},
		{briefing.ParticipantRegistered{Entity: "ent_x"}, showsWho},
		{briefing.StatementDelivered{}, showsWho},
		{commitment.Submitted{}, showsWho},
		{submission.Received{For: "per_x"}, showsData}, // its label decides
		{submission.DraftSaved{}, showsWhat},
		{logkey.Rotated{Old: "a", New: "b", Checkpoint: "c"}, showsData},
		{submission.ConfidentialityDeclined{Reason: "no danger"}, showsWho},
	} {
		f := Fact{Event: tt.event}
		f.Type = tt.event.EventType()
		category, _, _ := strings.Cut(f.Type, ".")
		if got := shows(category, f); got != tt.want {
			t.Errorf("%s: shows %d, want %d", f.Type, got, tt.want)
		}
	}
}

// A misspelt name would show more than was meant, or less.
func TestListedEventsExist(t *testing.T) {
	known := map[string]bool{}
	for _, d := range catalog.All {
		known[d.Name()] = true
		for _, name := range d.EventTypes() {
			known[name] = true
		}
	}
	for name := range otherwise {
		if !known[name] {
			t.Errorf("there is no event %s", name)
		}
	}
	for _, name := range openCategories {
		if !known[name] {
			t.Errorf("there is no category %s", name)
		}
	}
}
