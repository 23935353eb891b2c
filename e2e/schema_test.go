package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSchemaCare spoils the schema and a document, each in one way, and has the
// tools of make check find that.
func TestSchemaCare(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema := string(text)
	const document = "query Who {\n  viewer {\n    id\n  }\n}\n"
	tools := map[string][]string{
		"eslint": {"node_modules/eslint/bin/eslint.js", "--config", filepath.Join(here, "schema/eslint.config.mjs"), "--max-warnings", "0", "schema.graphqls", "docs/examples"},
		"relay":  {"schema/relay.mjs", "schema.graphqls", "docs/examples/who.graphql"},
		"diff":   {"schema/diff.mjs", "released.graphqls", "schema.graphqls"},
	}
	const add = "\nextend type Query {\n"
	for _, c := range []struct {
		name     string
		tool     string
		released string // what is added to the last release's schema
		added    string // what is added to the schema
		gone     string // what is taken out of both schema and document
		instead  string
		want     string // in what the tool says; empty if it is content
	}{
		{name: "good to eslint", tool: "eslint"},
		{name: "good to relay", tool: "relay"},
		{name: "good to diff", tool: "diff"},
		{name: "no description of a field", tool: "eslint", added: add + "  more: Int @reads(by: [EVERYONE])\n}\n", want: "require-description"},
		{name: "no description of an argument", tool: "eslint", added: add + "  \"More.\"\n  more(of: Int): Int @reads(by: [EVERYONE])\n}\n", want: `"of" in field "more"`},
		{name: "no description of an enum's value", tool: "eslint", added: "\nextend enum Label {\n  MORE\n}\n", want: "require-description"},
		{name: "no date of removal", tool: "eslint", added: add + "  \"More.\"\n  more: Int @deprecated(reason: \"Old.\")\n}\n", want: "deprecation-date"},
		{name: "no such date", tool: "eslint", added: add + "  \"More.\"\n  more: Int @deprecated(reason: \"Removed after 2027-13-01.\")\n}\n", want: "deprecation-date"},
		{name: "a date of removal", tool: "eslint", added: add + "  \"More.\"\n  more: Int @deprecated(reason: \"Removed after 2027-01-31.\")\n}\n"},
		{name: "an id of two things", tool: "eslint", added: add + "  \"More.\"\n  more: More\n}\n\"More.\"\ntype More {\n  \"The submission's.\"\n  id: ID!\n}\n", want: "id-names-one-thing"},
		{name: "a type out of reach", tool: "eslint", added: "\n\"More.\"\ntype More {\n  \"More.\"\n  of: Int\n}\n", want: "no-unreachable-types"},
		{name: "no such field, to eslint", tool: "eslint", gone: "    id\n", instead: "    idd\n", want: "idd"},
		{name: "no such field, to relay", tool: "relay", gone: "    id\n", instead: "    idd\n", want: "no field `idd`"},
		{name: "no name of the operation", tool: "eslint", gone: "query Who", instead: "query", want: "no-anonymous-operations"},
		{name: "a page that cannot be gone on with", tool: "relay", gone: "  hasNextPage: Boolean!", instead: "  more: Boolean!", want: "pageInfo { hasNextPage }"},
		{name: "a field taken away", tool: "diff", released: add + "  more: Int\n}\n", want: "breaks clients: Query.more"},
		{name: "an argument needed", tool: "diff", released: add + "  more(of: Int): Int\n}\n", added: add + "  more(of: Int!): Int\n}\n", want: "breaks clients: Query.more.of"},
		{name: "a value taken away", tool: "diff", released: "\nextend enum Label {\n  MORE\n}\n", want: "make release-schema"},
		{name: "taken away too early", tool: "diff", released: add + "  more: Int @deprecated(reason: \"Removed after 2999-01-31.\")\n}\n", want: "breaks clients: Query.more"},
		{name: "taken away as announced", tool: "diff", released: add + "  more: More @deprecated(reason: \"Removed after 2026-01-31.\")\n}\ntype More {\n  of: Int\n}\n"},
		{name: "added", tool: "diff", added: add + "  more: Int @reads(by: [EVERYONE])\n}\n"},
		{name: "read by others", tool: "diff", released: add + "  more: Int @reads(by: [EVERYONE])\n}\n", added: add + "  more: Int @reads(by: [AUDITOR])\n}\n"},
		{name: "one of several needed", tool: "diff", released: add + "  more(of: Of): Int\n}\ninput Of {\n  a: Int\n  b: Int\n}\n", added: add + "  more(of: Of): Int\n}\ninput Of @oneOf {\n  a: Int\n  b: Int\n}\n", want: "breaks clients"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "docs/examples"), 0o755); err != nil {
				t.Fatal(err)
			}
			if c.gone != "" && !strings.Contains(schema+document, c.gone) {
				t.Fatalf("there is no %q to spoil", c.gone)
			}
			spoil := func(text string) string {
				if c.gone == "" {
					return text
				}
				return strings.ReplaceAll(text, c.gone, c.instead)
			}
			for file, text := range map[string]string{
				"released.graphqls":         schema + c.released,
				"schema.graphqls":           spoil(schema) + c.added,
				"docs/examples/who.graphql": spoil(document),
			} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			tool := tools[c.tool]
			cmd := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(here, tool[0])}, tool[1:]...)...)
			cmd.Dir = dir
			said, err := cmd.CombinedOutput()
			if (err != nil) != (c.want != "") || !strings.Contains(string(said), c.want) {
				t.Errorf("%s says %v, want %q\n%s", c.tool, err, c.want, said)
			}
		})
	}
}
