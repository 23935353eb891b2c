package esdbstore_test

import (
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
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
