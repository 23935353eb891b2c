package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// polis has a folder to each conversation: comments.csv with the columns
//
//	timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
//
// and perhaps summary.csv, whose rows are a name and a value: topic, url,
// comments, conversation-description and more. A comment is a submission; it is
// published only if its moderators accepted it.
const (
	commentsFile = "comments.csv"
	summaryFile  = "summary.csv"
)

var commentColumns = []string{"timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"}

// moderations are the states of a comment, as its source writes them.
var moderations = map[string]submission.Moderation{
	"1": submission.SourceAccepted, "-1": submission.SourceRejected, "0": submission.SourcePending,
}

// A conversation is one folder.
type conversation struct {
	comments string // path
	name     string // of the folder
	source   string // the conversation's address, or the folder's name
	topic    string
	about    string // description; may be empty
	said     string // how many comments there are, by the summary
	counted  int64
}

func (i *Import) polis(ctx context.Context) error {
	all, err := i.conversations(ctx)
	if err != nil {
		return err
	}
	if len(all) > 1 && (i.Source != "" || i.Title != "" || i.Consultation != "") {
		return refuse("these are %d conversations: a source, a title or a consultation is for one alone", len(all))
	}
	for _, c := range all {
		if err := i.table(ctx, c.comments, nil, c.begin, func(row) error { c.counted++; i.total.Add(1); return nil }); err != nil {
			return err
		}
	}
	for _, c := range all {
		if err := i.conversation(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// begin refuses a table that is not one of comments.
func (c *conversation) begin(h header) error {
	if !h.has(commentColumns...) {
		return lacking(c.comments, h, "comments, which has the columns "+strings.Join(commentColumns, ", "))
	}
	return nil
}

// conversations finds the files of comments: those named, those in the folders
// named, and those in the folders right below.
func (i *Import) conversations(ctx context.Context) ([]*conversation, error) {
	var paths []string
	for _, path := range i.Files {
		info, err := os.Stat(path)
		if err != nil {
			return nil, refuse("%s: there is no such file or folder", path)
		}
		if !info.IsDir() {
			paths = append(paths, path)
			continue
		}
		found := 0
		for _, pattern := range []string{commentsFile, filepath.Join("*", commentsFile)} {
			below, err := filepath.Glob(filepath.Join(escaped(path), pattern))
			if err != nil {
				return nil, fmt.Errorf("look into %s: %w", path, err)
			}
			found += len(below)
			paths = append(paths, below...)
		}
		if found == 0 {
			return nil, refuse("%s: there is no %s in it, or in a folder in it", path, commentsFile)
		}
	}
	var all []*conversation
	for _, p := range paths {
		full, err := filepath.Abs(p)
		if err != nil {
			return nil, fmt.Errorf("path of %s: %w", p, err)
		}
		c := &conversation{comments: p, name: filepath.Base(filepath.Dir(full))}
		if err := c.summary(ctx, filepath.Join(filepath.Dir(full), summaryFile), i.Encoding); err != nil {
			return nil, err
		}
		if i.Source != "" {
			c.source = i.Source
		}
		if slices.ContainsFunc(all, func(d *conversation) bool { return d.source == c.source }) {
			return nil, refuse("there are two conversations called %s: please import one at a time, and give the source of each", c.source)
		}
		all = append(all, c)
	}
	return all, nil
}

// escaped makes a path match itself alone.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// summary reads what the source says about the conversation as a whole.
func (c *conversation) summary(ctx context.Context, path, encoding string) error {
	c.source, c.topic = c.name, c.name
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	f, err := open(path, encoding)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	for r, err := range rows(f) {
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		if r.fault != "" {
			return refuse("%s: line %d cannot be read: %s", path, r.line, r.fault)
		}
		if len(r.cells) < 2 || strings.TrimSpace(r.cells[1]) == "" {
			continue
		}
		switch value := strings.TrimSpace(r.cells[1]); r.cells[0] {
		case "topic":
			c.topic = value
		case "url":
			c.source = value
		case "comments":
			c.said = value
		case "conversation-description":
			c.about = value
		}
	}
	return ctx.Err()
}

func (i *Import) conversation(ctx context.Context, c *conversation) error {
	s := i.file(filepath.Join(c.name, filepath.Base(c.comments)))
	if n := strconv.FormatInt(c.counted, 10); c.said != "" && c.said != n {
		s.Notes = append(s.Notes, fmt.Sprintf("%s says that there are %s comments; there are %s", summaryFile, c.said, n))
	}
	var err error
	if s.Into = i.Consultation; s.Into != "" {
		err = i.known(ctx)
	} else {
		plan := consultation.Plan{Title: i.text(c.topic)}
		if i.Title != "" {
			plan.Title = i.text(i.Title)
		}
		if c.about != "" {
			plan.Description = i.text(c.about)
		}
		s.Into, _, err = i.announced(ctx, c.source, plan, "")
	}
	if err != nil {
		return err
	}
	if s.Import, err = i.batch(ctx, c.source, s.Into, c.source); err != nil {
		return err
	}
	w := i.crew(ctx)
	d := &commenting{i: i, conversation: c, sums: s, seen: map[string]int64{}, crew: w}
	return w.wait(i.table(w.ctx, c.comments, s, func(h header) error { d.h = h; return c.begin(h) }, d.take))
}

// commenting is one pass over the comments of a conversation.
type commenting struct {
	i *Import
	*conversation
	sums *FileSums
	h    header
	seen map[string]int64 // rows, by the id of the comment
	crew *crew
}

func (d *commenting) take(r row) error {
	if r.fault != "" {
		return d.i.reject(d.sums, r.fault, 1, r)
	}
	c, why := d.record(r)
	if why != "" {
		return d.i.reject(d.sums, why, 1, r)
	}
	d.seen[c.Source.Item] = r.number
	return d.crew.take(unit{file: d.sums, rows: []row{r}, moderation: string(c.Source.Moderation), do: func(ctx context.Context) (bool, error) {
		return d.i.record(ctx, c, "comment", string(c.Consultation), d.source, c.Source.Item)
	}})
}

// record is the command that takes a comment down, or why it is not accepted.
func (d *commenting) record(r row) (c submission.Record, why string) {
	id, author := d.h.get(r, "comment-id"), d.h.get(r, "author-id")
	state, known := moderations[d.h.get(r, "moderated")]
	agrees, err1 := strconv.ParseInt(d.h.get(r, "agrees"), 10, 64)
	disagrees, err2 := strconv.ParseInt(d.h.get(r, "disagrees"), 10, 64)
	at, err3 := strconv.ParseInt(d.h.get(r, "timestamp"), 10, 64)
	day, err4 := domain.ParsePartialDate(time.UnixMilli(at).UTC().Format(time.DateOnly))
	switch {
	case id == "" || len(id) > maxItem:
		return c, "It has no comment-id, or one that is too long."
	case d.seen[id] > 0:
		return c, fmt.Sprintf("Its comment-id stands twice; the first is row %d.", d.seen[id])
	case !known:
		return c, "Its moderation state is neither 1 nor 0 nor -1."
	case err1 != nil || err2 != nil:
		return c, "Its support is not counted in whole numbers."
	case err3 != nil || err4 != nil:
		return c, "Its timestamp is not one in milliseconds since 1970."
	}
	if author != "" {
		author = "Author " + author // a number: the source knows no names
	}
	return submission.Record{
		Consultation: d.sums.Into, Author: author, Content: submission.Input{Text: new(d.i.text(d.h.get(r, "comment-body")))},
		Publish: state == submission.SourceAccepted, Import: d.sums.Import,
		Source: submission.Source{
			Name: d.source, Item: id, Hash: hash([]row{r}), Moderation: state,
			Agrees: agrees, Disagrees: disagrees, OccurredOn: day,
		},
	}, ""
}
