// Package catalog is the one list of every aggregate.
package catalog

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// All decodes the whole log.
var All = []domain.Decoder{
	consultation.Decider,
	credential.Decider,
	entity.Decider,
	person.Decider,
	questionnaire.Decider,
	submission.Decider,
}
