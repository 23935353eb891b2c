package questionnaire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	officer    = domaintest.Officer("per_officer")
	colleague  = domaintest.Officer("per_colleague")
	commission = domaintest.As("per_eclac", "ent_eclac", domain.RegionalCommission)
	other      = domaintest.As("per_ece", "ent_ece", domain.RegionalCommission)
	title      = en("Questions to States")
)

func en(s string) Wording { return Wording{Text: domain.Text{Language: "en", Value: s}} }

func in(lang, s string, origin domain.Origin) domain.Translation {
	return domain.Translation{Text: domain.Text{Language: lang, Value: s}, Origin: origin}
}

// asked is a questionnaire as its author writes it.
func asked() []Question {
	return []Question{
		{Number: "1", Text: en("What works?"), Kind: FreeText, Required: true, MaxCharacters: 10},
		{Number: "2a", Text: en("Where?"), Kind: SingleChoice, Options: []Option{{Text: en("Here")}, {Text: en("There")}}},
	}
}

// stored is asked as it is recorded under a version and series.
func stored(version int64, series string) []Question {
	qs := asked()
	for i := range qs {
		qs[i].ID = domain.ID(fmt.Sprintf("q%s-v%d-%s", qs[i].Number, version, series))
	}
	qs[1].Options[0].ID, qs[1].Options[1].ID = "1", "2"
	return qs
}

func drafted(more ...Event) []Event {
	return append([]Event{Drafted{Keeper: Keeper{"ent_secretariat", true}, Series: "s", Title: title, Questions: stored(1, "s")}}, more...)
}

func forked(more ...Event) []Event {
	return append([]Event{Forked{Of: Origin{"que_a", 1}, Keeper: Keeper{Entity: "ent_eclac"}, Series: "f", Title: title, Questions: stored(1, "f")}}, more...)
}

func TestQuestionnaire(t *testing.T) {
	stale := int64(0)
	own, next := series(officer), series(officer)
	source := Version{1, title, stored(1, "s")}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "draft", When: Draft{title, asked()}, By: officer, Then: []Event{Drafted{Keeper{"ent_secretariat", true}, own, title, stored(1, own)}}},
		{Name: "a commission drafts its own", When: Draft{title, nil}, By: commission, Then: []Event{Drafted{Keeper: Keeper{Entity: "ent_eclac"}, Series: series(commission), Title: title}}},
		{Name: "not by a stakeholder", When: Draft{title, asked()}, By: domaintest.Own("per_ada"), Code: domain.NotAllowed},
		{Name: "no title", When: Draft{Wording{}, asked()}, By: officer, Code: domain.Invalid},

		{Name: "revise", Given: drafted(), When: Revise{Title: en("Questions"), Questions: asked()}, By: officer, Then: []Event{Revised{en("Questions"), stored(1, "s")}}},
		{Name: "revise to the same is quiet", Given: drafted(), When: Revise{Title: title, Questions: asked(), Expected: &stale}, By: officer},
		{Name: "G4: a stale version conflicts", Given: drafted(), When: Revise{Title: en("Questions"), Expected: &stale}, By: officer, Code: domain.VersionConflict},
		{Name: "any officer revises the secretariat's", Given: drafted(), When: Revise{Title: title}, By: colleague, Then: []Event{Revised{Title: title}}},
		{Name: "G6: the secretariat does not rewrite a commission's", Given: forked(), When: Revise{Title: title}, By: officer, Code: domain.NotOwner, Slug: "questionnaire.keeper"},
		{Name: "G6: nor one commission another's", Given: forked(), When: Publish{}, By: other, Code: domain.NotOwner},
		{Name: "G6: nor a commission the secretariat's", Given: drafted(), When: Retire{}, By: commission, Code: domain.NotOwner},
		{Name: "a published version never changes", Given: drafted(Published{1}), When: Revise{Title: title}, By: officer, Code: domain.NotAllowed},

		{Name: "publish", Given: drafted(), When: Publish{}, By: officer, Then: []Event{Published{1}}},
		{Name: "publish twice", Given: drafted(Published{1}), When: Publish{Expected: &stale}, By: officer},
		{Name: "publish what somebody else has changed", Given: drafted(), When: Publish{Expected: &stale}, By: officer, Code: domain.VersionConflict},
		{Name: "publish nothing", Given: drafted(Revised{Title: title}), When: Publish{}, By: officer, Code: domain.Invalid, Slug: "questionnaire.empty"},

		{Name: "new version = new question ids", Given: drafted(Published{1}), When: StartVersion{}, By: officer, Then: []Event{VersionStarted{2, next, stored(2, next)}}},
		{Name: "its revision keeps them", Given: drafted(Published{1}, VersionStarted{2, "n", stored(2, "n")}), When: Revise{Title: en("Questions"), Questions: asked()}, By: officer,
			Then: []Event{Revised{en("Questions"), stored(2, "n")}}},
		{Name: "a commission starts no version of the secretariat's", Given: drafted(Published{1}), When: StartVersion{}, By: commission, Code: domain.NotOwner},

		{Name: "fork keeps lineage, with ids of its own", When: Fork{Of: Origin{"que_a", 1}, Source: source}, By: commission,
			Then: []Event{Forked{Origin{"que_a", 1}, Keeper{Entity: "ent_eclac"}, series(commission), title, stored(1, series(commission))}}},
		{Name: "G9: a fork of what is not published is one of what does not exist", When: Fork{Of: Origin{"que_a", 1}}, By: commission, Code: domain.NotFound, Slug: "questionnaire.unknown"},
		{Name: "a fork of another version than was read", When: Fork{Of: Origin{"que_a", 2}, Source: source}, By: commission, Code: domain.NotFound},
		{Name: "not by a mission", When: Fork{Of: Origin{"que_a", 1}, Source: source}, By: domaintest.As("per_m", "ent_slv", domain.StateMission), Code: domain.NotAllowed},

		{Name: "retire", Given: drafted(Published{1}), When: Retire{" superseded "}, By: officer, Then: []Event{Retired{"superseded"}}},
		{Name: "retire twice", Given: drafted(Published{1}, Retired{}), When: Retire{"again"}, By: officer},
		{Name: "retire for a reason without words", Given: drafted(), When: Retire{"\u200b"}, By: officer, Code: domain.Invalid},
		{Name: "a retired one is not revised", Given: drafted(Retired{}), When: Revise{Title: title}, By: officer, Code: domain.NotAllowed},
	})
}

