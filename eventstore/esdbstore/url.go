package esdbstore

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// A URL is a connection string, esdb://[user:password@]host:port[,host:port]...?
// with the settings that the client documents. It never prints its password.
type URL string

// settings are those of the client that may stand in a URL. The client passes
// over one that is misspelt, and over some values that are none. The preference
// of a node is not among them: the leader alone is asked.
var (
	settings = append(numbers, "tls", "tlscafile", "usercertfile", "userkeyfile", "tlsverifycert")
	numbers  = []string{"discoveryinterval", "gossiptimeout", "maxdiscoverattempts", "keepaliveinterval", "keepalivetimeout", "defaultdeadline"}
)

var errAccount = errors.New("the account cannot be read: in a password write %25 for %, %40 for @, %3A for :, %2F for /, %3F for ? and %2C for a comma")

// String is the URL without the account and without its settings.
func (u URL) String() string {
	scheme, rest, ok := strings.Cut(string(u), "://")
	if !ok {
		return "[connection string]"
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 { // also one after a question mark: it may be a password's
		rest = "…@" + rest[i+1:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	return scheme + "://" + rest
}

// GoString keeps the password out of what is printed.
func (u URL) GoString() string { return u.String() }

// LogValue keeps the password out of logs.
func (u URL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// Validate says what is wrong with the URL, and never quotes its account.
func (u URL) Validate() error {
	_, err := u.parse()
	return err
}

func (u URL) parse() (*esdb.Configuration, error) {
	head, query, _ := strings.Cut(string(u), "?")
	if strings.Contains(query, "@") && !strings.Contains(head, "@") {
		return nil, errAccount
	}
	given, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the settings after the question mark cannot be read")
	}
	has := map[string]bool{}
	for key := range given {
		name := strings.ToLower(key)
		if !slices.Contains(settings, name) {
			return nil, fmt.Errorf("there is no setting %q", key)
		}
		if _, err := strconv.Atoi(given.Get(key)); err != nil && slices.Contains(numbers, name) {
			return nil, fmt.Errorf("%s must be a whole number", key)
		}
		has[name] = true
	}
	if !strings.HasPrefix(head, "esdb://") && !strings.HasPrefix(head, "esdb+discover://") {
		return nil, errors.New("must be esdb://[user:password@]host:port[,host:port], or esdb+discover:// for a name that stands for all servers")
	}
	c, err := esdb.ParseConnectionString(string(u))
	if err != nil {
		return nil, u.unread()
	}
	if err := checkPorts(head); err != nil {
		return nil, err
	}
	c.Logger = esdb.NoopLogging()                // else it prints
	c.NodePreference = esdb.NodePreferenceLeader // everything must see what was acknowledged
	// A client that does not find a node soon is made anew here; waiting longer
	// only keeps callers waiting.
	if !has["maxdiscoverattempts"] {
		c.MaxDiscoverAttempts = 3
	}
	if !has["gossiptimeout"] {
		c.GossipTimeout = 2
	}
	return c, checkTLS(c)
}

// unread says why the client cannot read the URL. Its own words may quote the
// account, so they are asked for without one.
func (u URL) unread() error {
	scheme, rest, _ := strings.Cut(string(u), "://")
	hosts, query, _ := strings.Cut(rest, "?")
	hosts = hosts[strings.LastIndex(hosts, "@")+1:]
	if _, err := esdb.ParseConnectionString(scheme + "://" + hosts + "?" + query); err != nil {
		return err
	}
	return errAccount
}

// checkPorts refuses ports that there are none of. The client takes them for
// others.
func checkPorts(head string) error {
	_, hosts, _ := strings.Cut(head, "://")
	hosts, _, _ = strings.Cut(hosts[strings.LastIndex(hosts, "@")+1:], "/")
	for host := range strings.SplitSeq(hosts, ",") {
		_, port, given := strings.Cut(host, ":")
		if n, err := strconv.Atoi(port); given && (err != nil || n < 1 || n > math.MaxUint16) {
			return fmt.Errorf("%s: a port is a number from 1 to %d", host, math.MaxUint16)
		}
	}
	return nil
}

// checkTLS refuses what would send the account or the record in the clear.
func checkTLS(c *esdb.Configuration) error {
	if (c.UserCertFile == "") != (c.UserKeyFile == "") {
		return errors.New("userCertFile and userKeyFile go together")
	}
	if !c.DisableTLS && !c.SkipCertificateVerification {
		return nil
	}
	if c.DisableTLS && c.Username != "" {
		return errors.New("an account needs TLS: with tls=false the client sends none, without a word")
	}
	hosts := []string{c.Address}
	if len(c.GossipSeeds) > 0 {
		hosts = nil
	}
	for _, e := range c.GossipSeeds {
		hosts = append(hosts, e.String())
	}
	for _, h := range hosts {
		host, _, _ := net.SplitHostPort(h)
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("%s is not this machine: what is sent there needs TLS, with certificates that are verified", host)
		}
	}
	return nil
}
