package transport

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// A tally counts the streams that are open, by who has them. The zero value
// has none. It is safe for concurrent use.
type tally struct {
	mu   sync.Mutex
	open map[string]int // guarded by mu; nobody has none
	news chan struct{}  // guarded by mu; closed, then replaced, when one ends
	stop chan struct{}  // guarded by mu; closed once no more may begin
}

// take counts a stream of who, of which there may be most, until release is
// called.
func (t *tally) take(who string, most int) (release func(), no *refusal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.stopped():
		return nil, goingAway
	default:
	}
	if t.open == nil {
		t.open = map[string]int{}
	}
	if t.open[who] >= most {
		return nil, tooManyStreams
	}
	t.open[who]++
	return sync.OnceFunc(func() { t.release(who) }), nil
}

func (t *tally) release(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[who]--; t.open[who] == 0 {
		delete(t.open, who)
	}
	if t.news != nil {
		close(t.news)
		t.news = nil
	}
}

// stopping is closed once the streams shall end.
func (t *tally) stopping() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stopped()
}

func (t *tally) stopped() chan struct{} {
	if t.stop == nil {
		t.stop = make(chan struct{})
	}
	return t.stop
}

// end asks all streams to end, and waits until they have.
func (t *tally) end(ctx context.Context) error {
	t.mu.Lock()
	select {
	case <-t.stopped():
	default:
		close(t.stop)
	}
	t.mu.Unlock()
	for {
		t.mu.Lock()
		if len(t.open) == 0 {
			t.mu.Unlock()
			return nil
		}
		if t.news == nil {
			t.news = make(chan struct{})
		}
		news := t.news
		t.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// take counts a stream of whoever asks: of a person, or else of an address.
func (s *Server) take(ctx context.Context, r *http.Request) (release func(), no *refusal) {
	who := "address " + Address(r.RemoteAddr)
	if person := s.caller(ctx); person != "" {
		who = "person " + person
	}
	release, no = s.open.take(who, cmp.Or(s.Streams, defaultStreams))
	if no == tooManyStreams {
		s.refused("streams")
	}
	return release, no
}

// Address is where a request comes from, for what counts by it: of the other
// end of a connection, as an http.Request has it, the host. Of a network that
// has its addresses to give away, as every home has by IPv6, it is the network.
func Address(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
