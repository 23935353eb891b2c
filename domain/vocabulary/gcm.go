package vocabulary

import (
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Names of the vocabularies that every installation starts with.
const (
	Objectives = "gcm-objectives"                // codes "1" to "23"
	Principles = "gcm-principles"                // codes "a" to "j", as the Compact letters them
	Categories = "stakeholder-categories-gcm-44" // of paragraph 44
)

// compact is the Global Compact for Safe, Orderly and Regular Migration.
const compact = "A/RES/73/195"

// GCM returns version 1 of the vocabularies of the Global Compact, with short
// labels in English, for the first start of an installation.
func GCM() []Publish {
	objectives := make([]Term, len(objectiveLabels))
	for i, l := range objectiveLabels {
		objectives[i] = term(strconv.Itoa(i+1), l)
	}
	principles := make([]Term, len(principleLabels))
	for i, l := range principleLabels {
		principles[i] = term(string(rune('a'+i)), l)
	}
	categories := make([]Term, len(categoryLabels))
	for i, c := range categoryLabels {
		categories[i] = term(c.code, c.label)
	}
	return []Publish{
		{Objectives, 1, domain.MandateRef{Symbol: compact, Paragraph: "16"}, objectives},
		{Principles, 1, domain.MandateRef{Symbol: compact, Paragraph: "15"}, principles},
		{Categories, 1, domain.MandateRef{Symbol: compact, Paragraph: "44"}, categories},
	}
}

func term(code, label string) Term { return Term{code, domain.Text{Language: "en", Value: label}} }

var objectiveLabels = []string{
	"Data and evidence",
	"Drivers of migration",
	"Information at every stage",
	"Legal identity and documents",
	"Regular pathways",
	"Fair recruitment and decent work",
	"Vulnerabilities in migration",
	"Saving lives and missing migrants",
	"Smuggling of migrants",
	"Trafficking in persons",
	"Border management",
	"Screening and referral",
	"Detention only as a last resort",
	"Consular protection",
	"Access to basic services",
	"Inclusion and social cohesion",
	"Discrimination and public discourse",
	"Skills and their recognition",
	"Contributions of migrants and diasporas",
	"Remittances",
	"Return, readmission and reintegration",
	"Portability of entitlements",
	"International cooperation and partnerships",
}

var principleLabels = []string{
	"People-centred",
	"International cooperation",
	"National sovereignty",
	"Rule of law and due process",
	"Sustainable development",
	"Human rights",
	"Gender-responsive",
	"Child-sensitive",
	"Whole-of-government approach",
	"Whole-of-society approach",
}

var categoryLabels = []struct{ code, label string }{
	{"migrants", "Migrants"},
	{"civil-society", "Civil society"},
	{"migrant-and-diaspora-organizations", "Migrant and diaspora organizations"},
	{"faith-based-organizations", "Faith-based organizations"},
	{"local-authorities-and-communities", "Local authorities and communities"},
	{"private-sector", "Private sector"},
	{"trade-unions", "Trade unions"},
	{"parliamentarians", "Parliamentarians"},
	{"national-human-rights-institutions", "National human rights institutions"},
	{"red-cross-and-red-crescent", "Red Cross and Red Crescent Movement"},
	{"academia", "Academia"},
	{"media", "Media"},
	{"other", "Other relevant stakeholders"},
}
