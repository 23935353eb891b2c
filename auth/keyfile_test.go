package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "k.pem")
	first, err := openKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := openKey(path)
	if err != nil || !first.Equal(again) {
		t.Errorf("another key the second time, %v", err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): fs.ModeDir | 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v, %v", name, info.Mode(), want, err)
		}
	}
	wantAlone(t, path)
}

// wantAlone checks that no temporary file, which holds a key, stays behind.
func wantAlone(t *testing.T, path string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
}

// Nothing in memory is shared by the callers, so each stands for a process.
func TestKeyRace(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "keys", "k.pem")
		var got [8]string
		var all sync.WaitGroup
		gate := make(chan struct{})
		for i := range got {
			all.Go(func() {
				<-gate
				key, err := openKey(path)
				if err != nil {
					t.Error(err)
				}
				got[i] = string(key)
			})
		}
		close(gate)
		all.Wait()
		for _, key := range got[1:] {
			if key != got[0] {
				t.Fatal("two callers, two keys")
			}
		}
		wantAlone(t, path)
	}
}

func TestKeyIsNeverReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k.pem")
	key, err := openKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := createKey(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created again: %v", err)
	}
	if again, err := readKey(path); err != nil || !key.Equal(again) {
		t.Errorf("replaced, %v", err)
	}
	wantAlone(t, path)
}

func TestKeyThatOthersMayUseIsRefused(t *testing.T) {
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o620, 0o602, 0o610} {
		path := filepath.Join(t.TempDir(), "k.pem")
		if _, err := openKey(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := openKey(path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
		if err := os.Chmod(path, 0o400); err != nil {
			t.Fatal(err)
		}
		if _, err := openKey(path); err != nil {
			t.Errorf("mode 400: %v", err)
		}
	}
}

func TestKeyFilesThatAreNone(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "k.pem")
	if _, err := openKey(path); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		text []byte
	}{
		{"empty", nil},
		{"cut short", good[:len(good)/2]},
		{"two keys", bytes.Repeat(good, 2)},
		{"another label", bytes.ReplaceAll(good, []byte("PRIVATE"), []byte("PUBLIC"))},
		{"another kind", pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: ecDER})},
		{"not PKCS #8", pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: []byte("secret-secret")})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.WriteFile(path, tt.text, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := openKey(path); err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
			if left, _ := os.ReadFile(path); !bytes.Equal(left, tt.text) {
				t.Error("the file was changed")
			}
		})
	}
	if _, err := openKey(t.TempDir()); err == nil {
		t.Error("a folder is no key")
	}
}
