package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
)

var questionnaires = Projection{
	Name:    "questionnaires",
	Version: 2,
	Reads:   []string{"questionnaire"},
	Tables:  []Table{history("questionnaires"), {"questionnaire_versions", "id, version"}},
	Schema: `CREATE TABLE questionnaires (
		id             TEXT    NOT NULL,
		keeper         TEXT    NOT NULL, -- entity
		of_secretariat INTEGER NOT NULL, -- any of its officers keeps it
		status         TEXT    NOT NULL, -- DRAFT PUBLISHED RETIRED
		edition        INTEGER NOT NULL,
		version        INTEGER NOT NULL, -- of the draft, or the last published
		title          TEXT    NOT NULL, -- JSON: a wording
		questions      TEXT    NOT NULL, -- JSON: questions
		origin         TEXT    NOT NULL, -- the questionnaire it was forked from
		origin_version INTEGER NOT NULL,
		valid_from     INTEGER NOT NULL,
		valid_to       INTEGER NOT NULL
	) STRICT;
	CREATE INDEX questionnaires_id ON questionnaires (id, valid_to);
	CREATE TABLE questionnaire_versions (
		id        TEXT    NOT NULL,
		version   INTEGER NOT NULL,
		title     TEXT    NOT NULL,
		questions TEXT    NOT NULL,
		idx       INTEGER NOT NULL, -- when it was published
		PRIMARY KEY (id, version)
	) STRICT;`,
	Apply: applyQuestionnaire,
}

func applyQuestionnaire(ctx context.Context, tx *Tx, f Fact) error {
	edit := func(s set) error {
		edition, err := tx.current(ctx, "questionnaires", "edition", f.Aggregate)
		if err != nil {
			return err
		}
		return tx.revise(ctx, "questionnaires", f, f.Aggregate, append(s, "edition", edition.(int64)+1))
	}
	begin := func(k questionnaire.Keeper, of questionnaire.Origin, title questionnaire.Wording, questions []questionnaire.Question) error {
		return tx.create(ctx, "questionnaires", f, f.Aggregate, set{
			"keeper", string(k.Entity), "of_secretariat", k.Secretariat, "status", "DRAFT", "edition", 1, "version", 1,
			"title", asJSON(title), "questions", asJSON(questions), "origin", string(of.Questionnaire), "origin_version", of.Version,
		})
	}
	switch e := f.Event.(type) {
	case questionnaire.Drafted:
		return begin(e.Keeper, questionnaire.Origin{}, e.Title, e.Questions)
	case questionnaire.Forked:
		return begin(e.Keeper, e.Of, e.Title, e.Questions)
	case questionnaire.Revised:
		return edit(set{"title", asJSON(e.Title), "questions", asJSON(e.Questions)})
	case questionnaire.VersionStarted:
		return edit(set{"status", "DRAFT", "version", e.Version, "questions", asJSON(e.Questions)})
	case questionnaire.Published:
		if _, err := tx.Exec(ctx, `INSERT INTO questionnaire_versions (id, version, title, questions, idx)
			SELECT id, ?, title, questions, ? FROM questionnaires WHERE id = ? AND valid_to = ?`, e.Version, f.Index, string(f.Aggregate), open); err != nil {
			return err
		}
		return tx.revise(ctx, "questionnaires", f, f.Aggregate, set{"status", "PUBLISHED"})
	case questionnaire.Retired:
		return tx.revise(ctx, "questionnaires", f, f.Aggregate, set{"status", "RETIRED"})
	}
	return nil
}

// A Questionnaire is a set of questions, in versions. Unpublished ones are
// for their keeper alone.
type Questionnaire struct {
	ID            domain.ID
	Version       int64
	Status        string
	OriginID      domain.ID // the questionnaire it was forked from
	OriginVersion *int64
	Draft         *QuestionnaireVersion   // to its keeper, while there is one
	Versions      []*QuestionnaireVersion // published, oldest first
}

// A QuestionnaireVersion is one set of questions.
type QuestionnaireVersion struct {
	Number    int64
	Title     *LocalizedText
	Questions []*Question
}

