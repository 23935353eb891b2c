package esdbstore

import "github.com/rapporteur-project/rapporteur/eventstore"

// GuardAt returns the position of the event up to which the guard has looked.
func (s *Store) GuardAt() eventstore.Position {
	at, _ := s.guard.at()
	return eventstore.Position(at)
}
