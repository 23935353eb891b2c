package rules

import (
	"fmt"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/claim"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
)

// aggregateID checks the id of what was created: one that its sender's key gives,
// or one of what there can be only one of. A person's comes from a token, and a
// claim's from a value, which the record does not tell.
func aggregateID(b *Batch, h *History) string {
	if h.IDs == nil || b.First != 1 || len(b.Events) == 0 || b.garbled != "" {
		return ""
	}
	d := decoders[b.category()]
	switch b.category() {
	case person.Decider.Category, credential.Decider.Category, claim.Decider.Category:
		return ""
	}
	want := []domain.ID{h.IDs.Aggregate(d.IDPrefix(), b.category(), b.scope(), b.Meta.Key)}
	natural := func(kind, value string) { want = append(want, h.IDs.Natural(d.IDPrefix(), kind, value)) }
	switch e := b.Events[0].(type) {
	case mandate.Registered:
		natural("mandate", strings.TrimSpace(e.Symbol))
	case vocabulary.Published:
		natural("vocabulary", e.Name)
	case state.Registered:
		natural("register", e.Code)
	case champion.Invited:
		natural("champion", string(e.State))
	case entity.Proposed:
		natural("state", e.Code)
		natural("secretariat", "")
	case logkey.Rotated:
		natural("log key", "")
	case installation.Event:
		want = append(want, installation.ID)
	}
	for _, id := range want {
		if id == b.id() {
			return ""
		}
	}
	return fmt.Sprintf("%.100q is not the id that the secret gives", b.id())
}
