package redis

import "github.com/redis/go-redis/v9"

// Options are those that a client has.
func Options(c *Client) *redis.Options { return c.db.Options() }

// Key is what the only one of a kind is called.
func Key(c *Client, kind string) string { return c.names.of(kind, "") }

// Sealed is a text as a node of the installation keeps it under a key.
func Sealed(c *Client, key, text string) string { return c.names.sealed(key, text) }
