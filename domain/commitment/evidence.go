package commitment

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxReport   = 5_000 // characters: some two pages
	maxEvidence = 20    // pieces for one report
	maxTitle    = 300   // characters: a document's title, symbol and paragraph
	maxLink     = 2_000 // bytes, which every browser takes
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
		link := strings.TrimSpace(e.Link)
		if link != "" && !isLink(link) {
			return nil, domain.Refuse(domain.Invalid, "commitment.link", "This is not an https address.").At(append(at, "link")...)
		}
		out = append(out, Evidence{Title: title, Link: link})
	}
	return out, nil
}

func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxLink && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}
