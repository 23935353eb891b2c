package app

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain/walks"
)

// filled lists the fields of commands that the app fills from other streams.
// They are no part of what the caller asked, so they count in no fingerprint.
const filled = "testdata/filled.txt"

// A path leads to one value within a command.
type path struct {
	name string
	to   func(command reflect.Value) reflect.Value
}

// paths returns a path to everything within a command that a caller can say.
// It leaves out, and returns the names of, what is not encoded.
func paths(t *testing.T, name string, typ reflect.Type, to func(reflect.Value) reflect.Value) (all []path, hidden []string) {
	t.Helper()
	deeper := func(name string, typ reflect.Type, into func(reflect.Value) reflect.Value) {
		below, not := paths(t, name, typ, func(c reflect.Value) reflect.Value { return into(to(c)) })
		all, hidden = append(all, below...), append(hidden, not...)
	}
	all = append(all, path{name, to})
	if typ == reflect.TypeFor[time.Time]() {
		return all, nil
	}
	switch typ.Kind() {
	case reflect.Pointer:
		deeper(name+" there", typ.Elem(), reflect.Value.Elem)
	case reflect.Slice:
		deeper(name+" first", typ.Elem(), func(v reflect.Value) reflect.Value { return v.Index(0) })
	case reflect.Struct:
		for i := range typ.NumField() {
			f := typ.Field(i)
			switch {
			case !f.IsExported() && !f.Anonymous:
				t.Errorf("%s.%s has a small letter: no fingerprint would see it", name, f.Name)
			case f.Tag.Get("json") == "-":
				hidden = append(hidden, name+"."+f.Name)
			default:
				deeper(name+"."+f.Name, f.Type, func(v reflect.Value) reflect.Value { return v.Field(i) })
			}
		}
	}
	return all, hidden
}

// put gives everything within a value something that is not zero; every n gives
// something else.
func put(v reflect.Value, n int) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2020, 3, 4, 10, 0, 0, n*int(time.Millisecond), time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Tag.Get("json") != "-" {
				put(v.Field(i), n+i)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		put(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		put(v.Index(0), n)
		put(v.Index(1), n+1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		put(key, n)
		put(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	}
}

// Every field of every command counts in the fingerprint, so that the same key
// with anything else in it is refused and never answered as a repeat. What
// differs only in what the app fills is a repeat.
func TestEveryFieldCounts(t *testing.T) {
	c := &core{Config: Config{Secret: make([]byte, 32)}}
	hash := func(command reflect.Value) string {
		sum, err := c.fingerprint(command.Interface())
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	var all []string
	zeros := map[string]string{}
	for _, w := range walks.All {
		for _, zero := range w.Commands() {
			typ := reflect.TypeOf(zero)
			same := func(v reflect.Value) reflect.Value { return v }
			values, hidden := paths(t, typ.String(), typ, same)
			all = append(all, hidden...)
			if other, twice := zeros[hash(reflect.ValueOf(zero))]; twice {
				t.Errorf("%s and %s have the same fingerprint", typ, other)
			}
			zeros[hash(reflect.ValueOf(zero))] = typ.String()
			whole := reflect.New(typ).Elem()
			put(whole, 1)
			before := hash(whole)
			for _, p := range values[1:] {
				if v := p.to(whole); v.Kind() != reflect.Bool {
					put(v, 99)
					if hash(whole) == before {
						t.Errorf("%s does not count in the fingerprint: the same key with another would be answered as a repeat", p.name)
					}
				}
				put(whole, 1)
				if hash(whole) != before {
					t.Fatalf("%s is hashed in more than one way", typ)
				}
				p.to(whole).SetZero()
				if hash(whole) == before {
					t.Errorf("%s left out does not count in the fingerprint", p.name)
				}
				put(whole, 1)
			}
		}
	}
	slices.Sort(all)
	want, err := os.ReadFile(filled)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(all, "\n") + "\n"; got != string(want) {
		t.Errorf("the fields that are left out of fingerprints are not those that the app fills, in %s:\n%s", filled, got)
	}
}
