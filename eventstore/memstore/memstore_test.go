package memstore_test

import (
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

func open(*testing.T) eventstore.Store { return new(memstore.Store) }

func TestContract(t *testing.T) { storetest.Run(t, open) }

func TestUnique(t *testing.T) { storetest.RunUnique(t, open) }

func TestFaults(t *testing.T) {
	storetest.RunFaults(t, func(t *testing.T, fault storetest.Fault) eventstore.Store {
		return &memstore.Store{Fault: fault}
	})
}

func TestFaultChoosesBoth(t *testing.T) {
	down := errors.New("down")
	for _, c := range []struct {
		Name   string
		Stored bool
		Err    error
	}{
		{"stored and told so", true, nil},
		{"stored and told otherwise", true, down},
		{"not stored and told so", false, down},
		{"not stored and told otherwise", false, nil},
	} {
		t.Run(c.Name, func(t *testing.T) {
			s := &memstore.Store{Fault: func() (bool, error) { return c.Stored, c.Err }}
			err := s.Append(t.Context(), "a-1", 0, eventstore.Record{ID: "1"})
			if !errors.Is(err, c.Err) {
				t.Errorf("Append = %v, want %v", err, c.Err)
			}
			head, err := s.Head(t.Context())
			if err != nil || (head != 0) != c.Stored {
				t.Errorf("Head = %d, %v; want a record: %t", head, err, c.Stored)
			}
		})
	}
}

func TestPositionsHaveGaps(t *testing.T) {
	s := new(memstore.Store)
	if err := s.Append(t.Context(), "a-1", 0, eventstore.Record{ID: "1"}, eventstore.Record{ID: "2"}); err != nil {
		t.Fatal(err)
	}
	var last eventstore.Position
	for r, err := range s.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Position < last+2 {
			t.Errorf("position %d follows %d without a gap", r.Position, last)
		}
		last = r.Position
	}
}

func TestRegister(t *testing.T) {
	storetest.RunRegister(t, func(*testing.T) eventstore.Register { return new(memstore.Register) })
}

func TestLinear(t *testing.T) { storetest.RunLinear(t, open, nil) }
