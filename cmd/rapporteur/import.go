package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/ingest"
)

// importing carries what was collected elsewhere into the record.
type importing struct {
	folder
	place
	Format       ingest.Format `required:"" enum:"states,consultation-csv,polis,statements" placeholder:"FORMAT" help:"What the files are: states, consultation-csv, polis or statements."`
	As           string        `default:"secretariat" placeholder:"NAME" help:"Who imports, by the name that a development token has for them. They must be an officer of the secretariat; of an empty record they become the first."`
	Consultation domain.ID     `placeholder:"ID" help:"The consultation that answers or comments belong to. Without it one is made for each source, or the one made before is found."`
	Briefing     domain.ID     `placeholder:"ID" help:"The briefing that statements belong to. Without it one is made for each session, or the one made before is found."`
	Source       string        `placeholder:"NAME" help:"How the record is to name where this comes from. Without it, by the file, the folder or the address that the source has. What is imported again is known by it."`
	Title        string        `placeholder:"TEXT" help:"Title of the consultation or briefing that is made."`
	Language     string        `default:"und" placeholder:"TAG" help:"Language of the texts, such as en or zh-Hant; und when it is not known."`
	Encoding     string        `placeholder:"NAME" help:"Encoding of files that have no byte order mark, such as windows-1252. Without it they must be UTF-8."`
	Publish      bool          `help:"Publish the answers: they were public where they come from. Comments go by their moderation instead."`
	Reject       string        `default:"rejected.csv" placeholder:"FILE" help:"Where the rows go that are not accepted, as CSV with the columns file, row, line, reason and original. It is written when there are any."`
	JSON         bool          `name:"json" help:"Print the sums as JSON."`
	Files        []string      `arg:"" name:"file" help:"Files, or folders of them."`
}

// Help implements kong.HelpProvider.
func (*importing) Help() string {
	return `Every row ends as accepted or in the file of rejected rows, with the reason. Importing the same again records nothing more, so what was interrupted is completed by importing again, as the same person. It takes the data folder for itself, so stop the server first.

states takes two tables: of countries (columns ISO3166-1-Alpha-3, M49, UNTERM English Short and more) and of those that are Member States or observers (country, status).

consultation-csv takes answers, a row to each (sub_num, sub_name, sub_label, sub_value), and perhaps the wording of the questions (sub_field, sub_label). Labels such as "Q02 Costs" are questions; any other label is a heading in the text of the submission.

polis takes folders with comments.csv, and perhaps summary.csv. Comments that the source rejected or had not decided stay unpublished.

statements takes folders of texts called by code, session and year, such as SLV_77_2022.txt. Import the States first.

What was imported by mistake is taken back by the mutation retractImport, which takes two officers: the id of the import is printed beside each file.

With --json the answer is one object: {complete, reason, rejects, rows, items, files: [{name, into, import, rows, items, moderation, notes}]}, where rows and items are {all, accepted, new, rejected}, items are what the rows make, and new ones were not there before. The exit status is 0 when all was accepted, 1 when some was refused, and 2 when it was interrupted or failed.

Example:

    rapporteur import --format polis --language de ./climate-council`
}

// Validate implements kong.Validatable.
func (c *importing) Validate() error {
	errs := []error{ingest.CheckEncoding(c.Encoding), c.place.validate()}
	if _, err := domain.ParseLanguage(c.Language); err != nil {
		errs = append(errs, fmt.Errorf("--language %s is not a language tag, such as en, zh-Hant or und", c.Language))
	}
	if c.As == "" {
		errs = append(errs, errors.New("--as must name somebody"))
	}
	if rejects, err := os.Stat(c.Reject); err == nil {
		for _, name := range c.Files {
			if is, err := os.Stat(name); err == nil && os.SameFile(is, rejects) {
				errs = append(errs, fmt.Errorf("--reject %s would take the place of a file that is imported", c.Reject))
			}
		}
	}
	return errors.Join(errs...)
}

