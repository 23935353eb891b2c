package domain

// Personal is text about or by a person that must be forgettable. It stands in
// an event as {"of","text"}; a later release may seal it as {"of","kid","box"},
// and both read back, so sealing changes no event.
type Personal struct {
	Of   ID     `json:"of"`             // whose it is
	Text string `json:"text,omitempty"` // in the clear
	Kid  string `json:"kid,omitempty"`  // which key seals Box
	Box  []byte `json:"box,omitempty"`  // sealed text
}

// About returns text as personal data of the person of.
func About(of ID, text string) Personal { return Personal{Of: of, Text: text} }
