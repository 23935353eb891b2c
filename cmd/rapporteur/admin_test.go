package main

import (
	"bytes"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

var known = []string{"https://issuer", "issuer"}

func newApp(store *memstore.Store) *app.App {
	return app.New(app.Config{Store: store, Secret: bytes.Repeat([]byte{1}, 32)})
}

func records(t *testing.T, store *memstore.Store) (n int) {
	t.Helper()
	for _, err := range store.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestAdminIsRecordedOnce(t *testing.T) {
	store := new(memstore.Store)
	a := newApp(store)
	if err := admin("").appoint(t.Context(), a, store, known); err != nil || records(t, store) != 0 {
		t.Fatalf("nobody named: %d records, %v", records(t, store), err)
	}
	if err := admin("https://issuer|auth|ann").appoint(t.Context(), a, store, known); err != nil {
		t.Fatal(err)
	}
	first, _, err := firstOfficer(t.Context(), store)
	if want := a.PersonID("https://issuer", "auth|ann"); err != nil || first != want {
		t.Fatalf("first officer %s, %v; want %s", first, err, want)
	}
	n := records(t, store)
	for _, again := range []admin{"https://issuer|auth|ann", "https://issuer|bob"} {
		if err := again.appoint(t.Context(), a, store, known); err != nil || records(t, store) != n {
			t.Errorf("%s later: %d records, want %d, %v", again, records(t, store), n, err)
		}
	}
}

// A record that others have begun has no first officer from configuration.
func TestAdminComesFirstOrNotAtAll(t *testing.T) {
	store := new(memstore.Store)
	a := newApp(store)
	if err := a.Register(t.Context(), "per_ann", "Ann"); err != nil {
		t.Fatal(err)
	}
	if err := admin("issuer|bob").appoint(t.Context(), a, store, known); err != nil || records(t, store) != 1 {
		t.Errorf("%d records, %v", records(t, store), err)
	}
}

// A start that was cut off after its first record is taken up again.
func TestAdminIsTakenUpAgain(t *testing.T) {
	whole, store := new(memstore.Store), new(memstore.Store)
	if err := admin("issuer|ann").appoint(t.Context(), newApp(whole), whole, known); err != nil {
		t.Fatal(err)
	}
	for r, err := range whole.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Append(t.Context(), r.Stream, r.Version-1, r); err != nil {
			t.Fatal(err)
		}
		break
	}
	if err := admin("issuer|ann").appoint(t.Context(), newApp(store), store, known); err != nil {
		t.Fatal(err)
	}
	if got, want := records(t, store), records(t, whole); got != want {
		t.Errorf("%d records, want %d", got, want)
	}
}

// An officer whose issuer is unknown could never sign in, so none is recorded;
// on a record that has one, the name is only compared.
func TestAdminOfAnUnknownIssuer(t *testing.T) {
	store := new(memstore.Store)
	a := newApp(store)
	for _, who := range []admin{"https://issuer/|ann", "urn:rapporteur:development|ann"} {
		if err := who.appoint(t.Context(), a, store, known); err == nil || records(t, store) != 0 {
			t.Errorf("%s: %d records, %v", who, records(t, store), err)
		}
	}
	if err := admin("issuer|ann").appoint(t.Context(), a, store, known); err != nil {
		t.Fatal(err)
	}
	if err := admin("issuer|ann").appoint(t.Context(), a, store, []string{"https://new"}); err != nil {
		t.Errorf("later: %v", err)
	}
}
