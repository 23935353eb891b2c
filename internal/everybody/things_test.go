package everybody

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/graph/rule"
)

// A thing is what a rule looks at in an object of the story, as whoever wrote
// the story knows it, and not as any code works it out.
type thing struct {
	owner  domain.ID
	others []domain.ID    // asked to sign or to pledge too
	self   domain.ID      // the person whom it is about
	label  *domain.Access // of a submission
	nobody bool           // taken down in its owner's name, and not settled whether it is theirs
	closed bool           // not public, or not yet
	over   bool           // withdrawn

	made    domain.ID       // by a person: the record
	madeFor domain.ID       // and for an entity, unless in an office
	shows   map[string]bool // which fields of an event are disclosed
	consent func(who string) bool
}

// things are the objects of the story that are not for everybody, by id.
func (w *world) things() map[string]thing {
	id := func(name string) domain.ID { return domain.ID(w.names[name]) }
	all := map[string]thing{}
	for name, s := range map[string]struct {
		owner string
		a     domain.Access
	}{
		"public":       {"freedonia", domain.Access{Label: domain.Public, Published: true, CoSigners: []domain.ID{id("other")}}},
		"joint":        {"partner", domain.Access{Label: domain.Public, CoSigners: []domain.ID{id("ngo"), id("other")}}},
		"unpublished":  {"ngo", domain.Access{Label: domain.Public}},
		"answering":    {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"amended":      {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"unsaid":       {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"hidden":       {"ngo", domain.Access{Label: domain.Public, Published: true, Hidden: true}},
		"draft":        {"freedonia", domain.Access{Label: domain.States, Published: true}},
		"kept":         {"ngo", domain.Access{Label: domain.Public, Draft: true}},
		"drafted":      {"freedonia", domain.Access{Label: domain.Public, Draft: true}},
		"discarded":    {"ngo", domain.Access{Label: domain.Public, Draft: true}},
		"withdrawn":    {"ngo", domain.Access{Label: domain.Public, Published: true, Withdrawn: true, CoSigners: []domain.ID{id("partner")}}},
		"unseen":       {"ngo", domain.Access{Label: domain.Public, Withdrawn: true}},
		"recorded":     {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"returned":     {"ngo", domain.Access{Label: domain.Public, Published: true, Withdrawn: true}},
		"unnamed":      {"ngo", domain.Access{Label: domain.Anonymised, Published: true}},
		"unanswered":   {"ngo", domain.Access{Label: domain.Public, Published: true, Withdrawn: true}},
		"hushed":       {"ngo", domain.Access{Label: domain.Anonymised, Published: true}},
		"participants": {"ngo", domain.Access{Label: domain.Participants, Published: true}},
		"anonymised":   {"ngo", domain.Access{Label: domain.Anonymised, Published: true, CoSigners: []domain.ID{id("partner")}}},
		"restricted":   {"ngo", domain.Access{Label: domain.Restricted, Published: true}},
		"sealed":       {"ngo", domain.Access{Label: domain.Sealed}},
		"declined":     {"ngo", domain.Access{Label: domain.Public}},
		"pending":      {"ngo", domain.Access{Label: domain.Sealed}},
		"private":      {"per.stranger", domain.Access{Label: domain.Public}},
		"own":          {"per.stranger", domain.Access{Label: domain.Public, Published: true}},
		"written":      {"", domain.Access{Label: domain.Public, Published: true}},
		"accepted":     {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"refused":      {"other", domain.Access{Label: domain.Public}},
		"disputed":     {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"stray":        {"ngo", domain.Access{Label: domain.Public, Published: true}},
		"invitees":     {"freedonia", domain.Access{Label: domain.Public}},
	} {
		s.a.Owner, s.a.Round = id(s.owner), id("call")
		t := thing{owner: id(s.owner), others: s.a.CoSigners, label: &s.a, made: id("per.ngo"), madeFor: id(s.owner)}
		switch name {
		case "public", "draft", "drafted", "invitees":
			t.made = id("per.mission")
		case "joint":
			t.made = id("per.partner")
		case "recorded", "written", "returned", "unnamed", "stray", "disputed":
			t.made, t.madeFor = id("per.secretariat"), ""
		case "private", "own":
			t.made, t.madeFor = id("per.stranger"), ""
		case "refused":
			t.made = id("per.ngo2")
		}
		t.nobody = name == "stray" || name == "disputed"
		all[string(id(name))] = t
	}
	all["LATE_ACCEPTED"], all["LATE_REFUSED"] = all[string(id("accepted"))], all[string(id("refused"))]
	for _, p := range people {
		all[string(w.Person(p.name))] = thing{self: w.Person(p.name), closed: true}
	}
	all[w.names["per.guest"]] = thing{closed: true}
	all[w.names["choir2"]] = thing{self: id("per.stranger"), closed: true}
	for name, t := range map[string]thing{
		"asked": {owner: id("commission")}, "forked": {owner: id("secretariat"), closed: true}, "retired": {owner: id("secretariat")},
		"champion": {owner: id("freedonia")}, "invited": {owner: id("sylvania"), closed: true},
		"offered": {owner: id("agency"), self: id("per.stranger")}, "said": {owner: id("agency")}, "heard": {owner: id("agency")},
		"announced": {}, "attributed": {owner: id("ngo")}, "confirmed": {owner: id("ngo")}, "contested": {owner: id("ngo")}, "matching": {owner: id("sylvania")},
		"pledge": {owner: id("ngo"), others: []domain.ID{id("partner"), id("agency")}}, "secret": {owner: id("ngo"), others: []domain.ID{id("partner")}, closed: true},
		"broken":    {owner: id("ngo"), others: []domain.ID{id("partner")}, over: true},
		"recanted":  {owner: id("ngo"), over: true},
		"shy":       {self: id("per.ngo"), consent: func(string) bool { return false }},
		"bold":      {self: id("per.partner"), consent: func(who string) bool { return slices.Contains([]string{"ngo", "ngo2", "partner"}, who) }},
		"open":      {self: id("per.ngo2"), consent: func(string) bool { return true }},
		"statement": {self: id("per.network")},
	} {
		all[string(id(name))] = t
	}
	return all
}

// takes reports whether somebody takes part in the call: a country team, the
// partner by name, and who contributed to it. The ngo2 was refused as late.
func takes(who string) bool {
	return slices.Contains([]string{"team", "partner", "ngo", "ngo-admin", "mission", "focal", "stranger"}, who)
}

// meets reports whether somebody is among those whom a rule names, of a thing
// with an id.
func (w *world) meets(who string, by []string, id string, t thing, field string) bool {
	return slices.ContainsFunc(by, func(b string) bool { return w.is(who, b, id, t, field) })
}

func (w *world) is(who, by, id string, t thing, field string) bool {
	v, me := w.viewer(who), domain.ID("")
	h, holds := w.holds(who)
	v.Takes = func(domain.ID) bool { return takes(who) }
	if who != "" {
		me = w.Person(who)
	}
	switch by {
	case rule.Everyone:
		return true
	case rule.SignedIn:
		return who != ""
	case "SELF":
		return who != "" && me == t.self
	case "OWNER":
		return t.owner != "" && (me == t.owner || holds && h.Entity == t.owner && (!h.Capacity.Staff() || h.Capacity == domain.Secretariat && t.label == nil))
	case "CO_SIGNATORY":
		return holds && slices.Contains(t.others, h.Entity)
	case "RUNS":
		return string(h.Entity) == id && (h.Capacity == domain.EntityAdmin || h.Capacity == domain.StateMission)
	case "HOLDER":
		return who != "" && me == t.made || holds && !h.Capacity.Staff() && h.Entity == t.madeFor && t.madeFor != ""
	case "LABEL":
		return t.label == nil || t.label.Level(v) > domain.Nothing
	case "WORDS":
		return t.label == nil || t.label.Level(v) >= domain.TextOnly
	case "INSIDER":
		return t.label != nil && t.label.Inside(v)
	case "NAME":
		return t.label == nil || t.label.Level(v) >= domain.Everything
	case "ATTRIBUTED":
		return t.label == nil || t.label.Level(v) >= domain.Everything && domain.Names(t.owner, !t.nobody, v, submission.Officers)
	case "PUBLISHED":
		return !t.closed
	case "STANDING":
		return !t.over
	case "CONSENT":
		return t.consent(who)
	case "DISCLOSED":
		return t.shows[field]
	}
	return holds && by == string(h.Capacity)
}
