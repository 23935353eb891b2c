package esdbstore_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

func TestRegister(t *testing.T) {
	for name, c := range clusters {
		t.Run(name, func(t *testing.T) {
			storetest.RunRegister(t, func(t *testing.T) eventstore.Register {
				_, config := start(t, c)
				return open(t, config).Register()
			})
		})
	}
}

// TestRegisterStandsApart sets values that no reader of the records sees, of
// which an administrator lets few be kept, and which two stores share.
func TestRegisterStandsApart(t *testing.T) {
	cluster, config := start(t, clusters["three nodes"])
	one := open(t, config)
	config.State = ""
	two := open(t, config)
	cluster.SetMetadata("rapporteur=signer", `{"$maxCount": 2}`)
	for version := range int64(10) {
		s := []*esdbstore.Store{one, two}[version%2]
		if version%3 == 2 {
			cluster.Move()
		}
		if err := s.Register().Set(t.Context(), "signer", version, fmt.Append(nil, "head ", version)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []*esdbstore.Store{one, two} {
		value, version, err := s.Register().Get(t.Context(), "signer")
		if err != nil || string(value) != "head 9" || version != 10 {
			t.Errorf("Get = %q at %d, %v", value, version, err)
		}
		for r, err := range s.All(t.Context(), 0) {
			t.Errorf("among the records: %v, %v", r, err)
		}
		if head, err := s.Head(t.Context()); err != nil || head != 0 {
			t.Errorf("Head = %d, %v", head, err)
		}
		if err := s.Fault(); err != nil {
			t.Errorf("the guard minds: %v", err)
		}
	}
}

// TestRegisterDeleted deletes what nodes agreed on. It is not taken for nothing
// agreed on: nothing more is recorded, and what is there can be read.
func TestRegisterDeleted(t *testing.T) {
	for name, tt := range map[string]struct {
		befall func(*esdbtest.Cluster)
		says   string // empty: it is as it should be
	}{
		"untouched":     {func(*esdbtest.Cluster) {}, ""},
		"few are kept":  {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur=x", `{"$maxCount":10}`) }, ""},
		"deleted":       {func(c *esdbtest.Cluster) { c.Delete("rapporteur=x", false) }, "$tb"},
		"for good":      {func(c *esdbtest.Cluster) { c.Delete("rapporteur=x", true) }, "deleted for good"},
		"none is young": {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur=x", `{"$maxAge":-1}`) }, "$maxAge"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, config := start(t, clusters["one node"])
			s := open(t, config)
			if _, version, err := s.Register().Get(t.Context(), "y"); version != 0 || err != nil {
				t.Errorf("of a stream that never was: version %d, %v", version, err)
			}
			if err := s.Register().Set(t.Context(), "x", 0, []byte("agreed")); err != nil {
				t.Fatal(err)
			}
			if err := s.Append(t.Context(), "a-1", 0, record()); err != nil {
				t.Fatal(err)
			}
			tt.befall(cluster)
			config.State = ""
			again := open(t, config) // one that knows nothing of before
			value, version, err := again.Register().Get(t.Context(), "x")
			if tt.says == "" {
				if string(value) != "agreed" || version != 1 || err != nil || again.Fault() != nil {
					t.Errorf("Get = %q at %d, %v; fault %v", value, version, err, again.Fault())
				}
				return
			}
			if value != nil || err != nil {
				t.Errorf("Get = %q, %v", value, err)
			}
			if fault := again.Fault(); fault == nil || !strings.Contains(fault.Error(), tt.says) || !strings.Contains(fault.Error(), "rapporteur=x") {
				t.Errorf("its fault is %v, want one that says %s", fault, tt.says)
			}
			if err := again.Register().Set(t.Context(), "x", 0, []byte("another")); err == nil {
				t.Error("it was set again")
			}
			if err := again.Append(t.Context(), "a-1", 1, record()); err == nil || errors.Is(err, eventstore.ErrConflict) {
				t.Errorf("it was recorded: %v", err)
			}
			n := 0
			for _, err := range again.All(t.Context(), 0) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != 1 {
				t.Errorf("%d records can be read, want 1", n)
			}
		})
	}
}
