package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit"
)

// What comes with a bundle is compared, or it is said that it cannot be. Nothing
// in it is opened that reading might never end of.
func TestReplayOfABundle(t *testing.T) {
	data, kept := t.TempDir(), filepath.Join(t.TempDir(), "kept")
	record(t, data, "ann", 20, true)
	withLog(t, data, func(context.Context, *installation, *audit.Log) {})
	var o, e bytes.Buffer
	if code := run(t.Context(), []string{"export", "--data", data, "--out", kept}, streams{strings.NewReader(""), &o, &e, func(string) (string, bool) { return "", false }}); code != yes {
		t.Fatalf("export: %d, %s", code, e.String())
	}
	const certificates = "certificates.json"
	replaced := func(pattern, by string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, certificates)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			put(t, path, regexp.MustCompile(pattern).ReplaceAll(text, []byte(by)))
		}
	}
	pipe := func(name string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			os.Remove(path)
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, dir string)
		code   int
		said   string
	}{
		{"as it was exported", func(*testing.T, string) {}, yes, "agree: the read models are what the record makes them"},
		{"with the server's read models", func(t *testing.T, dir string) { copyFile(t, data, dir, readFile) }, yes, "agree: "},
		{"a row of them changed", func(t *testing.T, dir string) {
			copyFile(t, data, dir, readFile)
			tamper(t, filepath.Join(dir, readFile), `UPDATE persons SET alias = 'somebody else' WHERE id = 'per_ann7'`)
		}, no, "row id=per_ann7 valid_from=7, made by index 7: column alias"},
		{"a fold", replaced(`(?s)("persons".*?"fold": ")..`, "${1}00"), no, "the projection persons of the server saw another record: it skipped, doubled or reordered one"},
		{"fewer seen", replaced(`(?s)("persons".*?"next": )20`, "${1}19"), unknown, "the projection persons of the server had seen 19 of 20 records"},
		{"no certificates", replaced(`(?s).*`, "[]\n"), unknown, "no certificate of the projection"},
		{"none of one read model", replaced(`"persons"`, `"parsons"`), unknown, "no certificate of the projection persons, version"},
		{"one of another release", replaced(`(?s)("persons".*?"version": )`, "${1}9"), unknown, "no certificate of the projection persons, version"},
		{"no file of them", func(_ *testing.T, dir string) { os.Remove(filepath.Join(dir, certificates)) }, unknown, "no certificates came with the bundle"},
		{"a pipe for them", pipe(certificates), unknown, certificates + ": it is not a file"},
		{"a pipe for the read models", pipe(readFile), unknown, readFile + ": it is not a file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(kept)); err != nil {
				t.Fatal(err)
			}
			tt.change(t, dir)
			if code, out, complaint := runReplay(t, t.TempDir(), "--bundle", dir, "--verify"); code != tt.code || !strings.Contains(out+complaint, tt.said) {
				t.Errorf("got %d, %s%s; want %d, %q", code, out, complaint, tt.code, tt.said)
			}
		})
	}
}

// copyFile copies a database that nobody has open.
func copyFile(t *testing.T, from, to, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(to, name), text)
}
