package follower

import (
	"context"
	"database/sql"
	"errors"
)

// Settle implements Order. It moves the journal into the file and empties it, by
// a connection of its own: that is durable whatever became of the writes before.
// The connections there were are replaced, for one of them failed.
func (l *logDB) Settle(ctx context.Context) (err error) {
	l.db.SetMaxIdleConns(0)
	l.db.SetMaxIdleConns(connections)
	db, err := sql.Open("sqlite", l.dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var busy, inLog, written int64
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &inLog, &written); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("another process reads the file")
	}
	return nil
}

// Check implements Order.
func (l *logDB) Check(ctx context.Context) error {
	_, err := l.db.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`)
	return err
}
