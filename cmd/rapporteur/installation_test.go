package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	i, err := createInstallation(t.TempDir()+"/data", "test")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	if len(i.secret) != secretSize {
		t.Fatalf("%d bytes", len(i.secret))
	}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("x", slog.Any("secret", i.secret), slog.Any("all", i))
	fmt.Fprintf(&out, "%v %s %x %q %#v %+v", i.secret, i.secret, i.secret, i.secret, i.secret, struct{ S secret }{i.secret})
	for _, form := range []string{string([]byte(i.secret)), fmt.Sprintf("%x", []byte(i.secret)), fmt.Sprint([]byte(i.secret)), fmt.Sprintf("%d, ", i.secret[0])} {
		if strings.Contains(out.String(), form) {
			t.Errorf("%q shows the secret", out.String())
		}
	}
}

func TestSecretStaysTheSame(t *testing.T) {
	dir := t.TempDir()
	open := func() (secret, error) {
		i, err := createInstallation(dir, "test")
		if err != nil {
			return nil, err
		}
		return i.secret, i.close()
	}
	first, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := open(); err != nil || !bytes.Equal(first, again) {
		t.Errorf("another secret, %v", err)
	}
	path := dir + "/keys/installation"
	for _, text := range []string{"", "00", strings.Repeat("zz", secretSize), strings.Repeat("00", secretSize+1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := open(); err == nil || !strings.Contains(err.Error(), "hexadecimal") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLockNamesItsHolder(t *testing.T) {
	dir := t.TempDir()
	i, err := createInstallation(dir, "import")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("in use by rapporteur import (process %d)", os.Getpid())
	if _, err := openInstallation(dir, "serve"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := i.close(); err != nil {
		t.Fatal(err)
	}
	again, err := openInstallation(dir, "serve")
	if err != nil {
		t.Fatalf("after it was let go: %v", err)
	}
	if err := again.close(); err != nil {
		t.Fatal(err)
	}
}

// TestLockIsLetGo closes a folder while its lock is also with a child of this
// process, as it is from fork to exec: the next one has it at once.
func TestLockIsLetGo(t *testing.T) {
	dir := t.TempDir()
	i, err := createInstallation(dir, "import")
	if err != nil {
		t.Fatal(err)
	}
	child, err := syscall.Dup(int(i.lock.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(child)
	if err := i.close(); err != nil {
		t.Fatal(err)
	}
	again, err := openInstallation(dir, "serve")
	if err != nil {
		t.Fatalf("after it was let go: %v", err)
	}
	if err := again.close(); err != nil {
		t.Fatal(err)
	}
}
