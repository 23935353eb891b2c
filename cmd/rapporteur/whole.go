package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/rapporteur-project/rapporteur/audit"
	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/projections"
)

// openWhole opens the log of a record that is to be added to, and refuses a data
// folder of which something is missing that the operator does not accept as
// lost. Then the record names its keys and what was lost, before anything else.
func (i *installation) openWhole(ctx context.Context, st *stores, origin string, w witnesses) (*audit.Log, error) {
	log, err := i.openLog(ctx, st, origin, w)
	if err != nil {
		return nil, err
	}
	if err := i.seenStill(ctx, st); err != nil {
		return nil, err
	}
	if err := i.recordLosses(ctx, st); err != nil {
		return nil, err
	}
	if i.lacks(onrecord.PublishedLog) {
		if err := errors.Join(st.log.CatchUp(ctx), log.Publish(ctx)); err != nil {
			return nil, err
		}
	}
	if err := i.commitLogKey(ctx, st, log); err != nil {
		return nil, err
	}
	return log, st.log.CatchUp(ctx) // so that the first publication has it
}

// beforeImport does what openWhole does, but makes no key for a log that was
// never published: serve --origin names it.
func (i *installation) beforeImport(ctx context.Context, st *stores) error {
	if i.exists(logKey) || st.nodes != nil {
		_, err := i.openWhole(ctx, st, "", witnesses{})
		return err
	}
	return errors.Join(i.commitSecret(ctx, st), st.log.CatchUp(ctx), i.seenStill(ctx, st))
}

// seenStill refuses a record that is not the one that the read models have seen:
// it ends before, or was changed. What is numbered is compared.
func (i *installation) seenStill(ctx context.Context, st *stores) error {
	for _, m := range models {
		if _, err := os.Stat(i.path(m.file)); errors.Is(err, os.ErrNotExist) {
			continue
		}
		certs, err := projections.ReadCertificates(ctx, i.path(m.file))
		if err != nil {
			slog.WarnContext(ctx, "what the read models have seen cannot be read: they are made again", slog.String("file", m.file), slog.Any("err", err))
			continue
		}
		for _, c := range certs {
			found, err := compareSeen(ctx, st, m.file, c)
			if err != nil {
				return err
			}
			if found == "" {
				continue
			}
			if err := i.lose(onrecord.Records, found); err != nil {
				return err
			}
			return nil
		}
	}
	return nil
}

// compareSeen says what is missing if the record is not what a projection has seen.
func compareSeen(ctx context.Context, st *stores, file string, c projections.Certificate) (string, error) {
	size, _ := st.log.Head()
	if c.Next > size {
		return fmt.Sprintf("%s has seen %d records, and the record has only %d: its end is missing", file, c.Next, size), nil
	}
	root, err := st.log.Root(ctx, c.Next)
	if err != nil || root == c.Root {
		return "", err
	}
	return fmt.Sprintf("%s has seen other records: its first %d had the root %s, and those of the record have %s", file, c.Next, hash(c.Root), hash(root)), nil
}
