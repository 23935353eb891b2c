package ingest

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// consultation-csv has answers in long format, one to a row:
//
//	sub_num,sub_name,sub_label,sub_value
//	1,A name,Q01 Definitions,"What is meant by ..."
//
// and may have, in another file, the whole wording of the questions:
//
//	sub_field,sub_label
//	What is meant by the words of the paper?,Q01 Definitions
//
// The rows of one number are one submission, wherever in the file they stand.
// A label Qnn is a question; any other label is a heading in the submission's
// own text, with what stands under it.
const (
	subNum, subName, subLabel, subValue = "sub_num", "sub_name", "sub_label", "sub_value"
	subField                            = "sub_field"
)

const maxItem = 100 // bytes of what an item is called at its source

// answerFiles is what a first look at all files shows.
type answerFiles struct {
	answers []*answerFile
	wording []string          // paths of files with wordings
	worded  map[string]string // wordings, by label
	labels  map[string]bool   // of rows that say something
}

type answerFile struct {
	path, source string
	left         map[string]int // rows of each submission that are still to come
}

func (i *Import) answers(ctx context.Context) error {
	files, err := i.lookThrough(ctx)
	if err != nil {
		return err
	}
	if len(files.answers) == 0 {
		return refuse("there is no table of answers: one has the columns %s, %s, %s and %s", subNum, subName, subLabel, subValue)
	}
	call, isNew, err := i.call(ctx, files)
	if err != nil {
		return err
	}
	questions, err := i.questions(ctx, call)
	if err != nil {
		return err
	}
	for _, path := range files.wording {
		if err := i.checkWording(ctx, path, call, isNew, files, questions); err != nil {
			return err
		}
	}
	for _, f := range files.answers {
		s := i.file(filepath.Base(f.path))
		s.Into = call
		if s.Import, err = i.batch(ctx, f.source, call, f.source); err != nil {
			return err
		}
		c := i.crew(ctx)
		a := &answering{i: i, file: f, sums: s, call: call, questions: questions, open: map[string]*filling{}, crew: c}
		err := i.table(c.ctx, f.path, s, func(h header) error { a.h = h; return nil }, a.take)
		if err := c.wait(err); err != nil {
			return err
		}
	}
	return nil
}

