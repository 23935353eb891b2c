package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// TestDeploy has every setting in the files of deploy/ be one of serve's, so that
// they do not go stale unnoticed.
func TestDeploy(t *testing.T) {
	program := filepath.Join(t.TempDir(), "rapporteur")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(program, "serve", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	known := func(flag string) bool { return bytes.Contains(help, []byte(flag)) }
	if !known("--data") || known("--frobnicate") {
		t.Fatal("the help does not tell what there is")
	}
	compose := string(read(t, filepath.Join("../../deploy", "compose.yaml")))
	settings := regexp.MustCompile(`(?m)^  RAPPORTEUR_([A-Z_]+): `).FindAllStringSubmatch(compose, -1)
	if len(settings) < 3 {
		t.Errorf("compose.yaml has %d settings", len(settings))
	}
	for _, s := range settings {
		if flag := "--" + strings.ToLower(strings.ReplaceAll(s[1], "_", "-")); !known(flag) {
			t.Errorf("compose.yaml: serve has no %s", flag)
		}
	}
	for name, text := range map[string]string{"compose.yaml": compose, "rapporteur.service": string(read(t, filepath.Join("../../deploy", "rapporteur.service"))), "Containerfile": string(read(t, filepath.Join("../../deploy", "Containerfile")))} {
		for _, line := range strings.Split(text, "\n") {
			if !regexp.MustCompile(`\bserve\b`).MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(line, -1) {
				if !known(flag) {
					t.Errorf("%s: serve has no %s", name, flag)
				}
			}
		}
	}
	if acl := string(read(t, filepath.Join("../../deploy", "redis", "users.acl"))); !strings.Contains(acl, redis.Rights("rapporteur")) {
		t.Errorf("users.acl does not give %s", redis.Rights("rapporteur"))
	}
	// What nodes share, both have, and the image has the folder to mount it on.
	container := string(read(t, filepath.Join("../../deploy", "Containerfile")))
	for _, name := range []string{keysFolder, blobsFolder, vaultFolder} {
		if n := strings.Count(compose, " "+name+":/data/"+name+","); n != 2 {
			t.Errorf("compose.yaml: %d nodes have %s/, want 2", n, name)
		}
		if !strings.Contains(container, " /data/"+name) {
			t.Errorf("Containerfile: no /data/%s", name)
		}
	}
	// What compose.yaml asks of its environment, example.env names.
	env := string(read(t, filepath.Join("../../deploy", "example.env")))
	for _, v := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(compose, -1) {
		if !strings.Contains(env, "\n"+v[1]+"=") {
			t.Errorf("example.env does not say %s", v[1])
		}
	}
}

// TestDeployBoundsMemory has the unit and the container bound how much memory
// the program takes, and Go know of a lower bound, so that it collects garbage
// instead of being killed.
func TestDeployBoundsMemory(t *testing.T) {
	for name, want := range map[string][]string{
		"rapporteur.service": {`(?m)^MemoryMax=(\d+)G$`, `(?m)^Environment=GOMEMLIMIT=(\d+)GiB$`},
		"compose.yaml":       {`(?m)^  mem_limit: (\d+)g$`, `(?m)^  GOMEMLIMIT: (\d+)GiB`},
		"Containerfile":      {`(?m)^ENV GOMEMLIMIT=(\d+)GiB$`},
	} {
		text := read(t, filepath.Join("../../deploy", name))
		var bounds []string
		for _, pattern := range want {
			found := regexp.MustCompile(pattern).FindSubmatch(text)
			if found == nil {
				t.Fatalf("%s: nothing is like %s", name, pattern)
			}
			bounds = append(bounds, string(found[1]))
		}
		if len(bounds) == 2 && bounds[0] <= bounds[1] { // single digits
			t.Errorf("%s: the limit of %s GB leaves no room above Go's %s", name, bounds[0], bounds[1])
		}
	}
}
