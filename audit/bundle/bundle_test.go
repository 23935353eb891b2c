package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/bundle"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

func newLog(t *testing.T, size int) *audit.Log {
	t.Helper()
	dir, st := t.TempDir(), new(memstore.Store)
	for n := range size {
		r := eventstore.Record{
			ID: fmt.Sprintf("00000000-0000-8000-8000-%012d", n), Type: "thing.happened",
			At:   time.Date(2020, 3, 4, 10, 0, 0, n*int(time.Millisecond), time.UTC),
			Salt: fmt.Appendf(nil, "%032d", n), Data: fmt.Appendf(nil, `{"n":%d,"text":"a < b & c"}`, n), Meta: fmt.Appendf(nil, `{"person":"per_%d","key":"k%d"}`, n%3, n),
		}
		if err := st.Append(t.Context(), fmt.Sprintf("thing-%d", n/2), int64(n%2), r); err != nil {
			t.Fatal(err)
		}
	}
	f, err := follower.Open(t.Context(), filepath.Join(dir, "log.db"), st)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	key, err := audit.OpenKey(filepath.Join(dir, "key"), "bundle.example/log")
	if err != nil {
		t.Fatal(err)
	}
	l := &audit.Log{Follower: f, Key: key, Dir: filepath.Join(dir, "log")}
	if err := l.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

func newExport(l *audit.Log, dir string) *audit.Export {
	return &audit.Export{Log: l, Dir: dir, MadeAt: time.Date(2020, 3, 5, 0, 0, 0, 0, time.UTC), Policy: []byte("log " + l.Key.VKey + "\nquorum none\n")}
}

func export(t *testing.T, l *audit.Log) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := newExport(l, dir).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *bundle.Bundle {
	t.Helper()
	b, err := bundle.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func all(t *testing.T, from func(context.Context, int64) func(func([]follower.Fact, error) bool)) []follower.Fact {
	t.Helper()
	var out []follower.Fact
	for facts, err := range from(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, facts...)
	}
	return out
}

// TestBundleIsTheLog reads a bundle and the log it was made from: the same.
func TestBundleIsTheLog(t *testing.T) {
	for _, size := range []int{0, 1, 255, 256, 257, 5000} {
		l := newLog(t, size)
		b := open(t, export(t, l))
		want := all(t, func(ctx context.Context, i int64) func(func([]follower.Fact, error) bool) {
			return l.Follower.From(ctx, i)
		})
		got := all(t, func(ctx context.Context, i int64) func(func([]follower.Fact, error) bool) { return b.From(ctx, i) })
		for i := range want {
			want[i].Salt, want[i].Position = nil, eventstore.Position(i+1) // a bundle needs neither
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%d records (-log +bundle):\n%s", size, d)
		}
		if b.Size() != int64(size) {
			t.Errorf("the bundle has %d records, not %d", b.Size(), size)
		}
		for _, at := range []int{0, 1, size / 3, size - 1, size} {
			if at < 0 || at > size {
				continue
			}
			is, err := b.Root(t.Context(), int64(at))
			want, err2 := l.Follower.Root(t.Context(), int64(at))
			if err := errors.Join(err, err2); err != nil || is != want {
				t.Errorf("root at %d of %d: %s, want %s, %v", at, size, is, want, err)
			}
		}
		if err := b.Wait(t.Context(), int64(size)+1); !errors.Is(err, bundle.ErrEnded) {
			t.Errorf("waiting for more says %v", err)
		}
		if size > 0 {
			last := want[size-1]
			if i, err := b.Index(t.Context(), last.ID); err != nil || i != last.Index {
				t.Errorf("index of the last: %d, %v", i, err)
			}
			if f, err := b.At(t.Context(), last.Index); err != nil || f.ID != last.ID {
				t.Errorf("the last is %s, %v", f.ID, err)
			}
		}
	}
}

// TestExportResumes interrupts an export, tears its last line, and runs it again.
func TestExportResumes(t *testing.T) {
	l := newLog(t, 5000)
	whole := export(t, l)
	for _, tt := range []struct {
		name string
		tear func([]byte) []byte
	}{
		{"clean", func(b []byte) []byte { return b }},
		{"torn", func(b []byte) []byte { return b[:len(b)-17] }},
		{"changed", func(b []byte) []byte { b[len(b)-300] ^= 1; return b }},
		{"of another log", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("thing-7"), []byte("thing-8")) }},
		{"garbage", func([]byte) []byte { return []byte("hello\n") }},
		{"longer than the log", func(b []byte) []byte { return append(b, b[:100]...) }},
	} {
		dir := filepath.Join(t.TempDir(), "bundle")
		shows := 0
		x := newExport(l, dir)
		x.Shows = func(context.Context, int64) (bool, bool, error) {
			if shows++; shows > 3333 {
				return false, false, context.Canceled
			}
			return true, true, nil
		}
		if err := x.Run(t.Context()); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if _, err := bundle.Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "no bundle") {
			t.Errorf("half an export is a bundle: %v", err)
		}
		part := filepath.Join(dir, format.RecordsFile+".part")
		text, err := os.ReadFile(part)
		if err != nil || bytes.Count(text, []byte("\n")) != 3333 {
			t.Fatalf("%d lines are left, %v", bytes.Count(text, []byte("\n")), err)
		}
		if err := os.WriteFile(part, tt.tear(text), 0o600); err != nil {
			t.Fatal(err)
		}
		again := newExport(l, dir)
		if err := again.Run(t.Context()); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if again.Done() != 5000 {
			t.Errorf("%s: %d records are done", tt.name, again.Done())
		}
		same(t, whole, dir)
	}
}

