package app_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

func text(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

func wantSlug(t *testing.T, what string, err error, slug string) {
	t.Helper()
	if e, ok := errors.AsType[*domain.Error](err); !ok || e.Reason != slug {
		t.Errorf("%s gave %v, want %s", what, err, slug)
	}
}

// country proposes a State's entity.
func country(t *testing.T, a *app.App, code string) domain.ID {
	t.Helper()
	c := entity.Propose{Kind: entity.Country, Code: code, Name: text("The State of " + code)}
	res, err := a.Entities.Do(t.Context(), a.EntityTarget(c), c, officer("propose "+code))
	if err != nil {
		t.Fatal(err)
	}
	return res.ID
}

func TestSeedIsQuiet(t *testing.T) {
	st := new(memstore.Store)
	a := installed(t, st)
	before := count(t, st)
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil || count(t, st) != before {
		t.Errorf("the second start gave %v and recorded %d events", err, count(t, st)-before)
	}
	v := vocabulary.GCM()[2]
	v.Version, v.Terms = 2, v.Terms[:2]
	if _, err := a.Vocabularies.Do(t.Context(), a.VocabularyTarget(v.Name), v, officer("publish")); err != nil {
		t.Fatal(err)
	}
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil || count(t, st) != before+1 {
		t.Errorf("a start after officers went on gave %v and recorded %d events", err, count(t, st)-before-1)
	}
}

// TestClassify: a pin on the vocabulary says which terms an entity may be put under.
func TestClassify(t *testing.T) {
	a := installed(t, new(memstore.Store))
	propose := func(vocabulary, term string) error {
		c := suggest("A union")
		c.Vocabulary, c.Term = vocabulary, term
		_, err := a.Entities.Do(t.Context(), "", c, officer("propose under "+vocabulary+term))
		return err
	}
	if err := propose(vocabulary.Categories, "trade-unions"); err != nil {
		t.Errorf("under a category of paragraph 44: %v", err)
	}
	wantSlug(t, "no such vocabulary", propose("colours", "red"), "entity.vocabulary")
	wantSlug(t, "no such term", propose(vocabulary.Categories, "red"), "entity.term")
	id := a.VocabularyTarget(vocabulary.Categories)
	if _, err := a.Vocabularies.Do(t.Context(), id, vocabulary.DeprecateTerm{Code: "media"}, officer("deprecate")); err != nil {
		t.Fatal(err)
	}
	wantSlug(t, "a term out of use", propose(vocabulary.Categories, "media"), "entity.term")

	mapTo := func(r vocabulary.Ref) error {
		_, err := a.Vocabularies.Do(t.Context(), id, vocabulary.MapTerm{Code: "migrants", To: r}, officer("map "+r.Term))
		return err
	}
	if err := mapTo(vocabulary.Ref{Vocabulary: vocabulary.Objectives, Version: 1, Term: "7"}); err != nil {
		t.Errorf("mapped to a term that there is: %v", err)
	}
	wantSlug(t, "mapped to no term", mapTo(vocabulary.Ref{Vocabulary: vocabulary.Objectives, Version: 1, Term: "24"}), "vocabulary.term")
	wantSlug(t, "mapped to no version", mapTo(vocabulary.Ref{Vocabulary: vocabulary.Objectives, Version: 2, Term: "8"}), "vocabulary.term")
}

// TestDissolveState: a pin on the State register says whether a State ended.
func TestDissolveState(t *testing.T) {
	a := installed(t, new(memstore.Store))
	id := country(t, a, "CSK")
	dissolve := func(key string) error {
		_, err := a.Entities.Do(t.Context(), id, entity.Dissolve{Reason: "It has two successors."}, officer(key))
		return err
	}
	wantSlug(t, "a State that is not registered", dissolve("one"), "entity.permanent")
	for i, c := range []state.Command{
		state.Register{Code: "CSK", Names: map[string]state.Name{"en": {Short: "Czechoslovakia"}}, Facts: state.Facts{Numeric: "200", Membership: state.MemberState}},
		state.End{Reason: "It has two successors.", OccurredOn: "1992-12-31"},
	} {
		wantSlug(t, "a State that exists", dissolve("two"), "entity.permanent")
		if _, err := a.States.Do(t.Context(), a.StateTarget("CSK"), c, officer(fmt.Sprint("state ", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := dissolve("three"); err != nil {
		t.Errorf("a State that ended: %v", err)
	}
}

// TestInviteChampion: only a State is invited, and G9: nobody learns from a
// refusal whom the secretariat has invited.
func TestInviteChampion(t *testing.T) {
	a := installed(t, new(memstore.Store))
	slv, prt := country(t, a, "SLV"), country(t, a, "PRT")
	invite := func(id domain.ID, by app.Caller) error {
		_, err := a.Champions.Do(t.Context(), a.ChampionTarget(id), champion.Invite{State: id}, by)
		return err
	}
	if err := invite(slv, officer("slv")); err != nil {
		t.Fatal(err)
	}
	wantSlug(t, "inviting the secretariat", invite(a.Secretariat(), officer("itself")), "champion.state")
	stranger := func(key string) app.Caller { return app.Caller{Person: "per_stranger", Key: key} }
	asked, unasked := invite(slv, stranger("a")), invite(prt, stranger("b"))
	if asked == nil || unasked == nil || asked.Error() != unasked.Error() {
		t.Errorf("G9: a stranger hears %v of a State that is invited, and %v of another", asked, unasked)
	}
	_, err := a.Champions.Do(t.Context(), a.ChampionTarget(slv), champion.Accept{}, stranger("c"))
	_, none := a.Champions.Do(t.Context(), a.ChampionTarget(prt), champion.Accept{}, stranger("d"))
	if err == nil || none == nil || err.Error() != none.Error() {
		t.Errorf("G9: a stranger who accepts hears %v and %v", err, none)
	}
}

// TestWorkingGroup: pins say which entities can belong to a group.
func TestWorkingGroup(t *testing.T) {
	a := installed(t, new(memstore.Store))
	id := country(t, a, "SLV")
	_, err := a.WorkingGroups.Do(t.Context(), "", workinggroup.Constitute{Name: text("Group"), Entity: id}, officer("one"))
	wantSlug(t, "a State as a working group", err, "working_group.entity")
	g, err := a.WorkingGroups.Do(t.Context(), "", workinggroup.Constitute{Name: text("Group")}, officer("two"))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []workinggroup.Command{workinggroup.DesignateCoLead{CoLead: id}, workinggroup.Join{Member: a.Secretariat()}} {
		if _, err := a.WorkingGroups.Do(t.Context(), g.ID, c, officer(fmt.Sprint("member ", i))); err != nil {
			t.Errorf("%T: %v", c, err)
		}
	}
	_, err = a.WorkingGroups.Do(t.Context(), g.ID, workinggroup.Join{Member: "ent_none"}, officer("five"))
	wantSlug(t, "a member that is no entity", err, "working_group.member")
}
