package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/durable"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// undo gives up a move that the data folder called mover began, and that was cut
// off: the record goes on where it was.
func (m *migration) undo(ctx context.Context, to, mover string) (string, error) {
	is, _, err := m.nodes.agreed(ctx)
	switch {
	case err != nil:
		return "", err
	case m.servers.Fault() != nil: // somebody may have deleted the mark
		return "", m.servers.Fault()
	case is.Moved.IsZero():
		return "", errors.New("there is nothing to give up: the record is on the servers, and is not being moved")
	case is.MovedTo != to:
		return "", fmt.Errorf("the move that is under way is one to %s", is.MovedTo)
	case is.Mover != mover:
		return "", fmt.Errorf("the data folder that moves the record is called %s, not %s", is.Mover, mover)
	}
	if to == inServers {
		return m.undoToServers(is)
	}
	is.Moved = time.Time{}
	if err := (agreement{Secret: identityOf(m.secret)}).like(is); err != nil {
		return "", err
	}
	return m.undoToSQLite(ctx)
}

// undoToServers puts the record back where it was in the data folder. What is on
// the servers may be a part of it, so nodes are still kept from there.
func (m *migration) undoToServers(is agreement) (string, error) {
	if is.Mover != m.mover {
		return "", errors.New("that is not this data folder, and on the servers there may be a part of the record only: restore a backup of that folder, and give up there, or move on")
	}
	if err := m.forget(); err != nil {
		return "", err
	}
	if !m.exists(eventsFile) {
		if err := os.Rename(m.path(eventsFile+movedFile), m.path(eventsFile)); err != nil {
			return "", err
		}
	}
	return "The move is given up. The record is in the data folder: start without --esdb. What was copied to the servers stays there, and no node starts on it; another move from this folder goes on with it.", durable.SyncFolder(m.dir)
}

// undoToSQLite lets nodes start on the servers again, unless the record may have
// gone on in this data folder.
func (m *migration) undoToSQLite(ctx context.Context) (string, error) {
	if m.exists(eventsFile) {
		return "", fmt.Errorf("data folder %s: the move came so far that the record may have gone on here: run it without --undo to end it", m.dir)
	}
	if err := errors.Join(sqlitefile.Remove(m.path(eventsFile+newFile)), m.forget()); err != nil {
		return "", err
	}
	return "The move is given up. The record is on the servers: start with --esdb.", m.nodes.open(ctx)
}

// forget removes the log's numbering, which may be of the one place or of the
// other: the next start makes it again, and compares it with what was published.
func (m *migration) forget() error {
	path := m.path(logFile)
	return errors.Join(sqlitefile.Remove(path), sqlitefile.Remove(path+newFile), sqlitefile.Remove(path+".original"))
}
