package projections

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// A Difference is the first place in which a file of read models is not what a
// rebuild makes.
type Difference struct {
	Projection string `json:"projection"`    // whose; "texts" for the texts that all share; empty for the file as a whole
	Table      string `json:"table"`         // empty when the tables themselves differ
	Row        string `json:"row,omitempty"` // the row's key, column by column
	Index      int64  `json:"index"`         // of the event that made the row; -1 if that cannot be told
	What       string `json:"what"`          // how it differs, without any content
}

// String says it in one sentence.
func (d Difference) String() string {
	at := "projection " + d.Projection
	if d.Projection == "" {
		at = "the file"
	}
	if d.Table != "" {
		at += ", table " + d.Table
	}
	if d.Row != "" {
		at += ", row " + d.Row
	}
	if d.Index >= 0 {
		at += fmt.Sprintf(", made by index %d", d.Index)
	}
	return at + ": " + d.What
}

// shared are the tables that the projections have in common.
var shared = Projection{Name: "texts", Tables: []Table{{"texts", "id"}}}

// Compare returns the first difference between the live file of read models
// and a fresh one that was built from the same records, or nil. It compares
// certificates, the schema, every table in the order of its key, and the live
// file's indexes with its tables. It holds one row of each file at a time. Both
// files are only read.
//
// Tables that withheld records reach in either file cannot be compared. Where
// all else agrees and there are such tables the error is a [Withheld].
func Compare(ctx context.Context, live, fresh string, all []Projection) (*Difference, error) {
	l, err := openReadOnly(live)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", live, err)
	}
	defer l.Close()
	f, err := openReadOnly(fresh)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", fresh, err)
	}
	defer f.Close()
	c := comparison{live: l, fresh: f}
	if d, err := c.certificates(ctx); d != nil || err != nil {
		return d, err
	}
	if d, err := c.schema(ctx, all); d != nil || err != nil {
		return d, err
	}
	for _, p := range append(slices.Clone(all), shared) {
		if slices.Contains(c.untold, p.Name) {
			continue
		}
		for _, t := range p.Tables {
			d, err := c.table(ctx, t)
			if err != nil {
				return nil, fmt.Errorf("compare table %s: %w", t.Name, err)
			}
			if d != nil {
				d.Projection, d.Table = p.Name, t.Name
				return d, nil
			}
		}
	}
	if d, err := c.lookup(ctx, all); d != nil || err != nil {
		return d, err
	}
	if len(c.untold) > 0 {
		return nil, fmt.Errorf("read models %s: %w", strings.Join(c.untold, ", "), Withheld{Records: c.withheld})
	}
	return nil, nil
}

// ReadCertificates returns the certificates in the file of read models at path.
func ReadCertificates(ctx context.Context, path string) ([]Certificate, error) {
	db, err := openReadOnly(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer db.Close()
	certs, err := readCertificates(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("certificates of %s: %w", path, err)
	}
	return certs, nil
}

func openReadOnly(path string) (*sql.DB, error) {
	return sql.Open("sqlite", sqlitefile.ReadOnly(path)+"&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
}

type comparison struct {
	live, fresh *sql.DB

	// What withheld records reach: the projections, and the most records that
	// one of them misses.
	untold                []string
	withheld              int64
	liveLacks, freshLacks bool // texts, for that
}

func (c *comparison) certificates(ctx context.Context) (*Difference, error) {
	live, err := readCertificates(ctx, c.live)
	if err != nil {
		return nil, fmt.Errorf("certificates of the live file: %w", err)
	}
	fresh, err := readCertificates(ctx, c.fresh)
	if err != nil {
		return nil, fmt.Errorf("certificates of the fresh file: %w", err)
	}
	if len(live) != len(fresh) {
		return &Difference{Index: -1, What: fmt.Sprintf("there are %d certificates, not %d", len(live), len(fresh))}, nil
	}
	for i, is := range live {
		want := fresh[i]
		if n := max(is.Reached, want.Reached); n > 0 {
			c.untold, c.withheld = append(c.untold, want.Name), max(c.withheld, n)
			c.liveLacks, c.freshLacks = c.liveLacks || is.Reached > 0, c.freshLacks || want.Reached > 0
		}
		is.Withheld, is.Reached = want.Withheld, want.Reached // less was shown to one of the two: it is no fault
		if is != want {
			return &Difference{Projection: want.Name, Index: -1, What: "its certificate is another: " + certificateDiff(is, want)}, nil
		}
	}
	return nil, nil
}

func certificateDiff(is, want Certificate) string {
	switch {
	case is.Name != want.Name || is.Version != want.Version:
		return fmt.Sprintf("it is of %s version %d, not of version %d", is.Name, is.Version, want.Version)
	case is.Failed != want.Failed:
		return fmt.Sprintf("it was set aside at index %d", is.Next)
	case is.Next != want.Next:
		return fmt.Sprintf("it saw %d records, not %d", is.Next, want.Next)
	case is.Root != want.Root:
		return "it saw another log"
	}
	return "it skipped, doubled or reordered a record"
}

// schema compares what the files are made of, so that nothing stands in the
// live one that the comparison of tables would not see.
func (c *comparison) schema(ctx context.Context, all []Projection) (*Difference, error) {
	live, err := schemaOf(ctx, c.live)
	if err != nil {
		return nil, fmt.Errorf("schema of the live file: %w", err)
	}
	fresh, err := schemaOf(ctx, c.fresh)
	if err != nil {
		return nil, fmt.Errorf("schema of the fresh file: %w", err)
	}
	owner := compared(all)
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		if kind, table, _ := strings.Cut(name, " "); kind == "table" && owner[table] == "" {
			return nil, fmt.Errorf("no projection lists its table %s, so it cannot be compared", table)
		}
	}
	both := maps.Clone(live)
	maps.Copy(both, fresh)
	for _, name := range slices.Sorted(maps.Keys(both)) {
		if live[name] != fresh[name] {
			_, table, _ := strings.Cut(name, " ")
			return &Difference{Projection: owner[table], Index: -1, What: name + " is not what it should be"}, nil
		}
	}
	return nil, nil
}

// schemaOf returns the definitions in a file, by kind and name. Indexes that
// SQLite makes by itself have none. The tables in which a full-text index keeps
// its pages are left out: how they lie depends on when they were merged, and
// what stands in them is compared by its vocabulary.
func schemaOf(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT CASE WHEN sql LIKE 'CREATE VIRTUAL TABLE%' THEN 'virtual' ELSE type END, name, sql FROM sqlite_schema
		WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%' AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			return nil, err
		}
		all[kind+" "+name] = text
	}
	return all, rows.Err()
}
