package workinggroup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	group domain.ID = "ent_group"
	iom   domain.ID = "ent_iom"
	union domain.ID = "ent_union"
)

var (
	officer = domaintest.Officer("per_officer")
	inGroup = domaintest.As("per_lead", group, domain.WorkingGroup)
	atIOM   = domaintest.As("per_iom", iom, domain.NetworkEntity)
	atUnion = domaintest.As("per_sub", union, domain.Stakeholder)
)

func text(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

func known(more ...Event) []Event {
	return append([]Event{Constituted{Name: text("Connection Hub"), Entity: group}}, more...)
}

func TestConstitute(t *testing.T) {
	hub := Constitute{Name: text("Connection Hub"), Entity: group, IsGroup: true}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "constituted", When: hub, By: officer, Then: known()},
		{Name: "everything is kept", When: Constitute{Name: text("Hub"), Task: text("Connect."), Source: domain.MandateRef{Symbol: "A/RES/73/195", Paragraph: "43"}, OccurredOn: "2019"}, By: domaintest.Sys(),
			Then: []Event{Constituted{Name: text("Hub"), Task: text("Connect."), Source: domain.MandateRef{Symbol: "A/RES/73/195", Paragraph: "43"}, OccurredOn: "2019"}}},
		{Name: "by nobody else", When: hub, By: atIOM, Code: domain.NotAllowed},
		{Name: "for an entity that is no group", When: Constitute{Name: text("Hub"), Entity: iom}, By: officer, Code: domain.Invalid, Slug: "working_group.entity"},
		{Name: "a name", When: Constitute{}, By: officer, Code: domain.Invalid},
		{Name: "a name of bounded length", When: Constitute{Name: text(strings.Repeat("x", maxName+1))}, By: officer, Code: domain.Invalid, Slug: "text.too_long"},
		{Name: "a source", When: Constitute{Name: text("Hub"), Source: domain.MandateRef{Symbol: "it"}}, By: officer, Code: domain.Invalid, Slug: "mandate.symbol"},
		{Name: "concluded", Given: known(), When: Conclude{"2021"}, By: officer, Then: []Event{Concluded{"2021"}}},
		{Name: "concluded twice is quiet", Given: known(Concluded{}), When: Conclude{}, By: officer},
		{Name: "concluded by nobody else", Given: known(), When: Conclude{}, By: inGroup, Code: domain.NotAllowed},
	})
}

func TestMember(t *testing.T) {
	lead := CoLeadDesignated{CoLead: union, OccurredOn: "2019"}
	var many, leads []Event
	for i := range maxMembers {
		many = append(many, Joined{Member: domain.ID(fmt.Sprint("ent_", i))})
	}
	for i := range maxCoLeads {
		leads = append(leads, CoLeadDesignated{CoLead: domain.ID(fmt.Sprint("ent_", i))})
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G7: a stakeholder co-leads", Given: known(), When: DesignateCoLead{union, "2019", true}, By: officer, Then: []Event{lead}},
		{Name: "a member co-leads", Given: known(Joined{Member: union}), When: DesignateCoLead{union, "2019", true}, By: officer, Then: []Event{lead}},
		{Name: "designated twice is quiet", Given: known(lead), When: DesignateCoLead{CoLead: union}, By: officer},
		{Name: "designated by nobody else", Given: known(), When: DesignateCoLead{CoLead: iom, Acts: true}, By: atIOM, Code: domain.NotAllowed},
		{Name: "a co-lead that does not act", Given: known(), When: DesignateCoLead{CoLead: iom}, By: officer, Code: domain.Invalid, Slug: "working_group.member"},
		{Name: "co-leads of bounded number", Given: known(leads...), When: DesignateCoLead{CoLead: iom, Acts: true}, By: officer, Code: domain.NotAllowed, Slug: "working_group.co_leads"},
		{Name: "joined", Given: known(), When: Join{iom, "2020", true}, By: atIOM, Then: []Event{Joined{iom, "2020"}}},
		{Name: "joined twice is quiet", Given: known(Joined{Member: iom}), When: Join{Member: iom, Acts: true}, By: atIOM},
		{Name: "a co-lead has joined", Given: known(lead), When: Join{Member: union, Acts: true}, By: atUnion},
		{Name: "joined as recorded by the secretariat", Given: known(), When: Join{Member: iom, Acts: true}, By: officer, Then: []Event{Joined{Member: iom}}},
		{Name: "G6: nobody joins for another", Given: known(), When: Join{Member: iom, Acts: true}, By: atUnion, Code: domain.NotOwner},
		{Name: "nobody joins in their own name", Given: known(), When: Join{Member: "per_ada", Acts: true}, By: domaintest.Own("per_ada"), Code: domain.NotAllowed},
		{Name: "no group joins itself", Given: known(), When: Join{Member: group, Acts: true}, By: inGroup, Code: domain.Invalid, Slug: "working_group.itself"},
		{Name: "members of bounded number", Given: known(many...), When: Join{Member: iom, Acts: true}, By: atIOM, Code: domain.NotAllowed, Slug: "working_group.members"},
		{Name: "not after the end", Given: known(Concluded{}), When: Join{Member: iom, Acts: true}, By: atIOM, Code: domain.NotAllowed},
		{Name: "left", Given: known(Joined{Member: iom}), When: Leave{iom, "2021"}, By: atIOM, Then: []Event{Left{iom, "2021"}}},
		{Name: "left twice is quiet", Given: known(Joined{Member: iom}, Left{Member: iom}), When: Leave{Member: iom}, By: atIOM},
		{Name: "G6: nobody leaves for another", Given: known(Joined{Member: iom}), When: Leave{Member: iom}, By: atUnion, Code: domain.NotOwner},
	})
}

