package esdbstore

import (
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// errPanicked reports that the client panicked, as it does when it is closed
// under a call.
var errPanicked = errors.New("the client panicked")

// trouble is an error of the client, or of a server. Every other error is our
// own, and asking again does not change it.
type trouble struct{ error }

func (t trouble) Unwrap() error { return t.error }

// troubled marks an error as the client's.
func troubled(err error) error {
	if err == nil {
		return nil
	}
	return trouble{err}
}

// A doubt is what the log shows and must not, if it is the newest that there is.
// A server that was cut off and still believes it leads may show it too, for a
// moment. So it is asked again, elsewhere, before anything is stopped.
type doubt struct{ error }

// A kind is what an error of the client means to us. The client's own codes
// leave out the half of it, and its FromError does not look into wrapped errors.
type kind int

const (
	fine     kind = iota
	conflict      // the stream is not at the version that was expected
	missing       // there is no such stream
	gone          // the stream was deleted for ever
	refused       // asking again changes nothing
	unclear       // ask again: whether the call had an effect cannot be known
	lost          // likewise, and with a new client: this one will not find its way
)

func kindOf(err error) kind {
	if err == nil {
		return fine
	}
	if _, ok := errors.AsType[doubt](err); ok || errors.Is(err, errPanicked) {
		return lost
	}
	if _, ok := errors.AsType[trouble](err); !ok {
		return refused
	}
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		switch e.Code() {
		case esdb.ErrorCodeWrongExpectedVersion:
			return conflict
		case esdb.ErrorCodeResourceNotFound:
			return missing
		case esdb.ErrorCodeStreamDeleted:
			return gone
		case esdb.ErrorCodeAccessDenied, esdb.ErrorCodeUnauthenticated, esdb.ErrorCodeUnsupportedFeature, esdb.ErrorCodeParsing:
			return refused
		case esdb.ErrorCodeNotLeader, esdb.ErrorAborted:
			return unclear
		case esdb.ErrorUnavailable, esdb.ErrorCodeConnectionClosed, esdb.ErrorCodeDeadlineExceeded:
			return lost
		}
		if e.Err() == nil {
			return lost
		}
		err = e.Err()
	}
	// Reads give some errors as gRPC has them. An append that is turned away
	// before all of it was sent shows as io.EOF, with the reason dropped.
	switch status.Code(err) {
	case codes.PermissionDenied, codes.Unauthenticated, codes.InvalidArgument, codes.Unimplemented, codes.FailedPrecondition, codes.ResourceExhausted:
		return refused
	case codes.Aborted:
		return unclear
	}
	return lost
}
