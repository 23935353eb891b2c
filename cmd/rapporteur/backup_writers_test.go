package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestBackupUnderWriters makes a backup while many write. What was acknowledged
// before it began is in what is restored, at the same index.
func TestBackupUnderWriters(t *testing.T) {
	m := &mover{newKill(t), nil}
	n := &member{t: t, program: m.program, data: m.data}
	n.up()
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	enough := make(chan struct{}) // closed when there is something to lose
	var once sync.Once
	for w := range writers {
		writing.Go(func() {
			defer once.Do(func() { close(enough) })
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("backup-under-writers-%d-%d", w, i)
				index, err := m.submit(ctx, n.at(), key)
				if err != nil {
					if ctx.Err() == nil {
						t.Errorf("%s: %v", key, err)
					}
					return
				}
				m.note(key, index)
				if i == 20 {
					once.Do(func() { close(enough) })
				}
			}
		})
	}
	await.Value(t, enough, "enough writes")
	m.mu.Lock()
	before := maps.Clone(m.sent)
	m.mu.Unlock()
	archive := filepath.Join(t.TempDir(), "a.tar")
	m.must("backup", "--out", archive)
	stop()
	await.All(t, &writing, "the writers")
	n.down()
	m.data = filepath.Join(t.TempDir(), "restored")
	m.must("restore", archive)
	r := &member{t: t, program: m.program, data: m.data}
	r.up()
	var errs []error
	for key, index := range before {
		if again, err := m.submit(t.Context(), r.at(), key); err != nil || again != index {
			errs = append(errs, fmt.Errorf("%s was at %s and is at %s: %w", key, index, again, err))
		}
	}
	if err := errors.Join(errs...); err != nil || len(before) < 20 {
		t.Errorf("of %d: %v", len(before), err)
	}
	r.down()
	m.state()
}
