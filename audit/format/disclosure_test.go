package format

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// TestDisclosureHasOneForm shows that nothing but what Text wrote is read.
func TestDisclosureHasOneForm(t *testing.T) {
	whole, err := Disclose(thing(), 12)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []Disclosure{whole, whole.WithoutData(), whole.WithoutMeta(), whole.WithoutData().WithoutMeta()} {
		text, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseDisclosure(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := again.Open(); err != nil || !bytes.Equal(again.line(), text) || !bytes.Equal(again.Data, d.Data) || !bytes.Equal(again.Meta, d.Meta) {
			t.Errorf("%s: read as %s, %v", text, again.line(), err)
		}
	}
	b, err := whole.Text()
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for name, altered := range map[string]string{
		"a name in capitals":   strings.Replace(text, `"dataKey"`, `"datakey"`, 1),
		"a key in capitals":    strings.Replace(text, string(text[strings.Index(text, `"metaKey":"`)+11:len(text)-2]), strings.ToUpper(text[strings.Index(text, `"metaKey":"`)+11:len(text)-2]), 1),
		"a name twice":         `{"record":{},` + text[1:],
		"an unknown name":      text[:len(text)-1] + `,"note":1}`,
		"a space":              strings.Replace(text, `,"data":`, `, "data":`, 1),
		"a brace at the end":   text + "}",
		"a newline at the end": text + "\n",
		"another order":        `{"data":{"n":7}` + strings.Replace(text[1:], `"data":{"n":7},`, "", 1),
		"another data, null":   strings.Replace(text, `"data":{"n":7}`, `"data":null`, 1),
		"no key":               text[:strings.Index(text, `,"metaKey"`)] + "}",
		"a canonical space":    strings.Replace(text, `"index":12`, `"index": 12`, 1),
		"a canonical capital":  strings.Replace(text, `"index":12`, `"Index":12`, 1),
		"a newer version":      strings.Replace(text, `"v":1`, `"v":2`, 1),
		"another data":         strings.Replace(text, `{"n":7}`, `{"n":8}`, 1),
		"another meta":         strings.Replace(text, `"key":"k7"`, `"key":"k8"`, 1),
		"nothing":              ``,
		"null":                 `null`,
	} {
		if altered == text {
			t.Errorf("%s: not altered", name)
		}
		d, err := ParseDisclosure([]byte(altered))
		if err == nil {
			_, err = d.Open()
		}
		if err == nil {
			t.Errorf("%s is accepted: %s", name, altered)
		}
		if shown := strings.HasPrefix(name, "another ") && name != "another order"; shown != errors.Is(err, ErrCommitment) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
