package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "k.pem")
	first, err := openKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := openKey(path); err != nil || !first.Equal(again) {
		t.Errorf("another key the second time, %v", err)
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
}
