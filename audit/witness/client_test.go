package witness_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness"
	"github.com/rapporteur-project/rapporteur/audit/witness/witnesstest"
)

const origin = "consultation.example/log"

// newLog returns a log of that many entries.
func newLog(t *testing.T, size int) *witnesstest.Log {
	t.Helper()
	l, err := witnesstest.NewLog(origin)
	if err != nil {
		t.Fatal(err)
	}
	add(t, l, size, "")
	return l
}

func add(t *testing.T, l *witnesstest.Log, n int, what string) {
	t.Helper()
	for i := range n {
		if err := l.Add(fmt.Sprint(what, i)); err != nil {
			t.Fatal(err)
		}
	}
}

// A site is a witness that listens, and what it was asked.
type site struct {
	*witnesstest.Witness
	url string

	mu     sync.Mutex
	from   []int64        // the old sizes of the requests
	remote map[string]int // requests by connection
}

// newSite starts a witness that knows logs.
func newSite(t *testing.T, name string, logs ...*witnesstest.Log) *site {
	t.Helper()
	w, err := witnesstest.New(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range logs {
		if err := w.Trust(l.VKey); err != nil {
			t.Fatal(err)
		}
	}
	s := &site{Witness: w, remote: map[string]int{}}
	mux := http.NewServeMux()
	mux.Handle("/prefix/", http.StripPrefix("/prefix", http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		a, err := format.ParseAddCheckpoint(body)
		if err != nil {
			t.Errorf("asked %q: %v", body, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.from = append(s.from, a.Old)
		s.remote[r.RemoteAddr]++
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.ServeHTTP(to, r)
	})))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL + "/prefix"
	return s
}

func (s *site) asked() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.from)
}

func (s *site) line() format.PolicyWitness {
	return format.PolicyWitness{Name: "W", Key: s.Key(), URL: s.url}
}

func newClient(t *testing.T, w format.PolicyWitness) *witness.Client {
	t.Helper()
	over := witness.NewTransport()
	t.Cleanup(over.CloseIdleConnections)
	c, err := witness.New(w, over)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask asks for the head of that size of l.
func ask(t *testing.T, c *witness.Client, l *witnesstest.Log, size int64) (note.Signature, error) {
	t.Helper()
	head, signed, err := l.Head(size)
	if err != nil {
		t.Fatal(err)
	}
	return c.Ask(t.Context(), head, signed, l.Prove)
}

func TestAsk(t *testing.T) {
	l := newLog(t, 20)
	s := newSite(t, "witness.example", l)
	c := newClient(t, s.line())
	for _, size := range []int64{0, 5, 5, 9, 20} {
		sig, err := ask(t, c, l, size)
		if err != nil {
			t.Fatal(err)
		}
		head, signed, err := l.Head(size)
		if err != nil {
			t.Fatal(err)
		}
		n, err := note.Open(format.Cosigned(signed, sig), note.VerifierList(s.Key()))
		if err != nil || n.Text != head.Text() {
			t.Errorf("size %d: %v", size, err)
		}
		if got, _ := s.Head(origin); got != head {
			t.Errorf("the witness is at %v, want %v", got, head)
		}
		if st := c.State(); st.Name != "W" || st.Size != size || st.Err != nil || time.Since(st.At).Abs() > time.Minute {
			t.Errorf("size %d: state %+v", size, st)
		}
	}
	if got := s.asked(); !slices.Equal(got, []int64{0, 0, 5, 5, 9}) {
		t.Errorf("asked from %v: a size was not remembered", got)
	}
	if len(s.remote) != 1 {
		t.Errorf("%d connections for 5 requests, want one kept", len(s.remote))
	}
}

// TestAskAgain has a client that does not know how far the witness is, as after
// a start.
func TestAskAgain(t *testing.T) {
	l := newLog(t, 20)
	s := newSite(t, "witness.example", l)
	for _, size := range []int64{5, 9, 9} {
		if _, err := ask(t, newClient(t, s.line()), l, size); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.asked(); !slices.Equal(got, []int64{0, 0, 5, 0, 9}) {
		t.Errorf("asked from %v", got)
	}
}

// TestForgetful has a witness that lost all it knew and its key: it is asked
// from nothing, and its new key is not believed.
func TestForgetful(t *testing.T) {
	l := newLog(t, 20)
	before, after := newSite(t, "witness.example", l), newSite(t, "witness.example", l)
	over := &switched{to: before.url}
	c, err := witness.New(before.line(), over)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, c, l, 9); err != nil {
		t.Fatal(err)
	}
	over.to = after.url
	if _, err := ask(t, c, l, 20); !errors.Is(err, witness.ErrAnswer) {
		t.Errorf("a cosignature of an unknown key: %v", err)
	}
	if got := after.asked(); !slices.Equal(got, []int64{9, 0}) {
		t.Errorf("asked from %v", got)
	}
	over.to = before.url
	if _, err := ask(t, c, l, 20); err != nil || !slices.Equal(before.asked(), []int64{0, 9}) {
		t.Errorf("%v, asked from %v: a bad answer changed what is remembered", err, before.asked())
	}
}

// switched sends requests elsewhere.
type switched struct{ to string }

func (s *switched) RoundTrip(r *http.Request) (*http.Response, error) {
	again, err := http.NewRequestWithContext(r.Context(), r.Method, s.to+"/add-checkpoint", r.Body)
	if err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(again)
}

// TestIncidents has logs that are not what they were. Whether or not the client
// remembers what was cosigned, the witness says so.
func TestIncidents(t *testing.T) {
	l := newLog(t, 20)
	forked := l.Until(3)
	add(t, forked, 17, "other")
	for _, tt := range []struct {
		name string
		log  *witnesstest.Log
		size int64
		want error
	}{
		{"rolled back", l.Until(8), 8, witness.ErrAhead},
		{"rolled back to nothing", l.Until(0), 0, witness.ErrAhead},
		{"rolled back and forked", forked, 8, witness.ErrAhead},
		{"forked at the same size", forked, 10, witness.ErrForked},
		{"forked and longer", forked, 20, witness.ErrForked},
		{"longer", l, 20, nil},
	} {
		for _, fresh := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, fresh %t", tt.name, fresh), func(t *testing.T) {
				s := newSite(t, "witness.example", l)
				c := newClient(t, s.line())
				if _, err := ask(t, c, l, 10); err != nil {
					t.Fatal(err)
				}
				if fresh {
					c = newClient(t, s.line())
				}
				sig, err := ask(t, c, tt.log, tt.size)
				if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
					t.Fatalf("%v, want %v", err, tt.want)
				}
				if tt.want == nil {
					return
				}
				if st := c.State(); sig != (note.Signature{}) || !errors.Is(st.Err, tt.want) || !fresh && st.Size != 10 {
					t.Errorf("signature %v, state %+v", sig, st)
				}
				if errors.Is(err, witness.ErrAhead) && !strings.Contains(err.Error(), "it is at size 10") {
					t.Errorf("%v: does not say how far the witness is", err)
				}
			})
		}
	}
}

