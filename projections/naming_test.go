package projections

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// takenDown is every way that it can stand with whose a published submission is.
func takenDown() map[domain.ID]submission.State {
	all := map[domain.ID]submission.State{}
	flags := []bool{false, true}
	for _, label := range []domain.Label{domain.Public, domain.Anonymised, domain.States} {
		for _, owner := range []domain.ID{ownerEntity, somebody, ""} {
			for i := range 8 {
				all[domain.ID(fmt.Sprintf("sub_%05d", len(all)))] = submission.State{
					Status: "submitted", Owner: owner, Round: "con_groups", Label: label, Edition: 1, Released: 1, Time: submission.OnTime,
					Recorded: flags[i&1], Confirmed: flags[i>>1&1], Attested: flags[i>>2],
				}
			}
		}
	}
	return all
}

func insertTaken(t *testing.T, tx *sql.Tx, id domain.ID, s submission.State, from, to int64) {
	t.Helper()
	insert(t, tx, "submissions", map[string]any{
		"id": string(id), "consultation": string(s.Round), "owner": string(s.Owner), "author": "A name", "status": "SUBMITTED", "label": string(s.Label),
		"released": s.Released, "edition": s.Edition, "recorded": s.Recorded, "confirmed": s.Confirmed, "attested": s.Attested, "timeliness": string(s.Time),
		"source": `{"name":"A sender","item":"7"}`, "reason": "Because.", "valid_from": from, "valid_to": to,
	})
}

// insertOwner puts the entity that owns on record.
func insertOwner(t *testing.T, tx *sql.Tx) {
	t.Helper()
	insert(t, tx, "entities", map[string]any{"id": string(ownerEntity), "status": "RECOGNISED", "kind": "STAKEHOLDER", "name": "An owner", "shown_name": "An owner", "categories": `[{"term":"media"}]`})
}

// checkNamed holds what a reader is told of a submitter to what they may know,
// by the row itself and by all that narrows a list.
func checkNamed(t *testing.T, who string, r Reader, all map[domain.ID]submission.State, want func(domain.ID) bool) (named int) {
	t.Helper()
	owned, sort := ownerEntity, "media"
	lists := map[string]SubmissionFilter{"entity": {Entity: &owned}, "category": {Category: &sort}}
	found := map[string][]domain.ID{}
	for by, f := range lists {
		list, err := r.SubmissionList(t.Context(), f, SubmissionOrder{}, Page{First: new(100)})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list.Nodes {
			found[by] = append(found[by], s.ID)
		}
	}
	for id, s := range all {
		got, err := unlessUnknown(r.Submission(t.Context(), id))
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			continue
		}
		may := want(id)
		for what, told := range map[string]bool{
			"the owner": got.OwnerID != "" || s.Owner == "" && may, "the author": got.Author != nil, "a reason": got.Reason != nil,
			"the sender": got.Source != nil && got.Source.Name != nil, "its number there": got.Source != nil && got.Source.Item != nil,
		} {
			if told != may {
				t.Errorf("%s is told %s of %+v: %t, want %t", who, what, s, told, may)
			}
		}
		for by := range lists {
			if in, want := slices.Contains(found[by], id), may && s.Owner == ownerEntity; in != want {
				t.Errorf("%s finds %+v by its %s: %t, want %t", who, s, by, in, want)
			}
		}
		if may {
			named++
		}
	}
	return named
}

// Whose a submission is, that is told as the domain says: over the whole
// product of how it can stand with its owner, and of who may ask.
func TestSubmitterIsNamedAsTheDomainSays(t *testing.T) {
	e, all := emptyModel(t), takenDown()
	inTx(t, e, func(tx *sql.Tx) {
		insertRounds(t, tx)
		insertOwner(t, tx)
		for id, s := range all {
			insertTaken(t, tx, id, s, 0, open)
		}
	})
	counts := map[bool]int{}
	for who, v := range everyViewer() {
		may := func(id domain.ID) bool { return all[id].Access().Level(v) == domain.Everything && all[id].Names(v) }
		n := checkNamed(t, who, Reader{Engine: e, Viewer: v}, all, may)
		counts[true], counts[false] = counts[true]+n, counts[false]+len(all)-n
	}
	if counts[true] == 0 || counts[false] == 0 {
		t.Errorf("named and not: %v", counts)
	}
}

// As of an index nobody is told whose it is but those who could know it then
// and may know it now: neither is a confirmation known before it came, nor a
// name that is not to be shown any more.
func TestSubmitterIsNamedAsOfThenAndNow(t *testing.T) {
	e, of := emptyModel(t), takenDown()
	var states []submission.State
	for _, s := range of {
		if s.Label == domain.Public && s.Owner == ownerEntity && s.Recorded {
			states = append(states, s)
		}
	}
	then, now := map[domain.ID]submission.State{}, map[domain.ID]submission.State{}
	inTx(t, e, func(tx *sql.Tx) {
		insertRounds(t, tx)
		insertOwner(t, tx)
		for _, was := range states {
			for _, is := range states {
				id := domain.ID(fmt.Sprintf("sub_%05d", len(then)))
				then[id], now[id] = was, is
				insertTaken(t, tx, id, was, 3, 7)
				insertTaken(t, tx, id, is, 7, open)
			}
		}
		insert(t, tx, "moments", map[string]any{"idx": 9, "latest": 9})
	})
	for who, v := range everyViewer() {
		may := func(id domain.ID) bool { return then[id].Names(v) && now[id].Names(v) }
		checkNamed(t, who+", as of then", Reader{Engine: e, Viewer: v, AsOf: new(int64(5))}, then, may)
	}
	auditor := Reader{Engine: e, Viewer: domain.Viewer{Person: somebody, Holds: []domain.Holding{{Entity: stranger, Capacity: domain.Auditor}}}, AsOf: new(int64(5))}
	checkNamed(t, "the public view of then", auditor.PublicView(), then, func(id domain.ID) bool {
		return then[id].Names(domain.Viewer{}) && now[id].Names(domain.Viewer{})
	})
}

// A list by the names of entities has those that a reader may not know as
// without one: their place would tell.
func TestOrderTellsNoName(t *testing.T) {
	e := emptyModel(t)
	sent := submission.State{Status: "submitted", Owner: stranger, Label: domain.Public, Edition: 1, Released: 1, Time: submission.OnTime}
	taken := sent
	taken.Owner, taken.Recorded = ownerEntity, true
	inTx(t, e, func(tx *sql.Tx) {
		insertOwner(t, tx)
		insert(t, tx, "entities", map[string]any{"id": string(stranger), "status": "RECOGNISED", "kind": "STAKEHOLDER", "name": "Aardvarks", "shown_name": "Aardvarks", "categories": `[]`})
		insertTaken(t, tx, "sub_1", sent, 0, open)
		insertTaken(t, tx, "sub_2", taken, 0, open)
	})
	for name, v := range everyViewer() {
		list, err := Reader{Engine: e, Viewer: v}.SubmissionList(t.Context(), SubmissionFilter{}, SubmissionOrder{Field: "ENTITY_NAME", Direction: "ASC"}, Page{First: new(10)})
		if err != nil || len(list.Nodes) != 2 {
			t.Fatalf("%s: %d submissions, %v", name, len(list.Nodes), err)
		}
		if last := list.Nodes[1].ID == "sub_2"; last != taken.Names(v) {
			t.Errorf("%s: the one taken down comes last: %t, and they may know its name: %t", name, last, taken.Names(v))
		}
	}
}
