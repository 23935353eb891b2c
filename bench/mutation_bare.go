package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rapporteur-project/rapporteur/auth"
)

// An inserter is the least that takes a contribution: it checks the token and
// makes one insert durable, together with those of others.
type inserter struct {
	db     *sql.DB
	conn   *sql.Conn
	insert *sql.Stmt
	group  *group[*contribution]
	keys   auth.Keys
	parser *jwt.Parser
}

// A contribution is one row.
type contribution struct {
	person, key, call, text string
	id                      int64 // set by the commit
}

func openInserter(ctx context.Context, path string, dev *auth.DevIssuer) (*inserter, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		return nil, err
	}
	i := &inserter{
		db: db, keys: dev.Issuers("")[auth.DevName].Keys,
		parser: jwt.NewParser(jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithAudience(auth.DefaultAudience), jwt.WithExpirationRequired()),
	}
	i.group = newGroup(i.commit)
	if i.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if _, err := i.conn.ExecContext(ctx, `CREATE TABLE contributions (
		id     INTEGER PRIMARY KEY,
		person TEXT    NOT NULL,
		key    TEXT    NOT NULL,
		call   TEXT    NOT NULL,
		text   TEXT    NOT NULL,
		at     INTEGER NOT NULL,
		UNIQUE (person, key)
	) STRICT`); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if i.insert, err = i.conn.PrepareContext(ctx, `INSERT INTO contributions (person, key, call, text, at) VALUES (?, ?, ?, ?, ?)`); err != nil {
		return nil, errors.Join(err, i.close())
	}
	return i, nil
}

func (i *inserter) close() error {
	var err error
	if i.insert != nil {
		err = i.insert.Close()
	}
	return errors.Join(err, i.conn.Close(), i.db.Close())
}

func (i *inserter) commit(all []*contribution) error {
	ctx := context.Background()
	if _, err := i.conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	for _, c := range all {
		res, err := i.insert.ExecContext(ctx, c.person, c.key, c.call, c.text, time.Now().UnixMilli())
		if err == nil {
			c.id, err = res.LastInsertId()
		}
		if err != nil {
			_, undo := i.conn.ExecContext(ctx, `ROLLBACK`)
			return errors.Join(err, undo)
		}
	}
	_, err := i.conn.ExecContext(ctx, `COMMIT`)
	return err
}

// ServeHTTP takes what is sent to GraphQL too, and reads the variables alone.
func (i *inserter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := i.take(r)
	if err == nil {
		err = i.group.do(c)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct {
		ID     int64  `json:"id"`
		Status string `json:"status"`
	}{c.id, "SUBMITTED"})
}

func (i *inserter) take(r *http.Request) (*contribution, error) {
	var who jwt.RegisteredClaims
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	_, err := i.parser.ParseWithClaims(token, &who, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		key, _, err := i.keys.Key(r.Context(), kid)
		return key, err
	})
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	var in struct {
		Variables struct{ Key, Call, Text string }
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return &contribution{person: who.Subject, key: in.Variables.Key, call: in.Variables.Call, text: in.Variables.Text}, nil
}
