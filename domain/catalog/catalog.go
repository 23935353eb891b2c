// Package catalog is the one list of every aggregate.
package catalog

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

// All decodes the whole log.
var All = []domain.Decoder{
	person.Decider,
}
