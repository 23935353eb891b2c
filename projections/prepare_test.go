package projections_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/rapporteur-project/rapporteur/projections"
)

// Another release prepares its read models while this one answers from its own,
// is interrupted, prepares again, and starts with what there is.
func TestPrepare(t *testing.T) {
	tr := founded(t)
	path := filepath.Join(t.TempDir(), "readmodel.db")
	old := &projections.Engine{Log: tr.Log, Path: path, All: projections.All()}
	if err := old.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if made, err := old.Prepare(t.Context()); made || err != nil {
		t.Fatalf("of this release: %v, %v", made, err)
	}
	newer := projections.All()
	newer[3].Version++
	log := func(seed uint64) *rugged { return &rugged{Log: tr.Log, chance: rand.New(rand.NewPCG(1, seed))} }

	ctx, cancel := context.WithCancel(t.Context())
	first := &projections.Engine{Log: log(6), Path: path, All: interrupted(newer, new(2*int(tr.Log.Size())), cancel)}
	if made, err := first.Prepare(ctx); made || !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v, %v", made, err)
	}
	r := log(7)
	if made, err := (&projections.Engine{Log: r, Path: path, All: newer}).Prepare(t.Context()); !made || err != nil || r.first == 0 {
		t.Fatalf("again, from %d: %v, %v", r.first, made, err)
	}
	certs, err := projections.ReadCertificates(t.Context(), path)
	if err != nil || certs[3].Version != projections.All()[3].Version {
		t.Errorf("those that are answered from are %+v, %v", certs, err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}

	r = log(8)
	e := &projections.Engine{Log: r, Path: path, All: newer}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if r.first != tr.Log.Size() {
		t.Errorf("it began with %d and not with what was prepared", r.first)
	}
	whole := filepath.Join(t.TempDir(), "whole.db")
	if err := (&projections.Engine{Log: tr.Log, All: newer}).Build(t.Context(), whole, -1); err != nil {
		t.Fatal(err)
	}
	if d, err := projections.Compare(t.Context(), path, whole, newer); d != nil || err != nil {
		t.Errorf("%v, %v", d, err)
	}
	if left, err := filepath.Glob(path + ".*"); len(left) > 0 || err != nil {
		t.Errorf("left over: %v, %v", left, err)
	}
}
