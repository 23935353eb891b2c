package secondment

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var commands = []Command{
	Offer{Post: adviser}, Record{Entity: unhcr, Source: source, Lender: lender},
	Record{Entity: unhcr, Impending: true, Source: source, Lender: lender},
	CorrectRecord{Source: source}, CorrectRecord{Impending: true, Start: "2020", Source: source},
	Confirm{}, Confirm{Post: &adviser}, Contest{}, Announce{}, Announce{Start: "spring 2020"},
	ConfirmStart{}, ConfirmStart{OccurredOn: "2020-02-01"}, Extend{Until: "2021"}, Extend{Until: "2022"},
	End{}, Cancel{}, Acknowledge{}, NamePerson{Name: "Jo Doe", Subject: "per_made"},
}

// TestInvariants walks as anybody and holds each event to the rules of the row.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var s State
		for range 40 {
			c := domaintest.Pick(r, commands...)
			by := domaintest.Pick(r, forUNHCR, forUNHCR, forUNICEF)
			before := s
			events, err := Decider.Run(s, c, by)
			if err != nil {
				continue
			}
			for _, e := range events {
				s = Decider.Evolve(s, e)
				holds(r, before, s, e, by)
			}
			if again, err := Decider.Run(s, c, by); len(again) > 0 {
				r.Fatalf("%T twice gave %+v", c, again)
			} else if err != nil && !errors.Is(err, domain.NotAllowed) && !errors.Is(err, domain.NotOwner) {
				r.Fatalf("%T twice gave %v", c, err)
			}
		}
	})
}

func holds(r *rapid.T, before, s State, e Event, by domain.Cause) {
	switch e.(type) {
	case Recorded, RecordCorrected, Acknowledged:
		if s.Confirmed != before.Confirmed {
			r.Fatalf("G6: %s spoke for the entity", e.EventType())
		}
	default:
		if by.By.For() != s.Entity {
			r.Fatalf("G6: %s by %s, of %s", e.EventType(), by.By.For(), s.Entity)
		}
	}
	if (s.Status == started || s.Status == extended || s.Status == ended) && !s.Confirmed {
		r.Fatalf("%s without the releasing entity's confirmation", s.Status)
	}
	if before.Acknowledged && !s.Acknowledged {
		r.Fatalf("%s took back the acknowledgement", e.EventType())
	}
	b, err := json.Marshal(e)
	if err != nil {
		r.Fatal(err)
	}
	if _, personal := e.(PersonNamed); !personal && strings.Contains(string(b), "Jo Doe") {
		r.Fatalf("G15: a name in the clear in %s", e.EventType())
	}
}

func TestAcknowledgedInAnyState(t *testing.T) {
	for status := range Decider.Table {
		if status == "" {
			continue
		}
		s := State{Entity: unhcr, Status: status}
		events, err := Decider.Run(s, Acknowledge{Source: "Briefing", OccurredOn: "2020-03-04"}, officer)
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: %v, %v", status, events, err)
		}
		s2 := Decider.Fold(s, events...)
		if !s2.Acknowledged || s2.Status != status || s2.Confirmed {
			t.Errorf("%s: acknowledging led to %+v", status, s2)
		}
		if events, err = Decider.Run(s2, Acknowledge{}, officer); err != nil || events != nil {
			t.Errorf("%s: acknowledging twice gave %v, %v", status, events, err)
		}
	}
}

// TestBriefing is the outcome of 4 March 2020: nobody confirms anything.
func TestBriefing(t *testing.T) {
	first := Decider.Fold(State{}, append(unconfirmed(), Acknowledged{OccurredOn: "2020-03-04"})...)
	if !first.Acknowledged || first.Confirmed || first.Status != recorded {
		t.Errorf("UNHCR: %+v", first)
	}
	second := Decider.Fold(State{}, coming()...)
	if second.Status != impending || second.Confirmed || second.Start != "" {
		t.Errorf("UNICEF: %+v", second)
	}
}

func TestWhoSees(t *testing.T) {
	s := Decider.Fold(State{}, append(lent(), PersonNamed{Person: domain.About("per_jo", "Jo Doe")})...)
	holding := func(e domain.ID, c domain.Capacity) domain.Viewer {
		return domain.Viewer{Person: "per_v", Holds: []domain.Holding{{Entity: e, Capacity: c}}}
	}
	for name, row := range map[string]struct {
		who    domain.Viewer
		person bool
	}{
		"the public":            {domain.Viewer{}, false},
		"the person":            {domain.Viewer{Person: "per_jo"}, true},
		"the releasing entity":  {holding(unhcr, domain.NetworkEntity), true},
		"another entity":        {holding(unicef, domain.NetworkEntity), false},
		"a State":               {holding(prt, domain.StateMission), false},
		"the secretariat":       {holding("ent_secretariat", domain.Secretariat), true},
		"an auditor":            {holding("ent_audit", domain.Auditor), false},
		"a moderator":           {holding("ent_secretariat", domain.Moderator), false},
		"staff lent to UNHCR":   {holding(unhcr, domain.Editor), false},
		"somebody else's token": {domain.Viewer{Person: "per_x"}, false},
	} {
		if !Decider.Sees(s, row.who) {
			t.Errorf("%s cannot see the post", name)
		}
		if got := s.SeesPerson(row.who); got != row.person {
			t.Errorf("%s sees the person: %v", name, got)
		}
	}
	if (State{}).SeesPerson(domain.Viewer{}) {
		t.Error("the public is taken for a person nobody named")
	}
}
