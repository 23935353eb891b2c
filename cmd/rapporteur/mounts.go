package main

import (
	"context"
	"crypto/hmac"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

// Folders in the data folder that several nodes share.
const (
	keysFolder  = "keys"
	blobsFolder = "blobs" // what was attached
	vaultFolder = "vault" // the keys of persons
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
		slog.ErrorContext(ctx, "a folder that this node needs is not as it should be", slog.String("folder", m.name+"/"), slog.String("status", status), slog.Any("err", err))
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
