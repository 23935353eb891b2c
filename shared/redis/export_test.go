package redis

import (
	"time"

	"github.com/redis/go-redis/v9"
)

// OpenPatient is Open for a machine that has more to do than this test, where
// also a good server may take long to answer.
func OpenPatient(c Config) (*Client, error) {
	return open(c, waits{dial: 2 * time.Second, reply: time.Second, queue: time.Second})
}

// Options are those that a client has.
func Options(c *Client) *redis.Options { return c.db.Options() }

// Key is what the only one of a kind is called.
func Key(c *Client, kind string) string { return c.names.of(kind, "") }

// Sealed is a text as a node of the installation keeps it under a key.
func Sealed(c *Client, key, text string) string { return c.names.sealed(key, text) }
