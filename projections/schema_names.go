package projections

import "github.com/rapporteur-project/rapporteur/domain"

// Names that the API's schema has for what is generic here.
type (
	EntityConnection       = Connection[Entity]
	EntityEdge             = Edge[Entity]
	ConsultationConnection = Connection[Consultation]
	ConsultationEdge       = Edge[Consultation]
	SubmissionConnection   = Connection[Submission]
	SubmissionEdge         = Edge[Submission]
	ContributionConnection = Connection[Contribution]
	ContributionEdge       = Edge[Contribution]
)

// IsNode marks what node finds.
func (Person) IsNode() {}

// IsNode marks what node finds.
func (Entity) IsNode() {}

// IsAggregate marks what has editions.
func (Entity) IsAggregate() {}

// IsNode marks what node finds.
func (Consultation) IsNode() {}

// IsAggregate marks what has editions.
func (Consultation) IsAggregate() {}

// IsNode marks what node finds.
func (Questionnaire) IsNode() {}

// IsAggregate marks what has editions.
func (Questionnaire) IsAggregate() {}

// IsNode marks what node finds.
func (Submission) IsNode() {}

// IsAggregate marks what has editions.
func (Submission) IsAggregate() {}

// A Query is the root of reads.
type Query struct{}

// A Viewer is who is asking.
type Viewer struct{ ID domain.ID }
