package graph_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// Who has the envelope of a record cannot try out who wrote it, though they know
// every person and even how their meta would be stored: what commits to it is
// keyed with a salt that is each record's own.
func TestEnvelopeNamesNobody(t *testing.T) {
	s := everyLabel(t)
	var sealed eventstore.Record
	var at int64
	salts := map[string]bool{}
	guesses := [][]byte{nil, make([]byte, 32)}
	for r, err := range s.tr.Store.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Salt) != 32 || salts[string(r.Salt)] {
			t.Errorf("record %s has a salt of %d bytes, or one of another record", r.ID, len(r.Salt))
		}
		if r.Type == "submission.received" && r.Stream == "submission-"+string(s.ids[string(domain.Sealed)]) {
			sealed, at = r, int64(len(salts))
		} else {
			guesses = append(guesses, r.Salt)
		}
		salts[string(r.Salt)] = true
		guesses = append(guesses, []byte(r.ID), []byte(r.Stream), r.Data, r.Meta)
	}
	if !bytes.Contains(sealed.Meta, []byte(s.tr.Person("ngo"))) {
		t.Fatalf("the meta of %s does not name its author", sealed.ID)
	}
	envelope, err := format.Canonical(sealed, at)
	if err != nil {
		t.Fatal(err)
	}
	tried := func(salt []byte) error {
		_, err := format.Disclosure{Canonical: envelope, Meta: sealed.Meta, MetaKey: format.MetaKey(salt)}.Open()
		return err
	}
	for _, salt := range guesses {
		if err := tried(salt); !errors.Is(err, format.ErrCommitment) {
			t.Errorf("with the salt %q the author is found: %v", salt, err)
		}
	}
	if err := tried(sealed.Salt); err != nil {
		t.Errorf("with the record's own salt: %v", err)
	}
}
