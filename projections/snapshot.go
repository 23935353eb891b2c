package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// joining is what a copy is called while it is judged.
const joining = ".joining"

// ErrSnapshot reports that a copy of read models is not what was said of it, or
// is of no use here.
var ErrSnapshot = errors.New("the snapshot cannot be used")

// Snapshot copies the file of read models at path to a new file, as it is at one
// moment, and returns the digests of its tables. An engine may run on it
// meanwhile.
func Snapshot(ctx context.Context, path, to string, all []Projection) ([]Digest, error) {
	if err := sqlitefile.Copy(ctx, path, to); err != nil {
		return nil, err
	}
	return Digests(ctx, to, all)
}

// Join puts a copy that Snapshot made, on whichever machine, in the place of the
// engine's file, so that the engine goes on from there and need not build it. It
// computes the digests again, and asks that what the copy has seen is a beginning
// of this engine's log. Where there are read models already it does nothing, and
// says so. The engine must not run.
func (e *Engine) Join(ctx context.Context, from string, digests []Digest) (joined bool, err error) {
	if certs, err := e.usable(ctx, e.Path); err != nil || certs != nil {
		return false, err
	}
	temp := e.Path + joining
	defer func() { err = errors.Join(err, sqlitefile.Remove(temp)) }()
	if err := errors.Join(sqlitefile.Remove(temp), copyFile(from, temp)); err != nil {
		return false, err
	}
	is, err := Digests(ctx, temp, e.All)
	if err != nil {
		return false, fmt.Errorf("%w: %s: it is damaged, or of another release: %w", ErrSnapshot, from, err)
	}
	if i := differing(is, digests); i != "" {
		return false, fmt.Errorf("%w: %s: table %s is not what it was when the snapshot was made", ErrSnapshot, from, i)
	}
	if err := sound(ctx, temp, e.All); err != nil {
		return false, fmt.Errorf("%w: %s: %w", ErrSnapshot, from, err)
	}
	certs, err := e.usable(ctx, temp)
	if err != nil {
		return false, err
	}
	if certs == nil {
		return false, fmt.Errorf("%w: %s: it is of another release, or what it has seen is not in this log", ErrSnapshot, from)
	}
	return true, place(ctx, temp, e.Path)
}

// sound checks what rows are found by, which no digest covers.
func sound(ctx context.Context, path string, all []Projection) error {
	db, err := openReadOnly(path)
	if err != nil {
		return err
	}
	defer db.Close()
	switch d, err := (&comparison{live: db}).lookup(ctx, all); {
	case err != nil:
		return err
	case d != nil:
		return errors.New(d.String())
	}
	return nil
}

// differing names the first table of which two lists of digests do not say the
// same; none if there is none.
func differing(is, want []Digest) string {
	for _, d := range want {
		if !slices.Contains(is, d) {
			return d.Table
		}
	}
	for _, d := range is {
		if !slices.Contains(want, d) {
			return d.Table
		}
	}
	return ""
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = dst.ReadFrom(src)
	return errors.Join(err, dst.Close())
}
