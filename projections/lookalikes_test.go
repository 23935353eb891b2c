package projections

import (
	"database/sql"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

func TestLooks(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		like bool
	}{
		{"El Salvador", "El Sаlvаdоr", true}, // Cyrillic a and o
		{"El Salvador", "EL SALVADOR", true},
		{"El Salvador", "ElSalvador", true},
		{"El Salvador", "El-Salvador", true},
		{"El Salvador", "El Sálvador", true},
		{"El Salvador", "El Salv\u200bador", true},
		{"IOM", "lOM", true}, // a small l
		{"IOM", "ΙΟΜ", true}, // Greek
		{"UNHCR", "UNHСR", true},
		{"paypal", "pаypаl", true},
		{"Россия", "Poccия", true}, // Latin P, o and c
		{"El Salvador", "Ecuador", false},
		{"IOM", "ILO", false},
		{"", "", false},
		{"...", "...", false},
	} {
		if got := slices.ContainsFunc(looks(tt.a), func(f string) bool { return slices.Contains(looks(tt.b), f) }); got != tt.like {
			t.Errorf("%q looks like %q: %t; %q and %q", tt.a, tt.b, got, looks(tt.a), looks(tt.b))
		}
	}
}

func TestMixedScript(t *testing.T) {
	for name, want := range map[string]bool{
		"El Salvador": false, "El Sаlvador": true, "Россия": false, "IOM Россия": false, "IOM-Россия": false, "日本の会": false,
		"Ένωση": false, "UNHСR": true, "منظمة IOM": false, "": false, "Café 21": false,
	} {
		e := &Entity{Name: &LocalizedText{Original: TextPart{Value: name}}}
		if e.MixedScript() != want {
			t.Errorf("%q is of mixed script: %t", name, !want)
		}
		if e := (&Entity{Name: &LocalizedText{}, Acronym: &name}); e.MixedScript() != want {
			t.Errorf("the acronym %q is of mixed script: %t", name, !want)
		}
	}
}

// entityProduct is every entity there can be, as far as it may be seen.
func entityProduct() []entity.State {
	var all []entity.State
	for _, id := range []domain.ID{ownerEntity, stranger, "ent_own"} {
		for _, by := range []domain.ID{"", "per_proposer", somebody} {
			for _, known := range []bool{false, true} {
				for _, status := range []domain.Status{"proposed", "recognised", "suspended", "dissolved"} {
					all = append(all, entity.State{Entity: id, Proposer: by, Known: known, Status: status})
				}
			}
		}
	}
	return all
}

// Who sees an entity is the same in SQL as in the domain, over the whole
// product, now and as of an index; and what of its names.
func TestEntitySeenIsTheDomains(t *testing.T) {
	e, all := emptyModel(t), entityProduct()
	inTx(t, e, func(tx *sql.Tx) {
		for i, x := range all { // each at an index of its own
			insert(t, tx, "entities", map[string]any{
				"id": string(x.Entity), "status": string(x.Status), "proposer": string(x.Proposer), "known": x.Known, "name": "own", "shown_name": "shown", "categories": "[]",
				"valid_from": i, "valid_to": i + 1,
			})
		}
	})
	viewers := everyViewer()
	viewers["the proposer"] = domain.Viewer{Person: "per_proposer"}
	for name, v := range viewers {
		for i, x := range all {
			got, err := Reader{Engine: e, Viewer: v, AsOf: new(int64(i))}.Entities(t.Context(), []domain.ID{x.Entity})
			if err != nil {
				t.Fatal(err)
			}
			s, want := got[x.Entity], entity.Decider.Sees(x, v)
			if (s != nil) != want {
				t.Errorf("%s sees %+v: %t", name, x, !want)
			}
			insider := v.Person == x.Proposer && v.Person != "" || v.ActsFor(x.Entity) || v.Is(domain.Secretariat, domain.Protection)
			if s != nil && (s.Name.Original.Value == "own") != insider {
				t.Errorf("%s reads the name %q of %+v", name, s.Name.Original.Value, x)
			}
		}
	}
}
