package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/internal/keyfile"
)

const (
	defaultPort = "6379"
	wellFormed  = "write redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE], or rediss:// for TLS"
)

// An Address is where a server is, and who signs in there. The password shows
// in nothing that is printed.
type Address struct {
	Host, Port string
	User       string
	DB         int
	TLS        bool
	password   string
}

// ParseAddress reads a URL. What it complains about it does not repeat: there
// may be a password in it.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil { // whose text has all of the URL
		return Address{}, errors.New("not a URL: " + wellFormed)
	}
	a := Address{Host: u.Hostname(), Port: u.Port(), User: u.User.Username(), TLS: u.Scheme == "rediss"}
	a.password, _ = u.User.Password()
	if a.Port == "" {
		a.Port = defaultPort
	}
	number := strings.TrimPrefix(u.Path, "/")
	if number != "" {
		if a.DB, err = strconv.Atoi(number); err != nil || a.DB < 0 {
			return Address{}, errors.New("its path must be the number of a database: " + wellFormed)
		}
	}
	switch {
	case u.Scheme != "redis" && u.Scheme != "rediss", u.Opaque != "", a.Host == "":
		return Address{}, errors.New("not the address of a Redis: " + wellFormed)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return Address{}, errors.New("it takes no settings: " + wellFormed)
	}
	return a, nil
}

// HasPassword reports whether the address has it.
func (a Address) HasPassword() bool { return a.password != "" }

func (a Address) hostPort() string { return net.JoinHostPort(a.Host, a.Port) }

// Exposed reports whether what is sent to the server, the password with it, can
// be read on the way.
func (a Address) Exposed() bool {
	ip := net.ParseIP(a.Host)
	return !a.TLS && a.Host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// String is the address without who signs in.
func (a Address) String() string {
	u := url.URL{Scheme: "redis", Host: a.hostPort()}
	if a.TLS {
		u.Scheme = "rediss"
	}
	if a.DB != 0 {
		u.Path = "/" + strconv.Itoa(a.DB)
	}
	return u.String()
}

// GoString is what String is.
func (a Address) GoString() string { return a.String() }

// LogValue is what String is.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

func (c Config) tls() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.Authorities, MinVersion: tls.VersionTLS12}
}

// readPassword reads the first line of a file.
func readPassword(path string) (string, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", fmt.Errorf("%s: no password in its first line", path)
	}
	return line, nil
}
