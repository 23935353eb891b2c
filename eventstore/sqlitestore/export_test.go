package sqlitestore

import "context"

// AroundCommit has around run in place of each commit that stores records.
// Call it while no append runs.
func (d *DB) AroundCommit(around func(commit func() error) error) {
	d.around = around
	if d.writer != nil {
		d.writer.around = around
	}
}

// ExecWriter runs a statement on the connection that commits.
func (d *DB) ExecWriter(ctx context.Context, query string) error {
	_, err := d.writer.conn.ExecContext(ctx, query)
	return err
}

// Setting returns a setting of the connection that commits.
func (d *DB) Setting(ctx context.Context, pragma string) (is string, err error) {
	return is, d.writer.conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&is)
}

// Queued reports how many appends wait for the next commit.
func (d *DB) Queued() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.queue)
}
