package redis_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// TestTLS talks to the server it means, and to no other.
func TestTLS(t *testing.T) {
	files, vouching := certificate(t)
	s := redisserver.Start(t, redis.Rights(prefix), files)
	minute := shared.Budget{Points: 60, Per: time.Minute}
	c := config(t, s)
	if !c.TLS {
		t.Fatalf("the server is at %s", c.Address)
	}
	c.Authorities = vouching
	mustSpend(t, open(t, c).Budgets(), "someone", 1, minute, true)

	stranger := c
	_, stranger.Authorities = certificate(t)
	elsewhere := c
	elsewhere.Host = "localhost" // which its certificate does not name
	for name, c := range map[string]redis.Config{"nobody vouches for it": stranger, "another name": elsewhere} {
		if _, err := open(t, c).Budgets().Spend(t.Context(), "someone", 1, minute); err == nil || !strings.Contains(err.Error(), "x509") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// certificate is one for 127.0.0.1, signed by itself.
func certificate(t *testing.T) (redisserver.TLS, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := redisserver.TLS{Certificate: filepath.Join(dir, "certificate"), Key: filepath.Join(dir, "key")}
	for path, block := range map[string]*pem.Block{files.Certificate: {Type: "CERTIFICATE", Bytes: der}, files.Key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return files, pool
}
