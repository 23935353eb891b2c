package domaintest

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A measured is a text within a command that was accepted, and the state it
// was accepted in.
type measured struct {
	name   string
	length int                                // of the text in the command, in characters
	takes  func(letter string, more int) bool // whether the text may be so many letters longer
}

// longest is how far a measurement goes: past what one append takes.
const longest = 1 << 20

// Limits compares how long each text of each command may be with a file: a text
// of that many characters is taken, and one of one more is refused, in letters
// of one byte and of two. With write the file is written.
func (w Walker[C, S, E]) Limits(t *testing.T, file string, write bool) {
	t.Helper()
	want := map[string][2]int{}
	if f, err := os.Open(file); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var name string
			var bytes, runes int
			if _, err := fmt.Sscanf(lines.Text(), "%s %d %d", &name, &bytes, &runes); err != nil {
				t.Fatalf("%s: %q: %v", file, lines.Text(), err)
			}
			want[name] = [2]int{bytes, runes}
		}
	} else if !write {
		t.Fatal(err)
	}
	found := map[string][2]int{}
	for seed := range 40 {
		for _, m := range w.texts(seed) {
			if _, done := found[m.name]; done {
				continue
			}
			if limits, listed := want[m.name]; listed && !write {
				if m.length < limits[0] && !m.takes("x", 1) {
					continue // in this state the text must be what it was
				}
				found[m.name] = limits
				for i, letter := range []string{"x", "é"} {
					if limits[i] == longest {
						continue // an id, which the app looks up, or a word that stands for nothing here
					}
					if n := limits[i] - m.length; n > 0 && !m.takes(letter, n) {
						t.Errorf("%s: %d characters %q are refused; %s says that they are taken", m.name, limits[i], letter, file)
					} else if n >= 0 && m.takes(letter, n+1) {
						t.Errorf("%s: %d characters %q are taken; %s says that one less is the most", m.name, limits[i]+1, letter, file)
					}
				}
			} else if m.takes("x", 1) {
				found[m.name] = [2]int{m.measure("x"), m.measure("é")}
				if !write {
					t.Errorf("%s: takes up to %d characters, and %s does not list it", m.name, found[m.name][0], file)
				}
			}
		}
	}
	if write {
		var lines strings.Builder
		for _, name := range slices.Sorted(maps.Keys(found)) {
			fmt.Fprintf(&lines, "%s %d %d\n", name, found[name][0], found[name][1])
		}
		if err := os.WriteFile(file, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name := range want {
		if _, done := found[name]; !done && !write {
			t.Errorf("%s: %s lists it, and it takes no longer text in any walk", name, file)
		}
	}
}

// measure returns the most characters that are taken.
func (m measured) measure(letter string) int {
	low, high := 0, 1 // taken, refused
	for m.takes(letter, high) {
		if low, high = high, 2*high; low > longest {
			return longest
		}
	}
	for high-low > 1 {
		if mid := (low + high) / 2; m.takes(letter, mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return m.length + low
}

// texts lists every text of every command that a walk sees accepted.
func (w Walker[C, S, E]) texts(seed int) []measured {
	return rapid.Custom(func(r *rapid.T) []measured {
		d := w.Decider
		var s S
		var all []measured
		next := w.Begin(r, domain.ID(d.Prefix+"walk"))
		for range 90 {
			c, by := next()
			events, err := d.Run(s, c, by)
			if err != nil || len(events) == 0 {
				continue
			}
			before := s
			for _, p := range textPaths(reflect.TypeOf(c).Name(), reflect.ValueOf(c)) {
				all = append(all, measured{p.name, domain.Characters(p.text), func(letter string, more int) bool {
					_, err := d.Run(d.Copy(before), p.longer(reflect.ValueOf(c), letter, more).Interface().(C), by)
					return err == nil
				}})
			}
			s = d.Fold(d.Copy(s), events...)
		}
		return all
	}).Example(seed)
}

// A textPath leads to a text within a command.
type textPath struct {
	name string
	text string
	to   func(command reflect.Value) reflect.Value
}

// longer returns a copy of a command in which the text has more letters.
func (p textPath) longer(command reflect.Value, letter string, more int) reflect.Value {
	c := reflect.New(command.Type()).Elem()
	copyInto(c, command)
	v := p.to(c)
	if last, _ := utf8.DecodeLastRuneInString(p.text); letter == "x" && p.text != "" {
		letter = string(last)
	}
	v.SetString(p.text + strings.Repeat(letter, more))
	return c
}

var textType = reflect.TypeFor[domain.Text]()

// textPaths lists the texts within a value of a command, but for what the app fills.
func textPaths(name string, v reflect.Value) []textPath {
	var all []textPath
	into := func(name string, v reflect.Value, step func(reflect.Value) reflect.Value) {
		for _, p := range textPaths(name, v) {
			to := p.to
			p.to = func(c reflect.Value) reflect.Value { return to(step(c)) }
			all = append(all, p)
		}
	}
	switch v.Kind() {
	case reflect.String:
		return []textPath{{name, v.String(), func(c reflect.Value) reflect.Value { return c }}}
	case reflect.Pointer:
		if !v.IsNil() {
			into(name, v.Elem(), reflect.Value.Elem)
		}
	case reflect.Slice:
		if v.Len() > 0 {
			into(name+"[]", v.Index(0), func(c reflect.Value) reflect.Value { return c.Index(0) })
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && f.Tag.Get("json") != "-" && f.Name != "Language" { // tags have a test of their own
				into(name+"."+f.Name, v.Field(i), func(c reflect.Value) reflect.Value {
					if c.Type() == textType && c.FieldByName("Language").String() == "" {
						c.FieldByName("Language").SetString("en") // a text that was left out
					}
					return c.Field(i)
				})
			}
		}
	}
	return all
}

// copyInto copies what from points to as well.
func copyInto(to, from reflect.Value) {
	to.Set(from)
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyInto(to.Elem(), from.Elem())
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i))
			}
		}
	case reflect.Struct:
		for i := range from.NumField() {
			if to.Field(i).CanSet() {
				copyInto(to.Field(i), from.Field(i))
			}
		}
	}
}
