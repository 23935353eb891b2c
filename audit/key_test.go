package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// TestKeyIsForOneOrigin opens keys again and again, many, as what a key is made
// of is drawn by lot.
func TestKeyIsForOneOrigin(t *testing.T) {
	for n := range 40 {
		path := filepath.Join(t.TempDir(), "keys", "log")
		origin := fmt.Sprintf("consultation.example/%d", n)
		k, err := OpenKey(path, origin)
		if err != nil {
			t.Fatal(err)
		}
		again, err := OpenKey(path, "")
		if err != nil || again.VKey != k.VKey || again.Origin != origin {
			t.Fatalf("opened again it is %v, %v; was %v", again, err, k)
		}
		if read, err := ReadKey(path); err != nil || read.VKey != k.VKey {
			t.Fatalf("read it is %v, %v; was %v", read, err, k)
		}
		if _, err := OpenKey(path, "other.example"); err == nil || !strings.Contains(err.Error(), origin) {
			t.Errorf("a log changes its name: %v", err)
		}
		v, err := note.NewVerifier(k.VKey)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := note.Sign(&note.Note{Text: "text\n"}, k.signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(signed, note.VerifierList(v)); err != nil {
			t.Errorf("its verifier key does not fit: %v", err)
		}
	}
}

func TestKeyWithoutOriginDrawsOne(t *testing.T) {
	var origins []string
	for range 2 {
		k, err := OpenKey(filepath.Join(t.TempDir(), "log"), "")
		if err != nil {
			t.Fatal(err)
		}
		origins = append(origins, k.Origin)
	}
	if origins[0] == origins[1] {
		t.Errorf("two logs are called %s", origins[0])
	}
}

func TestReadingAKeyMakesNone(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadKey(filepath.Join(dir, "keys", "log")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is none, and it says %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it made %v, %v", left, err)
	}
}

func TestKeyFileIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"no key":       {"hello\n", 0o600, "holds no key"},
		"empty":        {"", 0o600, "holds no key"},
		"half a key":   {"PRIVATE+KEY+a+f5d9c3c4+AQ", 0o600, "holds no key"},
		"for everyone": {"anything", 0o644, "lets others"},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
			t.Fatal(err)
		}
		_, opened := OpenKey(path, "")
		_, read := ReadKey(path)
		for _, err := range []error{opened, read} {
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s: %v, want %q", name, err, tt.says)
			}
			if err != nil && tt.text != "" && strings.Contains(err.Error(), strings.TrimSpace(tt.text)) {
				t.Errorf("%s: the error quotes the file: %v", name, err)
			}
		}
	}
}

func TestKeyIsNeverPrinted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	k, err := OpenKey(path, "")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("key", slog.Any("key", k), slog.Any("log", &Log{Key: k}))
	fmt.Fprintf(&b, "%v %+v %#v %s %q %v", k, k, k, k, k, *k)
	seed := strings.TrimSpace(string(secret))[len("PRIVATE+KEY+"):]
	seed = seed[strings.Index(seed, "+")+10:] // after the name and the hash
	if strings.Contains(b.String(), seed) || strings.Contains(b.String(), "PRIVATE") {
		t.Errorf("the key is printed: %s", &b)
	}
}
