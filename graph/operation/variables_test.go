package operation

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// testScalars take what begins as they say.
func testScalars() Scalars {
	return Scalars{"ID": text, "DateTime": text, "IdempotencyKey": text, "Int64": func(v any) error {
		if _, ok := v.(json.Number); ok {
			return nil
		}
		return text(v)
	}, "Date": text, "LanguageTag": text}
}

func text(v any) error {
	if _, ok := v.(string); !ok {
		return errors.New("a text is needed here")
	}
	return nil
}

// holds holds variables, as JSON, against the only operation of a document.
func holds(t *testing.T, document, sent string) string {
	t.Helper()
	schema := schemaOf(t)
	doc, err := parse(document)
	if err != nil {
		t.Fatal(err)
	}
	if errs := validate(schema, doc, ruleSet(testScalars()), true); errs != nil {
		t.Fatal(errs)
	}
	var vars map[string]any
	d := json.NewDecoder(strings.NewReader(sent))
	d.UseNumber()
	if err := d.Decode(&vars); err != nil {
		t.Fatal(err)
	}
	if err := variables(schema, testScalars(), doc.Operations[0], vars); err != nil {
		return err.Message
	}
	return ""
}

func TestVariables(t *testing.T) {
	const (
		at     = `query($a:AsOfInput!){asOf(at:$a){viewer{id}}}`
		ids    = `query($a:[ID!]!){nodes(ids:$a){id}}`
		page   = `query($a:Int){submissions(first:$a){nodes{id}}}`
		words  = `query($a:String!){search(query:$a first:1){nodes{kind}}}`
		kinds  = `query($a:[SearchKind!]){search(query:"a" kinds:$a first:1){nodes{kind}}}`
		preset = `query($a:Int! = 5){submissions(first:$a){nodes{id}}}`
		invite = `mutation($a:InviteToBriefingInput!){inviteToBriefing(input:$a){userErrors{code}}}`
	)
	fits := "The variable that is declared here does not fit"
	for _, tt := range []struct{ name, document, sent, want string }{
		{"one of several", at, `{"a":{"index":"1"}}`, ""},
		{"another of several", at, `{"a":{"time":"2020-03-04T10:00:00Z"}}`, ""},
		{"two of several", at, `{"a":{"index":"1","time":"2020-03-04T10:00:00Z"}}`, fits + ": AsOfInput takes one of its fields, and not null: index or time."},
		{"two of several, one null", at, `{"a":{"index":"1","time":null}}`, fits + ": AsOfInput takes one of its fields, and not null: index or time."},
		{"null of several", at, `{"a":{"index":null}}`, fits + ": AsOfInput takes one of its fields, and not null: index or time."},
		{"none of several", at, `{"a":{}}`, fits + ": AsOfInput takes one of its fields, and not null: index or time."},
		{"required", at, `{}`, "The variable that is declared here is required: AsOfInput!."},
		{"null", at, `{"a":null}`, fits + ": AsOfInput! is never null."},
		{"text for an object", at, `{"a":"index"}`, fits + ": AsOfInput is an object."},
		{"list for an object", at, `{"a":[{"index":"1"}]}`, fits + ": AsOfInput is an object."},
		{"unknown field", at, `{"a":{"indexx":"1"}}`, fits + ": AsOfInput does not have every field that is given."},
		{"wrong scalar", at, `{"a":{"index":true}}`, fits + " at index: a text is needed here."},
		{"list", ids, `{"a":["a","b"]}`, ""},
		{"one for a list", ids, `{"a":"a"}`, ""},
		{"null in a list", ids, `{"a":["a",null]}`, fits + " at 1: ID! is never null."},
		{"list in a list", ids, `{"a":["a",["b"]]}`, fits + " at 1: a text is needed here."},
		{"number", page, `{"a":5}`, ""},
		{"null where it may be", page, `{"a":null}`, ""},
		{"left out where it may be", page, `{}`, ""},
		{"left out with a default", preset, `{}`, ""},
		{"null in spite of a default", preset, `{"a":null}`, fits + ": Int! is never null."},
		{"text for a number", page, `{"a":"5"}`, fits + ": an Int is a whole number of 32 bits."},
		{"fraction", page, `{"a":5.5}`, fits + ": an Int is a whole number of 32 bits."},
		{"too large a number", page, `{"a":2147483648}`, fits + ": an Int is a whole number of 32 bits."},
		{"number for a text", words, `{"a":5}`, fits + ": a String is a text."},
		{"enum", kinds, `{"a":["SUBMISSION"]}`, ""},
		{"enum in small letters", kinds, `{"a":["submission"]}`, fits + " at 0: this is no SearchKind."},
		{"enum as a number", kinds, `{"a":[0]}`, fits + " at 0: this is no SearchKind."},
		{"one of several in a list", invite, `{"a":{"idempotencyKey":"k","id":"b","invitees":[{"entity":"e"},{"entity":"e","category":{"vocabulary":"v","version":1,"term":"t"}}]}}`,
			fits + " at invitees.1: BriefingInviteeInput takes one of its fields, and not null: entity or category."},
		{"undeclared", page, `{"a":1,"b":{"c":[]}}`, ""},
	} {
		if got := holds(t, tt.document, tt.sent); got != tt.want {
			t.Errorf("%s: %s: got %q, want %q", tt.name, tt.sent, got, tt.want)
		}
	}
}

// TestLargeVariables bounds what a query may send, and how deep it lies.
func TestLargeVariables(t *testing.T) {
	const (
		ids  = `query($a:[ID!]!){nodes(ids:$a){id}}`
		many = `mutation($a:InviteToBriefingInput!){inviteToBriefing(input:$a){userErrors{code}}}`
	)
	for _, tt := range []struct{ name, document, sent, want string }{
		{"values", ids, `{"a":[` + strings.Repeat(`"a",`, maxQueryValues) + `"a"]}`, "The variables have 2,001 values or more; at most 2,000 are allowed."},
		{"texts", ids, `{"a":["` + strings.Repeat("a", maxQueryText+1) + `"]}`, "The variables of a query have texts of 65,537 bytes or more; at most 65,536 are allowed."},
		{"nesting", ids, `{"a":` + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000) + `}`, "Lists and objects in a variable lie 17 deep or deeper; at most 16 are allowed."},
		{"digits", ids, `{"a":[` + strings.Repeat("1", 50_000) + `]}`, "A number in a variable has 50,000 characters; at most 40 are allowed."},
		{"values of a command", many, `{"a":{"invitees":[` + strings.Repeat(`{},`, maxVariableValues) + `{}]}}`, "The variables have 10,001 values or more; at most 10,000 are allowed."},
	} {
		if got := holds(t, tt.document, tt.sent); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
