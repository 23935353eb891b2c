package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

const (
	learnt  = 80  // submissions whose labels the watcher is told, to learn from
	guessed = 160 // submissions whose labels it guesses
)

var (
	openLabels   = []domain.Label{domain.Public, domain.Participants, domain.States}
	secretLabels = []domain.Label{domain.Anonymised, domain.Restricted, domain.Sealed}
)

// TestWatcher has somebody who is not signed in watch all that may tell when
// something is recorded, as fast as they can, while different people send
// submissions with labels drawn by lot. What they saw during each submission
// tells its label no better than chance.
func TestWatcher(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	k := newKill(t)
	s, err := startServer(exec.Command(k.program, "serve", "--data", k.data, "--listen", "127.0.0.1:0",
		"--publish-every", "2s", "--budget-address", "0", "--budget-person", "0")) // some ten submissions come between two publications
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.end(os.Interrupt); err != nil {
			t.Errorf("%v\n%s", err, &s.log)
		}
	}()
	for code := 0; code != http.StatusOK; { // ready, and what there is at the start is published
		if _, code, err = fetch(ctx, http.MethodGet, s.address+"/readyz", "", nil); err != nil {
			t.Fatal(err)
		}
	}
	all := watchers(s.address)
	watching, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, x := range all {
		wg.Go(func() { x.run(watching) })
	}
	sent := sendWatched(ctx, t, k, s.address, all)
	stop()
	await.All(t, &wg, "the watchers")
	limit := tooGood(guessed, 1e-6/float64(len(all)*len(features)))
	for _, x := range all {
		looked, steps := x.looked.Load(), x.came()
		t.Logf("%s: looked %d times and saw %d steps", x.name, looked, len(steps))
		if looked < 3 || len(steps) < 3 {
			t.Errorf("%s looked %d times and saw %d steps: the test proves nothing by it", x.name, looked, len(steps))
		}
		for name, feature := range features {
			if right := guess(sent, steps, feature); right >= limit {
				t.Errorf("by the %s of what %s shows, the watcher guesses %d of %d labels right; by chance it would be fewer than %d", name, x.name, right, guessed, limit)
			}
		}
	}
}

// A sending is one submission, from when it was sent until the next one was.
type sending struct {
	from, to time.Time
	secret   bool
}

// sendWatched sends one submission after the other, each by another person and
// watched to its end. Now and then there is a public change.
func sendWatched(ctx context.Context, t *testing.T, k *kill, address string, all []*watcher) []sending {
	t.Helper()
	dev, err := auth.OpenDevIssuer(k.data)
	if err != nil {
		t.Fatal(err)
	}
	mutate := func(who, field string) {
		t.Helper()
		token, err := dev.Token(who, "", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(map[string]string{"query": "mutation { " + field + " { index userErrors { message } } }"})
		if err != nil {
			t.Fatal(err)
		}
		text, _, err := fetch(ctx, http.MethodPost, address+"/graphql", string(body), map[string]string{"Authorization": "Bearer " + token})
		if err != nil || !strings.Contains(text, `"userErrors":[]`) {
			t.Fatalf("%s: %s, %v", field, text, err)
		}
	}
	var sent []sending
	for n := range learnt + guessed {
		s := sending{from: time.Now(), secret: rand.IntN(2) == 0}
		labels := openLabels
		if s.secret {
			labels = secretLabels
		}
		mutate(fmt.Sprint("person ", n), fmt.Sprintf(`submitSubmission(input: {idempotencyKey: "a-key-of-person-%d", consultationId: %q, label: %s, text: {language: "en", value: "What I have to say."}})`,
			n, k.call, labels[rand.IntN(len(labels))]))
		if rand.IntN(10) == 0 {
			mutate("secretariat", fmt.Sprintf(`extendConsultation(input: {idempotencyKey: "a-call-that-lasts-longer-%d", id: %q, reason: "More time.", closes: {local: "%d-12-31T23:59:59", zone: "UTC"}})`, n, k.call, 2100+n))
		}
		for _, x := range all {
			x.await(ctx)
		}
		s.to = time.Now()
		sent = append(sent, s)
	}
	return sent
}

// features are what a watcher may make of the steps that it saw during a
// submission.
var features = map[string]func(sending, []step) string{
	"number of records": func(_ sending, steps []step) string {
		sum := int64(0)
		for _, x := range steps {
			sum += x.by
		}
		return fmt.Sprint(sum)
	},
	"number of steps": func(_ sending, steps []step) string { return fmt.Sprint(len(steps)) },
	"moment": func(s sending, steps []step) string {
		if len(steps) == 0 {
			return "none"
		}
		return fmt.Sprint(min(steps[0].at.Sub(s.from)/(5*time.Millisecond), 20))
	},
}

// guess learns from the first submissions which labels go with what was seen, and
// returns how many it guesses right of the others.
func guess(sent []sending, steps []step, feature func(sending, []step) string) (right int) {
	secret := map[string]int{} // how many more were secret than open
	for n, s := range sent {
		var during []step
		for _, x := range steps {
			if !x.at.Before(s.from) && x.at.Before(s.to) {
				during = append(during, x)
			}
		}
		switch seen := feature(s, during); {
		case n >= learnt:
			if s.secret == (secret[seen] > 0) {
				right++
			}
		case s.secret:
			secret[seen]++
		default:
			secret[seen]--
		}
	}
	return right
}

// tooGood returns how many of n tosses of a coin are guessed right with a
// probability of at most p.
func tooGood(n int, p float64) int {
	for k, tail := n, 0.0; ; k-- {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		if tail += math.Exp(a - b - c - float64(n)*math.Ln2); tail > p {
			return k + 1
		}
	}
}

// TestTooGood compares with a table of the binomial distribution.
func TestTooGood(t *testing.T) {
	for _, tt := range []struct {
		n    int
		p    float64
		want int
	}{{10, 0.011, 9}, {10, 0.0107, 10}, {20, 0.0208, 15}, {20, 0.0207, 15}, {20, 0.0206, 16}} {
		if got := tooGood(tt.n, tt.p); got != tt.want {
			t.Errorf("of %d at most with %v: %d, want %d", tt.n, tt.p, got, tt.want)
		}
	}
}

// fetch asks once.
func fetch(ctx context.Context, method, url, body string, header map[string]string) (text string, code int, err error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return "", 0, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), res.StatusCode, err
}
