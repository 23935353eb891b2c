package transport

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
)

// A tally counts the streams that are open, by who has them. The zero value
// has none. It is safe for concurrent use.
type tally struct {
	mu   sync.Mutex
	open map[string][]*place // guarded by mu; the oldest first; an absent key has none
	all  int                 // guarded by mu; streams that have not ended, also those that had to make room
	news chan struct{}       // guarded by mu; closed, then replaced, when one ends
	stop chan struct{}       // guarded by mu; closed once no more may begin
}

// A place is what one stream takes of what its caller may have.
type place struct {
	idle func() bool // whether it may be asked to make room for a newer one; nil: never
	end  func()      // asks the stream to end, and does not wait; needed with idle
}

// take counts a stream of who, of which there may be most, until release is
// called. The oldest idle one makes room where there are too many.
func (t *tally) take(who string, most int, p *place) (release func(), no *refusal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.stopped():
		return nil, goingAway
	default:
	}
	if len(t.open[who]) >= most && !t.makeRoom(who) {
		return nil, tooManyStreams
	}
	if t.open == nil {
		t.open = map[string][]*place{}
	}
	t.open[who] = append(t.open[who], p)
	t.all++
	return sync.OnceFunc(func() { t.release(who, p) }), nil
}

// makeRoom asks the oldest idle stream of who to end, and counts it no more. The
// caller holds mu.
func (t *tally) makeRoom(who string) bool {
	for i, p := range t.open[who] {
		if p.idle != nil && p.idle() {
			t.open[who] = slices.Delete(t.open[who], i, i+1)
			p.end()
			return true
		}
	}
	return false
}

func (t *tally) release(who string, p *place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all--
	if i := slices.Index(t.open[who], p); i >= 0 {
		t.open[who] = slices.Delete(t.open[who], i, i+1)
	}
	if len(t.open[who]) == 0 {
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
		if t.all == 0 {
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

// take counts a stream of the caller: of a person, or else of an address.
func (s *Server) take(ctx context.Context, r *http.Request, p *place) (release func(), no *refusal) {
	who := "address " + Address(r.RemoteAddr)
	if person := s.caller(ctx); person != "" {
		who = "person " + person
	}
	return s.takeOf(who, p)
}

func (s *Server) takeOf(who string, p *place) (release func(), no *refusal) {
	release, no = s.open.take(who, cmp.Or(s.Streams, defaultStreams), p)
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
