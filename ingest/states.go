package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/state"
)

// states takes two tables. One is of countries, a row to each code of ISO
// 3166-1, with the names of the United Nations in its six languages:
//
//	ISO3166-1-Alpha-3,M49,UNTERM English Short,UNTERM English Formal,Region Name,...
//
// The other says which of them are States, by their names in English:
//
//	country,status
//	El Salvador,member
//	Holy See,observer
//
// A State is entered in the register, and made an entity that missions act for.
const (
	colCode, colM49       = "iso3166-1-alpha-3", "m49"
	colCountry, colStatus = "country", "status"
	colOfficial, colCLDR  = "official_name_en", "cldr display name"
	colRegion             = "region name"
	colSubRegion          = "sub-region name"
	colLDC                = "least developed countries (ldc)"
	colLLDC               = "land locked developing countries (lldc)"
	colSIDS               = "small island developing states (sids)"
)

// unterm is the column of a name, short or formal, in a language.
func unterm(language, form string) string { return "unterm " + language + " " + form }

// tongues are the official languages, and what the columns call them.
var tongues = []struct{ tag, unterm, official string }{
	{"ar", "arabic", "official_name_ar"}, {"zh", "chinese", "official_name_cn"}, {"en", "english", colOfficial},
	{"fr", "french", "official_name_fr"}, {"ru", "russian", "official_name_ru"}, {"es", "spanish", "official_name_es"},
}

var memberships = map[string]state.Membership{"member": state.MemberState, "observer": state.Observer}

// A country is a row of the first table.
type country struct {
	row  row
	h    header
	used bool // by a member or an observer
}

func (c *country) get(name string) string { return c.h.get(c.row, name) }

// A member is a row of the second.
type member struct {
	row          row
	name, status string
}

// register is both tables, in memory: there are some 250 countries.
type register struct {
	countries []*country
	members   []member
	byName    map[string][]*country // by folded name
}

const maxCountries = 10_000 // rows in all; a longer table is not of countries

func (i *Import) states(ctx context.Context) error {
	reg := &register{byName: map[string][]*country{}}
	for _, path := range i.Files {
		if err := i.readStates(ctx, path, reg); err != nil {
			return err
		}
	}
	switch {
	case len(reg.countries) == 0:
		return refuse("there is no table of countries: one has the columns ISO3166-1-Alpha-3, M49 and UNTERM English Short")
	case len(reg.members) == 0:
		return refuse("there is no table of Member States: one has the columns country and status")
	}
	w := i.crew(ctx)
	return w.wait(i.enterAll(w, reg))
}

func (i *Import) readStates(ctx context.Context, path string, reg *register) error {
	s := i.file(filepath.Base(path))
	var h header
	begin := func(is header) error {
		h = is
		if !h.has(colCode, colM49, unterm("english", "short")) && !h.has(colCountry, colStatus) {
			return lacking(path, h, "countries (ISO3166-1-Alpha-3, M49, UNTERM English Short), nor one of Member States (country, status)")
		}
		return nil
	}
	return i.table(ctx, path, s, begin, func(r row) error {
		i.total.Add(1)
		switch {
		case len(reg.countries)+len(reg.members) >= maxCountries:
			return refuse("%s has more rows than there are countries", filepath.Base(path))
		case r.fault != "":
			return i.reject(s, r.fault, 0, r)
		case h.has(colCountry, colStatus):
			reg.members = append(reg.members, member{r, h.get(r, colCountry), strings.ToLower(h.get(r, colStatus))})
			return nil
		}
		reg.add(&country{row: r, h: h})
		return nil
	})
}

func (g *register) add(c *country) {
	g.countries = append(g.countries, c)
	for _, column := range []string{unterm("english", "short"), unterm("english", "formal"), colOfficial, colCLDR} {
		name := folded(c.get(column))
		if name != "" && !slices.Contains(g.byName[name], c) {
			g.byName[name] = append(g.byName[name], c)
		}
	}
}

