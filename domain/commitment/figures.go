package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// Figures count commitments that stand. They mean something only together and
// are always shown together (G17).
type Figures struct {
	Received  int // by a named owner; a joint one once, whoever takes part
	Distinct  int // of those, pledges linked by matches taken as one
	Confirmed int // of those received, by their owner; the others are attributed to nobody
	Entities  int // which stand by one that is confirmed, each once

	// Announcements stand for nobody knows how many, so they are in none of
	// the above.
	Announcements int
}

// Tally counts all, by id. Projections keep the same in SQL.
func Tally(all map[domain.ID]State) Figures {
	var f Figures
	entities := map[domain.ID]bool{}
	group := map[domain.ID]domain.ID{} // of what is received: the way to the one that stands for its group
	for id, s := range all {
		switch {
		case !s.Standing():
			continue
		case s.Owner == "":
			f.Announcements++
			continue
		}
		f.Received++
		group[id] = id
		if s.Confirmed {
			f.Confirmed++
		}
		for _, e := range s.Parties() {
			entities[e] = true
		}
	}
	f.Distinct, f.Entities = f.Received, len(entities)
	for id := range group {
		for with := range all[id].Matches {
			if _, stands := group[with]; !stands {
				continue
			}
			if a, b := first(group, id), first(group, with); a != b {
				group[a] = b
				f.Distinct--
			}
		}
	}
	return f
}

// first follows group to its end.
func first(group map[domain.ID]domain.ID, id domain.ID) domain.ID {
	for group[id] != id {
		id = group[id]
	}
	return id
}
