package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A Recheck goes through the record in order and checks, from the record
// alone, that everybody who acted held the credential to do so (G2). It trusts
// nothing that decided at the time.
type Recheck struct {
	held map[string][]standing // by stream of credentials, a standing for each version
}

// standing is what a person's credentials had come to at one version.
type standing struct {
	at    time.Time
	state credential.State
}

// Next takes the next record of the log. It returns an error that says what
// is wrong with it, if anything is.
func (c *Recheck) Next(r eventstore.Record) error {
	var m domain.Meta
	if err := json.Unmarshal(r.Meta, &m); err != nil {
		return fmt.Errorf("meta: %w", err)
	}
	if err := c.allowed(m, r.At); err != nil {
		return err
	}
	if !strings.HasPrefix(r.Stream, credential.Decider.Category+"-") {
		return nil
	}
	e, err := credential.Decider.Codec.Decode(r.Type, r.Data)
	if err != nil {
		return err
	}
	if c.held == nil {
		c.held = map[string][]standing{}
	}
	was := c.held[r.Stream]
	if int64(len(was))+1 != r.Version {
		return fmt.Errorf("version %d of %s follows version %d", r.Version, r.Stream, len(was))
	}
	var s credential.State
	if len(was) > 0 {
		s = credential.Decider.Copy(was[len(was)-1].state)
	}
	c.held[r.Stream] = append(was, standing{r.At, credential.Decider.Evolve(s, e)})
	return nil
}

// allowed checks the credential that an act rested on, and that it was not
// taken back before the act, but for the time that an append may take.
func (c *Recheck) allowed(m domain.Meta, at time.Time) error {
	if m.Capacity == domain.System || m.Entity == "" {
		return nil // configuration, or in one's own name
	}
	stream := credential.Decider.Category + "-" + string(m.Person)
	n := slices.IndexFunc(m.Pins, func(p domain.Pin) bool { return p.Stream == stream })
	if n < 0 {
		return fmt.Errorf("%s acted for %s as %s without saying by which credential", m.Person, m.Entity, m.Capacity)
	}
	pinned, all := m.Pins[n].Version, c.held[stream]
	if pinned < 1 || pinned > int64(len(all)) {
		return fmt.Errorf("%s acted by version %d of their credentials; there are %d", m.Person, pinned, len(all))
	}
	if !holds(all[pinned-1].state, at, m.Entity, m.Capacity) {
		return fmt.Errorf("%s acted for %s as %s without holding that credential", m.Person, m.Entity, m.Capacity)
	}
	if pinned < int64(len(all)) && all[pinned].at.Before(at.Add(-pinLife)) {
		return fmt.Errorf("%s acted on credentials that had changed before", m.Person)
	}
	return nil
}
