package app

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// An act may rest on a read of credentials that is as old as an append may
// take, and on none that is older: the record shows it to the millisecond.
func TestRecheckOldReads(t *testing.T) {
	act := time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC)
	for changed, ok := range map[time.Duration]bool{-pinLife - time.Millisecond: false, -pinLife: true, -pinLife + time.Millisecond: true, time.Second: true} {
		var c Recheck
		stream := "credential-per_ada"
		for i, r := range []struct {
			at time.Time
			e  credential.Event
		}{
			{act.Add(-time.Hour), credential.Granted{Person: "per_ada", Entity: "ent_a", Capacity: domain.Stakeholder}},
			{act.Add(changed), credential.Revoked{Entity: "ent_a", Capacity: domain.Stakeholder}},
		} {
			data, err := json.Marshal(r.e)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Next(eventstore.Record{Stream: stream, Version: int64(i + 1), Type: r.e.EventType(), Data: data, Meta: []byte(`{"capacity":"SYSTEM"}`), At: r.at}); err != nil {
				t.Fatal(err)
			}
		}
		meta := fmt.Appendf(nil, `{"person":"per_ada","entity":"ent_a","capacity":"STAKEHOLDER","pins":[{"stream":%q,"version":1}]}`, stream)
		if err := c.Next(eventstore.Record{Stream: "submission-sub_1", Version: 1, Meta: meta, At: act}); (err == nil) != ok {
			t.Errorf("credentials that changed %s from the act that rested on them as they were before: %v, want it to pass: %t", changed, err, ok)
		}
	}
}
