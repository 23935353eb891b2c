package redis

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/rapporteur-project/rapporteur/shared"
)

const (
	pageSize = 500   // entries read or added at once, of some 200 bytes
	maxDead  = 1_000 // entries that say nothing any more, and are left beside as many as do
)

// read adds to the list KEYS[1] and returns a page of it. The list begins with
// its name, so that whoever has read a part of it notices that it is another
// one. ARGV: the name and the number of entries that the reader has, the name
// for a list that must be made, how many entries a page has, and what to add.
const read = `
local name = redis.call('LINDEX', KEYS[1], 0)
if not name then
  name = ARGV[3]
  redis.call('DEL', KEYS[1]) -- there is nothing; but if that is not allowed, it shows now
  redis.call('RPUSH', KEYS[1], name)
end
for i = 5, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
local from = name == ARGV[1] and tonumber(ARGV[2]) or 0
local page = redis.call('LRANGE', KEYS[1], from + 1, from + ARGV[4])
return {name, from, redis.call('LLEN', KEYS[1]) - 1, page}`

// replace puts a new list in the place of KEYS[1], unless that changed since it
// was read. ARGV: its name and length then, the name of the new one, and what
// is in that.
const replace = `
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] or redis.call('LLEN', KEYS[1]) - 1 ~= tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
for i = 3, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
return 1`

// A list is what all nodes add revocations to, sealed: nobody else can add one,
// nor read any. One at a time may use it.
type list struct {
	c             *Client
	key           string
	read, replace *redis.Script

	name  string                       // of the list that was read
	have  int                          // entries read of it
	there map[string]shared.Revocation // what they say
}

func newList(c *Client) *list {
	return &list{c: c, key: c.names.of(revocations, ""), read: redis.NewScript(read), replace: redis.NewScript(replace)}
}

// add adds to the list, and then reads what was not read of it yet.
func (l *list) add(ctx context.Context, some ...shared.Revocation) error {
	for {
		n := min(len(some), pageSize)
		more, err := l.page(ctx, some[:n])
		if err != nil {
			return err
		}
		some = some[n:]
		if len(some) == 0 && !more {
			return nil
		}
	}
}

// page adds a page to the list and reads one of it. It reports whether there is
// more to read.
func (l *list) page(ctx context.Context, add []shared.Revocation) (more bool, err error) {
	args := append([]any{l.name, l.have, rand.Text(), pageSize}, l.sealed(add)...)
	var found []any
	err = l.c.do(ctx, revocations, func(ctx context.Context) error {
		found, err = l.read.Run(ctx, l.c.db, []string{l.key}, args...).Slice()
		return err
	})
	if err != nil {
		return false, err
	}
	name, from, size, page, err := parsePage(found)
	if err != nil {
		return false, err
	}
	if name != l.name {
		l.name, l.there = name, map[string]shared.Revocation{}
	}
	for _, text := range page {
		if err := l.learn(ctx, text); err != nil {
			l.name = "" // from the start, once a newer release reads it
			return false, err
		}
	}
	if l.have = from + len(page); l.have > size { // it was cut: nobody of ours does that
		l.name = ""
		return true, nil
	}
	return l.have < size, nil
}

func parsePage(found []any) (name string, from, size int, page []string, err error) {
	odd := errors.New("redis: revocations: the server answers something else than was asked")
	if len(found) != 4 {
		return "", 0, 0, nil, odd
	}
	name, isName := found[0].(string)
	start, isStart := found[1].(int64)
	length, isLength := found[2].(int64)
	entries, isPage := found[3].([]any)
	if !isName || !isStart || !isLength || !isPage {
		return "", 0, 0, nil, odd
	}
	for _, e := range entries {
		text, isText := e.(string)
		if !isText {
			return "", 0, 0, nil, odd
		}
		page = append(page, text)
	}
	return name, int(start), int(length), page, nil
}

// learn reads an entry. One that is not sealed by this installation says
// nothing; one that is, and cannot be read, may say anything.
func (l *list) learn(ctx context.Context, sealed string) error {
	text, err := l.c.names.unsealed(l.key, sealed)
	if err != nil {
		slog.WarnContext(ctx, "redis holds a revocation that is none of ours: somebody else can write to it")
		return nil
	}
	one, err := parseEntry(text)
	if err != nil {
		return fmt.Errorf("redis: a revocation cannot be read; perhaps a newer release wrote it: %w", err)
	}
	add(l.there, one)
	return nil
}

// shorten makes the list anew from what is live, if most of it is not.
func (l *list) shorten(ctx context.Context, live []shared.Revocation) error {
	if l.have <= 2*len(live)+maxDead {
		return nil
	}
	args := append([]any{l.name, l.have, rand.Text()}, l.sealed(live)...)
	return l.c.do(ctx, revocations, func(ctx context.Context) error {
		return l.replace.Run(ctx, l.c.db, []string{l.key}, args...).Err() // a new name is read from the start
	})
}

func (l *list) sealed(some []shared.Revocation) []any {
	var all []any
	for _, one := range some {
		all = append(all, l.c.names.sealed(l.key, entryOf(one)))
	}
	return all
}

// An entry is a revocation in the list, which releases to come must read too.
type entry struct {
	ID     string `json:"id"`
	Issued int64  `json:"issued,omitempty"` // seconds since 1970
	Until  int64  `json:"until"`
}

func entryOf(r shared.Revocation) string {
	e := entry{ID: r.ID, Until: r.Until.Unix()}
	if r.Until.Nanosecond() > 0 {
		e.Until++ // rather a moment too long
	}
	if !r.Issued.IsZero() {
		e.Issued = r.Issued.Unix()
	}
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // a text and two numbers always encode
	}
	return string(text)
}

func parseEntry(text string) (shared.Revocation, error) {
	var e entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return shared.Revocation{}, err
	}
	r := shared.Revocation{ID: e.ID, Until: time.Unix(e.Until, 0)}
	if e.Issued != 0 {
		r.Issued = time.Unix(e.Issued, 0)
	}
	return r, r.Check()
}
