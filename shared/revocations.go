package shared

import (
	"context"
	"errors"
	"strings"
	"time"
)

// A Revocation says that what carries an ID is good no longer.
type Revocation struct {
	ID     string    // 1 to 200 bytes of printable ASCII without spaces; it tells nothing about a person
	Issued time.Time // only what was issued up to then, to the second; zero: whenever it was issued
	Until  time.Time // how long it is kept, to the second: by then all that it is about has expired
}

// Check says what is wrong with r.
func (r Revocation) Check() error {
	odd := func(c rune) bool { return c <= ' ' || c > '~' }
	if r.ID == "" || len(r.ID) > 200 || strings.ContainsFunc(r.ID, odd) {
		return errors.New("revocation: an id has 1 to 200 bytes of printable ASCII, and no spaces")
	}
	if r.Until.IsZero() {
		return errors.New("revocation: it must say how long it is kept")
	}
	return nil
}

// Covers reports whether r takes back what was issued then, at the time now.
func (r Revocation) Covers(issued, now time.Time) bool {
	return now.Before(r.Until) && (r.Issued.IsZero() || issued.Unix() <= r.Issued.Unix())
}

// And is what r and other, of the same ID, take back together.
func (r Revocation) And(other Revocation) Revocation {
	switch {
	case r.Issued.IsZero() || other.Issued.IsZero():
		r.Issued = time.Time{}
	case other.Issued.After(r.Issued):
		r.Issued = other.Issued
	}
	if other.Until.After(r.Until) {
		r.Until = other.Until
	}
	return r
}

// Revocations are what was taken back before its time. They are safe for
// concurrent use.
type Revocations interface {
	// Revoke takes back what r says, which must pass Check. On nil that is
	// durable, Revoked says so from now on, and every other node's Revoked within
	// a second. On an error the caller cannot know: repeat it. Doing it twice is
	// quiet. Of two with one ID both count, as And says.
	Revoke(ctx context.Context, r Revocation) error

	// Revoked reports whether something that was issued then and carries ids is
	// taken back. On an error nobody knows: it is not a no.
	Revoked(ctx context.Context, issued time.Time, ids ...string) (bool, error)
}
