package e2e

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An answered line is what a client prints of one operation of an example.
type answered struct {
	Story, Operation, Kind string
	Data                   map[string]any
	Errors                 []any
}

// nothing lists the operations whose point is that nothing is there.
var nothing = map[string]bool{"LookedForByOthers": true}

// TestExamples has each client of others, and one in Go, run all examples, on a
// server of its own: every command is recorded, and every question answered.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("../docs/examples/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples, %v", err)
	}
	counted := map[string]int{}
	for _, c := range []struct {
		client string
		run    func(t *testing.T, endpoint string, tokens map[string]string) string
		leaves string // kind of operation that it cannot send
	}{
		{client: "graphql-request", run: byNode("graphql-request", files), leaves: "subscription"},
		{client: "apollo", run: byNode("apollo", files)},
		{client: "urql", run: byNode("urql", files)},
		{client: "graphql-ws", run: byNode("graphql-ws", files)},
		{client: "graphql-sse", run: byNode("graphql-sse", files)},
		{client: "go", run: byGo(files)},
	} {
		t.Run(c.client, func(t *testing.T) {
			s := serve(t)
			tokens := map[string]string{}
			for _, name := range persons(t, files) {
				tokens[name] = s.token(t, name)
			}
			kinds := map[string]int{}
			for line := range strings.Lines(c.run(t, s.url+"/graphql", tokens)) {
				var a answered
				if err := json.Unmarshal([]byte(line), &a); err != nil {
					t.Fatalf("%v in %s", err, line)
				}
				kinds[a.Kind]++
				check(t, a)
			}
			for _, kind := range []string{"query", "mutation", "subscription"} {
				if kind == c.leaves {
					continue
				}
				if counted[kind] == 0 {
					counted[kind] = kinds[kind] // as the first client that has them counts
				}
				if kinds[kind] == 0 || kinds[kind] != counted[kind] {
					t.Errorf("it sent %d of kind %s, others %d", kinds[kind], kind, counted[kind])
				}
			}
		})
	}
}

// persons lists as whom the examples are sent.
func persons(t *testing.T, files []string) []string {
	t.Helper()
	found := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "# As: "); ok {
				found[strings.TrimSpace(name)] = true
			}
		}
	}
	delete(found, "nobody")
	return slices.Sorted(maps.Keys(found))
}

// check sees that an operation was answered, and a command recorded.
func check(t *testing.T, a answered) {
	t.Helper()
	if len(a.Errors) > 0 || len(a.Data) == 0 {
		t.Errorf("%s: %s is answered by %v, %v", a.Story, a.Operation, a.Data, a.Errors)
	}
	for field, value := range a.Data {
		if (value == nil) != nothing[a.Operation] {
			t.Errorf("%s: %s answers %v as %s", a.Story, a.Operation, value, field)
		}
		if a.Kind != "mutation" {
			continue
		}
		payload, _ := value.(map[string]any)
		if refused, ok := payload["userErrors"].([]any); !ok || len(refused) > 0 {
			t.Errorf("%s: %s is refused: %v", a.Story, a.Operation, payload["userErrors"])
		}
	}
}

func byNode(client string, files []string) func(*testing.T, string, map[string]string) string {
	return func(t *testing.T, endpoint string, tokens map[string]string) string {
		t.Helper()
		all, err := json.Marshal(tokens)
		if err != nil {
			t.Fatal(err)
		}
		return node(t, "examples/run.mjs", append([]string{client, endpoint, string(all)}, files...)...)
	}
}

func byGo(files []string) func(*testing.T, string, map[string]string) string {
	return func(t *testing.T, endpoint string, tokens map[string]string) string {
		t.Helper()
		client := filepath.Join(t.TempDir(), "client")
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", client, "../docs/examples/go").CombinedOutput(); err != nil {
			t.Fatalf("build the client in Go: %v\n%s", err, out)
		}
		var all bytes.Buffer
		for _, file := range files {
			args := []string{endpoint, file}
			for name, token := range tokens {
				args = append(args, name+"="+token)
			}
			cmd := exec.CommandContext(t.Context(), client, args...)
			var errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &all, &errs
			if err := cmd.Run(); err != nil {
				t.Fatalf("%s: %v\n%s", file, err, errs.String())
			}
		}
		return all.String()
	}
}

// TestExamplesAreListed sees that the page leads to every example.
func TestExamplesAreListed(t *testing.T) {
	page, err := os.ReadFile("../docs/examples/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../docs/examples/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.Contains(string(page), "("+filepath.Base(file)+")") {
			t.Errorf("docs/examples/README.md does not lead to %s", filepath.Base(file))
		}
	}
}
