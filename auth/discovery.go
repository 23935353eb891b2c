package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxDocument  = 256 << 10       // bytes of what an issuer publishes; large ones have some ten
	documentTime = 5 * time.Second // for one document
	maxRedirects = 3
)

// CheckIssuer says what is wrong with an issuer's address: it must be https, or
// on this machine, and no more than an address.
func CheckIssuer(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return errors.New("must be an address, such as https://id.example.org")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(address, "#"):
		return errors.New("must be an address without a user, a query or a fragment")
	}
	return checkScheme(u)
}

// checkScheme demands what keeps others from answering in the issuer's place.
func checkScheme(u *url.URL) error {
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return errors.New("must be https, unless it is on this machine: others could answer in its place")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// discover returns the keys that the issuer at address publishes now.
func discover(ctx context.Context, c *http.Client, address string) (KeySet, error) {
	text, err := document(ctx, c, strings.TrimSuffix(address, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return nil, fmt.Errorf("discovery document: %w", err)
	}
	at, err := readDiscovery(text, address)
	if err != nil {
		return nil, fmt.Errorf("discovery document: %w", err)
	}
	if text, err = document(ctx, c, at); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return readKeys(text)
}

// readDiscovery returns where the issuer at address says that its keys are. A
// document of another issuer is refused, as its keys would sign for this one.
func readDiscovery(text []byte, address string) (keys string, err error) {
	o, err := readObject(text)
	if err != nil {
		return "", errors.New("not a JSON object")
	}
	var issuer string
	if !o.read("issuer", &issuer) || issuer != address {
		return "", errors.New("its issuer is another than was asked for, if only by a slash")
	}
	if !o.read("jwks_uri", &keys) {
		return "", errors.New("jwks_uri is not a text")
	}
	u, err := url.Parse(keys)
	if err != nil || u.Host == "" || u.User != nil {
		return "", errors.New("jwks_uri is not an address")
	}
	if err := checkScheme(u); err != nil {
		return "", fmt.Errorf("jwks_uri: %w", err)
	}
	if from, err := url.Parse(address); err != nil || u.Scheme == "http" && from.Scheme != "http" {
		return "", errors.New("jwks_uri must be https, as the issuer is")
	}
	return keys, nil
}

// document fetches what c finds at address.
func document(ctx context.Context, c *http.Client, address string) (_ []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, documentTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, res.Status)
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	if len(text) > maxDocument {
		return nil, fmt.Errorf("%s: more than %d bytes", address, maxDocument)
	}
	return text, nil
}

// sameHost lets a document move within its own host, and nowhere else: who may
// answer for an issuer is said by its address, not by its answers.
func sameHost(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	if first := via[0].URL; req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		return errors.New("redirected to another host, which is not followed")
	}
	return nil
}
