package projections

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A TextChange says how a text, or the answer to a question, changed from one
// edition to another.
type TextChange struct {
	QuestionID *domain.ID // nil for the text
	Parts      []*TextChangePart
}

// A TextChangePart is a run of words that is in both editions or in one.
type TextChangePart struct {
	Kind  string // SAME REMOVED ADDED
	Value string
}

// diffTime bounds the search for the smallest difference. Past it the answer is
// still right, but may show more as changed than need be.
const diffTime = 200 * time.Millisecond

// EditionDiff returns what changed from edition e to another of the same
// submission; nil if the viewer may not read one of them.
func (r Reader) EditionDiff(ctx context.Context, e *Edition, to int64) ([]*TextChange, error) {
	s, err := r.Submission(ctx, e.SubmissionID)
	if err != nil {
		return nil, err
	}
	all, err := r.Editions(ctx, []*Submission{s})
	if err != nil {
		return nil, err
	}
	var from, other *Edition
	for _, x := range all[s.ID] {
		if x.Version == e.Version && x.RetractedAt == nil {
			from = x
		}
		if x.Version == to && x.RetractedAt == nil {
			other = x
		}
	}
	if from == nil || other == nil {
		return nil, nil
	}
	return from.changes(other), nil
}

func (e *Edition) changes(to *Edition) []*TextChange {
	out := []*TextChange{}
	add := func(question *domain.ID, a, b string) {
		if a != b {
			out = append(out, &TextChange{question, textChange(a, b)})
		}
	}
	add(nil, original(e.Text), original(to.Text))
	questions, before, after := []domain.ID{}, map[domain.ID]string{}, map[domain.ID]string{}
	for i, all := range [][]*Answer{e.Answers, to.Answers} {
		for _, a := range all {
			if _, known := before[a.QuestionID]; !known {
				questions = append(questions, a.QuestionID)
				before[a.QuestionID] = ""
			}
			words := strings.Join(append([]string{original(a.Text)}, a.Chosen...), "\n")
			if i == 0 {
				before[a.QuestionID] = words
			} else {
				after[a.QuestionID] = words
			}
		}
	}
	for _, q := range questions {
		add(&q, before[q], after[q])
	}
	return out
}

func original(t *LocalizedText) string {
	if t == nil {
		return ""
	}
	return t.Original.Value
}

const surrogates, pastSurrogates = 0xD800, 0x800 // code points that no string holds

// textChange compares word by word. Each distinct word stands for one rune
// while the library compares.
func textChange(a, b string) []*TextChangePart {
	words, runes := map[rune]string{}, map[string]rune{}
	coded := func(s string) []rune {
		var out []rune
		for _, w := range cutWords(s) {
			r, ok := runes[w]
			if !ok {
				if r = rune(len(runes)); r >= surrogates {
					r += pastSurrogates
				}
				runes[w], words[r] = r, w
			}
			out = append(out, r)
		}
		return out
	}
	from, to := coded(a), coded(b)
	d := diffmatchpatch.New()
	d.DiffTimeout = diffTime
	kinds := map[diffmatchpatch.Operation]string{diffmatchpatch.DiffEqual: "SAME", diffmatchpatch.DiffDelete: "REMOVED", diffmatchpatch.DiffInsert: "ADDED"}
	var out []*TextChangePart
	for _, x := range d.DiffMainRunes(from, to, false) {
		var value strings.Builder
		for _, r := range x.Text {
			value.WriteString(words[r])
		}
		out = append(out, &TextChangePart{kinds[x.Type], value.String()})
	}
	return out
}

// cutWords cuts a text into words, runs of spaces and single other characters.
// Joined again they are the text.
func cutWords(s string) []string {
	kind := func(r rune) int {
		switch {
		case unicode.IsSpace(r):
			return 1
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai): // written without spaces
			return 2
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
			return 3
		}
		return 2
	}
	var out []string
	from, last := 0, 0
	for i, r := range s {
		k := kind(r)
		if i > from && (k != last || k == 2) {
			out, from = append(out, s[from:i]), i
		}
		last = k
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}
