package witness

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

const (
	maxAnswer = 128 << 10        // bytes: sixteen of the largest signatures
	maxTime   = 30 * time.Second // for one request, if the caller allows more
	maxQuoted = 200              // bytes of an answer that an error quotes
)

// NewTransport returns a transport for witnesses. It keeps connections, and
// bounds what a witness may make it hold.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxConnsPerHost = 4
	t.MaxResponseHeaderBytes = 16 << 10
	t.DisableCompression = true // a small answer may unpack to a large one
	return t
}

// A poster sends requests to one address.
type poster struct {
	to     string
	client *http.Client
}

func newPoster(to string, over http.RoundTripper) poster {
	return poster{to, &http.Client{
		Transport: over,
		Timeout:   maxTime,
		// The policy says where the witness is, and nobody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// An answer is what came back, read whole.
type answer struct {
	status int
	kind   string // Content-Type
	moved  string // Location
	body   []byte
}

func (p poster) do(ctx context.Context, body []byte) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	r.Header.Set("User-Agent", "rapporteur")
	resp, err := p.client.Do(r)
	if err != nil {
		return answer{}, err // it names the address
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return answer{}, fmt.Errorf("read the answer of %s: %w", p.to, err)
	}
	if len(b) > maxAnswer {
		return answer{}, fmt.Errorf("%w: it is longer than %d KiB", ErrAnswer, maxAnswer>>10)
	}
	return answer{resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Location"), b}, nil
}

// from reads a 409: the size to ask from instead of old, for a head of that size.
func (a answer) from(old, size int64) (int64, error) {
	if kind, _, err := mime.ParseMediaType(a.kind); err != nil || kind != format.SizeType {
		return 0, fmt.Errorf("%w: a 409 of type %.60q states no size, which would be of type %s", ErrAnswer, a.kind, format.SizeType)
	}
	n, err := format.ParseSize(a.body)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w: %w", ErrAnswer, err)
	case n > size:
		return 0, fmt.Errorf("%w: it is at size %d", ErrAhead, n)
	case n == old:
		return 0, fmt.Errorf("%w: it was asked from size %d, and says with a 409 that it is at that size", ErrAnswer, n)
	}
	return n, nil
}

// because returns err with what was answered.
func (a answer) because(err error) error {
	if a.moved != "" {
		return fmt.Errorf("%w: %d, moved to %.200q: give the new address in the policy", err, a.status, a.moved)
	}
	return fmt.Errorf("%w: %d %s: %q", err, a.status, http.StatusText(a.status), a.body[:min(len(a.body), maxQuoted)])
}
