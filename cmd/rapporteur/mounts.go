package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/durable"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

// Folders in the data folder that several nodes share.
const (
	keysFolder  = "keys"
	blobsFolder = "blobs" // what was attached
	vaultFolder = "vault" // the keys of persons

	markFile = ".shared" // in a shared folder: a name drawn by lot, by which it is known
)

const (
	mountsEvery    = 2 * time.Second
	mountsPatience = 10 * time.Second // how long a folder that does not answer may be looked at
)

// mounts are the folders that a node needs and may share, and how they are.
type mounts []*mount

// A mount is one of them. A node that has lost one is not ready.
type mount struct {
	name string
	look func() (status string, err error) // isOK, isDegraded or isStale, and why

	mu     sync.Mutex
	looked time.Time // when it last answered
	status string
}

// openMounts opens the folders that a node shares with others, and makes them
// for the first one; one that is alone has its keys alone to look after.
func (i *installation) openMounts(ctx context.Context, n *nodes) (mounts, error) {
	all := mounts{{name: keysFolder, look: i.lookAtKeys}}
	if n != nil {
		marks, err := i.agreeMarks(ctx, n)
		if err != nil {
			return nil, err
		}
		for name, mark := range marks {
			all = append(all, &mount{name: name, look: func() (string, error) { return marked(i.path(name), mark) }})
		}
	}
	for _, m := range all {
		m.saw(ctx, isOK, nil)
	}
	return all, nil
}

// agreeMarks returns the marks of the shared folders, the same on all nodes. A
// folder is marked before anybody hears of it, by the first node alone: one that
// the nodes know and that has no mark is not theirs.
func (i *installation) agreeMarks(ctx context.Context, n *nodes) (map[string]string, error) {
	was, _, err := n.agreed(ctx)
	if err != nil {
		return nil, err
	}
	blobs, err := i.mark(blobsFolder, was.Blobs)
	if err != nil {
		return nil, err
	}
	vault, err := i.mark(vaultFolder, was.Vault)
	if err != nil {
		return nil, err
	}
	return map[string]string{blobsFolder: blobs, vaultFolder: vault}, n.agree(ctx, agreement{Blobs: blobs, Vault: vault})
}

// mark returns the mark of a shared folder, which should be known; if it is
// empty, none is.
func (i *installation) mark(name, known string) (string, error) {
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

// lookAtKeys says whether the keys are there that this process has, without which
// the next start would fail.
func (i *installation) lookAtKeys() (string, error) {
	path := i.path(keysFolder, "installation")
	text, err := keyfile.Read(path)
	if err != nil {
		return isStale, err
	}
	is, err := parseSecret(path, text)
	if err == nil && !hmac.Equal(is, i.secret) {
		err = fmt.Errorf("%s: it is another folder than before", i.path(keysFolder))
	}
	if err != nil {
		return isStale, err
	}
	if _, err := keyfile.Read(i.path(logKey)); err != nil {
		return isStale, err
	}
	return isOK, nil
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

// Run looks at the folder now and then, until ctx ends. A look at what does not
// answer, as a file server that is away, is waited for and not repeated.
func (m *mount) Run(ctx context.Context) error {
	tick := time.NewTicker(mountsEvery)
	defer tick.Stop()
	ended := make(chan struct{}, 1)
	for {
		go func() {
			status, err := m.look()
			m.saw(ctx, status, err)
			ended <- struct{}{}
		}()
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
		case <-time.After(mountsPatience):
			slog.ErrorContext(ctx, "a folder that this node needs does not answer", slog.String("folder", m.name+"/"))
			select {
			case <-ctx.Done():
				return nil
			case <-ended:
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// saw notes what a look came to, and logs what is new.
func (m *mount) saw(ctx context.Context, status string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if status != m.status && err != nil {
		slog.ErrorContext(ctx, "a folder that this node needs", slog.String("folder", m.name+"/"), slog.String("status", status), slog.Any("err", err))
	}
	m.looked, m.status = time.Now(), status
}

// check adds how the folders are.
func (all mounts) check(is *readiness) {
	for _, m := range all {
		m.check(is)
	}
}

func (m *mount) check(is *readiness) {
	m.mu.Lock()
	defer m.mu.Unlock()
	is.Checks[m.name] = isOK
	switch {
	case time.Since(m.looked) > mountsPatience:
		is.wrong(m.name, isStale, "does not answer")
	case m.status == isStale:
		is.wrong(m.name, isStale, "cannot be read, or is another folder; the server's own log says which")
	case m.status == isDegraded:
		is.wrong(m.name, isDegraded, "cannot be written; the server's own log says why")
	}
}
