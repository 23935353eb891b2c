package witness_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness"
	"github.com/rapporteur-project/rapporteur/audit/witness/witnesstest"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// policy writes a policy over sites and reads it, with any two as the quorum.
func policy(t *testing.T, l *witnesstest.Log, lines ...format.PolicyWitness) format.Policy {
	t.Helper()
	k, err := format.ParseKey(l.VKey)
	if err != nil {
		t.Fatal(err)
	}
	p := format.Policy{Logs: []format.PolicyLog{{Key: k}}, Quorum: "G"}
	g := format.PolicyGroup{Name: "G", Need: 2}
	for i, w := range lines {
		w.Name = fmt.Sprintf("W%d", i+1)
		p.Witnesses = append(p.Witnesses, w)
		g.Members = append(g.Members, w.Name)
	}
	p.Groups = []format.PolicyGroup{g}
	read, err := format.ParsePolicy(p.Text())
	if err != nil || !reflect.DeepEqual(p, read) {
		t.Fatalf("%v: %s", err, p.Text())
	}
	return read
}

func newWitnesses(t *testing.T, p format.Policy) *witness.Witnesses {
	t.Helper()
	over := witness.NewTransport()
	t.Cleanup(over.CloseIdleConnections)
	w, err := witness.NewWitnesses(p, over)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestWitnesses has two good witnesses among others: one that hangs, one that
// does not know the log, one without an address, one that saw another history.
func TestWitnesses(t *testing.T) {
	l := newLog(t, 20)
	forked := l.Until(3)
	add(t, forked, 17, "other")
	one, two := newSite(t, "one.example", l), newSite(t, "two.example", l)
	unknown, deceived := newSite(t, "unknown.example"), newSite(t, "deceived.example", l)
	if _, err := ask(t, newClient(t, deceived.line()), forked, 5); err != nil {
		t.Fatal(err)
	}
	address, _ := hostile(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	silent, absent := newSite(t, "silent.example", l).line(), newSite(t, "absent.example", l).line()
	silent.URL, absent.URL = address, ""
	p := policy(t, l, silent, one.line(), unknown.line(), absent, deceived.line(), two.line())
	w := newWitnesses(t, p)
	for i, st := range w.States() {
		if st.Name != p.Witnesses[i].Name || st.Size != 0 || !st.At.IsZero() || (st.Err != nil) != (i == 3) {
			t.Errorf("before: %+v", st)
		}
	}

	head, signed, err := l.Head(20)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	sigs, err := w.Ask(t.Context(), 3*time.Second, head, signed, l.Prove)
	if took := time.Since(start); took > 10*time.Second { // a hanging witness is left after 30 s at most
		t.Errorf("a silent witness held it up for %s", took)
	}
	for _, want := range []error{context.DeadlineExceeded, witness.ErrUnknown, witness.ErrForked} {
		if !errors.Is(err, want) {
			t.Errorf("%v\nis not %v", err, want)
		}
	}
	if !p.Met(sigs) || !reflect.DeepEqual(p.Cosigners(sigs), []string{"W2", "W6"}) {
		t.Errorf("cosigned by %v", p.Cosigners(sigs))
	}
	c, n, err := p.OpenCheckpoint(format.Cosigned(signed, sigs...))
	if err != nil || c != head || len(n.Sigs) != 3 {
		t.Errorf("the cosigned checkpoint: %v, %v", n, err)
	}
	wants := []error{context.DeadlineExceeded, nil, witness.ErrUnknown, witness.ErrNoURL, witness.ErrForked, nil}
	for i, st := range w.States() {
		if !errors.Is(st.Err, wants[i]) || (wants[i] == nil) != (st.Size == 20 && !st.At.IsZero() && st.Err == nil) {
			t.Errorf("afterwards: %+v, want %v", st, wants[i])
		}
	}
}

// TestAtOnce has witnesses that answer only when all are asked.
func TestAtOnce(t *testing.T) {
	l := newLog(t, 5)
	const n = 3
	var all sync.WaitGroup
	all.Add(n)
	var lines []format.PolicyWitness
	for i := range n {
		s := newSite(t, fmt.Sprintf("w%d.example", i), l)
		w := s.line()
		body := over(t, s.Witness, l, 5)
		w.URL, _ = hostile(t, func(to http.ResponseWriter, _ *http.Request) {
			all.Done()
			await.All(t, &all, "all who ask")
			fmt.Fprint(to, body)
		})
		lines = append(lines, w)
	}
	head, signed, err := l.Head(5)
	if err != nil {
		t.Fatal(err)
	}
	sigs, err := newWitnesses(t, policy(t, l, lines...)).Ask(t.Context(), time.Minute, head, signed, l.Prove)
	if err != nil || len(sigs) != n {
		t.Errorf("%d cosignatures, %v", len(sigs), err)
	}
}

// TestCanceled ends asking before its time.
func TestCanceled(t *testing.T) {
	l := newLog(t, 5)
	ctx, cancel := context.WithCancel(t.Context())
	silent := newSite(t, "silent.example", l).line()
	silent.URL, _ = hostile(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	head, signed, err := l.Head(5)
	if err != nil {
		t.Fatal(err)
	}
	w := newWitnesses(t, policy(t, l, silent, newSite(t, "absent.example", l).line()))
	if _, err := w.Ask(ctx, time.Hour, head, signed, l.Prove); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// TestManyAsk has several who ask at once.
func TestManyAsk(t *testing.T) {
	l := newLog(t, 20)
	w := newWitnesses(t, policy(t, l, newSite(t, "one.example", l).line(), newSite(t, "two.example", l).line()))
	head, signed, err := l.Head(20)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			sigs, err := w.Ask(t.Context(), time.Minute, head, signed, l.Prove)
			if err != nil || len(sigs) != 2 {
				t.Errorf("%d cosignatures, %v", len(sigs), err)
			}
			for _, st := range w.States() {
				if st.Err != nil || st.Size != 20 {
					t.Errorf("%+v", st)
				}
			}
		})
	}
	await.All(t, &wg, "all who ask")
}

func TestNoWitnesses(t *testing.T) {
	w, err := witness.NewWitnesses(format.Policy{Quorum: format.QuorumNone}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if sigs, err := w.Ask(t.Context(), time.Minute, format.Checkpoint{}, nil, nil); err != nil || len(sigs) != 0 || len(w.States()) != 0 {
		t.Errorf("%v, %v", sigs, err)
	}
	k := newSite(t, "witness.example").Key()
	_, err = witness.NewWitnesses(format.Policy{Witnesses: []format.PolicyWitness{
		{Name: "bad\xff", Key: k, URL: "ftp://w"}, {Name: "good", Key: k, URL: "http://w"}, {Name: "worse", Key: k, URL: "w"},
	}}, nil)
	if err == nil || !strings.Contains(err.Error(), "witness bad\uFFFD: ") || !strings.Contains(err.Error(), "witness worse: ") {
		t.Errorf("two bad addresses: %v", err)
	}
}
