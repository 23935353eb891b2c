package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

// digest is everything about the files and folders in dir that a write changes.
func digest(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var sum [sha256.Size]byte
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum = sha256.Sum256(text)
		}
		all[strings.TrimPrefix(path, dir)] = fmt.Sprintf("%v %d %d %x", info.Mode(), info.Size(), info.ModTime().UnixNano(), sum)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// readOnly returns dir on a disk that only reads. Where this process may not mount
// one, it takes the right to write from all files, which binds all but root.
func readOnly(t *testing.T, dir string) string {
	t.Helper()
	at := t.TempDir()
	if err := syscall.Mount(dir, at, "", syscall.MS_BIND, ""); err != nil {
		t.Logf("no mount: %v", err)
		for path := range maps.Keys(digest(t, dir)) {
			if err := os.Chmod(filepath.Join(dir, path), 0o500); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(filepath.Join(dir, path), 0o700) })
		}
		return dir
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(at, 0); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mount("", at, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(at, "x"), nil, 0o600); err == nil {
		t.Fatal("it can be written to")
	}
	return at
}

// closed makes a data folder whose server was stopped.
func closed(t *testing.T) string {
	dir := t.TempDir()
	record(t, dir, "ann", 20, true)
	withLog(t, dir, func(context.Context, *installation, *audit.Log) {})
	return dir
}

// behind makes one whose server recorded more than it numbered.
func behind(t *testing.T) string {
	dir := closed(t)
	record(t, dir, "bob", 5, false)
	return dir
}

