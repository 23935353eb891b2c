package rules

import (
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// importRetracted looks at what the installation took from view.
func importRetracted(b *Batch, h *History) string {
	if !b.system() {
		return ""
	}
	for _, e := range b.Events {
		var item domain.ID
		switch e := e.(type) {
		case submission.Hidden:
			item = b.id()
		case briefing.ItemRetracted:
			item = e.Item
		default:
			continue
		}
		of := h.imported[item]
		if of == "" || h.of(importing.Decider.Category+"-"+string(of)).trail.Status() != "retracted" {
			return fmt.Sprintf("the installation took %s from view, which came with no retracted import", item)
		}
	}
	return ""
}
