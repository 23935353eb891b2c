package projections

import (
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// Whose an item is that the secretariat took down, in SQL: [domain.Names] over
// the columns of a row. A test compares both over the whole product.

// settledSubmission is the condition that the submission in alias may be
// attributed to its owner: [submission.State.Settled].
func settledSubmission(alias string) string {
	return fmt.Sprintf("(%[1]s.owner = '' OR NOT %[1]s.recorded OR %[1]s.confirmed OR %[1]s.attested)", alias)
}

// namesSubmitter is the condition that the viewer may know whose the submission
// in alias is, once its label lets them: then and now. Everything that shows,
// filters or sorts by the submitter, or by a name that it came under, asks it.
func (r Reader) namesSubmitter(alias string) string {
	names := func(r Reader, s string, _ func(string) string) string {
		return r.namesOwner(s, settledSubmission(s), submission.Officers)
	}
	then := names(r, alias, nil)
	if r.AsOf == nil {
		return then
	}
	return fmt.Sprintf("(%s AND COALESCE(%s, 0))", then, r.nowOf(alias, names))
}

// namesPledger is the condition that the viewer may know whom the commitment in
// alias names as its owner.
func (r Reader) namesPledger(alias string) string {
	return r.namesOwner(alias, alias+".confirmed", commitment.Officers)
}

// namesOwner is the condition that the viewer may know the owner of the row in
// alias, where settled is the condition that it may be attributed to them.
func (r Reader) namesOwner(alias, settled string, officers []domain.Capacity) string {
	if r.Viewer.Is(officers...) {
		return "1"
	}
	return fmt.Sprintf("(%s OR %s.owner IN (%s))", settled, alias, quoted(r.actingIDs()))
}