func (c *importing) run(ctx context.Context, s streams) (code int, err error) {
	i, err := createInstallation(c.Data, "import")
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	i.place = c.place
	st, err := i.openStores(ctx)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	if err := i.beforeImport(ctx, st); err != nil {
		return unknown, err
	}
	a := i.app(st)
	who := a.PersonID(auth.DevName, c.As)
	if err := begin(ctx, a, st.events, who); err != nil {
		return unknown, err
	}
	rejects := &ingest.Rejects{Path: c.Reject}
	job := &ingest.Import{
		App: a, Person: who, Format: c.Format, Files: c.Files, Consultation: c.Consultation, Briefing: c.Briefing,
		Source: c.Source, Title: c.Title, Language: c.Language, Encoding: c.Encoding, Publish: c.Publish, Rejects: rejects,
	}
	stop := watch(s.err, "import", job.Progress)
	sums, err := job.Run(ctx)
	stop()
	if closing := rejects.Close(); closing != nil {
		return unknown, errors.Join(err, closing)
	}
	o := outcome{Sums: sums, Complete: err == nil}
	if rejects.Count() > 0 {
		o.Rejects = c.Reject
	}
	return o.end(err, s.out, c.JSON)
}

// begin makes who the first officer of an empty record.
func begin(ctx context.Context, a *app.App, store eventstore.Store, who domain.ID) error {
	first, begun, err := firstOfficer(ctx, store)
	if err != nil {
		return fmt.Errorf("look for the first officer: %w", err)
	}
	if begun || first != "" && first != who {
		return nil
	}
	return a.Bootstrap(ctx, who)
}

// An outcome is what is printed in the end. Its JSON is documented in the help.
type outcome struct {
	Complete bool   `json:"complete"`
	Reason   string `json:"reason,omitempty"`  // why it is not
	Rejects  string `json:"rejects,omitempty"` // the file of rejected rows
	ingest.Sums
}

// end prints the outcome and returns the exit code, with err if that is a fault.
func (o outcome) end(err error, w io.Writer, asJSON bool) (int, error) {
	code := yes
	if o.Rows.Rejected > 0 {
		code = no
	}
	refused, is := errors.AsType[*ingest.Refused](err)
	switch {
	case is:
		code, err, o.Reason = no, nil, refused.Msg
	case errors.Is(err, context.Canceled):
		code, err, o.Reason = unknown, nil, "interrupted: import the same again to go on"
	case err != nil:
		code, o.Reason = unknown, err.Error()
	}
	text := o.text()
	if asJSON {
		b, err := json.MarshalIndent(o, "", "  ")
		if err != nil {
			return unknown, fmt.Errorf("encode the sums: %w", err)
		}
		text = string(b) + "\n"
	}
	if _, printing := io.WriteString(w, text); printing != nil {
		return unknown, errors.Join(err, fmt.Errorf("print the sums: %w", printing))
	}
	return code, err
}

func (o outcome) text() string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "file\trows\taccepted\tnew\trejected\titems\tnew\tinto\timport")
	for _, f := range o.Files {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", f.Name, f.Rows.All, f.Rows.Accepted, f.Rows.New, f.Rows.Rejected, f.Items.Accepted, f.Items.New, f.Into, f.Import)
	}
	fmt.Fprintf(t, "in all\t%d\t%d\t%d\t%d\t%d\t%d\t\t\n", o.Rows.All, o.Rows.Accepted, o.Rows.New, o.Rows.Rejected, o.Items.Accepted, o.Items.New)
	t.Flush() // writes to memory
	for _, f := range o.Files {
		for _, note := range f.Notes {
			fmt.Fprintf(&b, "%s: %s\n", f.Name, note)
		}
		if len(f.Moderation) > 0 {
			fmt.Fprintf(&b, "%s: accepted there %d, rejected %d, pending %d\n", f.Name, f.Moderation["ACCEPTED"], f.Moderation["REJECTED"], f.Moderation["PENDING"])
		}
	}
	if o.Rejects != "" {
		fmt.Fprintf(&b, "rejected rows are in %s\n", o.Rejects)
	}
	if o.Reason != "" {
		fmt.Fprintf(&b, "not complete: %s\n", o.Reason)
	}
	return b.String()
}
