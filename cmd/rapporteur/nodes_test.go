package main

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestNodesAgree lets in nodes with the same keys alone.
func TestNodesAgree(t *testing.T) {
	r := new(memstore.Register)
	ours, theirs := secret(bytes.Repeat([]byte{1}, secretSize)), secret(bytes.Repeat([]byte{2}, secretSize))
	for _, tt := range []struct {
		name   string
		secret secret
		origin string
		says   string
	}{
		{"the first", ours, "example/log", ""},
		{"another with the same", ours, "example/log", ""},
		{"another secret", theirs, "example/log", "mount the same keys/ on all nodes"},
		{"another origin", ours, "other/log", "is called other/log, and the other nodes call it example/log"},
	} {
		err := newNodes(r).agree(t.Context(), tt.secret, tt.origin)
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
	}
	text, _, err := r.Get(t.Context(), agreementName)
	if err != nil || bytes.Contains(text, []byte(strings.Repeat("01", secretSize))) {
		t.Errorf("the register has %q, %v", text, err)
	}
	if err := (*nodes)(nil).agree(t.Context(), theirs, "any"); err != nil {
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
			if err := newNodes(r).agree(t.Context(), bytes.Repeat([]byte{which}, secretSize), "example/log"); err == nil {
				mu.Lock()
				defer mu.Unlock()
				in[which]++
			}
		})
	}
	wg.Wait()
	if in[0]+in[1] != 8 || in[0] != 0 && in[1] != 0 {
		t.Errorf("let in: %v", in)
	}
}

// TestNodesAgreeFaults loses the answer of the register: it is asked again.
func TestNodesAgreeFaults(t *testing.T) {
	down := errors.New("down")
	for _, stored := range []bool{false, true} {
		r := &memstore.Register{Fault: func() (bool, error) { return stored, down }}
		s := secret(bytes.Repeat([]byte{1}, secretSize))
		if err := newNodes(r).agree(t.Context(), s, "example/log"); !errors.Is(err, down) {
			t.Errorf("stored %v: %v", stored, err)
		}
		r.Fault = nil
		if err := newNodes(r).agree(t.Context(), s, "example/log"); err != nil {
			t.Errorf("stored %v, again: %v", stored, err)
		}
	}
}
