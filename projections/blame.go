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

// What SQLite says of a file that holds no database, or not a whole one.
const (
	sqliteCorrupt  = 11
	sqliteNotADB   = 26
	sqliteCodeMask = 0xff // the rest of a code says more of the same
)

// codeOf returns SQLite's result code in err, or -1.
func codeOf(err error) int {
	if e, is := errors.AsType[interface {
		error
		Code() int
	}](err); is {
		return e.Code() & sqliteCodeMask
	}
	return -1
}

// damaged reports whether err says that the file itself is no good: it has to be
// made anew.
func damaged(err error) bool {
	code := codeOf(err)
	return code == sqliteCorrupt || code == sqliteNotADB
}

// ofMachine reports whether err is of the disk or the machine, and says nothing of
// what is in the file.
func ofMachine(err error) bool {
	code := codeOf(err)
	return code > sqliteError && !damaged(err) && !ofStatement(code)
}

// ofStatement reports whether a result code is of what a statement itself did wrong.
func ofStatement(code int) bool {
	switch code {
	case sqliteError, sqliteTooBig, sqliteConstraint, sqliteMismatch, sqliteRange:
		return true
	}
	return false
}

// blamed returns the projection to set aside for err, or -1 for none: it stays
// aside until its next version, which would be wrong for a full disk, or for a
// record that cannot be read just now. A record that was altered is not read
// again however often one tries.
func blamed(projection int, err error) int {
	if _, is := errors.AsType[unread](err); is && !errors.Is(err, follower.ErrAltered) {
		return -1
	}
	if code := codeOf(err); code >= 0 && !ofStatement(code) {
		return -1
	}
	return projection
}
