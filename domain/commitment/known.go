package commitment

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Known is what other streams say of what a command names, filled by app.
type Known struct {
	Entities []domain.ID // those named that are recognised, and neither suspended nor dissolved
	Funds    []domain.ID // those named that exist
	Version  int         // of the vocabulary named, in force now; zero if there is none
	Usable   bool        // the term named stands in it and is not deprecated
}

// entity refuses what is no entity on record.
func (k Known) entity(id domain.ID, path ...string) error {
	if id == "" || !slices.Contains(k.Entities, id) {
		return domain.Refuse(domain.Invalid, "commitment.entity", "There is no such entity on record.").At(path...)
	}
	return nil
}

// A Category is a term of a vocabulary, such as a category of stakeholders.
type Category struct {
	Vocabulary string `json:"vocabulary"`        // its name
	Version    int    `json:"version,omitempty"` // in force when this was said; ignored in a command
	Term       string `json:"term"`              // its code
}

func (k Known) category(c Category) (Category, error) {
	if c.Vocabulary == "" || c.Term == "" || k.Version == 0 || !k.Usable {
		return Category{}, domain.Refuse(domain.Invalid, "commitment.category", "The vocabulary has no such term in use.").At("category")
	}
	c.Version = k.Version
	return c, nil
}

// parties lists the capacities in which somebody speaks for an entity.
func parties() []domain.Capacity {
	return slices.DeleteFunc(slices.Clone(domain.Capacities), func(c domain.Capacity) bool { return !c.Speaks() })
}
