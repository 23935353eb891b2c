package commitment

import (
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxReport   = 5_000 // characters: some two pages
	maxEvidence = 20    // pieces for one report
	maxTitle    = 300   // characters: a document's title, symbol and paragraph
)

// Evidence is something that shows what was done.
type Evidence struct {
	Title domain.Text `json:"title"`          // of a document, a law, a page
	Link  string      `json:"link,omitempty"` // where it can be read, if anywhere: an https address
}

// checked returns all as they are stored.
func checked(all []Evidence) ([]Evidence, error) {
	if len(all) > maxEvidence {
		return nil, domain.Refuse(domain.Invalid, "commitment.evidence_long", "At most %d pieces of evidence, please.", maxEvidence).At("evidence")
	}
	var out []Evidence
	for i, e := range all {
		at := []string{"evidence", strconv.Itoa(i)}
		title, err := domain.NewText(e.Title.Language, e.Title.Value, maxTitle, append(at, "title")...)
		if err != nil {
			return nil, err
		}
		link, ok := domain.Link(e.Link)
		if link != "" && !ok {
			return nil, domain.Refuse(domain.Invalid, "commitment.link", "This is not an https address.").At(append(at, "link")...)
		}
		out = append(out, Evidence{Title: title, Link: link})
	}
	return out, nil
}