func TestRefused(t *testing.T) {
	l, other := newLog(t, 5), newLog(t, 5)
	if _, err := ask(t, newClient(t, newSite(t, "witness.example").line()), l, 5); !errors.Is(err, witness.ErrUnknown) {
		t.Errorf("a witness that does not know the log: %v", err)
	}
	if _, err := ask(t, newClient(t, newSite(t, "witness.example", other).line()), l, 5); !errors.Is(err, witness.ErrRefused) {
		t.Errorf("a witness that knows another key: %v", err)
	}
}

func TestAskRefuses(t *testing.T) {
	l := newLog(t, 9)
	s := newSite(t, "witness.example", l)
	c := newClient(t, s.line())
	head, signed, err := l.Head(5)
	if err != nil {
		t.Fatal(err)
	}
	other := head
	other.Size++
	if _, err := c.Ask(t.Context(), other, signed, l.Prove); err == nil || len(s.asked()) != 0 {
		t.Errorf("a note of another head: %v", err)
	}
	if _, err := ask(t, c, l, 5); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk")
	head, signed, err = l.Head(9)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Ask(t.Context(), head, signed, func(context.Context, int64, int64) (tlog.TreeProof, error) { return nil, broken })
	if !errors.Is(err, broken) || !errors.Is(c.State().Err, broken) {
		t.Errorf("without a proof: %v", err)
	}
	if _, err := ask(t, c, l, 9); err != nil || c.State().Err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	w := newSite(t, "witness.example").line()
	for _, url := range []string{"", "witness.example", "/prefix", "ftp://witness.example", "http://", "http://w?x=1", "http://w?", "http://w#x", "http://w:port", "\xff://"} {
		w.URL = url
		if _, err := witness.New(w, nil); err == nil || !strings.Contains(err.Error(), "witness W: ") {
			t.Errorf("%q: %v", url, err)
		}
	}
	w.URL = "https://w.example"
	if _, err := witness.New(w, nil); err != nil {
		t.Error(err)
	}
	k, err := format.ParseKey(newLog(t, 0).VKey)
	if err != nil {
		t.Fatal(err)
	}
	w.Key = k
	if _, err := witness.New(w, nil); err == nil {
		t.Error("a log's key is taken for a witness's")
	}
}
