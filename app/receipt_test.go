package app_test

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestReceiptIsOfTheFirst repeats a command that recorded several things, in
// the same process and in one that knows of it from the record alone.
func TestReceiptIsOfTheFirst(t *testing.T) {
	h := inSession(t)
	call := opened(t, h)
	partner, err := h.Entities.Do(t.Context(), "", suggest("Partner"), h.by())
	if err != nil {
		t.Fatal(err)
	}
	c := submission.Submit{Consultation: call, Content: submission.Input{Text: new(en("Many doors"))}}
	c.CoSigners = append(c.CoSigners, partner.ID)
	by := app.Caller{Person: "per_ada", Key: "one key of sixteen"}
	first, err := h.Submissions.Do(t.Context(), "", c, by)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for r, err := range h.st.Stream(t.Context(), "submission-"+string(first.ID), 0) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	if len(ids) < 2 || first.Receipt != ids[0] || first.Record != ids[len(ids)-1] {
		t.Errorf("of the records %q the result names %+v", ids, first)
	}
	if _, err := h.Submissions.Do(t.Context(), first.ID, submission.Withdraw{}, app.Caller{Person: "per_ada", Key: "another key of ada"}); err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]*app.App{"here": h.App, "restarted": app.New(app.Config{Store: h.st, Secret: secret})} {
		again, err := a.Submissions.Do(t.Context(), "", c, by)
		if err != nil || again != first {
			t.Errorf("%s the repeat gave %+v, %v; the first %+v", name, again, err, first)
		}
		if done, ok, err := a.Submissions.Done(t.Context(), "", by); err != nil || !ok || done != first {
			t.Errorf("%s what was done is %+v, %v, %v", name, done, ok, err)
		}
	}
}

// opened records a written call that is open, and returns its id.
func opened(t *testing.T, h *hall) domain.ID {
	t.Helper()
	closes := consultation.Closing{Local: "2099-01-01T00:00:00", Zone: "UTC", Inclusive: true}
	var id domain.ID
	for _, c := range []consultation.Command{consultation.Plan{Title: en("A call"), Closes: closes}, consultation.Announce{}, consultation.Open{}} {
		res, err := h.Consultations.Do(t.Context(), id, c, h.by())
		if err != nil {
			t.Fatal(err)
		}
		id = res.ID
	}
	return id
}

// TestQuietReceipt records nothing, so that there is no receipt but of the
// newest record, where that is by the same person.
func TestQuietReceipt(t *testing.T) {
	a := app.New(app.Config{Store: new(memstore.Store), Secret: secret})
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	if err := a.Appoint(t.Context(), "per_second", "Grace", a.Secretariat(), domain.Secretariat); err != nil {
		t.Fatal(err)
	}
	if err := a.Register(t.Context(), "per_ada", "Ada"); err != nil {
		t.Fatal(err)
	}
	suspend := func(by domain.ID, key string) app.Result {
		t.Helper()
		res, err := a.Persons.Do(t.Context(), "per_ada", person.Suspend{Reason: "spam"}, app.Caller{Person: by, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	first, own, other := suspend("per_officer", "key one"), suspend("per_officer", "key two"), suspend("per_second", "key three")
	if own != first || first.Receipt == "" {
		t.Errorf("the same officer's quiet command gave %+v, the first %+v", own, first)
	}
	if other.Receipt != "" || other.Record != first.Record {
		t.Errorf("another officer's quiet command gave %+v, the first %+v", other, first)
	}
}
