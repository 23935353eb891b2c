package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapporteur-project/rapporteur/internal/durable"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

// markFile is in a shared folder: a name drawn by lot, by which it is known.
const markFile = ".shared"

// agreeMarks returns the marks of the shared folders, the same on all nodes. A
// folder is marked before anybody hears of it, by the first node alone: one that
// the nodes know and that has no mark is not theirs.
func (i *installation) agreeMarks(ctx context.Context, n *nodes) (map[string]string, error) {
	was, _, err := n.agreed(ctx)
	if err != nil {
		return nil, err
	}
	blobs, err := i.markOf(blobsFolder, was.Blobs)
	if err != nil {
		return nil, err
	}
	vault, err := i.markOf(vaultFolder, was.Vault)
	if err != nil {
		return nil, err
	}
	return map[string]string{blobsFolder: blobs, vaultFolder: vault}, n.agree(ctx, agreement{Blobs: blobs, Vault: vault})
}

// markOf returns the mark of a shared folder, which should be known; if it is
// empty, none is.
func (i *installation) markOf(name, known string) (string, error) {
	path := i.path(name, markFile)
	text, err := keyfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) && known == "" {
		text, err = keyfile.Open(path, func() ([]byte, error) { return []byte(rand.Text() + "\n"), nil })
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w. If that was lost, and nothing was in it or its backup was put back here, write %s to %s, for its owner alone (mode 600)", notShared(name), known, path)
	}
	if err != nil {
		return "", fmt.Errorf("%s/: %w", name, err)
	}
	is := strings.TrimSpace(string(text))
	if is == "" {
		return "", fmt.Errorf("%s is empty: %w", path, notShared(name))
	}
	return is, nil
}

func notShared(name string) error {
	return fmt.Errorf("%s/ is not the folder that the other nodes have: mount the same %s/ on all nodes", name, name)
}

// marked says whether the folder is the one with the mark, and whether something
// can be written there for good.
func marked(dir, mark string) (string, error) {
	text, err := keyfile.Read(filepath.Join(dir, markFile))
	if err == nil && strings.TrimSpace(string(text)) != mark {
		err = fmt.Errorf("%s: it is another folder than before", dir)
	}
	if err != nil {
		return isStale, err
	}
	if err := tryFolder(dir); err != nil {
		return isDegraded, err
	}
	return isOK, nil
}

// tryFolder makes a file in a folder as what is kept there is made.
func tryFolder(dir string) error {
	path := filepath.Join(dir, ".try-"+rand.Text())
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	gone := os.Remove(path) // at once, so that a crash leaves nothing
	_, err = f.WriteString(path)
	return errors.Join(gone, err, f.Sync(), f.Close(), durable.SyncFolder(dir))
}
