// Package ingest carries what was collected elsewhere into the record: State
// registers, answers to consultations, comments with their moderation, and
// statements. There is one file per source format.
//
// Everything goes through the same commands as anybody's, in the name of the
// person who imports. Every row of every file ends as accepted or as rejected,
// with a reason. The key of each command derives from what its row is, so
// importing twice records nothing more, and what was interrupted is completed
// by importing again. A file is read twice: first to check and to count, then
// to record.
package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
)

// A Format is one that can be imported.
type Format string

// The formats.
const (
	States          Format = "states"
	ConsultationCSV Format = "consultation-csv"
	Polis           Format = "polis"
	Statements      Format = "statements"
)

// An Import is one run. App, Person, Format and Files are required.
type Import struct {
	App    *app.App
	Person domain.ID // who imports; must hold SECRETARIAT
	Format Format
	Files  []string // files, or folders where the format has them

	Consultation domain.ID // that answers belong to; empty: one is made, or the one made before is found
	Briefing     domain.ID // that statements belong to; likewise
	Source       string    // how the record names where this comes from; empty: by file or folder
	Title        string    // of what is made; empty: by the source
	Language     string    // of the texts; "und" when empty
	Encoding     string    // of files without a byte order mark; UTF-8 when empty
	Publish      bool      // answers were public where they come from

	Rejects *Rejects // takes rejected rows; nil keeps none

	done, total atomic.Int64 // rows
	mu          sync.Mutex   // guards what follows, and Rejects
	sums        Sums
}

// Sums say what came of an import.
type Sums struct {
	Files []*FileSums `json:"files"`
	Rows  Count       `json:"rows"`
	Items Count       `json:"items"` // what the rows make: States, submissions, statements
}

// A Count adds up: All = Accepted + Rejected.
type Count struct {
	All      int64 `json:"all"`
	Accepted int64 `json:"accepted"` // by this import or by one before
	New      int64 `json:"new"`      // of those, by this one
	Rejected int64 `json:"rejected"`
}

// FileSums say what came of one file.
type FileSums struct {
	Name       string           `json:"name"`
	Into       domain.ID        `json:"into,omitempty"`   // the consultation or briefing
	Import     domain.ID        `json:"import,omitempty"` // what the items are recorded as part of
	Rows       Count            `json:"rows"`
	Items      Count            `json:"items"`
	Moderation map[string]int64 `json:"moderation,omitempty"` // accepted items by their source's moderation
	Notes      []string         `json:"notes,omitempty"`      // what the person should know

	place int
}

func (c *Count) add(d Count) {
	c.All += d.All
	c.Accepted += d.Accepted
	c.New += d.New
	c.Rejected += d.Rejected
}

// Progress says how many rows are dealt with, of how many; none as long as
// they are being counted. It may be called at any time.
func (i *Import) Progress() (done, of int64) { return i.done.Load(), i.total.Load() }

// Run imports. When it returns an error, the sums say how far it came; a
// *Refused among the error's causes says what has to be changed before trying again, any other
// error that the same may be tried again. Run it once.
func (i *Import) Run(ctx context.Context) (Sums, error) {
	err := i.run(ctx)
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, f := range i.sums.Files {
		i.sums.Rows.add(f.Rows)
		i.sums.Items.add(f.Items)
	}
	return i.sums, err
}

func (i *Import) run(ctx context.Context) error {
	if len(i.Files) == 0 {
		return refuse("there are no files to import")
	}
	language, err := domain.ParseLanguage(cmp.Or(i.Language, "und"))
	if err != nil {
		return refuse("%q is not a language tag, such as en, zh-Hant or und", i.Language)
	}
	i.Language = language
	if err := i.authorised(ctx); err != nil {
		return err
	}
	switch i.Format {
	case States:
		return i.states(ctx)
	case ConsultationCSV:
		return i.answers(ctx)
	case Polis:
		return i.polis(ctx)
	case Statements:
		return i.statements(ctx)
	}
	return refuse("there is no format %q", i.Format)
}

// authorised refuses a person who could record nothing of all this, rather
// than reject every row.
func (i *Import) authorised(ctx context.Context) error {
	held, err := i.App.Credentials.State(ctx, i.Person)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(held.Live(time.Now()), func(h domain.Holding) bool { return h.Capacity == domain.Secretariat }) {
		return refuse("the person who imports does not act for the secretariat: only its officers record what others said")
	}
	return nil
}

// file begins the sums of another file.
func (i *Import) file(name string) *FileSums {
	i.mu.Lock()
	defer i.mu.Unlock()
	f := &FileSums{Name: name, place: len(i.sums.Files)}
	i.sums.Files = append(i.sums.Files, f)
	return f
}

// sourceName is how the record names a file or folder.
func (i *Import) sourceName(path string) string {
	if i.Source != "" {
		return i.Source
	}
	return filepath.Base(path)
}

// text is value in the language of the import.
func (i *Import) text(value string) domain.Text {
	return domain.Text{Language: i.Language, Value: value}
}

// by is the importing person, with the key of what parts say is being done.
func (i *Import) by(parts ...string) app.Caller {
	h := sha256.New()
	for _, p := range append([]string{string(i.Format)}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return app.Caller{Person: i.Person, Key: "import-" + hex.EncodeToString(h.Sum(nil)[:20])}
}
