// Package catalog is the one list of every aggregate.
package catalog

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/claim"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// All decodes the whole log.
var All = []domain.Decoder{
	briefing.Decider,
	champion.Decider,
	claim.Decider,
	commitment.Decider,
	consultation.Decider,
	credential.Decider,
	entity.Decider,
	importing.Decider,
	installation.Decider,
	logkey.Decider,
	mandate.Decider,
	person.Decider,
	questionnaire.Decider,
	secondment.Decider,
	state.Decider,
	submission.Decider,
	vocabulary.Decider,
	workinggroup.Decider,
}
