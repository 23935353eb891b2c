package projections

import (
	"errors"

	"github.com/rapporteur-project/rapporteur/follower"
)

// unread is that a record could not be read again.
type unread struct{ error }

// Unwrap implements the interface that errors.Is looks for.
func (u unread) Unwrap() error { return u.error }

// SQLite's result codes for what a statement itself may do wrong, from
// https://sqlite.org/rescode.html. All others are of the file or the machine.
const (
	sqliteError      = 1
	sqliteTooBig     = 18
	sqliteConstraint = 19
	sqliteMismatch   = 20
	sqliteRange      = 25
)

// blamed returns the projection to set aside for err, or -1 for none: it stays
// aside until its next version, which would be wrong for a full disk, or for a
// record that cannot be read just now. A record that was altered is not read
// again however often one tries.
func blamed(projection int, err error) int {
	if _, is := errors.AsType[unread](err); is && !errors.Is(err, follower.ErrAltered) {
		return -1
	}
	if e, is := errors.AsType[interface {
		error
		Code() int
	}](err); is {
		switch e.Code() & 0xff { // the rest says more of the same
		case sqliteError, sqliteTooBig, sqliteConstraint, sqliteMismatch, sqliteRange:
		default:
			return -1
		}
	}
	return projection
}