// enterAll enters every State that both tables know, and rejects the rest.
func (i *Import) enterAll(w *crew, reg *register) error {
	for _, m := range reg.members {
		c, why := reg.match(m)
		if why != "" {
			if err := i.reject(m.row.of, why, 1, m.row); err != nil {
				return err
			}
			continue
		}
		c.used = true
		err := w.take(unit{file: m.row.of, rows: []row{m.row, c.row}, do: func(ctx context.Context) (bool, error) {
			return i.enter(ctx, c, memberships[m.status])
		}})
		if err != nil {
			return err
		}
	}
	for _, c := range reg.countries {
		if c.used {
			continue
		}
		if err := i.reject(c.row.of, "No table says that this is a Member State or an observer.", 0, c.row); err != nil {
			return err
		}
	}
	return nil
}

// match finds the country of a member, or says why there is none.
func (g *register) match(m member) (*country, string) {
	found := g.byName[folded(m.name)]
	switch {
	case memberships[m.status] == "":
		return nil, "Its status is neither member nor observer."
	case len(found) == 0:
		return nil, "The table of countries has no country of this name."
	case len(found) > 1:
		return nil, fmt.Sprintf("The table of countries has %d countries of this name.", len(found))
	case found[0].used:
		return nil, "This State stands here twice."
	}
	return found[0], ""
}

// enter registers a State and recognises its entity. It reports whether
// anything of that was not so before.
func (i *Import) enter(ctx context.Context, c *country, as state.Membership) (isNew bool, err error) {
	entry, err := c.entry(as)
	if err != nil {
		return false, err
	}
	renewed, err := i.register(ctx, entry)
	if err != nil {
		return false, err
	}
	short := domain.Text{Language: "en", Value: entry.Names["en"].Short}
	acts, err := i.recognise(ctx, entity.Propose{Kind: entity.Country, Name: short, Code: entry.Code})
	return renewed || acts, err
}

// entry is what the table says about a country.
func (c *country) entry(as state.Membership) (state.Register, error) {
	flag := func(column string) bool { return c.get(column) != "" }
	e := state.Register{Code: c.get(colCode), Names: map[string]state.Name{}, Facts: state.Facts{
		Numeric: c.get(colM49), Membership: as, Region: c.get(colRegion), SubRegion: c.get(colSubRegion),
		LDC: flag(colLDC), LLDC: flag(colLLDC), SIDS: flag(colSIDS),
	}}
	for _, t := range tongues {
		short := plain(cmp.Or(c.get(unterm(t.unterm, "short")), c.get(t.official)))
		if short != "" {
			e.Names[t.tag] = state.Name{Short: short, Formal: plain(c.get(unterm(t.unterm, "formal")))}
		}
	}
	if e.Names["en"].Short == "" {
		return e, refuse("The table of countries has no name in English for this State.")
	}
	return e, nil
}

// register enters a State, or brings its entry up to date.
func (i *Import) register(ctx context.Context, entry state.Register) (isNew bool, err error) {
	id := i.App.StateTarget(entry.Code)
	was, err := i.App.States.State(ctx, id)
	if err != nil {
		return false, err
	}
	what, err := json.Marshal(entry)
	if err != nil {
		return false, fmt.Errorf("encode the entry of %s: %w", entry.Code, err)
	}
	// The edition is part of the key, so that a table that was right before
	// another may become right again.
	by := i.by("register", entry.Code, string(what), strconv.FormatInt(was.Edition, 10))
	if _, err := i.App.States.Do(ctx, id, entry, by); err != nil {
		return false, err
	}
	is, err := i.App.States.State(ctx, id)
	return is.Edition != was.Edition, err
}

// recognise makes the entity known that a State is acted for as. One that was
// suspended or dissolved since stays so.
func (i *Import) recognise(ctx context.Context, c entity.Propose) (isNew bool, err error) {
	id := i.App.EntityTarget(c)
	was, err := i.App.Entities.State(ctx, id)
	if err != nil || was.Status != "" && !was.Acts() {
		return false, err
	}
	if was.Status == "" {
		if _, err := i.App.Entities.Do(ctx, id, c, i.by("propose", c.Code)); err != nil {
			return false, err
		}
	}
	if _, err := i.App.Entities.Do(ctx, id, entity.Recognise{}, i.by("recognise", c.Code)); err != nil {
		return false, err
	}
	is, err := i.App.Entities.State(ctx, id)
	return is.Status != was.Status, err
}
