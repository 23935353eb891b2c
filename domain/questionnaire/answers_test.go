package questionnaire

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestCheck(t *testing.T) {
	two := []Option{{ID: "1", Text: en("Here")}, {ID: "2", Text: en("There")}}
	v := Version{1, title, []Question{
		{ID: "q1", Number: "1", Text: en("What?"), Kind: FreeText, Required: true, MaxCharacters: 3},
		{ID: "q2", Number: "2", Text: en("Where?"), Kind: SingleChoice, Options: two},
		{ID: "q3", Number: "3", Text: en("Where else?"), Kind: MultipleChoice, Options: two, MaxCharacters: 5},
		{ID: "q4", Number: "4", Text: en("Agreed?"), Kind: YesNo, Required: true, MaxCharacters: 5},
	}}
	text, yes := Answer{Question: "q1", Text: "abc"}, Answer{Question: "q4", Chosen: []string{Yes}}
	with := func(more ...Answer) []Answer { return append([]Answer{text, yes}, more...) }
	tests := []struct {
		name    string
		answers []Answer
		slug    string // empty: fits
		path    string
	}{
		{"what is required", with(), "", ""},
		{"everything", with(Answer{"q2", "", []string{"2"}}, Answer{"q3", "both", []string{"2", "1"}}), "", ""},
		{"characters as a reader counts them", []Answer{{Question: "q1", Text: "e\u0301e\u0301🇸🇻"}, yes}, "", ""},
		{"a comment beside no choice, where none is required", with(Answer{"q3", "none", nil}), "", ""},
		{"no answer at all", nil, "questionnaire.required", "answers"},
		{"one required left out", []Answer{text}, "questionnaire.required", "answers"},
		{"blanks", []Answer{{Question: "q1", Text: " \n"}, yes}, "questionnaire.required", "answers"},
		{"a comment is no choice", []Answer{text, {Question: "q4", Text: "maybe"}}, "questionnaire.required", "answers"},
		{"too long", []Answer{{Question: "q1", Text: "abcd"}, yes}, "questionnaire.too_long", "answers 0 text"},
		{"not asked", with(Answer{"q9", "x", nil}), "questionnaire.not_asked", "answers 2 question"},
		{"answered twice", with(text), "questionnaire.answered_twice", "answers 2 question"},
		{"a choice for a text", []Answer{{"q1", "abc", []string{"1"}}, yes}, "questionnaire.no_choice", "answers 0 chosen"},
		{"a text for a choice", with(Answer{"q2", "x", []string{"1"}}), "questionnaire.no_text", "answers 2 text"},
		{"two for one choice", with(Answer{"q2", "", []string{"1", "2"}}), "questionnaire.one_choice", "answers 2 chosen"},
		{"both yes and no", []Answer{text, {"q4", "", []string{Yes, No}}}, "questionnaire.one_choice", "answers 1 chosen"},
		{"neither yes nor no", []Answer{text, {"q4", "", []string{"1"}}}, "questionnaire.not_offered", "answers 1 chosen"},
		{"not offered", with(Answer{"q3", "", []string{"3"}}), "questionnaire.not_offered", "answers 2 chosen"},
		{"chosen twice", with(Answer{"q3", "", []string{"1", "1"}}), "questionnaire.chosen_twice", "answers 2 chosen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantRefusal(t, v.Check(tt.answers), tt.slug, tt.path)
			if tt.slug == "questionnaire.required" {
				tt.slug, tt.path = "", "" // a draft may leave it out
			}
			wantRefusal(t, v.CheckPart(tt.answers), tt.slug, tt.path)
		})
	}
}

func wantRefusal(t *testing.T, err error, slug, path string) {
	t.Helper()
	e, refused := errors.AsType[*domain.Error](err)
	switch {
	case slug == "" && err != nil:
		t.Errorf("got %v, want none", err)
	case slug != "" && (!refused || e.Reason != slug || !slices.Equal(e.Path, strings.Fields(path)) || e.Code != domain.Invalid):
		t.Errorf("got %v, want %s at %q", err, slug, path)
	}
}
