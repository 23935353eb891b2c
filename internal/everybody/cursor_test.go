package everybody

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// FuzzCursor asks for what follows, and what comes before, a cursor that
// somebody made up, in lists of every kind: it is refused, or nothing is shown
// that the plain list does not show.
func FuzzCursor(f *testing.F) {
	w := newWorld(f)
	w.tellAll()
	lists := []string{
		`submissions(%s)`, `submissions(%s, orderBy: {field: ENTITY_NAME})`, `consultations(%s)`, `entities(%s)`, `mandates(%s)`, `memberStates(%s)`,
		`championCountries(%s)`, `workingGroups(%s)`, `secondments(%s)`, `commitments(%s)`, `briefings(%s)`, `vocabularies(%s)`,
	}
	shown := make([]map[any]bool, len(lists))
	ids := func(t testing.TB, list, page string) (all []any) {
		body, err := json.Marshal(map[string]any{"query": "{ list: " + fmt.Sprintf(list, page) + " { nodes { id } } }"})
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		w.API.ServeHTTP(rec, req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: "ngo2", Name: "ngo2"})))
		var a trial.Answer
		if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
			t.Fatalf("%v in %s", err, rec.Body)
		}
		if len(a.Errors) > 0 {
			if x, _ := a.Errors[0]["extensions"].(map[string]any); x["code"] != "BAD_USER_INPUT" {
				t.Errorf("%s of %s: %v", page, list, a.Errors)
			}
			return nil
		}
		for i := range 100 {
			if id := a.Get("list", "nodes", i, "id"); id != nil {
				all = append(all, id)
			}
		}
		return all
	}
	for i, list := range lists {
		shown[i] = map[any]bool{}
		for _, id := range ids(f, list, "first: 100") {
			shown[i][id] = true
		}
		if len(shown[i]) == 0 {
			f.Fatalf("%s is empty", list)
		}
	}
	for _, in := range []string{`[1583317800000,"sub_"]`, `["The ngo","ent_"]`, `[1e400,""]`, `[null,null]`, `{}`, `[[],{}]`, `[9223372036854775808,"x"]`, `["\u0000","' OR 1=1 --"]`, "", "\xff"} {
		f.Add(in, true, false)
	}
	f.Add("not base64!", false, true)
	f.Fuzz(func(t *testing.T, cursor string, encoded, back bool) {
		if encoded {
			cursor = base64.RawURLEncoding.EncodeToString([]byte(cursor))
		}
		page := fmt.Sprintf("first: 100, after: %s", printed(cursor))
		if back {
			page = fmt.Sprintf("last: 100, before: %s", printed(cursor))
		}
		for i, list := range lists {
			for _, id := range ids(t, list, page) {
				if !shown[i][id] {
					t.Errorf("%s of %s shows %v, and the plain list does not", page, list, id)
				}
			}
		}
	})
}

// Cursors that lists give lead to the rest of the list, and none twice.
func TestCursorsLeadOn(t *testing.T) {
	w := newWorld(t)
	w.tellAll()
	var all []any
	for after, more := "", true; more; {
		a := w.Ask("ngo", fmt.Sprintf(`{ submissions(first: 3%s) { nodes { id } pageInfo { hasNextPage endCursor } } }`, after), nil)
		for i := range 3 {
			if id := a.Get("submissions", "nodes", i, "id"); id != nil {
				if slices.Contains(all, id) {
					t.Errorf("%v comes twice", id)
				}
				all = append(all, id)
			}
		}
		more = a.Get("submissions", "pageInfo", "hasNextPage") == true
		after = fmt.Sprintf(", after: %q", a.Get("submissions", "pageInfo", "endCursor"))
	}
	if len(all) < 10 {
		t.Errorf("only %d submissions", len(all))
	}
}