func TestQuestions(t *testing.T) {
	two := []Option{{Text: en("a")}, {Text: en("b")}}
	ask := func(q Question) Draft { return Draft{title, []Question{q}} }
	refused := func(name string, d Draft, slug string) domaintest.Case[Command, Event] {
		return domaintest.Case[Command, Event]{Name: name, When: d, By: officer, Code: domain.Invalid, Slug: slug}
	}
	translated := func(ts ...domain.Translation) Wording {
		return Wording{domain.Text{Language: "EN", Value: " What? "}, ts}
	}
	full := Question{Number: "1", Text: translated(in("fr", "Quoi ?", domain.Human), in("ar", "ماذا؟", domain.Machine)), Help: en("Briefly."), Kind: YesNo, MaxCharacters: 100}
	clean := full
	clean.ID, clean.Text.Text = handles(1, series(officer))("1"), domain.Text{Language: "en", Value: "What?"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G16: translations stand beside the original, marked", When: ask(full), By: officer,
			Then: []Event{Drafted{Keeper{"ent_secretariat", true}, series(officer), title, []Question{clean}}}},
		refused("two texts in one language", ask(Question{Number: "1", Text: translated(in("en", "Why?", domain.Human)), Kind: YesNo}), "questionnaire.language_twice"),
		refused("a translation of no origin", ask(Question{Number: "1", Text: translated(in("fr", "Quoi ?", "")), Kind: YesNo}), "translation.origin"),
		refused("a translation in no language", ask(Question{Number: "1", Text: translated(in("", "Quoi ?", domain.Human)), Kind: YesNo}), "text.language"),
		refused("too many translations", ask(Question{Number: "1", Text: translated(make([]domain.Translation, maxTranslations+1)...), Kind: YesNo}), "questionnaire.translations"),
		refused("no number", ask(Question{Text: en("What?"), Kind: YesNo}), "questionnaire.number"),
		refused("a number with a space", ask(Question{Number: "1 a", Text: en("What?"), Kind: YesNo}), "questionnaire.number"),
		refused("a number twice", Draft{title, []Question{{Number: "1a", Text: en("x"), Kind: YesNo}, {Number: "1A", Text: en("y"), Kind: YesNo}}}, "questionnaire.number_twice"),
		refused("no kind", ask(Question{Number: "1", Text: en("What?")}), "questionnaire.kind"),
		refused("nothing asked", ask(Question{Number: "1", Kind: YesNo}), ""),
		refused("help that is too long", ask(Question{Number: "1", Text: en("x"), Help: en(strings.Repeat("x", maxHelp+1)), Kind: YesNo}), "text.too_long"),
		refused("fewer than no characters", ask(Question{Number: "1", Text: en("x"), Kind: FreeText, MaxCharacters: -1}), "questionnaire.max_characters"),
		refused("one option", ask(Question{Number: "1", Text: en("x"), Kind: SingleChoice, Options: two[:1]}), "questionnaire.options"),
		refused("too many options", ask(Question{Number: "1", Text: en("x"), Kind: MultipleChoice, Options: make([]Option, maxOptions+1)}), "questionnaire.options"),
		refused("an option without words", ask(Question{Number: "1", Text: en("x"), Kind: MultipleChoice, Options: make([]Option, 2)}), ""),
		refused("options of a free text", ask(Question{Number: "1", Text: en("x"), Kind: FreeText, Options: two}), "questionnaire.no_options"),
		refused("too many questions", Draft{title, make([]Question, maxQuestions+1)}, "questionnaire.questions"),
	})
}

