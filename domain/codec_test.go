package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A kettle is the smallest aggregate that has a past: it once measured in
// Fahrenheit.
type kettleEvent interface{ domain.Event }

type filled struct {
	Litres int                `json:"litres"`
	Note   domain.Text        `json:"note,omitzero"`
	On     domain.PartialDate `json:"on,omitempty"`
	Paid   domain.Money       `json:"paid,omitzero"`
}

type boiled struct {
	Celsius int `json:"celsius"`
}

type unlisted struct{}

func (filled) EventType() string   { return "kettle.filled" }
func (boiled) EventType() string   { return "kettle.boiled.v2" }
func (unlisted) EventType() string { return "kettle.unlisted" }

type oldBoiled struct {
	Fahrenheit int `json:"fahrenheit"`
}

func kettle() domain.Codec[kettleEvent] {
	return domain.Upcast(domain.NewCodec[kettleEvent](filled{}, boiled{}), "kettle.boiled",
		func(o oldBoiled) kettleEvent { return boiled{Celsius: (o.Fahrenheit - 32) * 5 / 9} })
}

func TestCodecLists(t *testing.T) {
	c := kettle()
	if diff := cmp.Diff([]string{"kettle.boiled", "kettle.boiled.v2", "kettle.filled"}, c.Names()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]kettleEvent{boiled{}, filled{}}, c.Zeros()); diff != "" {
		t.Error("what is written today:", diff)
	}
}

func TestCodecReadsThePast(t *testing.T) {
	e, err := kettle().Decode("kettle.boiled", []byte(`{"fahrenheit":212}`))
	if diff := cmp.Diff(kettleEvent(boiled{Celsius: 100}), e); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	name, b, err := kettle().Encode(e)
	if err != nil || name != "kettle.boiled.v2" || string(b) != `{"celsius":100}` {
		t.Errorf("written today as %s %s, %v", name, b, err)
	}
}

func TestCodecRefuses(t *testing.T) {
	if name, b, err := kettle().Encode(unlisted{}); err == nil || !strings.Contains(err.Error(), "not listed in its codec") {
		t.Errorf("encoded as %s %s, %v", name, b, err)
	}
	if _, _, err := kettle().Encode(&boiled{}); err == nil {
		t.Error("a pointer to an event is encoded")
	}
	if _, _, err := kettle().Encode(nil); err == nil {
		t.Error("no event is encoded")
	}
	for _, tt := range []struct{ name, bytes, want string }{
		{"kettle.exploded", `{}`, `"kettle.exploded": written by a newer release`},
		{"", `{}`, "written by a newer release"},
		{"kettle.filled", `{"litres":"three"}`, "decode kettle.filled: "},
		{"kettle.boiled", `{"fahrenheit":`, "decode kettle.boiled: "},
		{"kettle.filled", ``, "decode kettle.filled: "},
	} {
		if e, err := kettle().Decode(tt.name, []byte(tt.bytes)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %s: got %v, %v; want %s", tt.name, tt.bytes, e, err, tt.want)
		}
	}
}

func TestCodecNamesAreUnique(t *testing.T) {
	for name, build := range map[string]func(){
		"kettle.filled":    func() { domain.NewCodec[kettleEvent](filled{}, boiled{}, filled{}) },
		"kettle.boiled.v2": func() { domain.Upcast(kettle(), "kettle.boiled.v2", func(oldBoiled) kettleEvent { return boiled{} }) },
		"kettle.boiled":    func() { domain.Upcast(kettle(), "kettle.boiled", func(oldBoiled) kettleEvent { return boiled{} }) },
	} {
		func() {
			defer func() {
				if msg, _ := recover().(string); !strings.Contains(msg, name+" listed twice") {
					t.Errorf("%s: got panic %q", name, msg)
				}
			}()
			build()
		}()
	}
}

func TestCodecRoundTrip(t *testing.T) {
	c := kettle()
	rapid.Check(t, func(t *rapid.T) {
		want := filled{
			Litres: rapid.Int().Draw(t, "litres"),
			Note:   domain.Text{Language: "en", Value: rapid.String().Draw(t, "note")},
			On:     partial().Draw(t, "on"),
			Paid:   domain.Money{Minor: rapid.Int64().Draw(t, "minor"), Currency: "EUR"},
		}
		name, b, err := c.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Decode(name, b)
		if diff := cmp.Diff(kettleEvent(want), got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

// What decodes encodes, and is the same when it is read again.
func FuzzDecode(f *testing.F) {
	f.Add("kettle.filled", []byte(`{"litres":2,"note":{"language":"en","value":"tea"},"on":"spring 2020","paid":{"minor":"150","currency":"CHF"}}`))
	f.Add("kettle.boiled", []byte(`{"fahrenheit":212}`))
	f.Add("kettle.boiled.v2", []byte(`{"celsius":100}`))
	f.Add("kettle.exploded", []byte(`{}`))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		c := kettle()
		e, err := c.Decode(name, b)
		if err != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatalf("%s is no JSON and gives %+v", b, e)
		}
		again, out, err := c.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := c.Decode(again, out)
		if diff := cmp.Diff(e, back); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}