// A Question is one question of a version.
type Question struct {
	ID            domain.ID
	Number        string
	Text          *LocalizedText
	Help          *LocalizedText
	Required      bool
	Kind          questionnaire.Kind
	Options       []*QuestionOption
	MaxCharacters *int
}

// A QuestionOption is one choice.
type QuestionOption struct {
	Place string
	Text  *LocalizedText
}

// Questionnaires returns the questionnaires with these ids that the viewer may see, by id.
func (r Reader) Questionnaires(ctx context.Context, ids []domain.ID) (map[domain.ID]*Questionnaire, error) {
	db, err := r.Engine.reading("questionnaires")
	if err != nil {
		return nil, err
	}
	all := map[domain.ID]*Questionnaire{}
	_, err = collect(ctx, db, "questionnaires", `SELECT q.id, q.keeper, q.of_secretariat, q.status, q.edition, q.version, q.title, q.questions, q.origin, q.origin_version
		FROM questionnaires q WHERE q.id IN (SELECT value FROM json_each(?)) AND `+r.valid("q"), []any{asJSON(ids)}, func(rows *sql.Rows) (none struct{}, err error) {
		var q Questionnaire
		var keeper domain.ID
		var ofSecretariat bool
		var version, originVersion int64
		var title, questions string
		if err := rows.Scan(&q.ID, &keeper, &ofSecretariat, &q.Status, &q.Version, &version, &title, &questions, &q.OriginID, &originVersion); err != nil {
			return none, err
		}
		if q.OriginID != "" {
			q.OriginVersion = &originVersion
		}
		q.Versions = []*QuestionnaireVersion{}
		if q.Status == "DRAFT" && (r.Viewer.ActsFor(keeper) || ofSecretariat && r.Viewer.Is(domain.Secretariat)) {
			q.Draft, err = newVersion(version, title, questions)
		}
		all[q.ID] = &q
		return none, err
	})
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, db, "questionnaire versions", `SELECT id, version, title, questions FROM questionnaire_versions
		WHERE id IN (SELECT value FROM json_each(?)) AND idx <= ? ORDER BY id, version`, []any{asJSON(ids), r.upTo()}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var version int64
		var title, questions string
		if err := rows.Scan(&id, &version, &title, &questions); err != nil {
			return none, err
		}
		v, err := newVersion(version, title, questions)
		if q := all[id]; q != nil {
			q.Versions = append(q.Versions, v)
		}
		return none, err
	})
	for id, q := range all {
		if q.Draft == nil && len(q.Versions) == 0 {
			delete(all, id) // somebody else's draft
		}
	}
	return all, err
}

// Questionnaire returns one questionnaire.
func (r Reader) Questionnaire(ctx context.Context, id domain.ID) (*Questionnaire, error) {
	all, err := r.Questionnaires(ctx, []domain.ID{id})
	if err == nil && all[id] == nil {
		err = questionnaire.Decider.Unknown()
	}
	return all[id], err
}

func newVersion(number int64, title, questions string) (*QuestionnaireVersion, error) {
	var w questionnaire.Wording
	var qs []questionnaire.Question
	if err := json.Unmarshal([]byte(title), &w); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(questions), &qs); err != nil {
		return nil, err
	}
	v := &QuestionnaireVersion{Number: number, Title: newWording(w), Questions: []*Question{}}
	for _, q := range qs {
		out := &Question{ID: q.ID, Number: q.Number, Text: newWording(q.Text), Help: newWording(q.Help), Required: q.Required, Kind: q.Kind, Options: []*QuestionOption{}}
		if q.MaxCharacters > 0 {
			out.MaxCharacters = &q.MaxCharacters
		}
		for _, o := range q.Options {
			out.Options = append(out.Options, &QuestionOption{Place: o.ID, Text: newWording(o.Text)})
		}
		v.Questions = append(v.Questions, out)
	}
	return v, nil
}

func newWording(w questionnaire.Wording) *LocalizedText {
	t := newText(w.Language, w.Value)
	if t == nil {
		return nil
	}
	for _, o := range w.Translations {
		t.Others = append(t.Others, part(o.Language, o.Value, o.Origin))
	}
	return t
}
