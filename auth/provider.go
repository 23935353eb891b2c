package auth

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	refreshEvery = 5 * time.Minute        // how old keys may become while nobody misses one
	refreshAfter = 10 * time.Second       // the least time between two looks, whoever asks for how many keys
	waitForKeys  = 100 * time.Millisecond // how long a caller waits for a look that is under way
)

// A Provider is an issuer elsewhere, known by its address, and its keys as it
// last published them. A set that cannot be read changes nothing: the last good
// one stays, for as long as it takes. It is safe for concurrent use; only Run
// talks to the issuer.
type Provider struct {
	address string       // set once
	client  *http.Client // set once

	wanted chan struct{} // holds one while somebody misses a key

	mu    sync.Mutex
	keys  KeySet        // guarded by mu; the last good set
	since time.Time     // guarded by mu; when keys were read
	ended time.Time     // guarded by mu; end of the last look
	fault error         // guarded by mu; of the last look
	news  chan struct{} // guarded by mu; closed, then replaced, at the end of each look
}

var _ Keys = (*Provider)(nil)

// NewProvider returns the issuer at address, whose keys are not known before
// Run has looked. Through says how to reach it; nil is http.DefaultTransport.
func NewProvider(address string, through http.RoundTripper) (*Provider, error) {
	if err := CheckIssuer(address); err != nil {
		return nil, fmt.Errorf("issuer %s: %w", address, err)
	}
	return &Provider{
		address: address,
		client:  &http.Client{Transport: through, CheckRedirect: sameHost},
		wanted:  make(chan struct{}, 1),
		fault:   errors.New("not asked yet"),
		news:    make(chan struct{}),
	}, nil
}

// Run looks for the issuer's keys until ctx ends: at once, then every five
// minutes, and sooner when somebody brings a token of a key that is not known.
// Between two looks are ten seconds at least, so nobody can have an issuer
// flooded through us, and a key that is new is found within that time however
// many are asked for that do not exist. An issuer that is away is asked every
// ten seconds.
func (p *Provider) Run(ctx context.Context) error {
	for failed := false; ; {
		keys, err := discover(ctx, p.client, p.address)
		if ctx.Err() != nil {
			return nil
		}
		switch {
		case err != nil && !failed:
			slog.WarnContext(ctx, "the keys of an issuer cannot be had; its last ones stay", slog.String("issuer", p.address), slog.Any("err", err))
		case err == nil && failed:
			slog.InfoContext(ctx, "the keys of an issuer can be had again", slog.String("issuer", p.address))
		}
		failed = err != nil
		p.note(keys, err)
		if !p.rest(ctx, failed) {
			return nil
		}
	}
}

func (p *Provider) note(keys KeySet, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended, p.fault = time.Now(), err
	if err == nil {
		p.keys, p.since = keys, p.ended
	}
	select {
	case <-p.wanted: // answered
	default:
	}
	close(p.news)
	p.news = make(chan struct{})
}

// rest waits until it is time for another look. It is false when ctx ends.
func (p *Provider) rest(ctx context.Context, failed bool) bool {
	least, most := time.NewTimer(refreshAfter), time.NewTimer(refreshEvery)
	defer least.Stop()
	defer most.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-least.C:
	}
	if failed {
		return true
	}
	select {
	case <-ctx.Done():
		return false
	case <-most.C:
	case <-p.wanted:
	}
	return true
}

// Key implements [Keys]. For a key that is not known it has Run look again, and
// waits a moment for that, unless the last look was just now.
func (p *Provider) Key(ctx context.Context, kid string) (crypto.PublicKey, string, error) {
	p.mu.Lock()
	recent, news := time.Since(p.ended) < refreshAfter, p.news
	p.mu.Unlock()
	key, alg, err := p.known(kid)
	if err == nil {
		return key, alg, nil
	}
	select {
	case p.wanted <- struct{}{}:
	default: // somebody else has asked
	}
	if recent {
		return nil, "", err
	}
	wait := time.NewTimer(waitForKeys)
	defer wait.Stop()
	select {
	case <-news:
		return p.known(kid)
	case <-wait.C:
		return nil, "", errors.New("still being asked for its keys")
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
}

// known looks among the keys there are. That one is unknown is certain only if
// the last look found any: the issuer might have it.
func (p *Provider) known(kid string) (crypto.PublicKey, string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k, ok := p.keys[kid]; ok {
		return k.Key, k.Alg, nil
	}
	if p.fault != nil {
		return nil, "", p.fault
	}
	return nil, "", ErrUnknownKey
}

// Health is how well a provider is known. Documented for operators.
type Health struct {
	Keys  int       // that tokens can be verified with
	Since time.Time // when they were read; zero if never
	Fault error     // why the last look found none
}

// Health says how it stands.
func (p *Provider) Health() Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Health{len(p.keys), p.since, p.fault}
}

// Address is the issuer's address, and so its name.
func (p *Provider) Address() string { return p.address }
