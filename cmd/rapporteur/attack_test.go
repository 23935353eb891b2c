package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A scene is what an attacker has at hand: a data folder with a published log,
// a bundle of it, and what others kept from earlier: a head, and a whole copy
// of the folder.
type scene struct {
	t                  *testing.T
	dir                string
	data, bundle, log  string
	kept, backup, vkey string
	receipt            string // of the record at index 3
}

// newScene makes 80 people known, in two halves.
func newScene(t *testing.T) *scene {
	t.Helper()
	dir := t.TempDir()
	s := &scene{
		t: t, dir: dir, data: filepath.Join(dir, "data"), bundle: filepath.Join(dir, "bundle"), log: filepath.Join(dir, "data", "log"),
		kept: filepath.Join(dir, "kept"), backup: filepath.Join(dir, "backup"), vkey: filepath.Join(dir, "vkey"), receipt: filepath.Join(dir, "receipt"),
	}
	record(t, s.data, "ann", 40, true)
	s.publish()
	s.copy(filepath.Join(s.log, "checkpoint"), s.kept)
	s.copy(s.data, s.backup)
	record(t, s.data, "bob", 40, true)
	s.publish()
	s.must("export", "--data", s.data, "--out", s.bundle)
	s.copy(filepath.Join(s.bundle, "vkey"), s.vkey)
	return s
}

