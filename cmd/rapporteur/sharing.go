package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// sharing is how several nodes share what is not on the record.
type sharing struct {
	Redis             redisURL `placeholder:"URL" help:"A Redis through which several nodes share budgets, persisted queries, revoked tokens and wake-ups: redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE], or rediss:// for TLS. Nothing is lost with it. Default: none, and a node goes by itself."`
	RedisPasswordFile string   `placeholder:"FILE" help:"File whose first line is the password for --redis. It is read for every connection, so that it can be changed."`
	RedisCA           string   `name:"redis-ca" placeholder:"FILE" help:"File of the certificates, in PEM, of who vouches for a rediss:// server. Default: whom the system trusts."`
	RedisPrefix       string   `default:"rapporteur" placeholder:"NAME" help:"What the installation's keys and channels in Redis begin with, before a colon."`
}

// A redisURL may hold a password.
type redisURL string

// String keeps the password out of what is printed.
func (u redisURL) String() string {
	a, err := redis.ParseAddress(string(u))
	if err != nil {
		return hidden
	}
	return a.String()
}

// GoString keeps the password out of what is printed.
func (u redisURL) GoString() string { return u.String() }

// LogValue keeps the password out of logs.
func (u redisURL) LogValue() slog.Value { return slog.StringValue(u.String()) }

func (c sharing) problems() (errs []error) {
	if err := redis.CheckPrefix(c.RedisPrefix); err != nil {
		errs = append(errs, fmt.Errorf("--redis-prefix: %w", err))
	}
	if c.Redis == "" {
		if c.RedisPasswordFile != "" || c.RedisCA != "" {
			errs = append(errs, errors.New("--redis-password-file and --redis-ca are for --redis, which is not there"))
		}
		return errs
	}
	a, err := redis.ParseAddress(string(c.Redis))
	if err != nil {
		return append(errs, fmt.Errorf("--redis: %w", err))
	}
	if a.HasPassword() && c.RedisPasswordFile != "" {
		errs = append(errs, errors.New("--redis has a password, and --redis-password-file another one: give one of them"))
	}
	if c.RedisCA != "" && !a.TLS {
		errs = append(errs, errors.New("--redis-ca is for a rediss:// server"))
	}
	return errs
}

// shares are what a node shares with others, if it does.
type shares struct {
	client *redis.Client // nil: it goes by itself, and so do the fields below
	bell   *redis.Bell
}

// open prepares to share, and waits for nobody: a server that is away may come
// back.
func (c sharing) open(ctx context.Context, i *installation) (*shares, error) {
	if c.Redis == "" {
		return &shares{}, nil
	}
	a, err := redis.ParseAddress(string(c.Redis))
	if err != nil {
		return nil, fmt.Errorf("--redis: %w", err)
	}
	known, err := c.authorities()
	if err != nil {
		return nil, fmt.Errorf("--redis-ca: %w", err)
	}
	client, err := redis.Open(redis.Config{Address: a, PasswordFile: c.RedisPasswordFile, Authorities: known, Prefix: c.RedisPrefix, Secret: i.secret})
	if err != nil {
		return nil, err
	}
	slog.InfoContext(ctx, "sharing through redis", slog.Any("server", a), slog.String("prefix", c.RedisPrefix))
	if a.Exposed() {
		slog.WarnContext(ctx, "the way to redis is not encrypted: whoever is on it can read the password; rediss:// is")
	}
	return &shares{client, client.Bell()}, nil
}

// authorities are those of the file, or nil for those of the system.
func (c sharing) authorities() (*x509.CertPool, error) {
	if c.RedisCA == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.RedisCA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: no certificate in PEM", c.RedisCA)
	}
	return pool, nil
}

func (s *shares) close() error {
	if s.client == nil {
		return nil
	}
	return s.client.Close()
}

// into has an API share what it would have for itself.
func (s *shares) into(api graph.Config) graph.Config {
	if s.client != nil {
		api.Budgets = shared.EitherBudgets{First: s.client.Budgets(), Otherwise: api.Budgets}
		api.Documents = shared.NearDocuments{Here: api.Documents, There: s.client.Documents()}
	}
	return api
}

// revocations are those of all nodes, own among them. A server that is away at
// the start has the same grace as one that goes away later.
func (s *shares) revocations(own *memory.Revocations, grace time.Duration) *shared.Graced {
	if s.client == nil {
		return &shared.Graced{Store: own, Grace: grace}
	}
	return &shared.Graced{Store: s.client.Revocations(own, nil), Grace: grace, Opened: time.Now()}
}

// listen has a node look at its record when another one rings, and returns a
// store that rings for them.
func (s *shares) listen(st *stores) eventstore.Store {
	if s.client == nil {
		return st.events
	}
	st.log.Bell = s.bell
	return rung{st.events, s.bell}
}

// rung is a store whose appends other nodes hear of.
type rung struct {
	eventstore.Store
	bell shared.Bell
}

// Append implements eventstore.Store. After an error others find what was stored
// after all at their next look.
func (r rung) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	err := r.Store.Append(ctx, stream, version, recs...)
	if err == nil {
		r.bell.Ring()
	}
	return err
}
