package verify

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"strings"
	"time"
)

const (
	patience = 30 * time.Second // for one file of at most some 8 kB
	tries    = 4                // before a server that does not answer is given up
	pause    = time.Second      // after the first try, and twice as long each time
)

// A Web is a log at an address, such as https://consultation.example/log.
type Web struct {
	URL    string
	Client *http.Client  // nil for http.DefaultClient
	Pause  time.Duration // before a second try; default a second
}

var _ Source = Web{}

// AtOnce implements Source.
func (Web) AtOnce() int { return 8 }

// Files implements Source. A server does not list what it has.
func (Web) Files(context.Context) iter.Seq2[string, error] {
	return func(func(string, error) bool) {}
}

// errAgain wraps a failure that may pass.
type errAgain struct{ error }

// Read implements Source.
func (w Web) Read(ctx context.Context, name string, most int) ([]byte, error) {
	wait := w.Pause
	if wait == 0 {
		wait = pause
	}
	for try := 1; ; try++ {
		b, err := w.get(ctx, name, most)
		again, may := errors.AsType[errAgain](err)
		if !may {
			return b, err
		}
		if try == tries {
			return nil, again.error
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
			wait *= 2
		}
	}
}

func (w Web) get(ctx context.Context, name string, most int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	url := strings.TrimRight(w.URL, "/") + "/" + name
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	// A log may send gzip to whoever did not ask, so it is undone here.
	req.Header.Set("Accept-Encoding", "gzip, identity")
	client := w.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, errAgain{err}
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%s: %w", url, fs.ErrNotExist)
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= 500:
		return nil, errAgain{fmt.Errorf("%s: the server answers %s", url, res.Status)}
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: the server answers %s", url, res.Status)
	}
	var body io.Reader = res.Body
	switch coding := res.Header.Get("Content-Encoding"); coding {
	case "", "identity":
	case "gzip":
		if body, err = gzip.NewReader(res.Body); err != nil {
			return nil, fmt.Errorf("%s: %w", url, err)
		}
	default:
		return nil, fmt.Errorf("%s: the server sends the coding %.40q, which nobody asked for", url, coding)
	}
	b, err := readAll(body, most)
	if err != nil && !errors.Is(err, ErrTooLong) {
		return nil, errAgain{fmt.Errorf("%s: %w", url, err)}
	}
	return b, err
}