// publish publishes the log as serve does, and keeps a receipt.
func (s *scene) publish() {
	s.t.Helper()
	i, err := openInstallation(s.data, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	defer i.close()
	st, err := i.openStores(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer st.close()
	l, err := i.openLog(s.t.Context(), st, "", witnesses{})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := l.Publish(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	f, err := st.log.At(s.t.Context(), 3)
	if err != nil {
		s.t.Fatal(err)
	}
	d, err := format.Disclose(f.Record, f.Index)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := l.Receipt(s.t.Context(), d)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(s.receipt, func([]byte) []byte { return r.Text })
}

func (s *scene) copy(from, to string) {
	s.t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		s.t.Fatal(err)
	}
	if info.IsDir() {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			s.t.Fatal(err)
		}
		for _, key := range []string{"installation", "log"} { // a copy has other modes
			if err := os.Chmod(filepath.Join(to, "keys", key), 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
				s.t.Fatal(err)
			}
		}
		return
	}
	s.write(to, func([]byte) []byte {
		b, err := os.ReadFile(from)
		if err != nil {
			s.t.Fatal(err)
		}
		return b
	})
}

// write changes a file, or makes it.
func (s *scene) write(path string, change func([]byte) []byte) {
	s.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) remove(paths ...string) {
	s.t.Helper()
	for _, p := range paths {
		all, err := filepath.Glob(p)
		if err != nil || len(all) == 0 {
			s.t.Fatalf("%s: there is nothing to remove, %v", p, err)
		}
		for _, path := range all {
			if err := os.RemoveAll(path); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// lines changes the records of the bundle, line by line.
func (s *scene) lines(change func(lines [][]byte) [][]byte) {
	s.t.Helper()
	s.write(filepath.Join(s.bundle, "records.jsonl"), func(b []byte) []byte {
		all := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
		return append(bytes.Join(change(all), []byte("\n")), '\n')
	})
}

// forge rewrites the record from the fifth on, lets the program number it anew,
// and signs all of it with the right key.
func (s *scene) forge() {
	s.t.Helper()
	tamper(s.t, filepath.Join(s.data, eventsFile), `DROP TRIGGER events_refuse_update;
		UPDATE events SET data = CAST(replace(CAST(data AS TEXT), 'ann-5', 'eve-5') AS BLOB) WHERE stream = 'person-per_ann5'`)
	// Whoever has the key has it sign as if nothing had been published.
	if err := os.Rename(filepath.Join(s.data, logKey), filepath.Join(s.data, firstLogKey)); err != nil {
		s.t.Fatal(err)
	}
	s.remove(filepath.Join(s.data, "log.db*"), s.log, filepath.Join(s.data, "readmodel.db*"), filepath.Join(s.data, "search.db*"), s.bundle)
	record(s.t, s.data, "bob", 0, true)
	s.publish()
	s.must("export", "--data", s.data, "--out", s.bundle)
}

// ask runs the program. A server that is not refused is stopped after a while.
func (s *scene) ask(args ...string) (code int, said string) {
	s.t.Helper()
	var b bytes.Buffer
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	code = run(ctx, args, streams{strings.NewReader(""), &b, &b, func(string) (string, bool) { return "", false }})
	return code, b.String()
}

func (s *scene) must(args ...string) {
	s.t.Helper()
	if code, said := s.ask(args...); code != yes {
		s.t.Fatalf("%v: %d, %s", args, code, said)
	}
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte { b[at] ^= 1; return b }
}

// since is a verification that knows an older head.
func since(ask []string) []string { return append(slices.Clone(ask), "--since", "KEPT") }

// TestAttacks is what an attacker must not manage. Each changes a copy, and the
// command that is right for it refuses, and names the first bad place.
func TestAttacks(t *testing.T) {
	verifyBundle := []string{"verify", "bundle", "BUNDLE", "--key", "VKEY"}
	verifyLog := []string{"verify", "log", "LOG", "--key", "VKEY"}
	verifyReceipt := []string{"verify", "receipt", "RECEIPT", "--key", "VKEY"}
	start := []string{"serve", "--data", "DATA", "--listen", "127.0.0.1:0"}
	for _, tt := range []struct {
		name   string
		change func(s *scene)
		ask    []string
		code   int
		says   string
	}{
		{"nothing: the bundle", func(*scene) {}, since(verifyBundle), yes, "proved"},
		{"nothing: the log", func(*scene) {}, since(verifyLog), yes, "proved"},
		{"nothing: the receipt", func(*scene) {}, verifyReceipt, yes, "stands at index 3"},

		{"a byte of a record", func(s *scene) {
			s.lines(func(l [][]byte) [][]byte { l[7] = bytes.Replace(l[7], []byte("ann-7"), []byte("ann-8"), 1); return l })
		}, verifyBundle, no, "line 8"},
		{"a byte of a record in the store", func(s *scene) {
			tamper(s.t, filepath.Join(s.data, eventsFile), `DROP TRIGGER events_refuse_update; UPDATE events SET at = at + 1 WHERE stream = 'person-per_ann7'`)
		}, []string{"replay", "--data", "DATA"}, no, "index 7"},
		{"a byte of a tile", func(s *scene) { s.write(filepath.Join(s.log, "tile/0/000.p/80"), flip(32*9)) }, verifyLog, no, "tile/0/000.p/80"},
		{"a byte of an entry", func(s *scene) { s.write(filepath.Join(s.log, "tile/entries/000.p/80"), flip(34*9+5)) }, verifyLog, no, "tile/entries/000.p/80"},
		{"a byte of the checkpoint", func(s *scene) { s.write(filepath.Join(s.log, "checkpoint"), flip(45)) }, verifyLog, no, "checkpoint"},
		{"a byte of a receipt", func(s *scene) { s.write(s.receipt, flip(400)) }, verifyReceipt, no, ""},

		{"a record dropped", func(s *scene) { s.lines(func(l [][]byte) [][]byte { return append(l[:7], l[8:]...) }) }, verifyBundle, no, "line 8"},
		{"a record inserted", func(s *scene) {
			s.lines(func(l [][]byte) [][]byte { return append(l[:8], append([][]byte{l[7]}, l[8:]...)...) })
		}, verifyBundle, no, "line 9"},
		{"two records swapped", func(s *scene) { s.lines(func(l [][]byte) [][]byte { l[7], l[8] = l[8], l[7]; return l }) }, verifyBundle, no, "line 8"},
		{"a record dropped from the store", func(s *scene) {
			tamper(s.t, filepath.Join(s.data, eventsFile), `DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE stream = 'person-per_ann7'`)
		}, []string{"replay", "--data", "DATA"}, no, "index 7"},
		{"a record and its entry in the log", func(s *scene) {
			tamper(s.t, filepath.Join(s.data, logFile), `UPDATE entries SET entry = zeroblob(32) WHERE idx = 7`)
		}, []string{"export", "--data", "DATA", "--out", "BUNDLE"}, unknown, "index 7"},
		{"a record slipped into the store", func(s *scene) {
			tamper(s.t, filepath.Join(s.data, eventsFile), `DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_replace;
				UPDATE events SET position = position + 1000 WHERE position > 8; UPDATE events SET position = position - 999 WHERE position > 1000;
				INSERT INTO events SELECT 9, 'person-per_eve', 1, randomblob(16), type, at, salt, data, meta FROM events WHERE position = 8`)
		}, []string{"replay", "--data", "DATA"}, no, "index 8"},
		{"the tail of the records cut off", func(s *scene) { s.lines(func(l [][]byte) [][]byte { return l[:60] }) }, verifyBundle, no, "records.jsonl"},
		{"the tail of the store cut off", func(s *scene) {
			tamper(s.t, filepath.Join(s.data, eventsFile), `DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE position > 60`)
		}, start, unknown, "older backup"},

		{"everything rewritten and signed again with the right key: an older head", func(s *scene) { s.forge() }, since(verifyBundle), no, "rewritten"},
		{"and the log alone", func(s *scene) { s.forge() }, since(verifyLog), no, "rewritten"},
		{"without an older head it cannot be seen, and that is said", func(s *scene) { s.forge() }, verifyBundle, yes, "not proved: that nothing was rewritten"},
		{"rewritten under what was published", func(s *scene) {
			s.copy(s.log, filepath.Join(s.dir, "published"))
			s.forge()
			s.remove(s.log)
			s.copy(filepath.Join(s.dir, "published"), s.log)
		}, start, unknown, "rewritten"},
		{"an old backup of everything but what is published", func(s *scene) {
			s.copy(s.log, filepath.Join(s.dir, "published"))
			s.remove(s.data)
			s.copy(s.backup, s.data)
			s.remove(s.log)
			s.copy(filepath.Join(s.dir, "published"), s.log)
		}, start, unknown, "old backup"},
		{"an old backup of everything: an older head is newer than it", func(s *scene) {
			s.copy(filepath.Join(s.log, "checkpoint"), s.kept)
			s.remove(s.data)
			s.copy(s.backup, s.data)
		}, since(verifyLog), no, ""},

		{"a row of the read models", func(s *scene) {
			tamper(s.t, filepath.Join(s.data, readFile), `UPDATE persons SET alias = 'somebody else' WHERE id = 'per_ann7'`)
		}, []string{"replay", "--data", "DATA", "--verify"}, no, "made by index 7"},
		{"a receipt of another log", func(s *scene) {
			other := newScene(s.t)
			s.copy(other.receipt, s.receipt)
		}, verifyReceipt, unknown, "no key is known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScene(t)
			tt.change(s)
			args := make([]string, len(tt.ask))
			for i, a := range tt.ask {
				args[i] = a
				if p, ok := map[string]string{"BUNDLE": s.bundle, "LOG": s.log, "DATA": s.data, "VKEY": s.vkey, "KEPT": s.kept, "RECEIPT": s.receipt}[a]; ok {
					args[i] = p
				}
			}
			if code, said := s.ask(args...); code != tt.code || !strings.Contains(said, tt.says) {
				t.Errorf("%v: exit %d, want %d and %q\n%s", tt.ask, code, tt.code, tt.says, said)
			}
		})
	}
}
