package catalog_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
)

const personal = "testdata/personal.txt"

// TestPersonalFields lists every field of an event that holds personal data,
// so that adding one is seen in review. Run with -add to write the list.
func TestPersonalFields(t *testing.T) {
	var got []string
	for _, d := range catalog.All {
		for _, e := range d.Zeros() {
			got = append(got, fields(e.EventType(), reflect.TypeOf(e))...)
		}
	}
	slices.Sort(got)
	list := strings.Join(slices.Compact(got), "\n") + "\n"
	if *add {
		if err := os.WriteFile(personal, []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(personal)
	if err != nil {
		t.Fatal(err)
	}
	if list != string(want) {
		t.Errorf("the fields that hold personal data are not those of %s:\n%s", personal, list)
	}
}

// fields returns the paths below a type that are domain.Personal.
func fields(path string, t reflect.Type) []string {
	switch {
	case t == reflect.TypeFor[domain.Personal]():
		return []string{path}
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		return fields(path, t.Elem())
	case t.Kind() != reflect.Struct:
		return nil
	}
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		next := path + "." + name
		if f.Anonymous && name == "" {
			next = path
		}
		if f.IsExported() {
			out = append(out, fields(next, f.Type)...)
		}
	}
	return out
}