func TestWork(t *testing.T) {
	led := known(CoLeadDesignated{CoLead: union})
	update := ReportUpdate{text("The platform is being built."), "2020-03-04"}
	told := UpdateReported{1, update.Text, update.OccurredOn}
	guide := PublishDeliverable{text("A guide"), "https://hub.example/guide", "2020"}
	done := DeliverablePublished{1, guide.Title, guide.Link, guide.OccurredOn}
	var many []Event
	for i := range maxWork {
		many = append(many, UpdateReported{Number: i + 1, Text: text(fmt.Sprint(i))})
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "an update by a co-lead", Given: led, When: update, By: atUnion, Then: []Event{told}},
		{Name: "an update for the group", Given: known(), When: update, By: inGroup, Then: []Event{told}},
		{Name: "an update as recorded by the secretariat", Given: known(), When: update, By: officer, Then: []Event{told}},
		{Name: "an update twice is quiet", Given: append(led[:2:2], told), When: update, By: atUnion},
		{Name: "another update", Given: append(led[:2:2], told), When: ReportUpdate{Text: text("Built.")}, By: atUnion, Then: []Event{UpdateReported{Number: 2, Text: text("Built.")}}},
		{Name: "no update by a mere member", Given: append(led[:2:2], Joined{Member: iom}), When: update, By: atIOM, Code: domain.NotOwner},
		{Name: "no update by a co-lead that left", Given: append(led[:2:2], Left{Member: union}), When: update, By: atUnion, Code: domain.NotOwner},
		{Name: "no update by another group", Given: led, When: update, By: domaintest.As("per_eve", "ent_other", domain.WorkingGroup), Code: domain.NotOwner},
		{Name: "no update after the end", Given: known(Concluded{}), When: update, By: inGroup, Code: domain.NotAllowed},
		{Name: "an update says something", Given: led, When: ReportUpdate{Text: text(" ")}, By: atUnion, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "work of bounded number", Given: known(many...), When: update, By: inGroup, Code: domain.NotAllowed, Slug: "working_group.full"},
		{Name: "a deliverable", Given: led, When: guide, By: atUnion, Then: []Event{done}},
		{Name: "a deliverable twice is quiet", Given: append(led[:2:2], done), When: guide, By: officer},
		{Name: "no deliverable by a stranger", Given: led, When: guide, By: atIOM, Code: domain.NotOwner},
		{Name: "no script for a link", Given: led, When: PublishDeliverable{Title: text("A guide"), Link: "javascript:alert(1)"}, By: atUnion, Code: domain.Invalid, Slug: "working_group.link"},
	})
}
