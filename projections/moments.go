package projections

import "context"

// moments tells which index a time stands for. Clocks step back, so it keeps
// the latest time up to each index, in a row for every index that moved it.
var moments = Projection{
	Name:     "moments",
	Version:  1,
	Envelope: true,
	Tables:   []Table{{"moments", "idx"}},
	Schema: `CREATE TABLE moments (
		idx    INTEGER PRIMARY KEY, -- the last index with this latest time
		latest INTEGER NOT NULL     -- milliseconds since 1970
	) STRICT;
	CREATE INDEX moments_latest ON moments (latest);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		// A record that is not later than the one before takes its row over.
		n, err := tx.Exec(ctx, `UPDATE moments SET idx = ? WHERE idx = ? - 1 AND latest >= ?`, f.Index, f.Index, f.at())
		if err != nil || n > 0 {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO moments (idx, latest) VALUES (?, ?)`, f.Index, f.at())
		return err
	},
}

// All lists the projections of the read models, in the order of their certificates.
func All() []Projection {
	return []Projection{
		moments, persons, credentials, entities, consultations, questionnaires, submissions,
		auditEvents, digests, figures,
		secondments, commitments,
		imports,
		mandates, vocabularies, states,
		champions, workingGroups,
		briefings,
	}
}
