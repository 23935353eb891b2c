package redis_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/shared/redis"
)

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		exposed    bool
	}{
		{"redis://localhost", "redis://localhost:6379", false},
		{"redis://user:pa%20ss@127.0.0.1:7000/3", "redis://127.0.0.1:7000/3", false},
		{"redis://[::1]:7000/", "redis://[::1]:7000", false},
		{"redis://redis.example", "redis://redis.example:6379", true},
		{"redis://10.0.0.1", "redis://10.0.0.1:6379", true},
		{"rediss://:password@redis.example", "rediss://redis.example:6379", false},
	} {
		a, err := redis.ParseAddress(tt.text)
		if err != nil || a.String() != tt.want || a.Exposed() != tt.exposed || a.HasPassword() != strings.Contains(tt.text, ":pa") {
			t.Errorf("%s: %s, exposed %t, %v", tt.text, a, a.Exposed(), err)
		}
	}
	for _, bad := range []string{
		"", "canary", "canary:6379", "redis:canary", "redis://", "redis://:6379", "http://canary", "unix:///canary", "redis://host/canary",
		"redis://host/-1", "redis://host?read_timeout=canary", "redis://host#canary", "redis://user:canary@host:port", "redis://user:canary%zz@host", "redis://us\x7fer:canary@host",
	} {
		if _, err := redis.ParseAddress(bad); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestPasswordsAreNotPrinted, whatever prints an address.
func TestPasswordsAreNotPrinted(t *testing.T) {
	a, err := redis.ParseAddress("redis://user:canary@localhost")
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("redis", slog.Any("address", a))
	for _, said := range []string{fmt.Sprint(a), fmt.Sprintf("%+v", a), fmt.Sprintf("%#v", a), fmt.Sprintf("%v", &a), logged.String()} {
		if strings.Contains(said, "canary") {
			t.Errorf("printed: %s", said)
		}
	}
}

// TestPasswordFile is read for every connection.
func TestPasswordFile(t *testing.T) {
	s := server(t)
	c := config(t, s)
	c.PasswordFile = filepath.Join(t.TempDir(), "password")
	if _, err := redis.Open(c); err == nil {
		t.Error("took a password twice")
	}
	var err error
	if c.Address, err = redis.ParseAddress(strings.Replace(s.URL(), ":"+s.Password()+"@", "@", 1)); err != nil {
		t.Fatal(err)
	}
	client := open(t, c)
	client.Budgets()
	run(t, client.Run)
	is := func(what, trouble string) {
		t.Helper()
		eventually(t, what, func() bool {
			return strings.HasPrefix(client.Trouble(), trouble) && (trouble == "") == (client.Trouble() == "")
		})
	}
	is("there is no file", "cannot be reached")
	write := func(text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(c.PasswordFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(c.PasswordFile, mode); err != nil {
			t.Fatal(err)
		}
	}
	write(s.Password()+"\n", 0o600)
	is("it signs in", "")
	do(t, func() error { return changePassword(s) })
	is("the password was changed", "does not let this node sign in")
	write("another\r\nwhatever", 0o600)
	is("it signs in with the other one", "")
	write("another", 0o644)
	do(t, func() error { return restorePassword(s) })
	keeper(t, s, "CLIENT", "KILL", "USER", "rapporteur")
	is("everybody can read the file", "cannot be reached")
	write("\n", 0o600)
	is("the file is empty", "cannot be reached")
}
