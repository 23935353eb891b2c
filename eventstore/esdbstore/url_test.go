package esdbstore_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
)

// TestURL reads connection strings, and never prints what signs in.
func TestURL(t *testing.T) {
	for _, c := range []struct {
		url string
		ok  bool
	}{
		{"esdb://localhost:2113?tls=false", true},
		{"esdb://127.0.0.1:2113,127.0.0.1:2114?tls=false", true},
		{"esdb://app:geheim@db.example:2113", true},
		{"esdb://app:geheim@one.example:2113,two.example:2113?tls=true", true},
		{"esdb+discover://app:geheim@cluster.example:2113", true},
		{"esdb://app:ge%40heim@db.example?gossipTimeout=3", true},
		{"esdb://db.example:2113?tls=false", false},                      // in the clear
		{"esdb://127.0.0.1:2113,db.example:2113?tls=false", false},       // also one of them
		{"esdb://app:geheim@127.0.0.1:2113?tls=false", false},            // the account would not be sent
		{"esdb://app:geheim@db.example:2113?tlsVerifyCert=false", false}, // to whomever
		{"esdb://app:geheim@db.example:2113?tlss=true", false},           // misspelt
		{"esdb://app:geheim@db.example:2113?userCertFile=x", false},      // without its key
		{"http://app:geheim@db.example", false},
		{"esdb://app:gehe%im@db.example", false},
		{"esdb://app:gehe/im@db.example", false},
		{"esdb://app:gehe?im@db.example", false},
		{"esdb://app:gehe,im@db.example", true},
		{"esdb://app:geheim@db.example:port", false},
		{"esdb://app:geheim@db.example:99999", false},
		{"esdb://app:geheim@db.example:99999/?tls=true", false},
		{"esdb://app:geheim@db.example:2113/?tls=true", true},
		{"esdb://app:geheim@db.example:2113,other.example:0", false},
		{"esdb://app:geheim@db.example:2113?defaultDeadline=soon", false},
		{"esdb://app:geheim@db.example:2113?defaultDeadline=5000&keepAliveInterval=-1", true},
		{"esdb://app:geheim@db.example:2113?nodePreference=follower", false}, // the leader alone is asked
		{"esdb://app:geheim@db.example?tls=perhaps", false},
		{"esdb://app:geheim@db.example?tlsCaFile=/nowhere.crt", false},
		{"esdb://app:geheim@", false},
		{"geheim", false},
		{"", false},
	} {
		u := esdbstore.URL(c.url)
		err := u.Validate()
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.url, err)
		}
		for _, said := range []string{fmt.Sprint(err), u.String(), fmt.Sprintf("%v %+v %#v %s", u, u, u, u), u.LogValue().String(), logged(slog.Any("url", u))} {
			if strings.Contains(said, "gehe") {
				t.Errorf("%s is told as %s", c.url, said)
			}
		}
	}
}

func logged(a slog.Attr) string {
	var b strings.Builder
	slog.New(slog.NewTextHandler(io.Writer(&b), nil)).LogAttrs(context.Background(), slog.LevelInfo, "said", a)
	return b.String()
}