// lookThrough reads all files, and counts.
func (i *Import) lookThrough(ctx context.Context) (*answerFiles, error) {
	all := &answerFiles{worded: map[string]string{}, labels: map[string]bool{}}
	for _, path := range i.Files {
		f := &answerFile{path: path, source: i.sourceName(path), left: map[string]int{}}
		var h header
		begin := func(is header) error {
			h = is
			switch {
			case h.has(subNum, subName, subLabel, subValue):
				all.answers = append(all.answers, f)
			case h.has(subField, subLabel):
				all.wording = append(all.wording, path)
			default:
				return lacking(path, h, "answers, which has the columns sub_num, sub_name, sub_label and sub_value, nor one of questions, which has sub_field and sub_label")
			}
			return nil
		}
		take := func(r row) error {
			i.total.Add(1)
			if r.fault != "" {
				return nil
			}
			if !h.has(subValue) {
				all.worded[h.get(r, subLabel)] = h.get(r, subField)
				return nil
			}
			f.left[h.get(r, subNum)]++
			if h.get(r, subValue) != "" {
				all.labels[h.get(r, subLabel)] = true
			}
			return nil
		}
		if err := i.table(ctx, path, nil, begin, take); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// checkWording accepts the wordings that are those of the questions asked.
func (i *Import) checkWording(ctx context.Context, path string, call domain.ID, isNew bool, files *answerFiles, asked map[string]questionnaire.Question) error {
	s := i.file(filepath.Base(path))
	s.Into = call
	var h header
	return i.table(ctx, path, s, func(is header) error { h = is; return nil }, func(r row) error {
		label := h.get(r, subLabel)
		number, _, numbered := numberOf(label)
		q, is := asked[number]
		words, err := domain.Clean(h.get(r, subField), len(r.raw)+1)
		switch {
		case r.fault != "":
			return i.reject(s, r.fault, 0, r)
		case numbered && !is:
			return i.reject(s, "The consultation asks no question "+number+".", 0, r)
		case numbered && (err != nil || q.Text.Value != words):
			return i.reject(s, "The consultation asks this question in other words, which stay.", 0, r)
		case !numbered && !files.labels[label]:
			return i.reject(s, "No answer has this label.", 0, r)
		}
		return i.carry(ctx, unit{file: s, rows: []row{r}, aside: true, do: func(context.Context) (bool, error) { return isNew, nil }})
	})
}

// answering is one pass over a file of answers.
type answering struct {
	i         *Import
	file      *answerFile
	sums      *FileSums
	call      domain.ID
	questions map[string]questionnaire.Question // by number
	h         header
	open      map[string]*filling // submissions that have rows to come
	crew      *crew
}

// A filling is a submission of which some rows have been read.
type filling struct {
	rows  []row
	name  string
	parts []part // in the order in which they first come
}

// A part is what a submission says to one question, or under one heading.
type part struct {
	question domain.ID // empty for a heading
	heading  string
	texts    []string
}

func (a *answering) take(r row) error {
	if r.fault != "" {
		return a.i.reject(a.sums, r.fault, 0, r)
	}
	num := a.h.get(r, subNum)
	f := a.open[num]
	if f == nil {
		f = &filling{}
		a.open[num] = f
	}
	if why := a.fill(f, r); why != "" {
		if err := a.i.reject(a.sums, why, 0, r); err != nil {
			return err
		}
	}
	if a.file.left[num]--; a.file.left[num] > 0 {
		return nil
	}
	delete(a.open, num)
	if len(f.rows) == 0 { // nothing of it was accepted
		return a.i.reject(a.sums, "", 1)
	}
	return a.crew.take(unit{file: a.sums, rows: f.rows, do: func(ctx context.Context) (bool, error) {
		return a.i.record(ctx, a.record(num, f), "submission", string(a.call), a.file.source, num)
	}})
}

// fill adds r to f, or says why it is not accepted.
func (a *answering) fill(f *filling, r row) (why string) {
	num, name, label, value := a.h.get(r, subNum), a.h.get(r, subName), a.h.get(r, subLabel), a.h.get(r, subValue)
	number, _, numbered := numberOf(label)
	q, asked := a.questions[number]
	switch {
	case num == "":
		return "It has no number, so it belongs to no submission."
	case len(num) > maxItem:
		return "Its number is too long."
	case label == "" && value == "":
		return "It has no label and says nothing."
	case label == "":
		return "It has no label: nobody can tell what it answers."
	case value == "":
		return "It says nothing."
	case numbered && !asked:
		return "The consultation asks no question " + number + "."
	case f.name != "" && name != "" && name != f.name:
		return "It stands under another name than the rows of this submission before it."
	}
	if f.name == "" {
		f.name = name
	}
	f.rows = append(f.rows, r)
	p := part{question: q.ID}
	if !numbered {
		p.heading = label
	}
	for n := range f.parts {
		if f.parts[n].question == p.question && f.parts[n].heading == p.heading {
			f.parts[n].texts = append(f.parts[n].texts, value)
			return ""
		}
	}
	p.texts = []string{value}
	f.parts = append(f.parts, p)
	return ""
}

// record is the command that takes f down. What was said under one label more
// than once stands in paragraphs.
func (a *answering) record(num string, f *filling) submission.Record {
	const gap = "\n\n"
	var in submission.Input
	var own []string
	for _, p := range f.parts {
		said := strings.Join(p.texts, gap)
		if p.question == "" {
			own = append(own, p.heading+gap+said)
			continue
		}
		in.Answers = append(in.Answers, submission.InputAnswer{Question: p.question, Text: new(a.i.text(said))})
	}
	if len(own) > 0 {
		in.Text = new(a.i.text(strings.Join(own, gap)))
	}
	return submission.Record{
		Consultation: a.call, Author: f.name, Content: in, Publish: a.i.Publish, Import: a.sums.Import,
		Source: submission.Source{Name: a.file.source, Item: num, Hash: hash(f.rows)},
	}
}

// record takes a submission down under the key that parts give.
func (i *Import) record(ctx context.Context, c submission.Record, parts ...string) (isNew bool, err error) {
	by := i.by(parts...)
	_, done, err := i.App.Submissions.Done(ctx, "", by)
	if err != nil {
		return false, err
	}
	_, err = i.App.Submissions.Do(ctx, "", c, by)
	return !done, err
}
