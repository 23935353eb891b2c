package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// sayFlaws compares the published log in dir with a log, and says of each file that
// differs what is wrong. It returns the exit code for that: yes if none does.
func sayFlaws(ctx context.Context, w io.Writer, of audit.Tree, dir string) (code int, err error) {
	for flaw, err := range audit.Flaws(ctx, of, dir) {
		if err != nil {
			return unknown, err
		}
		code = no
		if _, err := fmt.Fprintf(w, "published log: %s: %s\n", flaw.File, flaw.Said); err != nil {
			return unknown, err
		}
	}
	if code == no {
		_, err = fmt.Fprintln(w, "published log: put back the files that are named, or, if log.db agrees with the record, remove them: the server writes them again")
	}
	return code, err
}

// sayFlawsOfCopy is sayFlaws for the copy of a data folder in dir, of which it
// changes nothing.
func sayFlawsOfCopy(ctx context.Context, w io.Writer, dir string) (code int, err error) {
	path := filepath.Join(dir, logFile)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return yes, nil
	}
	work := filepath.Join(dir, ".compared.db")
	if err := sqlitefile.Copy(ctx, path, work); err != nil {
		return unknown, err
	}
	log, err := follower.Open(ctx, work, nil)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, log.Close(), sqlitefile.Remove(work)) }()
	return sayFlaws(ctx, w, log, filepath.Join(dir, logFolder))
}
