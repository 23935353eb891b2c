package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestNodesAgree lets in nodes with the same keys alone.
func TestNodesAgree(t *testing.T) {
	r := new(memstore.Register)
	ours, theirs := identityOf(bytes.Repeat([]byte{1}, secretSize)), identityOf(bytes.Repeat([]byte{2}, secretSize))
	for _, tt := range []struct {
		name string
		is   agreement
		says string
	}{
		{"the first", agreement{Secret: ours, Origin: "example/log", Key: "k"}, ""},
		{"another with the same", agreement{Secret: ours, Origin: "example/log", Key: "k"}, ""},
		{"one with less", agreement{Secret: ours}, ""},
		{"another secret", agreement{Secret: theirs, Origin: "example/log", Key: "k"}, "keys/installation is not the one"},
		{"another origin", agreement{Secret: ours, Origin: "other/log", Key: "k"}, "is called other/log, and the other nodes call it example/log"},
		{"another key", agreement{Secret: ours, Origin: "example/log", Key: "l"}, "keys/log is not the key"},
		{"the first with folders", agreement{Blobs: "b", Vault: "v"}, ""},
		{"another blobs", agreement{Blobs: "c", Vault: "v"}, "mount the same blobs/ on all nodes"},
		{"another vault", agreement{Blobs: "b", Vault: "w"}, "mount the same vault/ on all nodes"},
		{"the first again", agreement{Secret: ours, Origin: "example/log", Key: "k", Blobs: "b", Vault: "v"}, ""},
	} {
		err := newNodes(r).agree(t.Context(), tt.is)
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
	}
	text, _, err := r.Get(t.Context(), agreementName)
	if err != nil || bytes.Contains(text, []byte(strings.Repeat("01", secretSize))) {
		t.Errorf("the register has %q, %v", text, err)
	}
	if err := (*nodes)(nil).agree(t.Context(), agreement{Secret: theirs}); err != nil {
		t.Errorf("alone: %v", err)
	}
}

// TestNodesAgreeAtOnce has nodes with two secrets begin at the same moment: those
// with one of them are let in.
func TestNodesAgreeAtOnce(t *testing.T) {
	r := new(memstore.Register)
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := map[byte]int{}
	for n := range 16 {
		wg.Go(func() {
			which := byte(n % 2)
			if err := newNodes(r).agree(t.Context(), agreement{Secret: identityOf(bytes.Repeat([]byte{which}, secretSize)), Origin: "example/log"}); err == nil {
				mu.Lock()
				defer mu.Unlock()
				in[which]++
			}
		})
	}
	await.All(t, &wg, "the nodes")
	if in[0]+in[1] != 8 || in[0] != 0 && in[1] != 0 {
		t.Errorf("let in: %v", in)
	}
}

// TestNodesAgreeFaults loses the answer of the register: it is asked again.
func TestNodesAgreeFaults(t *testing.T) {
	down := errors.New("down")
	for _, stored := range []bool{false, true} {
		r := &memstore.Register{Fault: func() (bool, error) { return stored, down }}
		is := agreement{Secret: identityOf(bytes.Repeat([]byte{1}, secretSize)), Origin: "example/log"}
		if err := newNodes(r).agree(t.Context(), is); !errors.Is(err, down) {
			t.Errorf("stored %v: %v", stored, err)
		}
		r.Fault = nil
		if err := newNodes(r).agree(t.Context(), is); err != nil {
			t.Errorf("stored %v, again: %v", stored, err)
		}
	}
}

// TestAgreementGarbled takes nothing for an agreement that nobody here wrote: it
// may have said that the record is elsewhere.
func TestAgreementGarbled(t *testing.T) {
	for _, tt := range []struct{ text, says string }{
		{"", ""}, {" {}\n", ""}, {`{"secret": "s", "future": 1}`, ""},
		{`{"moved": "2026-01-02T00:00:00Z", "movedTo": "sqlite", "mover": "M"}`, "called M"},
		{`{"secret": "s"`, "none of ours"}, {"[1]", "none of ours"}, {"5", "none of ours"}, {`"moved"`, "none of ours"},
		{"null", "none of ours"}, {`{"future": 1}`, "none of ours"}, {`{"moved": "x"}`, "none of ours"},
		{`{"moved": "2026-01-02T00:00:00Z"}`, "none of ours"}, {`{"mover": "M"}`, "none of ours"},
		{`{"moved": "2026-01-02T00:00:00Z", "movedTo": "nowhere", "mover": "M"}`, "none of ours"},
		{`{"secret": "` + strings.Repeat("s", eventstore.MaxRegister) + `"}`, "65550 bytes"},
	} {
		n := newNodes(&garbledRegister{text: []byte(tt.text)})
		err := n.agree(t.Context(), agreement{Secret: "s"})
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%.60s: %v, want %q", tt.text, err, tt.says)
		}
	}
}

// A garbledRegister has what somebody wrote past it.
type garbledRegister struct {
	eventstore.Register
	text []byte
}

func (g *garbledRegister) Get(context.Context, string) ([]byte, int64, error) { return g.text, 1, nil }

func (g *garbledRegister) Set(_ context.Context, _ string, _ int64, text []byte) error {
	g.text = text
	return nil
}
