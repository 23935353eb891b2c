package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/mtibben/confusables"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A LookAlike is another name that a reader may take for an entity's.
type LookAlike struct {
	Name     string
	EntityID domain.ID // whose it is; empty for a State of the register
	StateID  domain.ID
}

// looks returns what a name looks like: two names with a form in common may be
// taken for each other. The forms are skeletons by Unicode's standard 39, of
// the name as it is written (a capital I looks like a small l) and of its small
// letters, without space and punctuation.
func looks(name string) []string {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	forms := []string{skeleton(letters), skeleton(strings.ToLower(letters))}
	slices.Sort(forms)
	return slices.DeleteFunc(slices.Compact(forms), func(s string) bool { return s == "" })
}

// skeleton leaves out marks, which are small.
func skeleton(letters string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, confusables.Skeleton(letters)))
}

// scripts are those that a word has letters of one of.
var scripts = []*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Georgian, unicode.Hebrew, unicode.Arabic,
	unicode.Cherokee, unicode.Coptic, unicode.Devanagari, unicode.Thai,
}

// MixedScript reports whether a word of the name has letters of two scripts,
// as no word does that somebody spells.
func (e *Entity) MixedScript() bool {
	names := e.Name.Original.Value
	if e.Acronym != nil {
		names += " " + *e.Acronym
	}
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
	return slices.ContainsFunc(strings.FieldsFunc(names, between), func(word string) bool {
		n := 0
		for _, s := range scripts {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(s, r) }) {
				n++
			}
		}
		return n > 1
	})
}

// named keeps what an entity's name and acronym look like from now on.
func named(ctx context.Context, tx *Tx, f Fact, name, acronym string) error {
	if err := tx.end(ctx, "entity_names", f, f.Aggregate); err != nil {
		return err
	}
	all := append(looks(name), looks(acronym)...)
	slices.Sort(all)
	for n, form := range slices.Compact(all) {
		if err := tx.create(ctx, "entity_names", f, f.Aggregate, set{"n", n, "looks", form}); err != nil {
			return err
		}
	}
	return nil
}

// LookAlikes returns, to the secretariat, whose names look like those of
// entities, by the latter: other entities, but for those dissolved, and States
// of the register.
func (r Reader) LookAlikes(ctx context.Context, all []*Entity) (map[domain.ID][]*LookAlike, error) {
	out := map[domain.ID][]*LookAlike{}
	if !r.Viewer.Is(domain.Secretariat) {
		return out, nil
	}
	db, err := r.Engine.reading("entities", "states")
	if err != nil {
		return nil, err
	}
	ids := make([]domain.ID, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	_, err = collect(ctx, db, "look-alikes", `SELECT DISTINCT n.id, o.id, o.name FROM entity_names n JOIN entity_names m ON m.looks = n.looks AND m.id <> n.id AND `+r.valid("m")+`
		JOIN entities o ON o.id = m.id AND `+r.valid("o")+` AND o.status <> 'DISSOLVED'
		WHERE n.id IN (SELECT value FROM json_each(?)) AND `+r.valid("n")+` ORDER BY n.id, o.name, o.id`, []any{asJSON(ids)}, func(rows *sql.Rows) (none struct{}, err error) {
		var of domain.ID
		var l LookAlike
		err = rows.Scan(&of, &l.EntityID, &l.Name)
		out[of] = append(out[of], &l)
		return none, err
	})
	if err != nil {
		return nil, err
	}
	return out, r.likeStates(ctx, db, all, out)
}

// likeStates adds the States of the register whose names look like those of
// entities, but for the States' own.
func (r Reader) likeStates(ctx context.Context, db *statements, all []*Entity, out map[domain.ID][]*LookAlike) error {
	type name struct {
		of    domain.ID
		code  string
		words string
	}
	byForm := map[string][]name{}
	_, err := collect(ctx, db, "names of States", `SELECT s.id, s.code, s.names FROM states s WHERE `+r.valid("s"), nil, func(rows *sql.Rows) (none struct{}, err error) {
		var s name
		var names string
		if err := rows.Scan(&s.of, &s.code, &names); err != nil {
			return none, err
		}
		var in []struct{ Short, Formal string }
		if err := json.Unmarshal([]byte(names), &in); err != nil {
			return none, err
		}
		for _, n := range in {
			for _, s.words = range []string{n.Short, n.Formal} {
				for _, form := range looks(s.words) {
					byForm[form] = append(byForm[form], s)
				}
			}
		}
		return none, nil
	})
	for _, e := range all {
		seen := map[domain.ID]bool{}
		forms := looks(e.Name.Original.Value)
		if e.Acronym != nil {
			forms = append(forms, looks(*e.Acronym)...)
		}
		for _, form := range forms {
			for _, s := range byForm[form] {
				if own := e.Code != nil && *e.Code == s.code; !own && !seen[s.of] {
					seen[s.of] = true
					out[e.ID] = append(out[e.ID], &LookAlike{Name: s.words, StateID: s.of})
				}
			}
		}
	}
	return err
}
