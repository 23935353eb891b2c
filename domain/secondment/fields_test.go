package secondment

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// TestFields points at the field that cannot be taken.
func TestFields(t *testing.T) {
	long := strings.Repeat("é", maxFunction+1)
	offers, records, isComing, runs := Decider.Fold(State{}, lent()...), Decider.Fold(State{}, unconfirmed()...), Decider.Fold(State{}, coming()...), Decider.Fold(State{}, running()...)
	for _, c := range []struct {
		given State
		when  Command
		path  string
	}{
		{State{}, Offer{Post: Description{Language: "en", Title: long}}, "post title value"},
		{State{}, Offer{Post: Description{Language: "en", Title: "A", DutyStation: long}}, "post dutyStation value"},
		{State{}, Offer{Post: Description{Language: "en", Title: "A", Function: long}}, "post function value"},
		{State{}, Offer{Post: Description{Language: "xx-yy-zz-1", Title: "A"}}, "post title language"},
		{State{}, Offer{Post: adviser, Start: "soon"}, "start"},
		{State{}, Offer{Post: adviser, Until: "later"}, "until"},
		{State{}, Offer{Post: adviser, OccurredOn: "once"}, "occurredOn"},
		{State{}, Record{Entity: unhcr, Post: Description{Grade: long}, Source: source, Lender: lender}, "post grade"},
		{State{}, Record{Entity: unhcr, Start: "soon", Source: source, Lender: lender}, "start"},
		{State{}, Record{Entity: unhcr, Source: long, Lender: lender}, "source"},
		{State{}, Record{Entity: unhcr, Source: source, OccurredOn: "2999", Lender: lender}, "occurredOn"},
		{records, CorrectRecord{Until: "later", Source: source}, "until"},
		{records, CorrectRecord{Impending: true, Source: source, OccurredOn: "once"}, "occurredOn"},
		{records, Confirm{OccurredOn: "once"}, "occurredOn"},
		{records, Confirm{Post: &Description{Grade: long}}, "post grade"},
		{records, Contest{Reason: "No"}, "reason language"},
		{records, Contest{OccurredOn: "once"}, "occurredOn"},
		{isComing, Acknowledge{Source: long}, "source"},
		{isComing, Acknowledge{OccurredOn: "2999"}, "occurredOn"},
		{offers, Announce{Start: "soon"}, "start"},
		{offers, Announce{OccurredOn: "once"}, "occurredOn"},
		{offers, ConfirmStart{OccurredOn: "once"}, "occurredOn"},
		{offers, Cancel{Reason: "No"}, "reason language"},
		{offers, Cancel{OccurredOn: "once"}, "occurredOn"},
		{runs, Extend{}, "until"},
		{runs, Extend{Until: "2022", Language: "en", Reason: long}, "reason value"},
		{runs, Extend{Until: "2022", OccurredOn: "once"}, "occurredOn"},
		{runs, Extend{Until: "2019"}, "until"},
		{runs, End{Language: "en", Reason: long}, "reason value"},
		{runs, End{OccurredOn: "once"}, "occurredOn"},
		{runs, NamePerson{Name: long, Subject: "per_made"}, "name"},
	} {
		_, err := Decider.Run(c.given, c.when, forUNHCR)
		e, ok := errors.AsType[*domain.Error](err)
		if !ok || e.Code != domain.Invalid {
			t.Errorf("%+v gave %v", c.when, err)
			continue
		}
		if diff := cmp.Diff(c.path, strings.Join(e.Path, " ")); diff != "" {
			t.Errorf("%T points elsewhere (-want +got):\n%s", c.when, diff)
		}
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "an entity does not acknowledge itself", Given: lent(), When: Acknowledge{}, By: forUNHCR, Code: domain.NotAllowed},
		{Name: "acknowledged by the secretariat", Given: coming(), When: Acknowledge{Source: " Briefing ", OccurredOn: "2020-03-04"}, By: officer,
			Then: []Event{Acknowledged{Source: "Briefing", OccurredOn: "2020-03-04"}}},
	})
}
