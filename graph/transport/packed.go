package transport

const maxValues = 20_000 // in one body; the variables of a mutation may have half as many

// packed reports whether JSON holds more values than any request needs. They
// take forty times as long to read as to count, and as much memory.
func packed(text []byte) bool {
	values, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == '[' || c == '{'):
			values++
		}
	}
	return values > maxValues
}
