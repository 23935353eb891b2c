package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

const writers = 16

// TestKill kills the real program at random moments under concurrent writers,
// 25 times, or as often as RAPPORTEUR_KILL_ROUNDS says. Every command that was
// acknowledged is there exactly once afterwards, every one that was not can be
// repeated, a replay agrees, and every receipt handed out verifies and is of
// the log that there is at the end.
func TestKill(t *testing.T) {
	rounds := 25
	if n, err := strconv.Atoi(os.Getenv("RAPPORTEUR_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	k := newKill(t)
	for round := range rounds {
		k.round(round)
		if t.Failed() {
			t.Fatalf("round %d of %d", round, rounds)
		}
	}
	k.settle()
	k.verify()
}

// A kill is a data folder, and what was asked of the servers on it.
type kill struct {
	t       *testing.T
	program string
	data    string
	call    domain.ID
	token   string
	args    []string // more for serve

	mu   sync.Mutex
	sent map[string]string // by key: the index acknowledged, or empty
	held []string          // all receipts handed out
}

func newKill(t *testing.T) *kill {
	t.Helper()
	k := &kill{t: t, data: filepath.Join(t.TempDir(), "data"), program: filepath.Join(t.TempDir(), "rapporteur"), sent: map[string]string{}}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, k.program); err != nil { // TestMain makes this binary the program when it goes by that name
		t.Fatal(err)
	}
	i, err := createInstallation(k.data, "test")
	if err != nil {
		t.Fatal(err)
	}
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k.call = openCall(t, app.New(app.Config{Store: st.events, Secret: i.secret}))
	dev, err := auth.OpenDevIssuer(k.data)
	if err != nil {
		t.Fatal(err)
	}
	if k.token, err = dev.Token("ngo", "", time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := st.close(); err != nil {
		t.Fatal(err)
	}
	if err := i.close(); err != nil {
		t.Fatal(err)
	}
	return k
}

func openCall(t *testing.T, a *app.App) domain.ID {
	t.Helper()
	officer := a.PersonID(auth.DevName, "secretariat")
	if err := a.Bootstrap(t.Context(), officer); err != nil {
		t.Fatal(err)
	}
	var id domain.ID
	for n, c := range []consultation.Command{
		consultation.Plan{Title: domain.Text{Language: "en", Value: "Kill me"}, Closes: consultation.Closing{Local: "2099-12-31T23:59:59", Zone: "UTC"}},
		consultation.Announce{}, consultation.Open{},
	} {
		res, err := a.Consultations.Do(t.Context(), id, c, app.Caller{Person: officer, Key: fmt.Sprint("call-", n)})
		if err != nil {
			t.Fatal(err)
		}
		id = res.ID
	}
	return id
}

// up starts the program, and waits until it listens.
func (k *kill) up() *server {
	k.t.Helper()
	return k.upIn(nil)
}

// upIn is up in an environment.
func (k *kill) upIn(env []string) *server {
	k.t.Helper()
	cmd := exec.Command(k.program, append([]string{"serve", "--data", k.data, "--listen", "127.0.0.1:0", "--publish-every", "100ms", "--budget-person", "0"}, k.args...)...)
	cmd.Env = env
	s, err := startServer(cmd)
	if err != nil {
		k.t.Fatal(err)
	}
	return s
}

// round starts a server, has many write, kills it, and asks again on another
// server for everything that this round sent.
func (k *kill) round(round int) {
	k.t.Helper()
	s := k.up()
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	var wg sync.WaitGroup
	begun, failed := make(chan struct{}, writers), make(chan error, writers)
	for w := range writers {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				key := fmt.Sprintf("round-%05d-writer-%02d-%06d", round, w, n)
				k.note(key, "")
				index, err := k.submit(ctx, s.address, key)
				if err != nil {
					failed <- err // the server is dead, or so it should be
					return
				}
				k.note(key, index)
				select {
				case begun <- struct{}{}:
				default:
				}
			}
		})
	}
	for range writers / 2 {
		select {
		case <-begun:
		case err := <-failed:
			k.t.Errorf("before it was killed: %v", err)
			k.t.Errorf("the server ended with %v and said\n%s", s.end(os.Kill), &s.log)
			return
		}
	}
	<-time.After(time.Duration(rand.IntN(150)) * time.Millisecond) // at any moment
	_ = s.end(os.Kill)
	cancel()
	await.All(k.t, &wg, "the senders")

	s = k.up()
	for key, was := range k.of(round) {
		is, err := k.submit(k.t.Context(), s.address, key)
		switch {
		case err != nil:
			k.t.Errorf("repeating %s: %v", key, err)
		case was != "" && is != was:
			k.t.Errorf("%s was acknowledged at index %s and is now at %s", key, was, is)
		}
		k.note(key, is)
	}
	if err := s.end(os.Kill); k.t.Failed() {
		k.t.Errorf("the server ended with %v and said\n%s", err, &s.log)
	}
}

func (k *kill) note(key, index string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sent[key] = index
}

func (k *kill) of(round int) map[string]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := map[string]string{}
	for key, index := range k.sent {
		if strings.HasPrefix(key, fmt.Sprintf("round-%05d-", round)) {
			out[key] = index
		}
	}
	return out
}

const submitDocument = `mutation($key: IdempotencyKey!, $call: ID!) {
	submitSubmission(input: {idempotencyKey: $key, consultationId: $call, text: {language: "en", value: $key}}) { index receipt { text } userErrors { reason } }
}`

// submit sends one contribution and returns its index: it was acknowledged. An
// answer without an index says that it is recorded and not readable yet, as
// right after a start; then one asks again with the same key.
func (k *kill) submit(ctx context.Context, address, key string) (string, error) {
	for {
		index, err := k.send(ctx, address, key)
		if err != nil || index != "" {
			return index, err
		}
	}
}

