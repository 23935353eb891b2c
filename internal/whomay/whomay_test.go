package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

const root = "../.."

// The schema says of every mutation what the command says that it sends, and
// the page says what the schema says.
func TestSchemaAndPageAreCurrent(t *testing.T) {
	text, doc, err := made(root)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{schemaFile: text, pageFile: doc} {
		got, err := os.ReadFile(root + "/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Errorf("%s is out of date: run make generate (-want +got):\n%s", file, d)
		}
	}
	if strings.Count(text, "@sends(by:") < 100 {
		t.Error("there are too few commands: this test looks in the wrong place")
	}
	for _, line := range strings.Split(doc, "\n") {
		if strings.Contains(line, "|  |") {
			t.Errorf("the page has an empty cell: %s", line)
		}
	}
}

const small = `enum Who { SIGNED_IN OWNER DRAFTER SECRETARIAT }
directive @sends(by: [Who!]!) on FIELD_DEFINITION
directive @cost(weight: Int) on FIELD_DEFINITION
type Query { one: Int }
type Mutation {
  "Words (of somebody): more."
  amendSubmission(input: Int): Int! @sends(by: [SECRETARIAT]) @cost(weight: 3)
}
extend type Mutation {
  proposeEntity(input: Int): Int!
}
`

// What a command says replaces what stood there, and doing it again changes
// nothing.
func TestDirect(t *testing.T) {
	known := map[string]domain.Command{"submission.Amend": submission.Amend{}, "entity.Propose": entity.Propose{}}
	built := map[string][]string{"amendSubmission": {"submission.Amend"}, "proposeEntity": {"entity.Propose"}}
	once, err := direct(small, built, known)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`  amendSubmission(input: Int): Int! @sends(by: [OWNER]) @cost(weight: 3)` + "\n",
		`  proposeEntity(input: Int): Int! @sends(by: [SIGNED_IN, SECRETARIAT])` + "\n",
	} {
		if !strings.Contains(once, want) {
			t.Errorf("%q is missing in\n%s", want, once)
		}
	}
	if twice, err := direct(once, built, known); err != nil || twice != once {
		t.Errorf("the second time it says %v and\n%s", err, twice)
	}
	for want, built := range map[string]map[string][]string{
		"builds no command": {"amendSubmission": nil, "proposeEntity": {"entity.Propose"}},
		"has no PROTECTION": {"amendSubmission": {"submission.GrantConfidentiality"}, "proposeEntity": {"entity.Propose"}},
	} {
		known["submission.GrantConfidentiality"] = submission.GrantConfidentiality{}
		if _, err := direct(small, built, known); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, and not that it %s", err, want)
		}
	}
}

// Every command that the domain lets people send has a mutation, but two: who
// sends their first command is registered by it, and an import is begun by the
// program that reads its files.
func TestEveryCommandHasAMutation(t *testing.T) {
	known := commands()
	delete(known, "person.Register")
	delete(known, "importing.Begin")
	built, err := sends(root+"/"+resolvers, known)
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range built {
		for _, n := range names {
			delete(known, n)
		}
	}
	for name, c := range known {
		if by := senders(c); len(by) > 0 {
			t.Errorf("%v may send %s, and no mutation does", by, name)
		}
	}
}
