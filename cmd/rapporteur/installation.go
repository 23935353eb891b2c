package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

// A secret derives every id of an installation. It never leaves the process
// but for its own file.
type secret []byte

const (
	secretSize = 32 // bytes
	hidden     = "[secret]"
)

// String keeps the secret out of what is printed.
func (secret) String() string { return hidden }

// GoString keeps the secret out of what is printed.
func (secret) GoString() string { return hidden }

// LogValue keeps the secret out of logs.
func (secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// An installation is a data folder that this process alone may write to.
type installation struct {
	dir    string
	place  place // where the events are; the zero one: here
	secret secret
	fresh  bool // the secret was made just now

	accepts []onrecord.Loss // what the operator says is lost
	lost    []loss          // what of that is missing
	lock    folderLock
}

// createInstallation opens the data folder dir, and makes what is missing, also
// what the operator says is lost.
func createInstallation(dir, purpose string, accepts ...onrecord.Loss) (*installation, error) {
	if err := createFolder(dir); err != nil {
		return nil, err
	}
	i, err := openInstallation(dir, purpose, accepts...)
	if err != nil {
		return nil, err
	}
	if !i.exists(moverFile) {
		_, err = i.mover()
	}
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	return i, nil
}

// openInstallation opens the data folder dir, which must exist. The lock says
// what it was taken for, to whoever wants it meanwhile.
func openInstallation(dir, purpose string, accepts ...onrecord.Loss) (_ *installation, err error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("data folder %s: not a folder", dir)
	}
	i := &installation{dir: dir, accepts: accepts}
	if i.lock, err = lockFolder(i.path("lock"), purpose); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	if i.secret, err = i.openSecret(); err != nil {
		return nil, errors.Join(fmt.Errorf("installation secret: %w", err), i.close())
	}
	return i, nil
}

// path names something in the data folder.
func (i *installation) path(parts ...string) string {
	return filepath.Join(append([]string{i.dir}, parts...)...)
}

// close lets others have the folder.
func (i *installation) close() error { return i.lock.Close() }

func createFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

// A folderLock is a file that keeps others out until it is closed, or the process ends.
type folderLock struct{ *os.File }

// Close lets others have it at once. To close the file alone would leave the lock
// with a program that is just being started, which has all files for a moment.
func (l folderLock) Close() error {
	return errors.Join(syscall.Flock(int(l.Fd()), syscall.LOCK_UN), l.File.Close())
}

// lockFolder takes the lock at path, or says who has it.
func lockFolder(path, purpose string) (folderLock, error) {
	// Whoever made the folder may have put a link there: nothing is written through it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return folderLock{}, err
	}
	if is, err := f.Stat(); err != nil || !is.Mode().IsRegular() {
		return folderLock{}, errors.Join(fmt.Errorf("%s is not a file", path), err, f.Close())
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		who := holder(path)
		if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil { // what is written there is of somebody before
			who = "a command that reads it, such as rapporteur replay or export"
		}
		return folderLock{}, errors.Join(fmt.Errorf("in use by %s", who), f.Close())
	}
	if err != nil {
		return folderLock{}, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	who := fmt.Sprintf("rapporteur %s (process %d)\n", purpose, os.Getpid())
	if err := errors.Join(f.Truncate(0), writeAt(f, who)); err != nil {
		return folderLock{}, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return folderLock{f}, nil
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// holder returns who wrote the lock at path.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if who := strings.TrimSpace(string(text)); err == nil && who != "" {
		return who
	}
	return "another process"
}

// openSecret reads the secret, and makes it for an installation that has
// recorded nothing. Under another secret, a repeated command would no longer
// meet its first self.
func (i *installation) openSecret() (secret, error) {
	path := i.path("keys", "installation")
	i.fresh = !i.exists("keys/installation")
	if i.fresh && (i.exists(eventsFile) || i.exists(guardFile)) {
		if err := i.lose(onrecord.Secret, "keys/installation is missing, and there is a record that was made with it"); err != nil {
			return nil, err
		}
	}
	text, err := keyfile.Open(path, func() ([]byte, error) {
		b := make([]byte, secretSize)
		rand.Read(b) // never fails: it ends the process instead
		return fmt.Appendln(nil, hex.EncodeToString(b)), nil
	})
	if err != nil {
		return nil, err
	}
	return parseSecret(path, text)
}

// exists reports whether the data folder holds a file called name.
func (i *installation) exists(name string) bool {
	_, err := os.Stat(i.path(name))
	return !errors.Is(err, fs.ErrNotExist)
}
