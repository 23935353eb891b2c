package transport

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// An object is a JSON object by its exact names. Left to itself encoding/json
// takes QUERY for query, and the last of two.
type object map[string]json.RawMessage

// readObject reads text that is one object and nothing else. It is false for
// any other text, with a name given twice, and for bad UTF-8.
func readObject(text []byte) (object, bool) {
	if !utf8.Valid(text) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	o := object{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, false
		}
		var value json.RawMessage
		if _, twice := o[name]; twice || d.Decode(&value) != nil {
			return nil, false
		}
		o[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	_, err := d.Token()
	return o, err == io.EOF
}

// text sets to and is true if name is a string, or absent or null.
func (o object) text(name string, to *string) bool {
	raw, ok := o[name]
	return !ok || json.Unmarshal(raw, to) == nil
}

// values sets to and is true if name is an object, or absent or null. Numbers
// keep all their digits.
func (o object) values(name string, to *map[string]any) bool {
	raw, ok := o[name]
	if !ok || string(raw) == "null" {
		return true
	}
	if _, ok := readObject(raw); !ok {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(to) == nil
}