// same compares two folders, file by file.
func same(t *testing.T, a, b string) {
	t.Helper()
	read := func(dir string) map[string]string {
		out := map[string]string{}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			name, _ := filepath.Rel(dir, path)
			out[name] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	is, want := read(b), read(a)
	for name := range want {
		if is[name] != want[name] {
			t.Errorf("%s differs", name)
		}
	}
	if len(is) != len(want) {
		t.Errorf("%d files, want %d", len(is), len(want))
	}
}

func TestExportRefusesAFolderInUse(t *testing.T) {
	l := newLog(t, 3)
	dir := export(t, l)
	if err := newExport(l, dir).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a bundle is overwritten: %v", err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newExport(l, other).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("a folder with something else in it is taken: %v", err)
	}
}

// TestWithheld shows some records in part. Their place in the log is known all
// the same.
func TestWithheld(t *testing.T) {
	l := newLog(t, 300)
	dir := filepath.Join(t.TempDir(), "bundle")
	x := newExport(l, dir)
	x.Shows = func(_ context.Context, i int64) (data, meta bool, err error) { return i%10 != 3, i%30 != 3, nil }
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := open(t, dir)
	if b.WithheldData != 30 || b.WithheldMeta != 10 {
		t.Errorf("%d data and %d meta are withheld", b.WithheldData, b.WithheldMeta)
	}
	for _, f := range all(t, func(ctx context.Context, i int64) func(func([]follower.Fact, error) bool) { return b.From(ctx, i) }) {
		i := f.Index
		if f.Withheld != (i%10 == 3) || (f.Data == nil) != (i%10 == 3) || (f.Meta == nil) != (i%30 == 3) {
			t.Errorf("record %d: withheld %v, data %s, meta %s", i, f.Withheld, f.Data, f.Meta)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, format.RecordsFile))
	if err != nil || bytes.Contains(text, []byte(`"n":13,`)) || !bytes.Contains(text, []byte(`"n":14,`)) {
		t.Errorf("what is withheld stands in the file, or what is shown does not; %v", err)
	}
}

// TestTampering changes a bundle, and reading it says where.
func TestTampering(t *testing.T) {
	l := newLog(t, 600)
	for _, tt := range []struct {
		name, file, says string
		change           func(b []byte) []byte
	}{
		{"a byte of a record's data", format.RecordsFile, "line 8", func(b []byte) []byte { return bytes.Replace(b, []byte(`"n":7,`), []byte(`"n":8,`), 1) }},
		{"a record's type", format.RecordsFile, "line 1", func(b []byte) []byte { return bytes.Replace(b, []byte("thing.happened"), []byte("thing.hoppened"), 1) }},
		{"a record dropped", format.RecordsFile, "599 lines", func(b []byte) []byte { return b[bytes.IndexByte(b, '\n')+1:] }},
		{"two records swapped", format.RecordsFile, "line 1", func(b []byte) []byte {
			l := bytes.SplitN(b, []byte("\n"), 3)
			return bytes.Join([][]byte{l[1], l[0], l[2]}, []byte("\n"))
		}},
		{"the tail cut off", format.RecordsFile, "not whole", func(b []byte) []byte { return b[:len(b)-5] }},
		{"a tile", "log/tile/0/001", "log", func(b []byte) []byte { b[77] ^= 1; return b }},
		{"the head", "log/checkpoint", "checkpoint", func(b []byte) []byte { b[len(b)-20] ^= 1; return b }},
		{"the manifest", format.ManifestFile, "601", func(b []byte) []byte { return bytes.Replace(b, []byte("600"), []byte("601"), 1) }},
	} {
		dir := export(t, l)
		path := filepath.Join(dir, filepath.FromSlash(tt.file))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, tt.change(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := bundle.Open(t.Context(), dir)
		if err == nil {
			for _, e := range b.From(t.Context(), 0) {
				err = e
			}
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
	}
}
