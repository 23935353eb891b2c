// Package redis shares what nodes share through a Redis server. Nothing depends
// on it for being right: while the server is away, hangs or has lost what it
// had, each node goes on by itself.
package redis

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/sony/gobreaker/v2"
)

// How long a request may wait for the server. The library's own defaults are
// seconds, and it repeats what failed: with a server that hangs, one GET took ten.
type waits struct {
	dial  time.Duration
	reply time.Duration
	queue time.Duration // for a connection, when all are in use
}

// A server nearby answers in less than a millisecond.
var nearby = waits{dial: 200 * time.Millisecond, reply: 50 * time.Millisecond, queue: 60 * time.Millisecond}

// most is a connection and an answer, at worst.
func (w waits) most() time.Duration { return w.dial + w.reply }

// ErrAway says that the server is known not to answer, so that it was not asked.
var ErrAway = errors.New("redis is away")

// Rights are what a node's user must have, in the words of Redis's ACL: these
// commands, for keys and channels that begin with the prefix.
func Rights(prefix string) string {
	return "resetkeys ~" + prefix + ":* resetchannels &" + prefix + ":* -@all " +
		"+ping +eval +evalsha +time +get +getrange +set +lindex +llen +lrange +rpush +del +publish +subscribe"
}

// Config says where the server is, and how what is there is named.
type Config struct {
	Address
	PasswordFile string         // read for every connection, so that it can be changed; empty: Address has the password, or none is asked for
	Authorities  *x509.CertPool // who vouches for the server; nil: whom the system trusts
	Prefix       string         // of the installation's keys and channels: letters, digits, - and _; two may have the same
	Secret       []byte         // the installation's: what is kept tells nothing to who does not have it
}

// A Client talks to the server. It is safe for concurrent use.
type Client struct {
	db      *redis.Client
	breaker *gobreaker.CircuitBreaker[struct{}]
	names   names
	waits   waits // set once

	mu      sync.Mutex
	parts   []part           // guarded by mu; what Run tries
	trouble map[string]error // guarded by mu; by part, or server for all
	alone   map[string]int64 // guarded by mu; by part
}

// Open prepares to talk to the server, and asks it nothing.
func Open(c Config) (*Client, error) { return open(c, nearby) }

func open(c Config, w waits) (*Client, error) {
	quieten.Do(quiet)
	opts, err := c.options(w)
	if err != nil {
		return nil, err
	}
	n, err := newNames(c.Prefix, c.Secret)
	if err != nil {
		return nil, err
	}
	return &Client{
		db: redis.NewClient(opts), breaker: newBreaker(), names: n, waits: w,
		trouble: map[string]error{server: errUnasked}, alone: map[string]int64{},
	}, nil
}

func (c Config) options(w waits) (*redis.Options, error) {
	o := &redis.Options{
		Addr: c.hostPort(), DB: c.DB, Username: c.User, Password: c.password,
		Protocol:              2, // nothing is pushed
		DialTimeout:           w.dial,
		ReadTimeout:           w.reply,
		WriteTimeout:          w.reply,
		PoolTimeout:           w.queue,
		MaxRetries:            -1, // none: whoever asked has something better to do
		DialerRetries:         1,
		ContextTimeoutEnabled: true,
		PipelinePoolSize:      -1,   // nothing is pipelined
		DisableIdentity:       true, // which takes one more right
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	}
	if c.PasswordFile != "" {
		if c.password != "" {
			return nil, errors.New("the password stands in the address and in a file: give one of them")
		}
		o.CredentialsProviderContext = func(context.Context) (string, string, error) {
			password, err := readPassword(c.PasswordFile)
			return c.User, password, err
		}
	}
	if c.TLS {
		o.TLSConfig = c.tls()
	}
	return o, nil
}

// Close ends all connections. Run must have returned.
func (c *Client) Close() error { return c.db.Close() }
