package walks_test

import (
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/domain/walks"
)

var (
	write   = flag.Bool("may", false, "write the lists of who may do what")
	measure = flag.Bool("limits", false, "write the lists of how long texts may be")
)

// Every aggregate of the catalog is walked.
func TestAllWalk(t *testing.T) {
	for _, d := range catalog.All {
		if !slices.ContainsFunc(walks.All, func(w walks.Walker) bool { return w.Name() == d.Name() }) {
			t.Errorf("no walk goes through %s: add one to walks.All", d.Name())
		}
	}
}

// The tables of transitions are the truth.
func TestTables(t *testing.T) {
	for _, w := range walks.All {
		t.Run(w.Name(), w.Table)
	}
}

// Every capacity that is not listed for a command is refused by the domain,
// whatever carries the command. After a deliberate change write the lists
// again, with go test ./domain/walks -run TestMay -may, and read the difference.
func TestMay(t *testing.T) {
	for _, w := range walks.All {
		t.Run(w.Name(), func(t *testing.T) {
			w.May(t, filepath.Join("testdata", "may", strings.ReplaceAll(w.Name(), "_", "-")+".txt"), *write)
		})
	}
}

// Every text of every command has a limit: the last length that is taken and the
// first that is refused are listed. After a deliberate change write the lists
// again, with go test ./domain/walks -run TestLimits -limits.
func TestLimits(t *testing.T) {
	for _, w := range walks.All {
		t.Run(w.Name(), func(t *testing.T) {
			w.Limits(t, filepath.Join("testdata", "limits", strings.ReplaceAll(w.Name(), "_", "-")+".txt"), *measure)
		})
	}
}
