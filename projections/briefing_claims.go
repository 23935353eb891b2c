package projections

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

// A BriefingClaim is what became of somebody's word that it was they who spoke,
// where they are not shown as such.
type BriefingClaim struct {
	PartyID domain.ID
	Status  string // REQUESTED REFUSED TAKEN_BACK
	Note    *string
	Reason  *string
	Since   time.Time
}

// claimed applies who says that it was they who spoke, and what is decided on
// that.
func (c *briefingChange) claimed(e briefing.Event) error {
	switch e := e.(type) {
	case briefing.InterventionClaimed:
		return c.claim(e.Item, e.Speaker, "SHOWN", "", "")
	case briefing.ClaimAccepted:
		return c.claim(e.Item, e.Speaker, "SHOWN", "", "")
	case briefing.ClaimRequested:
		return c.claim(e.Item, e.Speaker, "REQUESTED", e.Note.Text, "")
	case briefing.ClaimRefused:
		return c.claim(e.Item, e.Speaker, "REFUSED", "", e.Reason)
	case briefing.ClaimTakenBack:
		return c.claim(e.Item, e.Speaker, "TAKEN_BACK", "", e.Reason)
	case briefing.ClaimWithdrawn:
		return c.unclaim(e.Item, e.Speaker)
	}
	return fmt.Errorf("no row for %T", e)
}

func (c *briefingChange) claim(item, speaker domain.ID, status, note, reason string) error {
	if err := c.unclaim(item, speaker); err != nil {
		return err
	}
	return c.insert(`INSERT INTO briefing_claims (item, speaker, status, note, reason, since, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		string(item), string(speaker), status, note, reason, c.f.at(), c.f.Index, open)
}

func (c *briefingChange) unclaim(item, speaker domain.ID) error {
	return c.insert(`UPDATE briefing_claims SET valid_to = ? WHERE item = ? AND speaker = ? AND valid_to = ?`, c.f.Index, string(item), string(speaker), open)
}

// claims adds to what was heard from the floor who say that it was they: to
// everybody those who are shown, and to the secretariat and to whoever said so
// what waits, was refused or taken back. One who took that back is shown at no
// date.
func (r Reader) claims(ctx context.Context, db *statements, all []*BriefingItem) error {
	voices, ids := map[domain.ID]*BriefingVoice{}, []domain.ID{}
	for _, i := range all {
		if i.Voice != nil {
			voices[i.ID], ids = i.Voice, append(ids, i.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := collect(ctx, db, "claims", `SELECT c.item, c.speaker, c.status, c.note, c.reason, c.since FROM briefing_claims c WHERE c.item IN (SELECT value FROM json_each(?))
		AND c.valid_to = ? AND c.valid_from <= ? AND (c.status = 'SHOWN' OR ? OR c.speaker IN (`+quoted(r.actingIDs())+`)) ORDER BY c.item, c.valid_from`,
		[]any{asJSON(ids), int64(open), r.upTo(), r.Viewer.Is(domain.Secretariat)}, func(rows *sql.Rows) (none struct{}, err error) {
			var item domain.ID
			var c BriefingClaim
			var note, reason string
			var since int64
			if err := rows.Scan(&item, &c.PartyID, &c.Status, &note, &reason, &since); err != nil {
				return none, err
			}
			c.Note, c.Reason, c.Since = optional(note), optional(reason), fromMillis(since)
			if v := voices[item]; c.Status == "SHOWN" {
				v.Claims = append(v.Claims, &BriefingParty{PartyID: &c.PartyID})
			} else {
				v.ClaimRequests = append(v.ClaimRequests, &c)
			}
			return none, nil
		})
	return err
}
