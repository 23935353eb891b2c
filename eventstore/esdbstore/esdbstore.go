// Package esdbstore keeps events on servers that speak the EventStoreDB
// protocol: EventStoreDB from 20.10 on, and KurrentDB.
//
// The servers may be shared with other programs. Streams of ours have the name
// of the installation and a colon before their own name, which nobody outside
// this package sees. Reads and writes go to the leader, so that what was
// acknowledged is seen by whoever asks afterwards, on any machine.
//
// Client and server leave much to whoever uses them. Each file takes care of
// one such thing, and says of which.
package esdbstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/internal/bell"
)

const (
	defaultName     = "rapporteur"
	defaultPatience = 8 * time.Second        // below the ten after which a command gives up
	tryTime         = 3 * time.Second        // how long one try may take, or a read show nothing
	firstPause      = 10 * time.Millisecond  // between tries; doubled, with jitter
	longestPause    = 500 * time.Millisecond // pause
)

// A Config says where the events are. URL alone is enough.
type Config struct {
	URL       URL           // the servers, and the account
	Name      string        // of the installation, which its streams begin with; default rapporteur
	State     string        // file in which the guard keeps how far it is; without one it looks through everything at each start
	Patience  time.Duration // how long a call goes on trying; default 8 s
	Once      bool          // Append does not send again by itself, and leaves that to its caller
	Unguarded bool          // record even if the account may delete: for servers that nothing is at stake on
}

var nameShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// CheckName refuses what cannot be an installation's name. It has no colon, so
// that no name with its colon begins another's.
func CheckName(name string) error {
	if !nameShape.MatchString(name) {
		return fmt.Errorf("%q must be 1 to 40 small letters, digits and hyphens", name)
	}
	return nil
}

// A Store is an eventstore.Store on such servers, safe for concurrent use.
//
// Append sends the identical records again until it knows what came of them,
// for as long as its patience and its context last. The error then wraps the
// last one, and nobody can know; see Append in package eventstore.
//
// When somebody has touched the record behind our back, the Store stops: reads
// go on, as far as there is anything, and every append gets an error until an
// operator has looked. Fault says why.
type Store struct {
	prefix   string        // of our streams, with the colon; set once
	patience time.Duration // set once
	once     bool          // set once
	session  *session
	bell     bell.Bell
	head     head
	known    known
	guard    guard

	mu      sync.Mutex
	stopped error // why nothing is written any more
}

var _ eventstore.Store = (*Store)(nil)

// Open connects, and finds out whether the account could harm the record. It
// fails if no leader answers. Run it to be woken by what others append, and to
// have the record guarded.
func Open(ctx context.Context, c Config) (*Store, error) {
	name := cmp.Or(c.Name, defaultName)
	if err := CheckName(name); err != nil {
		return nil, fmt.Errorf("open events: name of the installation: %w", err)
	}
	conf, err := c.URL.parse()
	if err != nil {
		return nil, fmt.Errorf("open events at %s: %w", c.URL, err)
	}
	heard := new(chatter)
	conf.Logger = heard.say
	s := &Store{
		prefix:   name + ":",
		patience: cmp.Or(c.Patience, defaultPatience),
		once:     c.Once,
		session:  &session{conf: conf},
		known:    newKnown(),
		guard:    guard{file: c.State, every: defaultEvery},
	}
	if err := s.open(ctx, c.Unguarded, heard); err != nil {
		return nil, errors.Join(fmt.Errorf("open events at %s: %w", c.URL, err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, unguarded bool, heard *chatter) error {
	if err := s.guard.load(s.prefix); err != nil {
		return err
	}
	if _, err := s.Head(ctx); err != nil {
		return err
	}
	if unguarded {
		return nil
	}
	heard.hush(true) // what is refused is as it should be
	defer heard.hush(false)
	return s.test(ctx)
}

// Name returns what the installation is called on the servers.
func (s *Store) Name() string { return strings.TrimSuffix(s.prefix, ":") }

// Close ends the connection. Nothing may use the Store any more.
func (s *Store) Close() error { return s.session.close() }

// Wake implements eventstore.Store. It wakes for appends of others only while
// Run runs.
func (s *Store) Wake(ctx context.Context) <-chan struct{} { return s.bell.Listen(ctx) }

// Fault returns why nothing is written any more, or nil.
func (s *Store) Fault() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped != nil {
		return s.stopped
	}
	return s.guard.breach()
}

// stop makes every later append fail with err, unless one stopped it before. It
// returns err.
func (s *Store) stop(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped == nil {
		s.stopped = err
		slog.Error("nothing more is recorded: the event store is not as it was left", slog.Any("err", err))
	}
	return err
}
