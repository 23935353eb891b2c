package esdbstore_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

// TestConformanceProgram builds the program that is meant for real clusters, and
// runs it on the double: it passes where all is well, and says so where the
// account may delete.
func TestConformanceProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "esdb-conformance.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, "./conformance")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	none := exec.CommandContext(t.Context(), program)
	none.Env = append(os.Environ(), "RAPPORTEUR_TEST_ESDB=")
	if out, err := none.CombinedOutput(); err == nil || !strings.Contains(string(out), "must name a cluster") {
		t.Errorf("without a cluster: %v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		cluster esdbtest.Config
		fails   string
	}{
		"guarded": {esdbtest.Config{Nodes: 3, Lag: 4, Accounts: map[string]string{"rapporteur": "geheim"}}, ""},
		"open":    {esdbtest.Config{Nodes: 3, Lag: 4, Insecure: true}, "--- FAIL: TestGuarded"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, as := esdbtest.Start(t, c.cluster), []string{"rapporteur"}
			if c.cluster.Insecure {
				as = nil
			}
			run := exec.CommandContext(t.Context(), program, "-test.v", "-test.timeout=2m")
			run.Dir, run.Env = t.TempDir(), append(os.Environ(), "RAPPORTEUR_TEST_ESDB="+cluster.URL(as...))
			out, err := run.CombinedOutput()
			failed := strings.Count(string(out), "\n--- FAIL: ")
			if (err == nil) != (c.fails == "") || failed != min(len(c.fails), 1) || !strings.Contains(string(out), c.fails) {
				t.Errorf("%v\n%s", err, out)
			}
			if strings.Contains(string(out), "--- SKIP") || strings.Contains(string(out), "geheim") {
				t.Errorf("it leaves tests out, or tells the password:\n%s", out)
			}
		})
	}
}