// A published version stays as it was, whatever follows.
func TestVersions(t *testing.T) {
	s := Decider.Fold(State{}, drafted(Published{1}, VersionStarted{2, "n", stored(2, "n")}, Revised{en("Second"), stored(2, "n")})...)
	first, ok := s.At(1)
	if !ok {
		t.Fatal("version 1 is gone")
	}
	if diff := cmp.Diff(Version{1, title, stored(1, "s")}, first); diff != "" {
		t.Errorf("version 1 (-want +got):\n%s", diff)
	}
	if _, ok := s.At(2); ok {
		t.Error("version 2 is a draft, yet it can be had")
	}
	s = Decider.Fold(s, Published{2})
	if second, ok := s.At(2); !ok || second.Title.Value != "Second" || !slices.Equal(second.Handles(), []domain.ID{"q1-v2-n", "q2a-v2-n"}) {
		t.Errorf("version 2: got %+v", second)
	}
	if s.Retired() || !Decider.Fold(s, Retired{}).Retired() {
		t.Error("wrong about being retired")
	}
	if f := Decider.Fold(State{}, forked()...); f.Origin != (Origin{"que_a", 1}) {
		t.Errorf("lineage lost: %+v", f.Origin)
	}
}

func TestSeriesDiffer(t *testing.T) {
	later := domaintest.When(officer, domaintest.At.Add(time.Millisecond))
	otherKey := officer
	otherKey.Key += "-2"
	seen := map[string]bool{}
	for _, by := range []domain.Cause{officer, colleague, commission, later, otherKey} {
		seen[series(by)] = true
	}
	if len(seen) != 5 {
		t.Errorf("five causes gave the series %v", seen)
	}
}

// G9: a draft is its keeper's alone until it is published.
func TestWhoSees(t *testing.T) {
	by := func(c domain.Cause) domain.Viewer {
		return domain.Viewer{Person: c.By.Person, Holds: []domain.Holding{{Entity: c.By.Entity, Capacity: c.By.Capacity}}}
	}
	tests := []struct {
		name  string
		given []Event
		v     domain.Viewer
		want  bool
	}{
		{"the secretariat, its draft", drafted(), by(colleague), true},
		{"a commission, the secretariat's draft", drafted(), by(commission), false},
		{"the public, a draft", drafted(), domain.Viewer{}, false},
		{"a commission, its draft", forked(), by(commission), true},
		{"another commission, that draft", forked(), by(other), false},
		{"the secretariat, that draft", forked(), by(officer), false},
		{"the public, once published", forked(Published{1}), domain.Viewer{}, true},
		{"the public, while a second version is in work", drafted(Published{1}, VersionStarted{2, "n", nil}), domain.Viewer{}, true},
		{"the public, a draft given up", drafted(Retired{}), domain.Viewer{}, false},
	}
	for _, tt := range tests {
		if got := Decider.Sees(Decider.Fold(State{}, tt.given...), tt.v); got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
}
