package domain

import (
	"net/url"
	"strings"
)

const maxLink = 2_000 // bytes, which every browser takes

// Link returns the address of a page that anybody can open, and whether s is
// one: https, with a host and without a name or password.
func Link(s string) (string, bool) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	return s, err == nil && len(s) <= maxLink && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}