func (k *kill) send(ctx context.Context, address, key string) (string, error) {
	doc := strings.Replace(submitDocument, "value: $key", "value: "+strconv.Quote(key), 1)
	body, err := json.Marshal(map[string]any{"query": doc, "variables": map[string]any{"key": key, "call": k.call}})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+k.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var answer struct {
		Data struct {
			SubmitSubmission struct {
				Index      string
				Receipt    struct{ Text string }
				UserErrors []struct{ Reason string }
			}
		}
		Errors []struct {
			Message    string
			Extensions struct {
				Code       string
				RetryAfter int
			}
		}
		Extensions struct{ Recorded bool }
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return "", err
	}
	s := answer.Data.SubmitSubmission
	if len(answer.Errors) > 0 {
		e := answer.Errors[0]
		return "", notAccepted{e.Extensions.Code, e.Message, e.Extensions.RetryAfter}
	}
	if len(answer.Errors) > 0 || len(s.UserErrors) > 0 || s.Index == "" && !answer.Extensions.Recorded {
		return "", fmt.Errorf("not accepted: %+v", answer)
	}
	if (s.Index == "") != (s.Receipt.Text == "") {
		return "", fmt.Errorf("the answer is not complete: %+v", answer)
	}
	if s.Index != "" {
		k.mu.Lock()
		k.held = append(k.held, s.Receipt.Text)
		k.mu.Unlock()
	}
	return s.Index, nil
}

// notAccepted is the error of an answer.
type notAccepted struct {
	code, message string
	retryAfter    int
}

func (e notAccepted) Error() string { return "not accepted: " + e.code + ": " + e.message }

// settle lets a last server catch up, and stop in order: the search of the one
// before may have been killed a record behind.
func (k *kill) settle() {
	k.t.Helper()
	s := k.up()
	var is readiness
	for is.Status != "ok" && k.t.Context().Err() == nil {
		res, err := http.Get(s.address + "/readyz")
		if err != nil {
			k.t.Error(err)
			break
		}
		if err := errors.Join(json.NewDecoder(res.Body).Decode(&is), res.Body.Close()); err != nil {
			k.t.Error(err)
			break
		}
	}
	if err := s.end(os.Interrupt); err != nil {
		k.t.Errorf("%v\n%s", err, &s.log)
	}
}

// verify counts the events: one for each key, at the index acknowledged. Then
// it has the program replay.
func (k *kill) verify() {
	k.t.Helper()
	i, err := openInstallation(k.data, "test")
	if err != nil {
		k.t.Fatal(err)
	}
	st, err := i.openStores(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	if err := st.log.CatchUp(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	found := map[string]string{}
	for facts, err := range st.log.From(k.t.Context(), 0) {
		if err != nil {
			k.t.Fatal(err)
		}
		for _, f := range facts {
			if f.Type != "submission.received" {
				continue
			}
			var m domain.Meta
			if err := json.Unmarshal(f.Meta, &m); err != nil {
				k.t.Fatal(err)
			}
			if found[m.Key] != "" {
				k.t.Errorf("%s is there twice", m.Key)
			}
			found[m.Key] = fmt.Sprint(f.Index)
		}
	}
	for key, index := range k.sent {
		if found[key] != index {
			k.t.Errorf("%s was acknowledged at %s and is found at %q", key, index, found[key])
		}
	}
	if len(found) != len(k.sent) {
		k.t.Errorf("%d contributions are there, %d were sent", len(found), len(k.sent))
	}
	vkey := k.checkReceipts(i, st.log)
	if err := st.close(); err != nil {
		k.t.Error(err)
	}
	if err := i.close(); err != nil {
		k.t.Error(err)
	}
	bundle := filepath.Join(k.t.TempDir(), "bundle")
	for _, args := range [][]string{
		{"verify", "log", filepath.Join(k.data, "log"), "--key", vkey},
		{"replay", "--verify", "--data", k.data},
		{"export", "--data", k.data, "--out", bundle},
		{"verify", "bundle", bundle, "--key", vkey},
	} {
		if out, err := exec.Command(k.program, args...).CombinedOutput(); err != nil {
			k.t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	k.t.Logf("%d contributions and %d receipts over all rounds", len(found), len(k.held))
}

// checkReceipts verifies every receipt, as its holder would, and that the head
// in it is one of the log that there is now. It returns the log's verifier key.
func (k *kill) checkReceipts(i *installation, log *follower.Follower) (vkey string) {
	k.t.Helper()
	key, err := audit.ReadKey(i.path(logKey))
	if err != nil {
		k.t.Fatal(err)
	}
	trusted, err := format.ParseKey(key.VKey)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, text := range k.held {
		if f := verify.Receipt([]byte(text), verify.Trust{Key: trusted}); f.Answer != verify.Proved {
			k.t.Errorf("a receipt does not verify: %s\n%s", f.Reason, text)
		}
		p, err := format.ParseProof([]byte(text))
		if err != nil {
			k.t.Fatal(err)
		}
		c, _, err := format.OpenCheckpoint(p.Checkpoint, note.VerifierList(trusted))
		if err != nil {
			k.t.Fatal(err)
		}
		if root, err := log.Root(k.t.Context(), c.Size); err != nil || root != c.Root {
			k.t.Errorf("a receipt has a head at %d with the root %s; the log has %s there, %v", c.Size, c.Root, root, err)
		}
	}
	if len(k.held) < len(k.sent) {
		k.t.Errorf("%d receipts for %d contributions", len(k.held), len(k.sent))
	}
	return key.VKey
}
