package projections

import (
	"fmt"
	"slices"
)

// Withheld reports that nothing can be told from a read model, since records
// that it is made of are withheld from the log that it follows.
type Withheld struct {
	Projection string // whose records; empty for several
	Records    int64
}

// Error implements error.
func (w Withheld) Error() string {
	if w.Records == 1 {
		return "could not tell: 1 record that this read model is made of is withheld from this bundle"
	}
	return fmt.Sprintf("could not tell: %d records that this read model is made of are withheld from this bundle", w.Records)
}

// owners says which projection each table is of.
func owners(all []Projection) map[string]string {
	owner := map[string]string{}
	for _, p := range all {
		for _, t := range p.Tables {
			owner[t.Name] = p.Name
		}
	}
	return owner
}

// told says why nothing can be told from one of the named projections, or nil.
func (e *Engine) told(names []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return toldBy(e.certs, names)
}

func toldBy(certs []Certificate, names []string) error {
	for _, c := range certs {
		switch {
		case c.Failed == "" && c.Reached == 0, !slices.Contains(names, c.Name):
		case c.Failed != "":
			return Stale{Have: c.Next - 1, Projection: c.Name}
		default:
			return Withheld{Projection: c.Name, Records: c.Reached}
		}
	}
	return nil
}
