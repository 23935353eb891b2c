package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

func TestRedisURLIsNotPrinted(t *testing.T) {
	for _, u := range []redisURL{"redis://user:canary@host", "canary", "redis://user:canary@host:port", "redis://host/canary"} {
		var logged bytes.Buffer
		slog.New(slog.NewTextHandler(&logged, nil)).Info("redis", slog.Any("url", u))
		for _, said := range []string{fmt.Sprint(u), fmt.Sprintf("%+v", sharing{Redis: u}), fmt.Sprintf("%#v", u), logged.String()} {
			if strings.Contains(said, "canary") {
				t.Errorf("printed: %s", said)
			}
		}
	}
}

func TestAuthorities(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, path + ".none"} {
		if _, err := (sharing{RedisCA: file}).authorities(); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", file, err)
		}
	}
	if pool, err := (sharing{}).authorities(); pool != nil || err != nil {
		t.Errorf("without a file: %v, %v", pool, err)
	}
}

// TestRung: who listens hears of what was stored, and of nothing else.
func TestRung(t *testing.T) {
	bell := new(memory.Bell)
	ear := bell.Listen(t.Context())
	st := rung{new(memstore.Store), shared.Bell(bell)}
	r := eventstore.Record{ID: "00000000-0000-8000-8000-000000000001", Type: "thing.happened", Salt: make([]byte, 32), Data: []byte("{}"), Meta: []byte("{}")}
	if err := st.Append(t.Context(), "thing-1", 3, r); !errors.Is(err, eventstore.ErrConflict) {
		t.Fatal(err)
	}
	if len(ear) != 0 {
		t.Error("it rang, and nothing was stored")
	}
	if err := st.Append(t.Context(), "thing-1", 0, r); err != nil {
		t.Fatal(err)
	}
	if len(ear) != 1 {
		t.Error("it did not ring")
	}
}
