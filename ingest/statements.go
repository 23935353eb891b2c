package ingest

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

// statements takes folders of texts, a file to each State, named by its code
// of ISO 3166-1, the session of the General Assembly and the year, as corpora
// of the general debate are:
//
//	SLV_77_2022.txt
//
// Every session becomes a briefing, and every text the statement of a State
// that is in the register.
var statementFile = regexp.MustCompile(`^([A-Z]{2,3})_([0-9]{1,3})_([0-9]{4})\.txt$`)

// unions speak in the general debate and are no States, so that they have no
// code: what the files call them, and their names.
var unions = map[string]string{"EU": "European Union"}

// maxStatements bounds the files of one folder. There are some 200 speakers.
const maxStatements = 10_000

// A session is one general debate.
type session struct{ number, year string }

// A debate is where the statements of a session go, and what they came with.
type debate struct{ briefing, batch domain.ID }

// A speech is one file.
type speech struct {
	session
	path, code string
	row        row
}

func (i *Import) statements(ctx context.Context) error {
	var speeches []speech
	for _, path := range i.Files {
		found, err := i.speeches(path)
		if err != nil {
			return err
		}
		speeches = append(speeches, found...)
	}
	held := map[session]debate{}
	for _, s := range speeches {
		if _, ok := held[s.session]; ok || s.code == "" {
			continue
		}
		id, err := i.briefing(ctx, s.session)
		if err != nil {
			return err
		}
		batch, err := i.batch(ctx, i.sourceName(s.path), id)
		if err != nil {
			return err
		}
		held[s.session], s.row.of.Into, s.row.of.Import = debate{id, batch}, id, batch
	}
	if err := i.speak(ctx, speeches, held); err != nil || i.Briefing != "" {
		return err
	}
	for s, in := range held {
		end := briefing.ConcludeMeeting{OccurredOn: domain.PartialDate(s.year)}
		if _, err := i.App.Briefings.Do(ctx, in.briefing, end, i.by("conclude", s.number, s.year)); err != nil {
			return told(err)
		}
	}
	return nil
}

// speak records all speeches, and rejects what is none.
func (i *Import) speak(ctx context.Context, all []speech, held map[session]debate) error {
	w := i.crew(ctx)
	err := func() error {
		for _, s := range all {
			if err := w.ctx.Err(); err != nil {
				return err
			}
			if s.row.fault != "" {
				if err := i.reject(s.row.of, s.row.fault, 1, s.row); err != nil {
					return err
				}
				continue
			}
			in := held[s.session]
			err := w.take(unit{file: s.row.of, rows: []row{s.row}, do: func(ctx context.Context) (bool, error) { return i.speech(ctx, in, s) }})
			if err != nil {
				return err
			}
		}
		return nil
	}()
	return w.wait(err)
}

// speeches lists what is in a folder, or the one file.
func (i *Import) speeches(path string) ([]speech, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, refuse("%s: there is no such file or folder", path)
	}
	sums := i.file(filepath.Base(path))
	if !info.IsDir() {
		i.total.Add(1)
		return []speech{speechOf(path, 1, sums, false)}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("look into %s: %w", path, err)
	}
	var all []speech
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue // of the file system, and hidden from people too
		}
		all = append(all, speechOf(filepath.Join(path, e.Name()), int64(len(all)+1), sums, e.IsDir()))
	}
	if len(all) == 0 || len(all) > maxStatements {
		return nil, refuse("%s has %d files: a folder of statements has 1 to %d", path, len(all), maxStatements)
	}
	i.total.Add(int64(len(all)))
	return all, nil
}

func speechOf(path string, number int64, of *FileSums, folder bool) speech {
	s := speech{path: path, row: row{number: number, line: 1, raw: filepath.Base(path), of: of}}
	m := statementFile.FindStringSubmatch(filepath.Base(path))
	if m == nil || folder {
		s.row.fault = "It is not a file called by code, session and year, such as SLV_77_2022.txt."
		return s
	}
	s.code, s.session = m[1], session{m[2], m[3]}
	return s
}

// briefing returns the briefing that statements go into: the one named, or the
// one of their session, which is begun if it has not been.
func (i *Import) briefing(ctx context.Context, s session) (domain.ID, error) {
	if i.Briefing != "" {
		b, err := i.App.Briefings.State(ctx, i.Briefing)
		if err == nil && b.Status == "" {
			err = refuse("there is no briefing %s", i.Briefing)
		}
		return i.Briefing, err
	}
	by := i.by("briefing", s.number, s.year)
	made, done, err := i.App.Briefings.Done(ctx, "", by)
	if err != nil {
		return "", err
	}
	if !done {
		title := domain.Text{Language: "en", Value: "General debate of the General Assembly, session " + s.number}
		if i.Title != "" {
			title = i.text(i.Title)
		}
		call := briefing.Schedule{Title: title, Place: briefing.Place{City: "New York", Date: domain.PartialDate(s.year)}}
		if made, err = i.App.Briefings.Do(ctx, "", call, by); err != nil {
			return "", told(err)
		}
	}
	start := briefing.StartMeeting{OccurredOn: domain.PartialDate(s.year)}
	_, err = i.App.Briefings.Do(ctx, made.ID, start, i.by("start", s.number, s.year))
	return made.ID, told(err)
}

// speech records that a speaker took the floor, and deposits the text.
func (i *Import) speech(ctx context.Context, in debate, s speech) (isNew bool, err error) {
	value, err := i.whole(s.path)
	if err != nil {
		return false, err
	}
	// Checked here too, so that no statement is recorded whose text is refused.
	if value, err = domain.Clean(value, maxCell); err != nil {
		return false, err
	}
	speaker, err := i.speaker(ctx, s.code)
	if err != nil {
		return false, err
	}
	name := []string{string(in.briefing), s.code, s.number, s.year}
	spoke, deposit := i.by(append([]string{"statement"}, name...)...), i.by(append([]string{"text"}, name...)...)
	_, done, err := i.App.Briefings.Done(ctx, in.briefing, deposit)
	if err != nil {
		return false, err
	}
	record := briefing.RecordStatement{Speaker: briefing.Party{Entity: speaker}, OccurredOn: domain.PartialDate(s.year), Import: in.batch}
	if _, err := i.App.Briefings.Do(ctx, in.briefing, record, spoke); err != nil {
		return false, err
	}
	_, err = i.App.Briefings.Do(ctx, in.briefing, briefing.DepositText{Statement: i.App.Item(in.briefing, spoke), Text: i.text(value)}, deposit)
	return !done, err
}

// whole reads a text.
func (i *Import) whole(path string) (string, error) {
	f, err := open(path, i.Encoding)
	if err != nil {
		return "", err
	}
	defer f.Close() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxCell+1))
	if err != nil {
		return "", err
	}
	if len(b) > maxCell {
		return "", refuse("The file is larger than %d MiB.", maxCell>>20)
	}
	return string(b), nil
}

// speaker returns the entity that a file names by its code.
func (i *Import) speaker(ctx context.Context, code string) (domain.ID, error) {
	if name, ok := unions[code]; ok {
		c := entity.Propose{Kind: entity.Intergovernmental, Name: domain.Text{Language: "en", Value: name}, Acronym: code}
		made, err := i.App.Entities.Do(ctx, "", c, i.by("propose", code))
		return made.ID, err
	}
	id := i.App.StateEntity(code)
	e, err := i.App.Entities.State(ctx, id)
	if err == nil && e.Status == "" {
		err = refuse("%s is not in the register of States. Please import the States first.", code)
	}
	return id, err
}
