package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestIDE has a browser use the page at /ide: it loads with no host but the
// server, runs an example as nobody and as somebody, follows a subscription, can
// be used without a mouse, and neither its policy nor axe has anything to say.
func TestIDE(t *testing.T) {
	s := serve(t)
	var saw struct {
		Hosts, Console, Violations, Failed, Axe []string
		Answers                                 map[string]string
		Tabs                                    int  // how often Tab was pressed until the token had the focus
		Left                                    bool // whether Tab left the editor
	}
	if err := json.Unmarshal([]byte(node(t, "ide.mjs", s.url, s.token(t, "ngo"))), &saw); err != nil {
		t.Fatal(err)
	}
	if host := strings.TrimPrefix(s.url, "http://"); len(saw.Hosts) != 1 || saw.Hosts[0] != host {
		t.Errorf("the page asks %q, and only %s was to be asked", saw.Hosts, host)
	}
	for what, found := range map[string][]string{"console": saw.Console, "content security policy": saw.Violations, "failed requests": saw.Failed} {
		if len(found) > 0 {
			t.Errorf("%s: %q", what, found)
		}
	}
	for _, found := range saw.Axe {
		t.Errorf("axe: %s", found)
	}
	if len(saw.Answers) != 3 {
		t.Errorf("answered were %v", saw.Answers)
	}
	if saw.Tabs == 0 || !saw.Left {
		t.Errorf("without a mouse: %d steps to the token, editor left: %v", saw.Tabs, saw.Left)
	}
}
