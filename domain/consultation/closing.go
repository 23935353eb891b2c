package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// A Closing is a deadline as people write it. The zero Closing is none.
type Closing struct {
	Local     string // on the clocks of Zone, such as "2020-05-30T23:59:59"
	Zone      string // IANA, such as "Europe/Zurich"
	Inclusive bool   // that very instant is still in time
}

// deadline returns the zero Deadline for the zero Closing.
func (c Closing) deadline(path ...string) (domain.Deadline, error) {
	if c == (Closing{}) {
		return domain.Deadline{}, nil
	}
	return domain.NewDeadline(c.Local, c.Zone, c.Inclusive, path...)
}
