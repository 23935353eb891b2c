package projections

import (
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A page has one item to as many as it may, and is asked for in one direction.
func TestPages(t *testing.T) {
	foreign, none := key{true, "x"}.encode(), "%"
	own := key{7, "x"}.encode()
	for _, tt := range []struct {
		name string
		page Page
		slug string // empty: taken
	}{
		{"the first", Page{First: new(1)}, ""},
		{"the last", Page{Last: new(1)}, ""},
		{"the first so many", Page{First: new(maxPage)}, ""},
		{"the last so many", Page{Last: new(maxPage)}, ""},
		{"none first", Page{First: new(0)}, "page.size"},
		{"none last", Page{Last: new(0)}, "page.size"},
		{"one too many first", Page{First: new(maxPage + 1)}, "page.size"},
		{"one too many last", Page{Last: new(maxPage + 1)}, "page.size"},
		{"fewer than none", Page{First: new(-1)}, "page.size"},
		{"no size", Page{}, "page.size"},
		{"both", Page{First: new(1), Last: new(1)}, "page.size"},
		{"onward", Page{First: new(1), After: &own}, ""},
		{"backward", Page{Last: new(1), Before: &own}, ""},
		{"forward before", Page{First: new(1), Before: &own}, "page.cursor"},
		{"backward after", Page{Last: new(1), After: &own}, "page.cursor"},
		{"a cursor that is none", Page{First: new(1), After: &none}, "page.cursor"},
		{"a cursor with something else in it", Page{First: new(1), After: &foreign}, "page.cursor"},
	} {
		_, err := tt.page.window()
		e, refused := errors.AsType[*domain.Error](err)
		if tt.slug == "" && err != nil || tt.slug != "" && (!refused || e.Reason != tt.slug) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.slug)
		}
	}
}

// What does not exist is refused in words of its own.
func TestReadersRefuse(t *testing.T) {
	e := emptyModel(t)
	want := func(what string, err error, slug string) {
		t.Helper()
		if x, ok := errors.AsType[*domain.Error](err); !ok || x.Reason != slug {
			t.Errorf("%s: %v, want %s", what, err, slug)
		}
	}
	_, err := Reader{Engine: e}.AsOfIndex(0, e.Index())
	want("an index of an empty record", err, "as_of.index")
	_, err = Reader{Engine: e}.AuditEvent(t.Context(), "evt_none")
	want("an event that is not there", err, "audit.unknown")
	_, err = Reader{Engine: e}.Consultation(t.Context(), "con_none")
	want("a consultation that is not there", err, "consultation.unknown")
}