// killed makes one whose server was killed: journals lie beside its databases.
func killed(t *testing.T) string {
	dir, to := closed(t), t.TempDir()
	i, err := createInstallation(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	var engines []*projections.Engine
	for _, m := range models {
		e := &projections.Engine{Log: st.log, Path: i.path(m.file), All: m.all}
		if err := e.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		engines = append(engines, e)
	}
	for n := range 5 {
		if err := i.app(st).Register(t.Context(), domain.ID(fmt.Sprint("per_eve", n)), "eve"); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range engines {
		if err := e.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"installation", "log"} { // a copy has not the modes
		if err := os.Chmod(filepath.Join(to, "keys", name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{eventsFile, logFile, readFile, searchFile} {
		if info, err := os.Stat(filepath.Join(to, name+"-wal")); err != nil || info.Size() == 0 {
			t.Fatalf("%s has no journal: %v", name, err)
		}
	}
	return to
}

// copied makes one of which somebody took only the databases with their journals.
func copied(t *testing.T) string {
	dir := killed(t)
	for _, name := range []string{"lock", eventsFile + "-shm", logFile + "-shm", readFile + "-shm", searchFile + "-shm"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestAuditsWriteNothing runs every command that audits on data folders as they
// may lie there, and on a bundle, all on a disk that only reads: no byte changes,
// and nothing is left anywhere else.
func TestAuditsWriteNothing(t *testing.T) {
	bundle, receipt, key := bundled(t)
	for name, of := range map[string]struct {
		make    func(*testing.T) string
		records int
		verify  int // the exit code of replay --verify
	}{"closed": {closed, 20, yes}, "behind": {behind, 25, unknown}, "cut off": {killed, 25, yes}, "copied": {copied, 25, yes}} {
		t.Run(name, func(t *testing.T) {
			data, out := of.make(t), t.TempDir()
			work := t.TempDir()
			to := func(name string) string { return filepath.Join(out, name) }
			all := []auditing{
				{yes, []string{"replay"}, "replayed: "},
				{of.verify, []string{"replay", "--verify"}, "log: " + fmt.Sprint(of.records) + " records"},
				{yes, []string{"replay", "--to", "3", "--work", work}, "replayed: "},
				{yes, []string{"export", "--out", to("bundle")}, fmt.Sprint(of.records) + " records"},
				{yes, []string{"export", "--withhold", "--out", to("outline")}, fmt.Sprint(of.records) + " records"},
				{yes, []string{"backup", "--out", to("backup.tar")}, "files"},
				{yes, []string{"snapshot", "--out", to("snapshot")}, "records"},
				{yes, []string{"keys", "vkey"}, "example/log+"},
			}
			audits(t, data, all, "--data")
			code, said := runAll(t, "verify", "bundle", to("bundle"), "--key", to("bundle/vkey"))
			if code != yes || !strings.Contains(said, fmt.Sprintf("each of the %d records", of.records)) {
				t.Errorf("the bundle: %d, %s", code, said)
			}
			if code, said := runAll(t, "restore", to("backup.tar"), "--data", to("restored")); code != yes {
				t.Errorf("the backup: %d, %s", code, said)
			}
			if code, said := runAll(t, "replay", "--data", to("restored")); code != yes || !strings.Contains(said, fmt.Sprintf("log: %d records", of.records)) {
				t.Errorf("what was restored: %d, %s", code, said)
			}
		})
	}
	t.Run("bundle", func(t *testing.T) {
		elsewhere := t.TempDir()
		audits(t, bundle, []auditing{
			{yes, []string{"replay", "--verify"}, "agree: "},
			{yes, []string{"replay", "--to", "3"}, "replayed: "},
			{yes, []string{"replay", "--data", elsewhere}, "for rapporteur serve --bundle to answer from"},
			{yes, []string{"replay", "--data", elsewhere, "--verify"}, "key: example/log+"},
		}, "--bundle")
		audits(t, bundle, []auditing{
			{yes, []string{"verify", "bundle", "--key", key}, "proved: each of the 20 records"},
			{yes, []string{"verify", "bundle"}, "from the bundle itself"},
		}, "")
		audits(t, filepath.Join(bundle, "log"), []auditing{{yes, []string{"verify", "log", "--key", key}, "proved: the log has all 20 entries"}}, "")
		audits(t, filepath.Dir(receipt), []auditing{{unknown, []string{"verify", "receipt", receipt, "--policy"}, ""}}, "")
		// Read models are not made in what somebody sent.
		for _, args := range [][]string{{"replay", "--bundle", bundle, "--data", filepath.Join(bundle, "data")}, {"serve", "--read-only", "--bundle", bundle, "--data", filepath.Join(bundle, "a", "b")}} {
			if code, said := runAll(t, args...); code != unknown || !strings.Contains(said, "name another folder with --data") {
				t.Errorf("%v: %d, %s", args, code, said)
			}
		}
	})
}

// bundled makes a bundle, a receipt, and a file with the key of closed.
func bundled(t *testing.T) (bundle, receipt, key string) {
	data, out := closed(t), t.TempDir()
	bundle = filepath.Join(out, "bundle")
	if code, said := runAll(t, "export", "--data", data, "--out", bundle); code != yes {
		t.Fatalf("%d, %s", code, said)
	}
	withLog(t, data, func(ctx context.Context, _ *installation, l *audit.Log) {
		f, err := l.Follower.At(ctx, 3)
		if err != nil {
			t.Fatal(err)
		}
		d, err := format.Disclose(f.Record, 3)
		if err != nil {
			t.Fatal(err)
		}
		r, err := l.Receipt(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(out, "receipts"), 0o700); err != nil {
			t.Fatal(err)
		}
		receipt = put(t, filepath.Join(out, "receipts", "receipt"), r.Text)
		key = put(t, filepath.Join(out, "vkey"), []byte(l.Key.VKey+"\n"))
	})
	return bundle, receipt, key
}

// An auditing is a command, with its exit code and what it says.
type auditing struct {
	code int
	args []string
	said string
}

// audits runs commands on dir, named by a flag, or by itself if that is empty.
func audits(t *testing.T, dir string, all []auditing, flag string) {
	t.Helper()
	before, at := digest(t, dir), readOnly(t, dir)
	for _, of := range all {
		temporary := t.TempDir()
		t.Setenv("TMPDIR", temporary)
		args := slices.Clone(of.args)
		if flag != "" {
			args = append(args, flag)
		}
		args = append(args, at)
		code, said := runAll(t, args...)
		if code != of.code || !strings.Contains(said, of.said) {
			t.Errorf("%s: %d, %s", strings.Join(args, " "), code, said)
		}
		if diff := cmp.Diff(before, digest(t, dir)); diff != "" {
			t.Fatalf("%s wrote in what it audits: %s", strings.Join(args, " "), diff)
		}
		if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
			t.Errorf("%s left behind %v, %v", strings.Join(args, " "), left, err)
		}
	}
}

func runAll(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var out, complaint bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(""), &out, &complaint, func(string) (string, bool) { return "", false }})
	return code, out.String() + complaint.String()
}

// TestAuditsKeepOut: a server and an audit are not on one folder at once, and
// audits are. What may run beside a server writes nothing but what the server does.
func TestAuditsKeepOut(t *testing.T) {
	dir := closed(t)
	a, err := openAudited(dir, place{}, "replay", working{})
	if err != nil {
		t.Fatal(err)
	}
	if code, said := runAll(t, "replay", "--data", dir); code != yes {
		t.Errorf("two audits: %d, %s", code, said)
	}
	if _, err := openInstallation(dir, "serve"); err == nil || !strings.Contains(err.Error(), "in use by a command that reads it") {
		t.Errorf("a server meanwhile: %v", err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	i, err := openInstallation(dir, "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	for _, args := range [][]string{{"replay"}, {"export", "--out", filepath.Join(t.TempDir(), "x")}} {
		if code, said := runAll(t, append(args, "--data", dir)...); code != unknown || !strings.Contains(said, "in use by rapporteur serve") {
			t.Errorf("%v beside a server: %d, %s", args, code, said)
		}
	}
	before, at := digest(t, dir), readOnly(t, dir)
	out := filepath.Join(t.TempDir(), "backup.tar")
	if code, said := runAll(t, "backup", "--data", at, "--out", out); code != yes {
		t.Errorf("a backup beside a server: %d, %s", code, said)
	}
	if code, said := runAll(t, "keys", "vkey", "--data", at); code != yes {
		t.Errorf("the key beside a server: %d, %s", code, said)
	}
	after := digest(t, dir)
	for path := range before {
		if strings.HasSuffix(path, "-shm") { // the index, in which a reader says what it reads
			before[path] = after[path]
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

// TestScratch: what a killed run left is removed by the next, and what is in use
// is not.
func TestScratch(t *testing.T) {
	work := t.TempDir()
	first, err := newScratch(work, "replay")
	if err != nil {
		t.Fatal(err)
	}
	second, err := newScratch(work, "replay")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.lock.Close(); err != nil { // as the end of a process does
		t.Fatal(err)
	}
	third, err := newScratch(work, "replay")
	if err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(work, "*"))
	if want := []string{second.dir, third.dir}; err != nil || len(left) != 2 || !slices.Contains(left, want[0]) || !slices.Contains(left, want[1]) {
		t.Errorf("%v, %v; want %v", left, err, want)
	}
	if _, err := newScratch(filepath.Join(put(t, filepath.Join(work, "file"), nil), "x"), "replay"); err == nil {
		t.Error("no error where none can be made")
	}
}
