package esdbstore

import "github.com/rapporteur-project/rapporteur/eventstore"

// SaveAlways has the guard write its state whenever it hears how far the server
// is. Call it before Run.
func (s *Store) SaveAlways() { s.guard.every = 0 }

// GuardAt returns the position of the event up to which the guard has looked.
func (s *Store) GuardAt() eventstore.Position {
	at, _ := s.guard.at()
	return eventstore.Position(at)
}
