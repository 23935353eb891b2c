package projections

import (
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
)

// The visibility of commitments, in SQL: the domain's Sees over the columns of
// a row, and beyond it that a withdrawn commitment is a tombstone to all but
// those who took part. A test compares both over the whole product.

// pledgeLevel returns an expression for how much of the commitment in alias the
// viewer may see: 0 nothing, 1 that it was withdrawn, 3 everything. It has no
// parameters. Under an as-of reader it is the lesser of what was to be seen
// then and what is now.
func (r Reader) pledgeLevel(alias string) string {
	then := r.pledgeLevelOf(alias)
	if r.AsOf == nil {
		return then
	}
	now := r
	now.AsOf = nil
	return r.bound(then, fmt.Sprintf("(SELECT %s FROM commitments now WHERE now.id = %s.id AND %s)", now.pledgeLevelOf("now"), alias, now.valid("now")))
}

func (r Reader) pledgeLevelOf(c string) string {
	open := c + ".published"
	if r.Viewer.Is(domain.Secretariat) {
		open = "1"
	}
	return cases(
		when(true, r.takesPart(c), domain.Everything),
		when(true, c+".status = 'WITHDRAWN' AND "+open, domain.Tombstone),
		when(true, c+".status = 'WITHDRAWN'", domain.Nothing),
		when(true, open, domain.Everything),
	)
}

// takesPart is the condition that the viewer acts for the owner, named or
// confirmed, or for somebody whom the owner names as pledging too.
func (r Reader) takesPart(c string) string {
	acts := quoted(r.actingIDs())
	return fmt.Sprintf("(%[1]s.owner IN (%[2]s) OR EXISTS (SELECT 1 FROM co_pledgers p WHERE p.id = %[1]s.id AND %[3]s AND p.entity IN (%[2]s)))", c, acts, r.valid("p"))
}
