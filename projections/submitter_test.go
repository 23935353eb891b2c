package projections

import (
	"database/sql"
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// An author is whom a submission may be of: what insiders of a proposal, and
// everybody else who may know whose it is, are shown then and now.
type author struct {
	id                    domain.ID
	inside, before, after string
}

// authors are everybody who may own one. The row of a proposal or person is
// another one then and now.
var authors = []author{
	{ownerEntity, "Entity", "Entity", "Entity"},
	{"ent_state", "Entity", "Entity", "Entity"},
	{"ent_proposed", "Entity", "RecordedName A choir", "RecordedName A choir"},
	{"ent_dissolved", "Entity", "Withheld NO_NAME", "Withheld NO_NAME"},
	{"ent_recognised", "Entity", "RecordedName A choir of now", "Entity"},
	{"per_named", "", "Individual Ada", "Individual Ada"},
	{"per_renamed", "", "Individual Ada of now", "Individual Ada of now"},
	{"per_late", "", "Withheld NO_NAME", "Individual Ada"},
	{"per_quiet", "", "Withheld NO_NAME", "Withheld NO_NAME"},
	{"per_regretful", "", "Withheld NO_NAME", "Withheld NO_NAME"},
	{"", "", "Withheld NO_NAME", "Withheld NO_NAME"},
}

func insertAuthors(t *testing.T, tx *sql.Tx) {
	t.Helper()
	entity := func(id domain.ID, from, to int64, status, name string, known bool, proposer string) {
		insert(t, tx, "entities", map[string]any{"id": string(id), "valid_from": from, "valid_to": to, "status": status, "kind": "STAKEHOLDER", "name": name, "shown_name": name,
			"known": known, "proposer": proposer, "categories": `[]`})
	}
	person := func(id string, before, after string) {
		insert(t, tx, "persons", map[string]any{"id": id, "display_name": before, "alias": "An alias", "verified_name": "Verified", "level": "CONTACTED", "valid_from": 0, "valid_to": 7})
		insert(t, tx, "persons", map[string]any{"id": id, "display_name": after, "alias": "An alias", "verified_name": "Verified", "level": "CONTACTED", "valid_from": 7})
	}
	entity(ownerEntity, 0, open, "RECOGNISED", "An owner", true, "per_proposer")
	entity("ent_state", 0, open, "PROPOSED", "A State", false, "")
	entity("ent_proposed", 0, 7, "PROPOSED", "A rude choir", false, "per_proposer")
	entity("ent_proposed", 7, open, "PROPOSED", "A choir", false, "per_proposer")
	entity("ent_dissolved", 0, 7, "PROPOSED", "A choir", false, "per_proposer")
	entity("ent_dissolved", 7, open, "DISSOLVED", "A choir", false, "per_proposer")
	entity("ent_recognised", 0, 7, "PROPOSED", "A choir", false, "per_proposer")
	entity("ent_recognised", 7, open, "RECOGNISED", "A choir of now", true, "per_proposer")
	person("per_named", "Ada", "Ada")
	person("per_renamed", "Ada", "Ada of now")
	person("per_late", "", "Ada")
	person("per_quiet", "", "")
	person("per_regretful", "Ada", "")
}

// An attribution is a submission of an author, as it stood and as it stands.
type attribution struct {
	author
	then, now submission.State
}

// attributions is every label then and now, of every author, sent or taken
// down, also withdrawn and hidden since. All came too late, so that their owners
// take part in nothing by them.
func attributions() map[domain.ID]attribution {
	all := map[domain.ID]attribution{}
	for _, who := range authors {
		for _, was := range domain.Labels {
			for _, is := range domain.Labels {
				for kind := range 5 {
					s := submission.State{Status: "submitted", Owner: who.id, Round: "con_groups", Label: was, Edition: 1, Released: 1, Time: submission.RefusedLate, Recorded: kind == 1 || kind == 2, Confirmed: kind == 2}
					now := s
					now.Label = is
					if kind == 3 {
						now.Status = "withdrawn"
					}
					now.Hidden = kind == 4
					if kind == 0 || was == is || was == domain.Public {
						all[domain.ID(fmt.Sprintf("sub_%05d", len(all)))] = attribution{who, s, now}
					}
				}
			}
		}
	}
	return all
}

// shown is what the domain's rules make of it: of the levels and of who may
// know an owner, then and now.
func (a attribution) shown(v domain.Viewer, asOf bool) string {
	level, named, visible := a.now.Access().Level(v), a.now.Names(v), a.after
	if asOf {
		level, named, visible = min(level, a.then.Access().Level(v)), named && a.then.Names(v), a.before
	}
	switch {
	case level == domain.Nothing:
		return "nothing"
	case level == domain.Tombstone:
		return "Withheld TAKEN_DOWN"
	case level == domain.TextOnly:
		return "Withheld ANONYMISED"
	case !named:
		return "Withheld UNCONFIRMED"
	case a.inside != "" && (v.Is(domain.Secretariat, domain.Protection) || v.ActsFor(a.id) || v.Person == "per_proposer"):
		return a.inside
	case visible == "Withheld NO_NAME" && a.now.Recorded:
		return "RecordedName A letter writer"
	}
	return visible
}

// submitters spells what a reader is told of whose submissions are.
func submitters(t *testing.T, r Reader, ids []domain.ID) map[domain.ID]string {
	t.Helper()
	subs, err := r.Submissions(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	var all []*Submission
	for _, s := range subs {
		all = append(all, s)
	}
	by, err := r.Submitters(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[domain.ID]string{}
	for _, id := range ids {
		switch x := by[id].(type) {
		case nil:
			out[id] = "nothing"
		case *Entity:
			out[id] = "Entity"
		case *Individual:
			if out[id] = "Individual " + x.DisplayName; x.Level != "CONTACTED" {
				t.Errorf("the level of %+v", x)
			}
		case *RecordedName:
			out[id] = "RecordedName " + x.DisplayName
		case *WithheldName:
			out[id] = "Withheld " + x.Reason
		default:
			t.Errorf("it is a %T", x)
		}
	}
	return out
}

// TestSubmitter compares what everybody is told of whose a submission is with
// the domain's rules: every label, of every author, now and as of then.
func TestSubmitter(t *testing.T) {
	e, all := emptyModel(t), attributions()
	var ids []domain.ID
	inTx(t, e, func(tx *sql.Tx) {
		insertRounds(t, tx)
		insertAuthors(t, tx)
		for id, a := range all {
			ids = append(ids, id)
			for i, s := range []submission.State{a.then, a.now} {
				name := ""
				if s.Recorded {
					name = "A letter writer"
				}
				insert(t, tx, "submissions", map[string]any{
					"id": string(id), "consultation": string(s.Round), "owner": string(s.Owner), "author": name, "label": string(s.Label), "hidden": s.Hidden,
					"status": map[bool]string{true: "WITHDRAWN", false: "SUBMITTED"}[s.Status == "withdrawn"], "timeliness": string(s.Time),
					"released": s.Released, "edition": s.Edition, "recorded": s.Recorded, "confirmed": s.Confirmed,
					"valid_from": []int64{0, 7}[i], "valid_to": []int64{7, open}[i],
				})
			}
		}
	})
	viewers := everyViewer()
	for _, a := range authors {
		if a.id != "" {
			viewers["who acts for "+string(a.id)] = takingPart(domain.Viewer{Person: "per_else", Holds: []domain.Holding{{Entity: a.id, Capacity: domain.Stakeholder}}})
		}
	}
	viewers["who proposed"] = takingPart(domain.Viewer{Person: "per_proposer"})
	counts, wrong := map[string]int{}, 0
	for who, v := range viewers {
		for _, asOf := range []bool{false, true} {
			r := Reader{Engine: e, Viewer: v}
			if asOf {
				r = r.at(5)
			}
			got := submitters(t, r, ids)
			for id, a := range all {
				want := a.shown(v, asOf)
				if counts[want]++; got[id] != want {
					if wrong++; wrong < 20 {
						t.Errorf("%s, as of then %t: of %s by %q, %s then and recorded %t, they are told %q, want %q", who, asOf, a.now.Label, a.id, a.then.Label, a.now.Recorded, got[id], want)
					}
				}
			}
		}
	}
	if len(counts) != 11 {
		t.Errorf("the product is not whole: %v", counts)
	}
}
