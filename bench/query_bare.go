package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// A querier is the least that shows a page of submissions to the public: the
// statements that our reader sends, prepared, for the columns that are shown.
type querier struct {
	db                                   *sql.DB
	submissions, consultations, entities *sql.Stmt
}

const (
	submissionsSQL = `SELECT id, edition, number, status, label, (SELECT e.language FROM editions e WHERE e.submission = id AND e.edition = released) AS language, submitted_at, consultation, owner, level FROM (
		SELECT s.*, CASE WHEN s.status IN ('DRAFT', 'PROPOSED', 'DISCARDED') THEN 0 WHEN s.status = 'WITHDRAWN' THEN min(open, 1) ELSE open END AS level FROM (
			SELECT *, CASE WHEN label IN ('SEALED', 'RESTRICTED') OR hidden OR released = 0 THEN 0 WHEN label = 'PUBLIC' THEN 3 WHEN label = 'ANONYMISED' THEN 2 ELSE 0 END AS open
			FROM submissions) s)
		WHERE valid_to = 1 << 62 AND status IN ('SUBMITTED', 'WITHDRAWN') AND consultation = ? AND level > 0
		ORDER BY submitted_at DESC, id DESC LIMIT 21`
	consultationsSQL = `SELECT id, edition, status, title_language, title FROM consultations WHERE id IN (SELECT value FROM json_each(?)) AND valid_to = 1 << 62`
	entitiesSQL      = `SELECT id, edition, kind, name_language, name FROM entities WHERE id IN (SELECT value FROM json_each(?)) AND valid_to = 1 << 62`
)

func openQuerier(ctx context.Context, path string) (*querier, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_query_only=1&_pragma=cache_size(-65536)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	q := &querier{db: db}
	for text, stmt := range map[string]**sql.Stmt{submissionsSQL: &q.submissions, consultationsSQL: &q.consultations, entitiesSQL: &q.entities} {
		if *stmt, err = db.PrepareContext(ctx, text); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare %q: %w", text, err), db.Close())
		}
	}
	return q, nil
}

func (q *querier) close() error { return q.db.Close() }

type textRow struct {
	Original struct {
		Language string `json:"language"`
		Value    string `json:"value"`
	} `json:"original"`
}

type submissionRow struct {
	ID           string           `json:"id"`
	Version      int64            `json:"version,string"`
	Number       *int64           `json:"number,string"`
	Status       string           `json:"status"`
	Label        string           `json:"label"`
	Language     string           `json:"language"`
	SubmittedAt  string           `json:"submittedAt"`
	Consultation *consultationRow `json:"consultation"`
	Entity       *entityRow       `json:"entity"`

	consultation, owner string
}

type consultationRow struct {
	ID      string  `json:"id"`
	Version int64   `json:"version,string"`
	Status  string  `json:"status"`
	Title   textRow `json:"title"`
}

type entityRow struct {
	ID      string  `json:"id"`
	Version int64   `json:"version,string"`
	Kind    string  `json:"kind"`
	Name    textRow `json:"name"`
}

type pageRow struct {
	Data struct {
		Submissions struct {
			Nodes    []*submissionRow `json:"nodes"`
			PageInfo struct {
				HasNextPage bool `json:"hasNextPage"`
			} `json:"pageInfo"`
		} `json:"submissions"`
	} `json:"data"`
}

// ServeHTTP takes what is sent to GraphQL too, and reads the variables alone.
func (q *querier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ Variables struct{ Call string } }
	var p pageRow
	err := json.NewDecoder(r.Body).Decode(&in)
	if err == nil {
		err = q.page(r.Context(), in.Variables.Call, &p)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(p)
}

func (q *querier) page(ctx context.Context, call string, p *pageRow) error {
	var all []*submissionRow
	err := each(ctx, q.submissions, call, func(rows *sql.Rows) error {
		var s submissionRow
		var at, level int64
		err := rows.Scan(&s.ID, &s.Version, &s.Number, &s.Status, &s.Label, &s.Language, &at, &s.consultation, &s.owner, &level)
		if level < 3 {
			s.owner = ""
		}
		s.SubmittedAt = time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05.000Z07:00")
		all = append(all, &s)
		return err
	})
	if err != nil {
		return err
	}
	if len(all) > 20 {
		all, p.Data.Submissions.PageInfo.HasNextPage = all[:20], true
	}
	p.Data.Submissions.Nodes = all
	return q.join(ctx, all)
}

// join adds what the submissions were sent to, and for whom.
func (q *querier) join(ctx context.Context, all []*submissionRow) error {
	rounds, owners := make([]string, len(all)), make([]string, len(all))
	for i, s := range all {
		rounds[i], owners[i] = s.consultation, s.owner
	}
	consultations := map[string]*consultationRow{}
	if err := each(ctx, q.consultations, list(rounds), func(rows *sql.Rows) error {
		var c consultationRow
		err := rows.Scan(&c.ID, &c.Version, &c.Status, &c.Title.Original.Language, &c.Title.Original.Value)
		consultations[c.ID] = &c
		return err
	}); err != nil {
		return err
	}
	entities := map[string]*entityRow{}
	if err := each(ctx, q.entities, list(owners), func(rows *sql.Rows) error {
		var e entityRow
		err := rows.Scan(&e.ID, &e.Version, &e.Kind, &e.Name.Original.Language, &e.Name.Original.Value)
		entities[e.ID] = &e
		return err
	}); err != nil {
		return err
	}
	for _, s := range all {
		s.Consultation, s.Entity = consultations[s.consultation], entities[s.owner]
	}
	return nil
}

func list(ids []string) string {
	b, err := json.Marshal(ids)
	if err != nil {
		panic(err) // texts always encode
	}
	return string(b)
}

func each(ctx context.Context, stmt *sql.Stmt, arg string, scan func(*sql.Rows) error) error {
	rows, err := stmt.QueryContext(ctx, arg)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
